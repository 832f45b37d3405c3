"""The error model: one trial draws every systematic error once and gives gross, retained and net.

All sums over readings are linear in the regression's coefficients, so a year collapses into two sums per curve,
W0 = sum Q dt and W1 = sum Q EC* dt, once as measured and once with discharge capped at the line of extrapolation.
EC* is what the drawn gain makes of the reading, then held to the calibrated range, so W1 belongs to curve and gain.
A trial is then arithmetic on a handful of numbers. Random errors (residuals with their autocorrelation, resolution)
enter as one normal deviate with its analytical standard deviation.

pH and temperature do not enter the uptake (conductivity is at 25 C, alkalinity from conductivity), so their
biases are no part of this model; they move pCO2 and saturation only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.flux.baseline import Baseline
from calculations.portable import exp, normal_quantile
from calculations.regression.models import IonModel
from calculations.uncertainty.drawn_curves import DrawnCurves
from calculations.uncertainty.draws import triangular
from calculations.uncertainty.gained_sums import Gain
from calculations.uncertainty.rating_draws import RatingPosterior, clipped

FloatArray = NDArray[np.float64]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "rating": ("rating_offset", "rating_slope", "rating_level"),
    "gauging_bias": ("gauging_bias",),
    "conductivity": ("ec_gain",),
    "laboratory": ("lab_alkalinity", "lab_acids", "lab_acids_of_baseline"),
    "regression": ("alkalinity_level", "alkalinity_slope", "sulfate_level", "sulfate_slope", "nitrate", "alkali"),
    "kappa": ("kappa", "kappa_of_baseline"),
    "baseline": ("baseline_alkalinity", "baseline_runoff"),
    "area": ("area",),
    "random": ("random",),
}
"""Group of the tornado -> its streams of draws."""

STREAMS = tuple(stream for streams in GROUPS.values() for stream in streams)


class Draws:
    """One block of uniform draws in (0, 1) by stream, all of one shape, and their normal deviates."""

    def __init__(self, uniforms: Mapping[str, FloatArray]) -> None:
        self._uniforms = uniforms
        self._deviates: dict[str, FloatArray] = {}

    def u(self, stream: str) -> FloatArray:
        """The uniforms of a stream."""
        return self._uniforms[stream]

    def z(self, stream: str) -> FloatArray:
        """The same as standard normal deviates (each stream is turned once)."""
        if stream not in self._deviates:
            self._deviates[stream] = normal_quantile(self._uniforms[stream])
            self._deviates[stream].flags.writeable = False  # whoever asks next gets the same
        return self._deviates[stream]


@dataclass(frozen=True)
class Uncertainties:
    """Standard uncertainties and distributions of a methodology version."""

    kappa: tuple[float, float, float]
    gauging_bias: float
    lab_alkalinity: float
    lab_acids: float
    area: float


@dataclass(frozen=True)
class Chemistry:
    """What the composition needs: models of alkalinity, SO4 and NO3 (mg/L), and the alkali excess (meq/L).

    `alkali_meq_l` is Na + K - Cl with its standard error; S is its positive part plus `silicate_meq_l`.
    """

    alkalinity: IonModel
    sulfate: IonModel
    nitrate: IonModel
    alkali_meq_l: float
    alkali_sd_meq_l: float
    silicate_meq_l: float
    neutral_sulfate_mg_l: float
    rain_mmol_l: float


class WaterSum(Protocol):
    """ln of a sum of water: a `SumSurface`, or a `TableSum` of drawn histories."""

    def terms(self, log_distance: FloatArray, z_slope: FloatArray) -> Any:
        """What the draws of the curve come to, shared by all sums of one rating."""
        ...

    def of(self, terms: Any) -> FloatArray:
        """ln of the sum for draws whose terms are given."""
        ...

    def at(self, log_distance: FloatArray, z_slope: FloatArray) -> FloatArray:
        """ln of the sum."""
        ...


class GainedWater(Protocol):
    """A sum of water x EC*: a `GainedSum`, or a `TableGainedSum`."""

    @property
    def gain(self) -> Gain:
        """What was assumed of the gain."""
        ...

    def of(self, terms: Any, z_gain: FloatArray) -> FloatArray:
        """The sum for draws whose terms are given."""
        ...


@dataclass(frozen=True)
class Surfaces:
    """Collapsed sums: water [m3] and water x EC* [m3 uS/cm], as measured and capped."""

    water: WaterSum
    water_ec: GainedWater
    capped_water: WaterSum
    capped_water_ec: GainedWater


@dataclass(frozen=True)
class Trials:
    """t CO2 of each trial: gross F(1), retained F(kappa), net after the cap and the stated deductions."""

    gross: FloatArray
    retained: FloatArray
    net: FloatArray | None


@dataclass(frozen=True)
class Terms:
    """What one block of trials is made of; water in m3, uptakes in t CO2, each an array over the block.

    `lab` are the factors on alkalinity and acids; `project` is the retained uptake after the extrapolation cap.
    """

    kappa: FloatArray
    lab: tuple[FloatArray, FloatArray]
    silicate_meq_l: FloatArray
    water_m3: FloatArray
    capped_m3: FloatArray
    gross: FloatArray
    retained: FloatArray
    project: FloatArray


@dataclass(frozen=True)
class ErrorModel:
    """Everything a trial needs. `baseline` None: an inventory, no net."""

    posterior: RatingPosterior | DrawnCurves
    surfaces: Surfaces
    central_water_m3: float
    chemistry: Chemistry
    uncertainties: Uncertainties
    baseline: Baseline | None
    area_km2: float
    years: float
    random_sd_t_co2: float

    def trials(self, draws: Draws) -> Trials:
        """Gross, retained and net for one block of uniform draws."""
        terms = self.terms(draws)
        if self.baseline is None:
            return Trials(terms.gross, terms.retained, None)
        on_projects_water, on_its_own = self.baseline_loads(self.baseline, draws, terms, terms.capped_m3)
        net = terms.project - np.maximum(on_projects_water, on_its_own)
        return Trials(
            terms.gross, terms.retained, net - self.baseline.project_emissions_t_co2 - self.baseline.leakage_t_co2
        )

    def terms(self, draws: Draws) -> Terms:
        """The project's side of one block of uniform draws, and what a baseline shares with it."""
        u = self.uncertainties
        kappa = triangular(draws.u("kappa"), *u.kappa)
        lab = 1.0 + u.lab_alkalinity * draws.z("lab_alkalinity"), 1.0 + u.lab_acids * draws.z("lab_acids")
        random = self.random_sd_t_co2 * draws.z("random")
        scale = self._level(draws)
        log_distance = self.posterior.log_distance_at(draws.u("rating_offset"))
        z_gain = clipped(draws.z("ec_gain"))
        # all four sums belong to one posterior, so they share their polynomials
        terms = self.surfaces.water.terms(log_distance, clipped(draws.z("rating_slope")))

        def volume(surface: WaterSum) -> FloatArray:
            return scale * exp(surface.of(terms))

        def volume_ec(surface: GainedWater) -> FloatArray:
            return scale * surface.of(terms, z_gain)

        silicate = self._silicate(draws)
        water = volume(self.surfaces.water)
        alkalinity, acids = self._loads(draws, water, volume_ec(self.surfaces.water_ec), lab)
        gross = self._uptake(1.0, water, alkalinity, acids, silicate) + random
        retained = self._uptake(kappa, water, alkalinity, acids, silicate) + random
        capped, project = water, retained
        if self.surfaces.capped_water is not self.surfaces.water:
            capped = volume(self.surfaces.capped_water)
            alkalinity, acids = self._loads(draws, capped, volume_ec(self.surfaces.capped_water_ec), lab)
            project = self._uptake(kappa, capped, alkalinity, acids, silicate) + random
        return Terms(kappa, lab, silicate, water, capped, gross, retained, project)

    def alkalinity_mol(self, draws: Draws) -> FloatArray:
        """Load of alkalinity [mol of charge], without the random errors."""
        scale, z_gain = self._level(draws), clipped(draws.z("ec_gain"))
        log_distance = self.posterior.log_distance_at(draws.u("rating_offset"))
        terms = self.surfaces.water.terms(log_distance, clipped(draws.z("rating_slope")))
        water = scale * exp(self.surfaces.water.of(terms))
        water_ec = scale * self.surfaces.water_ec.of(terms, z_gain)
        grams = _ion_load(self.chemistry.alkalinity, draws, "alkalinity", water, water_ec)
        grams = grams * (1.0 + self.uncertainties.lab_alkalinity * draws.z("lab_alkalinity"))
        return grams * masses.milliequivalents_per_mg("alkalinity_hco3_mg_l")

    def _level(self, draws: Draws) -> FloatArray:
        """Factor on all discharges: level of the curve and bias of the gaugings."""
        level_sd = self.posterior.level_sd
        bias = 1.0 + self.uncertainties.gauging_bias * draws.z("gauging_bias")
        return exp(level_sd * draws.z("rating_level")) * np.maximum(bias, 0.0)

    def _loads(
        self, draws: Draws, water: FloatArray, water_ec: FloatArray, lab: tuple[FloatArray, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Loads of alkalinity and of acids [mol of charge]."""
        chemistry = self.chemistry
        alkalinity = _ion_load(chemistry.alkalinity, draws, "alkalinity", water, water_ec) * lab[0]
        sulfate = _ion_load(chemistry.sulfate, draws, "sulfate", water, water_ec) * lab[1]
        sulfate = np.maximum(sulfate - chemistry.neutral_sulfate_mg_l * water, 0.0)
        nitrate_mg_l = chemistry.nitrate.mean_mg_l + chemistry.nitrate.mean_sd_mg_l * draws.z("nitrate")
        nitrate = np.maximum(nitrate_mg_l, 0.0) * water * lab[1]
        acids = sulfate * masses.milliequivalents_per_mg("sulfate_mg_l")
        acids = acids + nitrate * masses.milliequivalents_per_mg("nitrate_mg_l")
        return alkalinity * masses.milliequivalents_per_mg("alkalinity_hco3_mg_l"), acids

    def _silicate(self, draws: Draws) -> FloatArray:
        """S [meq/L]."""
        alkali = self.chemistry.alkali_meq_l + self.chemistry.alkali_sd_meq_l * draws.z("alkali")
        return np.maximum(alkali, 0.0) + self.chemistry.silicate_meq_l

    def _uptake(
        self, kappa: FloatArray | float, water: FloatArray, alkalinity: FloatArray, acids: FloatArray, s: FloatArray
    ) -> FloatArray:
        moles = (kappa - 0.5) * alkalinity + 0.5 * (s * water - acids) - self.chemistry.rain_mmol_l * water
        return moles * masses.T_CO2_PER_MMOL_L_M3

    def baseline_loads(
        self, baseline: Baseline, draws: Draws, terms: Terms, project_water_m3: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """(C_b Q_p, C_b Q_b) in t CO2: errors shared with the project use its draws and cancel where they do."""
        u, shared = self.uncertainties, baseline.shared
        kappa = terms.kappa if "kappa" in shared else triangular(draws.u("kappa_of_baseline"), *u.kappa)
        alkalinity = baseline.alkalinity_meq_l * (
            1.0 + baseline.relative_sd_of_alkalinity * draws.z("baseline_alkalinity")
        )
        acids: FloatArray | float = baseline.acid_meq_l
        if "lab" in shared:
            alkalinity, acids = alkalinity * terms.lab[0], acids * terms.lab[1]
        else:
            acids = acids * (1.0 + u.lab_acids * draws.z("lab_acids_of_baseline"))
        silicate = terms.silicate_meq_l
        s = silicate if baseline.silicate_is_projects else np.full_like(silicate, baseline.silicate_meq_l)
        per_m3 = (kappa - 0.5) * alkalinity + 0.5 * (s - acids) - baseline.rain_mmol_l
        stated = baseline.water_m3(self.area_km2, self.years)
        relative = terms.water_m3 / self.central_water_m3
        if "rating" not in shared:
            # the baseline years had a rating of their own: the same spread, drawn apart
            spread = exp(self._relative_water_sd() * draws.z("baseline_runoff"))
            relative = spread * np.ones_like(terms.water_m3)
        runoff = stated * relative
        if "area" not in shared:
            runoff = runoff * (1.0 + u.area * draws.z("area"))
        return per_m3 * project_water_m3 * masses.T_CO2_PER_MMOL_L_M3, per_m3 * runoff * masses.T_CO2_PER_MMOL_L_M3

    def _relative_water_sd(self) -> float:
        """First-order relative standard uncertainty of the period's water from curve and gauging bias."""
        sides = np.array([U_MINUS, U_PLUS])
        variance = 0.0
        for stream in ("rating_offset", "rating_slope", "rating_level", "gauging_bias"):
            draws = Draws(central_draws(2) | {stream: sides})
            log_distance = self.posterior.log_distance_at(draws.u("rating_offset"))
            slope = clipped(draws.z("rating_slope"))
            low, high = (self._level(draws) * exp(self.surfaces.water.at(log_distance, slope))).tolist()
            relative = 0.5 * (high - low) / self.central_water_m3
            variance += relative * relative
        return float(np.sqrt(variance))


U_PLUS = 0.8413447460685429
"""Share of normal deviates below +1."""
U_MINUS = 1.0 - U_PLUS


def central_draws(count: int) -> dict[str, FloatArray]:
    """The median of every stream, `count` times."""
    return {stream: np.full(count, 0.5) for stream in STREAMS}


def first_order_variances(model: ErrorModel) -> tuple[dict[str, float], dict[str, float]]:
    """Variance by group of (retained, net or retained): central differences at one standard deviation."""
    streams = list(STREAMS)
    draws = central_draws(2 * len(streams))
    for k, stream in enumerate(streams):
        draws[stream][2 * k], draws[stream][2 * k + 1] = U_MINUS, U_PLUS
    trials = model.trials(Draws(draws))
    net = trials.retained if trials.net is None else trials.net

    def by_group(values: FloatArray) -> dict[str, float]:
        effect = 0.5 * (values[1::2] - values[0::2])
        square = dict(zip(streams, (effect * effect).tolist(), strict=True))
        return {group: sum(square[stream] for stream in members) for group, members in GROUPS.items()}

    return by_group(trials.retained), by_group(net)


def _ion_load(model: IonModel, draws: Draws, name: str, water: FloatArray, water_ec: FloatArray) -> FloatArray:
    """sum Q dt c [g] of a line or mean with drawn coefficients (level at the mean EC and slope are independent)."""
    level = model.mean_mg_l + model.mean_sd_mg_l * draws.z(f"{name}_level")
    if model.line is None:
        return np.maximum(level, 0.0) * water
    slope = model.line.slope + model.line.slope_sd * draws.z(f"{name}_slope")
    return level * water + slope * (water_ec - model.line.mean_x * water)
