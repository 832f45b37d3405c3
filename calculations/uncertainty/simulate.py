"""Running the trials, and holding the collapsed model against plain sums over all readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.distinct import Distinct
from calculations.flux.uptake import Composition, uptake_mmol_l, uptake_t_co2
from calculations.portable import exact_sum
from calculations.regression.models import IonModel
from calculations.uncertainty.drawn_curves import DrawnCurves
from calculations.uncertainty.draws import triangular, uniforms
from calculations.uncertainty.model import STREAMS, Draws, ErrorModel, first_order_variances
from calculations.uncertainty.rating_draws import clipped
from calculations.uncertainty.summary import Summary, summarise

FloatArray = NDArray[np.float64]

BLOCK = 16384
CHECKED_DRAWS = 4
KEPT_DRAWS = 2**18


@dataclass(frozen=True)
class Readings:
    """Counted readings for the check: stages [m], EC25 [uS/cm] as measured, its calibrated range, interval [s]."""

    stages_m: Distinct
    ec25_us_cm: Distinct
    ec25_range_us_cm: tuple[float, float]
    interval_s: float
    curve_index: NDArray[np.int64] | None = None
    """Which of several curves in time each reading belongs to."""


@dataclass(frozen=True)
class Simulation:
    """Distributions in t CO2, tornado shares, and the largest relative difference to plain sums."""

    draws: int
    gross: Summary
    retained: Summary
    net: Summary | None
    tornado: dict[str, float]
    check_relative: float

    def record(self) -> dict[str, Any]:
        """JSON form."""
        figures = {"gross": self.gross, "retained": self.retained}
        if self.net is not None:
            figures["net"] = self.net
        target = figures.get("net", self.retained)
        return {
            "draws": self.draws,
            "quantile_rule": "value of rank ceil(p n) of the sorted draws",
            "distributions_t_co2": {name: summary.record() for name, summary in figures.items()},
            "histogram_t_co2": target.histogram(),
            "histogram_of": "net" if self.net is not None else "retained",
            "tornado_shares": {group: round(share, 6) for group, share in self.tornado.items()},
            "check": {"draws": CHECKED_DRAWS, "largest_relative_difference": round(self.check_relative, 9)},
        }


def simulate(
    model: ErrorModel,
    readings: Readings,
    *,
    seed: str,
    draws: int,
    progress: Callable[[int, int], None] | None = None,
    sample: Callable[[str, str, int], FloatArray] = uniforms,
) -> Simulation:
    """Run the trials in blocks; the same seed gives the same bits whatever the machine.

    `sample(seed, stream, count)` draws a stream: plainly, or `calculations.uncertainty.sobol.sobol_uniforms`.
    """
    streams, blocks = blocks_of(sample, seed, STREAMS, draws)
    gross, retained, net = np.empty(draws), np.empty(draws), np.empty(draws)
    for block, drawn in blocks:
        trials = model.trials(drawn)
        gross[block], retained[block] = trials.gross, trials.retained
        if trials.net is not None:
            net[block] = trials.net
        if progress is not None:
            progress(block.stop, draws)
    _, variances = first_order_variances(model)
    total = sum(variances.values())
    return Simulation(
        draws=draws,
        gross=summarise(gross),
        retained=summarise(retained),
        net=None if model.baseline is None else summarise(net),
        tornado={group: variance / total if total > 0.0 else 0.0 for group, variance in variances.items()},
        check_relative=_check(model, readings, streams),
    )


def blocks_of(
    sample: Callable[[str, str, int], FloatArray], seed: str, names: tuple[str, ...], draws: int
) -> tuple[Mapping[str, FloatArray], Sequence[tuple[slice, Draws]]]:
    """The streams of a run, and the same in blocks; as `drawn_once` keeps them, unless they are too many to keep."""
    return (drawn_once if draws <= KEPT_DRAWS else drawn_once.__wrapped__)(sample, seed, names, draws)


@lru_cache(maxsize=1)
def drawn_once(
    sample: Callable[[str, str, int], FloatArray], seed: str, names: tuple[str, ...], draws: int
) -> tuple[Mapping[str, FloatArray], Sequence[tuple[slice, Draws]]]:
    """The streams of a run, and the same in blocks, which keep the deviates that were asked of them.

    The last run's stay (about 50 MB): a what-if of the same evidence has the same seed, and only other parameters.
    """
    streams = {name: sample(seed, name, draws) for name in names}
    for values in streams.values():
        values.flags.writeable = False
    blocks = [slice(start, min(start + BLOCK, draws)) for start in range(0, draws, BLOCK)]
    return streams, [(block, Draws({name: values[block] for name, values in streams.items()})) for block in blocks]


def _check(model: ErrorModel, readings: Readings, streams: Mapping[str, FloatArray]) -> float:
    """Largest relative difference of retained between collapsed trials and sums over every reading."""
    collapsed, direct = retained_both_ways(model, readings, streams, CHECKED_DRAWS)
    size = np.maximum(np.abs(direct), 1e-9)
    return float((np.abs(collapsed - direct) / size).max())


def retained_both_ways(
    model: ErrorModel, readings: Readings, streams: Mapping[str, FloatArray], count: int
) -> tuple[FloatArray, FloatArray]:
    """Retained [t CO2] of the first `count` draws, by the collapsed sums and by plain sums over every reading.

    Without the random errors, which have no plain sum.
    """
    draws = Draws({stream: values[:count] for stream, values in streams.items()} | {"random": np.full(count, 0.5)})
    direct = np.array([_retained_directly(model, readings, draws, k) for k in range(count)])
    return model.trials(draws).retained, direct


def _retained_directly(model: ErrorModel, readings: Readings, draws: Draws, k: int) -> float:
    u, chemistry = model.uncertainties, model.chemistry

    def z(stream: str) -> float:
        return float(draws.z(stream)[k])

    log_distance = float(model.posterior.log_distance_at(draws.u("rating_offset")[k : k + 1])[0])
    slope_deviate = float(clipped(draws.z("rating_slope")[k : k + 1])[0])
    stages, posterior = readings.stages_m, model.posterior
    if isinstance(posterior, DrawnCurves):
        assert readings.curve_index is not None
        discharge = posterior.of_readings(readings.curve_index, stages.of_each(stages.values), log_distance)
    else:  # a stage has one discharge, however often it is read
        drawn = posterior.discharge_m3_s(stages.values, log_distance, slope_deviate, z("rating_level"))
        discharge = stages.of_each(drawn)
    discharge = discharge * max(0.0, 1.0 + u.gauging_bias * z("gauging_bias"))
    low, high = readings.ec25_range_us_cm
    gain_deviate = float(clipped(draws.z("ec_gain")[k : k + 1])[0])
    gain = model.surfaces.water_ec.gain.relative_sd * gain_deviate
    ec25 = np.clip(readings.ec25_us_cm.values * (1.0 + gain), low, high)  # a conductivity has one composition

    def ion(of: IonModel, name: str) -> FloatArray:
        level = of.mean_mg_l + of.mean_sd_mg_l * z(f"{name}_level")
        if of.line is None:
            return np.full_like(ec25, max(level, 0.0))
        slope = of.line.slope + of.line.slope_sd * z(f"{name}_slope")
        return np.maximum(level + slope * (ec25 - of.line.mean_x), 0.0)

    lab_acids = 1.0 + u.lab_acids * z("lab_acids")
    alkalinity = ion(chemistry.alkalinity, "alkalinity") * (1.0 + u.lab_alkalinity * z("lab_alkalinity"))
    sulfate = np.maximum(ion(chemistry.sulfate, "sulfate") * lab_acids - chemistry.neutral_sulfate_mg_l, 0.0)
    nitrate = max(0.0, chemistry.nitrate.mean_mg_l + chemistry.nitrate.mean_sd_mg_l * z("nitrate")) * lab_acids
    silicate = max(0.0, chemistry.alkali_meq_l + chemistry.alkali_sd_meq_l * z("alkali")) + chemistry.silicate_meq_l
    water = Composition(
        alkalinity_meq_l=alkalinity * masses.milliequivalents_per_mg("alkalinity_hco3_mg_l"),
        sulfuric_meq_l=sulfate * masses.milliequivalents_per_mg("sulfate_mg_l"),
        nitric_meq_l=np.array([nitrate * masses.milliequivalents_per_mg("nitrate_mg_l")]),
        silicate_meq_l=np.array([silicate]),
    )
    kappa = float(triangular(draws.u("kappa")[k : k + 1], *u.kappa)[0])
    uptake = readings.ec25_us_cm.of_each(uptake_mmol_l(water, kappa, chemistry.rain_mmol_l))
    return exact_sum(uptake_t_co2(discharge, uptake, readings.interval_s))
