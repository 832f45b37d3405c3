"""What the filling of gaps leaves in the retained sum: each filled value's own error, which fades along the gap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.flux.accounting import Accounting, Settings
from calculations.hydrology.gap_filling import Filling
from calculations.quality.slots import EC25, STAGE, Inputs
from calculations.regression.models import IonModels
from calculations.uncertainty.random_errors import sd_of_correlated_sum

FloatArray = NDArray[np.float64]


def filling_variance(
    inputs: Inputs, accounting: Accounting, models: IonModels, settings: Settings, by_stage_t_co2_m: FloatArray
) -> float:
    """Variance of the retained sum, (t CO2)^2, from filled stages and conductivities; 0 without a conditional rule.

    `by_stage_t_co2_m`: d(retained) / d(stage) of each counted reading. Errors of one series are correlated over the
    time that its departures keep; stage and conductivity are taken as independent.
    """
    if not inputs.fillings:
        return 0.0
    found = 0.0
    for parameter, slope in ((STAGE, by_stage_t_co2_m), (EC25, _by_ec25(accounting, models, settings))):
        filling = inputs.fillings.get(parameter)
        if filling is not None:
            sd = _sd(filling, slope, accounting)
            found += sd * sd
    return found


def _sd(filling: Filling, slope: FloatArray, accounting: Accounting) -> float:
    uncertainty = np.nan_to_num(filling.standard_uncertainty)
    if not (uncertainty > 0.0).any():
        return 0.0
    weights = np.nan_to_num(accounting.over_slots(slope)) * uncertainty
    return sd_of_correlated_sum(weights, float(accounting.interval_s), 3600.0 * filling.correlation_time_h)


def _by_ec25(accounting: Accounting, models: IonModels, settings: Settings) -> FloatArray:
    """d(retained) / d(EC25) of each counted reading, t CO2 per uS/cm."""
    slope = 0.0
    for ion, factor in (("alkalinity_hco3_mg_l", settings.kappa - 0.5), ("sulfate_mg_l", -0.5), ("nitrate_mg_l", -0.5)):
        model = models.models.get(ion)
        if model is not None and model.line is not None:
            slope += factor * masses.milliequivalents_per_mg(ion) * model.line.slope
    return accounting.discharge_m3_s * (accounting.interval_s * masses.T_CO2_PER_MMOL_L_M3 * slope)
