"""The central calculation of one period: from inputs on the grid to loads, lines and monthly sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.distinct import Distinct
from calculations.flux.uptake import Composition, Loads, composition, loads, uptake_mmol_l, uptake_t_co2
from calculations.hydrology.dated_curves import Curve, DatedCurves
from calculations.messages import CalculationError
from calculations.portable import exact_sum
from calculations.quality.slots import EC25, STAGE, Inputs
from calculations.regression.models import IonModels

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """What the methodology sets for the uptake."""

    kappa: float
    neutral_sulfate_mg_l: float
    silicate_ca_mg_meq_l: float
    rain_mmol_l: float
    nitrate_default_mg_l: float


@dataclass(frozen=True)
class Accounting:
    """Arrays over the counted slots (those with stage and EC25, measured or filled), in order of time."""

    counted: BoolArray
    """Shape (slots,)."""
    stage_m: FloatArray
    ec25_us_cm: FloatArray
    discharge_m3_s: FloatArray
    concentrations_mg_l: Mapping[str, FloatArray]
    water: Composition
    gross_t_co2: FloatArray
    retained_t_co2: FloatArray
    loads: Loads
    interval_s: int
    distinct_stages: Distinct
    curve_index: IntArray | None = None
    """Which of several curves in time gave the discharge; None where there is one power law. `stage_m` is then the
    stage with its shift."""

    def over_slots(self, values: FloatArray) -> FloatArray:
        """Values of counted slots spread over all slots, NaN elsewhere."""
        spread = np.full(self.counted.shape, np.nan)
        spread[self.counted] = values
        return spread

    @cached_property
    def distinct_ec25(self) -> Distinct:
        """EC25 [uS/cm] by its distinct values."""
        return Distinct.of(self.ec25_us_cm)

    @cached_property
    def total_discharge_m3_s(self) -> float:
        """Sum of the discharge of all counted slots."""
        return exact_sum(self.discharge_m3_s)

    @cached_property
    def absolute_gross_t_co2(self) -> float:
        """Sum of the absolute uptake of all counted slots."""
        return exact_sum(np.abs(self.gross_t_co2))

    @cached_property
    def carbonate_cations_mol(self) -> float:
        """Load of calcium and magnesium [mol of charge]."""
        volume = self.discharge_m3_s * self.interval_s
        return sum(
            exact_sum(volume * self.concentrations_mg_l[ion]) * masses.milliequivalents_per_mg(ion)
            for ion in ("calcium_mg_l", "magnesium_mg_l")
        )

    def discharge_under_m3_s(self, mask: BoolArray) -> float:
        """Sum of the discharge under a mask of the counted slots."""
        return self.total_discharge_m3_s if mask.all() else exact_sum(self.discharge_m3_s[mask])

    def share_of_gross(self, mask: BoolArray) -> float | None:
        """Share of the absolute uptake under a mask of the counted slots; None where there is none."""
        total = self.absolute_gross_t_co2
        return exact_sum(np.abs(self.gross_t_co2[mask])) / total if total > 0.0 else None

    def flow_weighted_mg_l(self, ion: str) -> float | None:
        """Flow-weighted mean concentration; None where no water ran."""
        if self.total_discharge_m3_s <= 0.0:
            return None
        return exact_sum(self.discharge_m3_s * self.concentrations_mg_l[ion]) / self.total_discharge_m3_s


def account(inputs: Inputs, curve: Curve, models: IonModels, settings: Settings) -> Accounting:
    """Discharge, ions and uptake of every counted slot, and their sums.

    Raises CalculationError NOTHING_COUNTED where no slot has both stage and conductivity (and a curve that is valid),
    STAGE_BELOW_GAUGINGS where no stage reaches the gauged range, STAGE_NEVER_FLOWS of several curves.
    """
    counted = inputs.has(STAGE, EC25)
    curve_index = None
    if isinstance(curve, DatedCurves):
        rated = curve.rated(inputs.epoch_s, inputs.filled[STAGE])
        counted = counted & rated.covered
    if not counted.any():
        raise CalculationError("NOTHING_COUNTED")
    stage, ec25 = inputs.filled[STAGE][counted], inputs.filled[EC25][counted]
    if isinstance(curve, DatedCurves):
        discharge, stage, curve_index = (
            rated.discharge_m3_s[counted],
            rated.stage_m[counted],
            rated.curve_index[counted],
        )
        if not (discharge > 0.0).any():
            raise CalculationError("STAGE_NEVER_FLOWS", highest=float(stage.max()))
    elif float(stage.max()) <= curve.lowest_gauged_stage_m:
        raise CalculationError(
            "STAGE_BELOW_GAUGINGS", highest=float(stage.max()), lowest_gauged=curve.lowest_gauged_stage_m
        )
    stages = Distinct.of(stage)
    if not isinstance(curve, DatedCurves):
        discharge = stages.of_each(curve.discharge_m3_s_at(stages.values))
    concentrations = concentrations_of(models, ec25, settings.nitrate_default_mg_l)
    water = composition(
        concentrations,
        neutral_sulfate_mg_l=settings.neutral_sulfate_mg_l,
        silicate_ca_mg_meq_l=settings.silicate_ca_mg_meq_l,
    )
    gross = uptake_mmol_l(water, 1.0, settings.rain_mmol_l)
    retained = uptake_mmol_l(water, settings.kappa, settings.rain_mmol_l)
    return Accounting(
        counted=counted,
        stage_m=stage,
        ec25_us_cm=ec25,
        discharge_m3_s=discharge,
        concentrations_mg_l=concentrations,
        water=water,
        gross_t_co2=uptake_t_co2(discharge, gross, inputs.interval_s),
        retained_t_co2=uptake_t_co2(discharge, retained, inputs.interval_s),
        loads=loads(discharge, water, inputs.interval_s),
        interval_s=inputs.interval_s,
        distinct_stages=stages,
        curve_index=curve_index,
    )


def concentrations_of(models: IonModels, ec25: FloatArray, nitrate_default_mg_l: float) -> dict[str, FloatArray]:
    """All ions [mg/L] at EC25 [uS/cm]: what no sample reports counts as zero, nitrate as its default."""
    found = models.concentrations_mg_l(ec25)
    for ion in models.not_analysed:
        found[ion] = np.full_like(ec25, nitrate_default_mg_l if ion == "nitrate_mg_l" else 0.0)
    return found


def retained_by_cations_t_co2(accounting: Accounting, settings: Settings) -> float:
    """Cross-check: kappa Alk - C/2 with C the calcium and magnesium of carbonate rock [meq/L], t CO2."""
    from_rock = accounting.carbonate_cations_mol - settings.silicate_ca_mg_meq_l * accounting.loads.water_m3
    # gypsum's calcium is no carbonate: it goes with the sulfate that is neutral
    neutral = settings.neutral_sulfate_mg_l * masses.milliequivalents_per_mg("sulfate_mg_l")
    from_rock -= neutral * accounting.loads.water_m3
    moles = settings.kappa * accounting.loads.alkalinity_mol - 0.5 * from_rock
    return (moles - settings.rain_mmol_l * accounting.loads.water_m3) * masses.T_CO2_PER_MMOL_L_M3


def month_numbers(inputs: Inputs, utc_offset_s: int) -> NDArray[np.int64]:
    """Months since January 1970 of each slot's start in the station's fixed offset, shape (slots,)."""
    seconds = inputs.start_s + utc_offset_s + inputs.interval_s * np.arange(inputs.slots, dtype=np.int64)
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def month_label(number: int) -> str:
    """ "2021-05" for a month number."""
    return f"{1970 + number // 12:04d}-{number % 12 + 1:02d}"


def local_year(epoch_s: int, utc_offset_s: int) -> int:
    """Calendar year of a time in the station's fixed offset."""
    return datetime.fromtimestamp(epoch_s + utc_offset_s, UTC).year
