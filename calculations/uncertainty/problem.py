"""Putting the error model together from the central calculation of a period."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.flux.accounting import Accounting, Settings
from calculations.flux.baseline import Baseline
from calculations.flux.enhancement import Extrapolation
from calculations.hydrology.dated_curves import Curve, DatedCurves, unexplained
from calculations.methodologies import Methodology
from calculations.portable import exact_sum
from calculations.quality.slots import EC25, STAGE, Inputs
from calculations.regression.models import IonModel, IonModels
from calculations.uncertainty.drawn_curves import DrawnCurves, drawn_curves
from calculations.uncertainty.filling import filling_variance
from calculations.uncertainty.gained_sums import Gain, water_and_gained_sum
from calculations.uncertainty.model import Chemistry, ErrorModel, Surfaces, Uncertainties
from calculations.uncertainty.random_errors import sd_of_correlated_sum, sd_of_rounding
from calculations.uncertainty.rating_draws import RatingPosterior, posterior_of
from calculations.uncertainty.simulate import Readings

FloatArray = NDArray[np.float64]

_ALKALI = (("sodium_mg_l", 1.0), ("potassium_mg_l", 1.0), ("chloride_mg_l", -1.0))


def error_model(
    *,
    methodology: Methodology,
    inputs: Inputs,
    curve: Curve,
    models: IonModels,
    accounting: Accounting,
    settings: Settings,
    beyond: Extrapolation,
    baseline: Baseline | None,
    capped: bool,
    area_km2: float,
    years: float,
) -> ErrorModel:
    """The error model of a period; `capped`: discharge above the line of extrapolation counts as the line."""
    gain = Gain(methodology.value("u_ec_gain"), models.ec25_min_us_cm, models.ec25_max_us_cm)
    posterior, surfaces = _drawn_rating(curve, accounting, gain, beyond, capped=capped)
    return ErrorModel(
        posterior=posterior,
        surfaces=surfaces,
        central_water_m3=accounting.loads.water_m3,
        chemistry=_chemistry(models, settings),
        uncertainties=_uncertainties(methodology),
        baseline=baseline,
        area_km2=area_km2,
        years=years,
        random_sd_t_co2=_random_sd(methodology, inputs, curve, models, accounting, settings),
    )


def _drawn_rating(
    curve: Curve, accounting: Accounting, gain: Gain, beyond: Extrapolation, *, capped: bool
) -> tuple[RatingPosterior | DrawnCurves, Surfaces]:
    """The curve's distribution and the collapsed sums: surfaces of one power law, a table of anything else."""
    if isinstance(curve, DatedCurves):
        assert accounting.curve_index is not None
        held = np.minimum(accounting.stage_m, beyond.line_stage_of(accounting)) if capped else None
        drawn, *tables = drawn_curves(
            curve,
            curve_index=accounting.curve_index,
            stage_m=accounting.stage_m,
            capped_stage_m=held,
            ec25_us_cm=accounting.ec25_us_cm,
            interval_s=float(accounting.interval_s),
            gain=gain,
        )
        return drawn, Surfaces(*tables[0], *tables[1])
    posterior = posterior_of(curve)
    measured, capped_sums = water_and_gained_sum(
        posterior,
        stage_m=accounting.distinct_stages,
        ec25_us_cm=accounting.distinct_ec25,
        interval_s=float(accounting.interval_s),
        gain=gain,
        highest_stage_m=beyond.line_stage_m if capped else None,
    )
    return posterior, Surfaces(*measured, *capped_sums)


def readings_for_check(accounting: Accounting, models: IonModels) -> Readings:
    """What the collapsed sums are held against."""
    return Readings(
        stages_m=accounting.distinct_stages,
        ec25_us_cm=accounting.distinct_ec25,
        ec25_range_us_cm=(models.ec25_min_us_cm, models.ec25_max_us_cm),
        interval_s=float(accounting.interval_s),
        curve_index=accounting.curve_index,
    )


def _chemistry(models: IonModels, settings: Settings) -> Chemistry:
    nitrate = models.models.get("nitrate_mg_l")
    if nitrate is None:
        # a default is a choice, not a measurement: it has no error of its own
        nitrate = IonModel("nitrate_mg_l", None, settings.nitrate_default_mg_l, 0.0, 0.0, 0)
    alkali, variance = 0.0, 0.0
    for ion, sign in _ALKALI:
        model = models.models.get(ion)
        if model is not None:
            unit = masses.milliequivalents_per_mg(ion)
            alkali += sign * model.mean_mg_l * unit
            variance += _square(model.mean_sd_mg_l * unit)
    return Chemistry(
        alkalinity=models.models["alkalinity_hco3_mg_l"],
        sulfate=models.models["sulfate_mg_l"],
        nitrate=nitrate,
        alkali_meq_l=alkali,
        alkali_sd_meq_l=math.sqrt(variance),
        silicate_meq_l=settings.silicate_ca_mg_meq_l,
        neutral_sulfate_mg_l=settings.neutral_sulfate_mg_l,
        rain_mmol_l=settings.rain_mmol_l,
    )


def _uncertainties(methodology: Methodology) -> Uncertainties:
    kappa = methodology.parameters["kappa_ref"].distribution
    return Uncertainties(
        kappa=(float(kappa["low"]), float(kappa["mode"]), float(kappa["high"])),
        gauging_bias=methodology.value("u_gauging_bias"),
        lab_alkalinity=methodology.value("u_lab_alkalinity"),
        lab_acids=methodology.value("u_lab_acids"),
        area=methodology.value("u_area"),
    )


def _random_sd(
    methodology: Methodology,
    inputs: Inputs,
    curve: Curve,
    models: IonModels,
    accounting: Accounting,
    settings: Settings,
) -> float:
    """Standard deviation of the retained sum from errors that change from reading to reading, t CO2.

    Correlated: residuals of alkalinity, sulfate and nitrate, and the scatter of discharge about the curve beyond
    what the gaugings' own uncertainty explains; filled values by what their filling says (`uncertainty.filling`).
    White: the resolution of stage and EC25. The same figure is used
    for gross, where it is slightly too small (kappa 0.86 instead of 1), and for net.
    """
    correlation_s = methodology.value("residual_correlation_days") * 86_400.0
    per_m3 = masses.T_CO2_PER_MMOL_L_M3
    volume = accounting.discharge_m3_s * accounting.interval_s * per_m3
    residual = 0.0
    for ion, factor in (
        ("alkalinity_hco3_mg_l", settings.kappa - 0.5),
        ("sulfate_mg_l", 0.5),
        ("nitrate_mg_l", 0.5),
    ):
        model = models.models.get(ion)
        if model is not None:
            residual += _square(factor * masses.milliequivalents_per_mg(ion) * model.residual_sd_mg_l)

    def correlated(weights: FloatArray) -> float:
        over_slots = np.nan_to_num(accounting.over_slots(weights))
        return sd_of_correlated_sum(over_slots, float(accounting.interval_s), correlation_s)

    variance = residual * _square(correlated(volume))
    variance += _square(_scatter_t_co2(curve, accounting, correlated))
    by_stage_m = _by_stage_t_co2_m(curve, accounting)
    by_stage = by_stage_m * sd_of_rounding(inputs.resolution[STAGE])
    line = models.models["alkalinity_hco3_mg_l"].line
    slope = 0.0 if line is None else line.slope
    ec_step = sd_of_rounding(inputs.resolution.get(EC25, 0.0))
    unit = masses.milliequivalents_per_mg("alkalinity_hco3_mg_l")
    by_ec = volume * ((settings.kappa - 0.5) * slope * unit * ec_step)
    variance += exact_sum(by_stage * by_stage) + exact_sum(by_ec * by_ec)
    variance += filling_variance(inputs, accounting, models, settings, by_stage_m)
    return math.sqrt(variance)


def filling_sd_t_co2(
    inputs: Inputs, curve: Curve, models: IonModels, accounting: Accounting, settings: Settings
) -> float:
    """What the filling of gaps alone leaves in the retained sum (a part of the random errors), t CO2."""
    by_stage_m = _by_stage_t_co2_m(curve, accounting)
    return math.sqrt(filling_variance(inputs, accounting, models, settings, by_stage_m))


def _scatter_t_co2(curve: Curve, accounting: Accounting, correlated: Callable[[FloatArray], float]) -> float:
    """Standard deviation of the retained sum from scatter about the curve that the gaugings do not explain."""
    if isinstance(curve, DatedCurves):
        assert accounting.curve_index is not None
        scatter = np.array([entry.scatter for entry in curve.entries])[accounting.curve_index]
        return correlated(accounting.retained_t_co2 * scatter)
    scatter_of_all = unexplained(curve.residual_sd, curve.relative_uncertainty)
    return scatter_of_all * correlated(accounting.retained_t_co2) if scatter_of_all > 0.0 else 0.0


def _by_stage_t_co2_m(curve: Curve, accounting: Accounting) -> FloatArray:
    """d(retained uptake) / d(stage) of each counted reading, t CO2 per m."""
    if isinstance(curve, DatedCurves):
        assert accounting.curve_index is not None
        slope = np.empty_like(accounting.stage_m)
        for number, entry in enumerate(curve.entries):
            inside = accounting.curve_index == number
            slope[inside] = entry.slope_per_m(accounting.stage_m[inside])
        return accounting.retained_t_co2 * slope
    depth = np.maximum(accounting.stage_m - curve.h0_m, 1e-3)
    return accounting.retained_t_co2 * curve.b / depth


def _square(value: float) -> float:
    return value * value
