"""What a draw does to the water: biases of pH and temperature, gain of the conductivity, lines of the ions.

All errors here are systematic: one trial draws each once, for all readings. They are the error model's own draws where
the flux has them (gain, lines of alkalinity and sulfate, laboratory, rating), so both are uncertain together.
Potassium, sodium, chloride and nitrate stay at their means: they act through the ionic strength alone, and their
whole uncertainty moves log10 pCO2 by less than 1e-4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry import ConstantsTable, Waters, speciate
from calculations.distinct import Distinct
from calculations.flux.accounting import Accounting
from calculations.masses import milliequivalents_per_mg
from calculations.portable import exact_sum
from calculations.quality.slots import PH, TEMPERATURE, Inputs
from calculations.regression.models import IonModel, IonModels
from calculations.uncertainty.drawn_curves import DrawnCurves
from calculations.uncertainty.gained_sums import CentralSum, central_sum
from calculations.uncertainty.model import Draws, ErrorModel
from calculations.uncertainty.rating_draws import clipped

FloatArray = NDArray[np.float64]

T_CARBON_PER_MOL = 12.011e-6
ALKALINITY = "alkalinity_hco3_mg_l"
LABORATORY = {
    ALKALINITY: "lab_alkalinity",
    "calcium_mg_l": "lab_cations",
    "magnesium_mg_l": "lab_cations",
    "sulfate_mg_l": "lab_acids",
}
"""Ion whose level and slope are drawn -> the stream of its laboratory's bias."""
STREAM_OF = {ion: ion.split("_")[0] for ion in LABORATORY}
_KEPT = ("potassium_mg_l", "sodium_mg_l", "chloride_mg_l", "nitrate_mg_l")


@dataclass(frozen=True)
class ChemicalReadings:
    """Counted readings, stage [m] and EC25 [uS/cm], each (n,); pH and temperature [degC] of the k known ones, (k,)."""

    stage_m: FloatArray
    ec25_us_cm: FloatArray
    known: NDArray[np.bool_]
    """Which counted readings have pH, temperature and a speciation, (n,)."""
    ph: FloatArray
    temperature_c: FloatArray
    interval_s: float
    curve_index: NDArray[np.int64] | None = None
    """Which of several curves in time each counted reading belongs to, (n,)."""


@dataclass(frozen=True)
class ChemicalErrors:
    """Standard uncertainties of the biases: pH [1], temperature [K], laboratory's cations [relative]."""

    ph: float
    temperature_c: float
    lab_cations: float


@dataclass(frozen=True)
class Lines:
    """Ion -> level at the samples' mean EC [mg/L] and slope [mg/L per uS/cm], arrays of one shape."""

    level: Mapping[str, FloatArray]
    slope: Mapping[str, FloatArray]

    def one(self, k: int) -> Lines:
        """Draw k alone."""
        rows = slice(k, k + 1)
        return Lines(
            {ion: values[rows] for ion, values in self.level.items()},
            {ion: values[rows] for ion, values in self.slope.items()},
        )


@dataclass(frozen=True)
class Chemical:
    """SI of calcite, CO2 pressure [Pa], DIC [mol/m3] and alkalinity [mol of charge/m3] of n waters."""

    si_calcite: FloatArray
    pco2_pa: FloatArray
    dic_mol_m3: FloatArray
    alkalinity_mol_m3: FloatArray


@dataclass(frozen=True)
class ChemicalProblem:
    """The readings, their ion models, and the sizes of the errors."""

    error_model: ErrorModel
    readings: ChemicalReadings
    models: IonModels
    errors: ChemicalErrors
    table: ConstantsTable
    nitrate_default_mg_l: float

    def ion(self, name: str) -> IonModel:
        """The model of an ion; what no sample reports is zero, nitrate its default."""
        found = self.models.models.get(name)
        if found is not None:
            return found
        value = self.nitrate_default_mg_l if name == "nitrate_mg_l" else 0.0
        return IonModel(name, None, value, 0.0, 0.0, 0)

    def laboratory_sd(self, ion: str) -> float:
        """Relative standard uncertainty of the laboratory's bias of an ion."""
        uncertainties = self.error_model.uncertainties
        return {
            "lab_alkalinity": uncertainties.lab_alkalinity,
            "lab_acids": uncertainties.lab_acids,
            "lab_cations": self.errors.lab_cations,
        }[LABORATORY[ion]]

    def lines(self, draws: Draws) -> Lines:
        """Drawn lines: level and slope, both times what the laboratory's bias makes of them."""
        level, slope = {}, {}
        for ion, laboratory in LABORATORY.items():
            model = self.ion(ion)
            factor = 1.0 + self.laboratory_sd(ion) * draws.z(laboratory)
            level[ion] = (model.mean_mg_l + model.mean_sd_mg_l * draws.z(f"{STREAM_OF[ion]}_level")) * factor
            slope[ion] = np.zeros_like(factor)
            if model.line is not None:
                slope[ion] = (model.line.slope + model.line.slope_sd * draws.z(f"{STREAM_OF[ion]}_slope")) * factor
        return Lines(level, slope)

    def held_mean(self) -> CentralSum:
        """Mean over the readings of EC25 held to the calibrated range, as a function of the gain's deviate."""
        known = self.readings.ec25_us_cm[self.readings.known]
        return central_sum(
            self.error_model.surfaces.water_ec.gain, Distinct.of(known), np.full(known.size, 1.0 / known.size)
        )

    def speciated(self, held_us_cm: FloatArray, ph: FloatArray, temperature_c: FloatArray, lines: Lines) -> Chemical:
        """Speciation of n waters at EC25 already held to the range; lines of n values or of one."""
        ions = {ion: self.concentration_mg_l(ion, held_us_cm, lines) for ion in LABORATORY}
        ions |= {ion: np.full_like(held_us_cm, max(self.ion(ion).mean_mg_l, 0.0)) for ion in _KEPT}
        found = speciate(Waters(temperature_c=temperature_c, ph=ph, **ions), self.table, with_sc25=False)
        return Chemical(
            found.si_calcite,
            found.pco2_pa,
            found.dic_mol_kgw * water_kg_m3(ions),
            ions[ALKALINITY] * milliequivalents_per_mg(ALKALINITY),
        )

    def discharge_m3_s(self, draws: Draws, k: int) -> FloatArray:
        """Discharge of all readings by the curve of draw k."""
        posterior = self.error_model.posterior
        log_distance = float(posterior.log_distance_at(draws.u("rating_offset")[k : k + 1])[0])
        slope, level = (float(draws.z(name)[k]) for name in ("rating_slope", "rating_level"))
        slope = float(clipped(np.array([slope]))[0])
        bias = 1.0 + self.error_model.uncertainties.gauging_bias * float(draws.z("gauging_bias")[k])
        if isinstance(posterior, DrawnCurves):
            assert self.readings.curve_index is not None
            drawn = posterior.of_readings(self.readings.curve_index, self.readings.stage_m, log_distance)
            return drawn * max(0.0, bias)
        return posterior.discharge_m3_s(self.readings.stage_m, log_distance, slope, level) * max(0.0, bias)

    def directly(self, draws: Draws, k: int) -> dict[str, float]:
        """The outcomes of draw k by speciation of every reading: brute force.

        DIC is the load of alkalinity of all counted readings times DIC over alkalinity in the water of the known ones.
        """
        readings, known = self.readings, self.readings.known
        gain = self.error_model.surfaces.water_ec.gain
        held = gain.held(readings.ec25_us_cm, float(clipped(draws.z("ec_gain")[k : k + 1])[0]))
        lines = self.lines(draws).one(k)
        found = self.speciated(
            held[known],
            readings.ph + self.errors.ph * float(draws.z("ph_bias")[k]),
            readings.temperature_c + self.errors.temperature_c * float(draws.z("temperature_bias")[k]),
            lines,
        )
        discharge = self.discharge_m3_s(draws, k)
        alkalinity = exact_sum(discharge * self.concentration_mg_l(ALKALINITY, held, lines))
        alkalinity_mol = alkalinity * milliequivalents_per_mg(ALKALINITY) * readings.interval_s
        ratio = exact_sum(discharge[known] * found.dic_mol_m3) / exact_sum(discharge[known] * found.alkalinity_mol_m3)
        count = readings.ph.size
        return {
            "mean_pco2_pa": exact_sum(found.pco2_pa) / count,
            "mean_si_calcite": exact_sum(found.si_calcite) / count,
            "dic_flux_t_c": alkalinity_mol * ratio * T_CARBON_PER_MOL,
        }

    def concentration_mg_l(self, ion: str, held_us_cm: FloatArray, lines: Lines) -> FloatArray:
        """An ion at EC25 already held to the range; lines of as many values, or of one."""
        line = self.ion(ion).line
        away = held_us_cm - (0.0 if line is None else line.mean_x)
        return np.maximum(lines.level[ion] + lines.slope[ion] * away, 0.0)


def chemical_readings(inputs: Inputs, accounting: Accounting, si_calcite: FloatArray) -> ChemicalReadings | None:
    """The counted readings of a period; `si_calcite` of all slots, NaN where nothing was speciated.

    None where no reading has its chemistry.
    """
    counted = accounting.counted
    known = ~np.isnan(si_calcite)[counted]
    if not known.any():
        return None
    return ChemicalReadings(
        stage_m=accounting.stage_m,
        ec25_us_cm=accounting.ec25_us_cm,
        known=known,
        ph=inputs.filled[PH][counted][known],
        temperature_c=inputs.filled[TEMPERATURE][counted][known],
        interval_s=float(accounting.interval_s),
        curve_index=accounting.curve_index,
    )


def water_kg_m3(ions_mg_l: Mapping[str, FloatArray]) -> FloatArray | float:
    """Water in a cubic metre of solution of density 1 kg/L, as the speciation counts it."""
    solutes: FloatArray | float = 0.0
    for values in ions_mg_l.values():
        solutes = solutes + values
    return 1000.0 - 1e-3 * solutes
