"""Drawn ratings where one power law is not all of it: a table of whole histories, each with its exact sums.

Segments, weirs and shifts have too many parameters for a surface over two coordinates. Instead a fixed number of
histories is drawn (`calculations.uncertainty.relation_draws`), and each history's sums

    W0 = sum Q dt        W1 = sum Q EC* dt        (EC* held to the calibrated range after the drawn gain)

are computed from all distinct stages. The histories are put in order of W0; a trial takes one of them by its draw of
`rating_offset`, so that the draw is the quantile of the year's water. Nothing is interpolated but the gain.
All shifts of a curve have one error in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations.chebyshev import chebyshev, chebyshev_nodes
from calculations.distinct import Distinct
from calculations.hydrology.dated_curves import DatedCurves
from calculations.portable import exp, log
from calculations.uncertainty.gained_sums import CentralSum, Gain, central_sum
from calculations.uncertainty.rating_draws import REACH
from calculations.uncertainty.relation_draws import HISTORIES, RelationDraws, deviates, draws_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_GAIN_NODES = 5
_CHUNK = 256


@dataclass(frozen=True)
class RatedStages:
    """Distinct (curve, effective stage) of the counted readings, each (d,), and which of them each reading is, (n,)."""

    curve_index: IntArray
    stage_m: FloatArray
    of_reading: IntArray


def rated_stages(curve_index: IntArray, stage_m: FloatArray) -> RatedStages:
    """Readings (n,) put together by curve and stage."""
    order = np.lexsort((stage_m, curve_index))
    sorted_index, sorted_stage = curve_index[order], stage_m[order]
    first = np.concatenate(([True], (sorted_index[1:] != sorted_index[:-1]) | (sorted_stage[1:] != sorted_stage[:-1])))
    of_reading = np.empty(order.size, dtype=np.int64)
    of_reading[order] = np.cumsum(first) - 1
    return RatedStages(sorted_index[first], sorted_stage[first], of_reading)


@dataclass(frozen=True)
class Drawn:
    """Curves in time with the drawn forms of each."""

    curves: DatedCurves
    relations: tuple[RelationDraws, ...]


@dataclass(frozen=True)
class DrawnCurves:
    """The drawn histories in order of their water, in the place of a `RatingPosterior`."""

    drawn: Drawn
    order: IntArray
    """Number of the drawn history at each place, (HISTORIES,)."""

    level_sd: float = 0.0
    """The level is drawn with the history."""

    def log_distance_at(self, u: FloatArray) -> FloatArray:
        """Place in the table for uniforms of `rating_offset`."""
        return np.minimum(np.floor(u * HISTORIES), HISTORIES - 1.0)

    def of_readings(self, curve_index: IntArray, stage_m: FloatArray, place: float) -> FloatArray:
        """Discharge [m3/s] of readings (n,) by the history at one place, directly (for checks)."""
        stages = rated_stages(curve_index, stage_m)
        chosen = np.array([self.order[int(place)]])
        found: FloatArray = drawn_discharge(self.drawn, stages, chosen)[0][stages.of_reading]
        return found


@dataclass(frozen=True)
class TableSum:
    """ln of a sum by place in the table, in the place of a `SumSurface`."""

    log_sum: FloatArray

    def terms(self, log_distance: FloatArray, z_slope: FloatArray) -> IntArray:
        """Places of one block of draws."""
        return log_distance.astype(np.int64)

    def of(self, terms: IntArray) -> FloatArray:
        """ln of the sum, shape of the draws."""
        return self.log_sum[terms]

    def at(self, log_distance: FloatArray, z_slope: FloatArray) -> FloatArray:
        """The same from places as numbers."""
        return self.of(self.terms(log_distance, z_slope))


@dataclass(frozen=True)
class TableGainedSum:
    """W1 by place in the table and deviate of the gain, in the place of a `GainedSum`."""

    central: CentralSum
    by_gain: FloatArray
    """Chebyshev coefficients in the gain of ln(W1 / central sum), (nodes, HISTORIES)."""

    @property
    def gain(self) -> Gain:
        """What was assumed of the gain."""
        return self.central.gain

    def of(self, terms: IntArray, z_gain: FloatArray) -> FloatArray:
        """The sum [m3 uS/cm] for places and deviates of the gain."""
        log_ratio = np.zeros_like(z_gain)
        for polynomial, row in zip(chebyshev(z_gain / REACH, self.by_gain.shape[0]), self.by_gain, strict=True):
            log_ratio += polynomial * row[terms]
        return self.central.at(z_gain) * exp(log_ratio)


Table = tuple[DrawnCurves, tuple[TableSum, TableGainedSum], tuple[TableSum, TableGainedSum]]


def drawn_curves(
    curves: DatedCurves,
    *,
    curve_index: IntArray,
    stage_m: FloatArray,
    capped_stage_m: FloatArray | None,
    ec25_us_cm: FloatArray,
    interval_s: float,
    gain: Gain,
) -> Table:
    """The table of a period's counted readings, each (n,): histories, and the sums as measured and capped.

    `capped_stage_m`: the stage held to the line of extrapolation, None where nothing is capped (the same sums twice).
    """
    everything = np.arange(HISTORIES, dtype=np.int64)
    drawn = Drawn(curves, tuple(draws_of(entry, f"{number}") for number, entry in enumerate(curves.entries)))
    measured = _Sums(drawn, rated_stages(curve_index, stage_m), ec25_us_cm, interval_s, gain)
    water, water_ec = measured.of(everything)
    order = np.argsort(water, kind="stable").astype(np.int64)
    posterior = DrawnCurves(drawn, order)
    found = measured.tables(water[order], water_ec[:, order])
    if capped_stage_m is None:
        return posterior, found, found
    capped = _Sums(drawn, rated_stages(curve_index, capped_stage_m), ec25_us_cm, interval_s, gain)
    return posterior, found, capped.tables(*capped.of(order))


@dataclass(frozen=True)
class _Sums:
    drawn: Drawn
    stages: RatedStages
    ec25_us_cm: FloatArray
    interval_s: float
    gain: Gain

    @cached_property
    def nodes(self) -> FloatArray:
        return REACH * np.array(chebyshev_nodes(_GAIN_NODES))

    @cached_property
    def weights(self) -> list[FloatArray]:
        """Seconds, and seconds x EC* at each gain, of every distinct stage."""
        held = [self.gain.held(self.ec25_us_cm, float(node)) for node in self.nodes]
        index, count = self.stages.of_reading, self.stages.stage_m.size
        return [
            self.interval_s * np.bincount(index, weights=weight, minlength=count).astype(np.float64)
            for weight in (np.ones_like(self.ec25_us_cm), *held)
        ]

    def of(self, histories: IntArray) -> tuple[FloatArray, FloatArray]:
        """W0 (histories,) and W1 (gains, histories)."""
        water, water_ec = [], []
        seconds, *weighted = self.weights
        for start in range(0, histories.size, _CHUNK):
            discharge = drawn_discharge(self.drawn, self.stages, histories[start : start + _CHUNK])
            water.append((discharge * seconds).sum(axis=1))
            water_ec.append(np.stack([(discharge * weight).sum(axis=1) for weight in weighted]))
        return np.concatenate(water), np.concatenate(water_ec, axis=1)

    def tables(self, water: FloatArray, water_ec: FloatArray) -> tuple[TableSum, TableGainedSum]:
        """The sums as a trial looks them up."""
        discharge = np.zeros(self.stages.stage_m.shape)
        for number, entry in enumerate(self.drawn.curves.entries):
            inside = self.stages.curve_index == number
            discharge[inside] = entry.relation.discharge_m3_s_at(self.stages.stage_m[inside]) if inside.any() else 0.0
        central = central_sum(
            self.gain, Distinct.of(self.ec25_us_cm), discharge[self.stages.of_reading] * self.interval_s
        )
        ratios = log(water_ec) - log(central.at(self.nodes))[:, None]
        rows = []
        for k, term in enumerate(chebyshev(self.nodes / REACH, _GAIN_NODES)):
            norm = (1.0 if k == 0 else 2.0) / _GAIN_NODES
            total = np.zeros(ratios.shape[1])
            for value, row in zip(term.tolist(), ratios, strict=True):
                total = total + value * row
            rows.append(norm * total)
        return TableSum(log(water)), TableGainedSum(central, np.stack(rows))


def drawn_discharge(drawn: Drawn, stages: RatedStages, histories: IntArray) -> FloatArray:
    """Discharge [m3/s] of the distinct stages by some of the drawn histories, (histories, d)."""
    found = np.zeros((histories.size, stages.stage_m.size))
    for number, (entry, relation) in enumerate(zip(drawn.curves.entries, drawn.relations, strict=True)):
        inside = np.flatnonzero(stages.curve_index == number)
        if inside.size:
            shifts = entry.shift_sd_m * deviates(f"{number}:shift")[histories]
            for row, discharge in enumerate(relation.rows(stages.stage_m[inside], shifts, histories)):
                found[row, inside] = discharge
    return found
