"""How the rating curve's uncertainty reaches sums of discharge, without a curve per draw and reading.

The curve's own uncertainty is drawn where it is exact: the distance of h0 below the lowest gauged stage from
its profile likelihood, then slope and level from the straight line at that h0 (they are independent there).
A sum W(h) Q(h) over readings is, but for the level, a smooth function of (ln distance, slope deviate): its
logarithm is computed at some hundred nodes and interpolated by Chebyshev polynomials for all draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations.chebyshev import chebyshev, chebyshev_coefficients, chebyshev_nodes
from calculations.hydrology.rating import Line, RatingCurve, lines_at, trial_lines
from calculations.memory import rows_in_place
from calculations.portable import exact_sum, exp, log
from calculations.sums import cut_once, row_sums

FloatArray = NDArray[np.float64]
Terms = tuple[list[FloatArray], list[FloatArray]]
Coefficients = tuple[tuple[float, ...], ...]

_DISTANCE_NODES = 20
_SLOPE_NODES = 8
_FEW = 256
REACH = 6.0
_LEAST_PROBABILITY = 1e-7
_LEAST_LIKELIHOOD = 1e-9
_LEAST_COEFFICIENT = 1e-10


@dataclass(frozen=True)
class RatingPosterior:
    """Distribution of the curve: table of (distribution function, ln distance of h0), and the gaugings."""

    curve: RatingCurve
    probability: FloatArray
    log_distance: FloatArray

    def log_distance_at(self, u: FloatArray) -> FloatArray:
        """Inverse of the distribution function, linear between the table's points."""
        index = np.clip(np.searchsorted(self.probability, u), 1, self.probability.size - 1)
        left, right = self.probability[index - 1], self.probability[index]
        share = np.clip((u - left) / (right - left), 0.0, 1.0)
        return self.log_distance[index - 1] + share * (self.log_distance[index] - self.log_distance[index - 1])

    @cached_property
    def level_sd(self) -> float:
        """Standard deviation of ln Q at the gaugings' mean ln depth, whatever h0."""
        return math.sqrt(self.curve.variance_scale / exact_sum(self._weight))

    def lines(self, log_distances: Sequence[float]) -> list[tuple[float, float, float, float, float]]:
        """At each ln distance: h0, level of ln Q, slope, its sd, mean ln depth of the gaugings."""
        curve, scale = self.curve, self.curve.variance_scale
        h0_m = curve.lowest_gauged_stage_m - exp(np.array(log_distances))
        found = lines_at(h0_m, curve.stage_m, log(curve.discharge_m3_s), self._weight)
        slope_sds = [math.sqrt(scale / line.weighted_sxx) for line in found]
        return [
            (line.h0_m, line.centre, line.slope, slope_sd, line.mean_log_depth)
            for line, slope_sd in zip(found, slope_sds, strict=True)
        ]

    @cached_property
    def _weight(self) -> FloatArray:
        uncertainty = self.curve.relative_uncertainty
        return np.asarray(1.0 / (uncertainty * uncertainty))

    def discharge_m3_s(self, stage_m: FloatArray, log_distance: float, z_slope: float, z_level: float) -> FloatArray:
        """Discharge of one drawn curve at stages (n,), directly (for checks)."""
        ((h0_m, level, slope, slope_sd, mean_x),) = self.lines([log_distance])
        depth = stage_m - h0_m
        flowing = depth > 0.0
        x = log(np.where(flowing, depth, 1.0)) - mean_x
        log_discharge = level + self.level_sd * z_level + (slope + slope_sd * z_slope) * x
        return np.where(flowing, exp(log_discharge), 0.0)


def posterior_of(curve: RatingCurve) -> RatingPosterior:
    """Profile likelihood of h0 over the fit's trial distances, as a distribution function.

    Two passes: the trial grid finds where the likelihood lives, a grid of as many points resolves it there.
    """
    weight = 1.0 / (curve.relative_uncertainty * curve.relative_uncertainty)
    y = log(curve.discharge_m3_s)
    lowest = curve.lowest_gauged_stage_m
    coarse = trial_lines(curve.stage_m, y, weight)
    coarse_distance = log(np.array([lowest - line.h0_m for line in coarse]))
    density = _likelihood(coarse, curve.variance_scale)
    alive = np.flatnonzero(density > _LEAST_LIKELIHOOD)
    first, last = max(0, int(alive[0]) - 1), min(density.size - 1, int(alive[-1]) + 1)
    start, end = float(coarse_distance[first]), float(coarse_distance[last])
    distance = start + (end - start) * (np.arange(density.size) / (density.size - 1))
    fine = lines_at(lowest - exp(distance), curve.stage_m, y, weight)
    density = _likelihood(fine, curve.variance_scale)
    steps = 0.5 * (density[1:] + density[:-1]) * (distance[1:] - distance[:-1])
    cumulated = np.concatenate(([0.0], np.cumsum(steps)))
    probability = cumulated / cumulated[-1]
    inside = (probability >= _LEAST_PROBABILITY) & (probability <= 1.0 - _LEAST_PROBABILITY)
    first, last = int(np.argmax(inside)), int(inside.size - 1 - np.argmax(inside[::-1]))
    kept = slice(max(0, first - 1), last + 2)
    kept_probability, kept_distance = probability[kept], distance[kept]
    rising = np.concatenate(([True], kept_probability[1:] > kept_probability[:-1]))
    return RatingPosterior(curve, kept_probability[rising], kept_distance[rising])


def _likelihood(lines: Sequence[Line], scale: float) -> FloatArray:
    squares = np.array([line.sum_of_squares for line in lines])
    likelihood: FloatArray = exp(-0.5 * (squares - squares.min()) / scale)
    return likelihood


@dataclass(frozen=True)
class SumSurface:
    """ln of a weighted sum of discharge over (ln distance, slope deviate), without the curve's level."""

    centre: float
    half: float
    coefficients: Coefficients

    def terms(self, log_distance: FloatArray, z_slope: FloatArray) -> Terms:
        """The polynomials of one block of draws: the same for all surfaces of one call of `sum_surfaces`."""
        by_distance = chebyshev((log_distance - self.centre) / self.half, len(self.coefficients))
        return by_distance, chebyshev(z_slope / REACH, _SLOPE_NODES)

    def of(self, terms: Terms) -> FloatArray:
        """ln of the sum at the central level, shape of the draws whose terms are given."""
        by_distance, by_slope = terms
        if by_distance[0].size <= _FEW:
            return self._of_few(by_distance, by_slope)
        total, inner, product = (np.zeros_like(by_distance[0]) for _ in range(3))
        for polynomial, row in zip(by_distance, self.coefficients, strict=True):
            if any(row):
                inner.fill(0.0)
                for term, coefficient in zip(by_slope, row, strict=True):
                    if coefficient:
                        inner += np.multiply(term, coefficient, out=product)
                inner *= polynomial
                total += inner
        return total

    def _of_few(self, by_distance: list[FloatArray], by_slope: list[FloatArray]) -> FloatArray:
        """The same to the bit for few draws, all rows at once: then the number of calls is what counts."""
        rows = [row for row in self.coefficients if any(row)]
        polynomials = [one for one, row in zip(by_distance, self.coefficients, strict=True) if any(row)]
        inner = np.zeros((len(rows), by_distance[0].size))
        for term, column in zip(by_slope, np.array(rows).reshape(len(rows), _SLOPE_NODES).T, strict=False):
            inner += term * column[:, None]
        total = np.zeros_like(by_distance[0])
        for polynomial, row in zip(polynomials, inner, strict=True):
            total += row * polynomial
        return total

    def at(self, log_distance: FloatArray, z_slope: FloatArray) -> FloatArray:
        """ln of the sum at the central level, shape of the arguments (one block of draws)."""
        return self.of(self.terms(log_distance, z_slope))


def sum_surfaces(posterior: RatingPosterior, stage_m: FloatArray, weights: Sequence[FloatArray]) -> list[SumSurface]:
    """A surface for each weight: ln sum over s of weight[s] Q(stage[s]) (stages distinct and rising, shape (s,)).

    A sum must be positive at every node: its weights are positive and its highest stage lies above h0.
    """
    return sum_surfaces_held(posterior, stage_m, weights, None)[0]


def sum_surfaces_held(
    posterior: RatingPosterior, stage_m: FloatArray, weights: Sequence[FloatArray], highest_stage_m: float | None
) -> tuple[list[SumSurface], list[SumSurface] | None]:
    """`sum_surfaces`, and the same with stages above the highest counting as it (None where that is None)."""
    low, high = float(posterior.log_distance[0]), float(posterior.log_distance[-1])
    centre, half = 0.5 * (low + high), max(0.5 * (high - low), 1e-9)
    x_nodes, z_nodes = chebyshev_nodes(_DISTANCE_NODES), chebyshev_nodes(_SLOPE_NODES)
    values = np.empty((2, len(weights), _DISTANCE_NODES, _SLOPE_NODES))
    each_weight, line = np.array(weights), stage_m.size
    if highest_stage_m is not None:  # one more stage, at which nothing was read
        line = int(np.searchsorted(stage_m, highest_stage_m))
        stage_m = np.insert(stage_m, line, highest_stage_m)
        each_weight = np.insert(each_weight, line, 0.0, axis=1)
    above = row_sums(each_weight[:, line:])[:, None]
    for i, drawn in enumerate(posterior.lines([centre + half * x for x in x_nodes])):
        start = int(np.searchsorted(stage_m, drawn[0], side="right"))
        discharge = _at_slopes(drawn, stage_m[start:], z_nodes)
        with rows_in_place():
            sums = _weighted_sums(each_weight[:, start:], discharge, line - start)
        values[0, :, i] = sums[0] + sums[1]
        if highest_stage_m is not None:
            values[1, :, i] = sums[0] + above * discharge[:, line - start]
    count = len(weights) * (1 if highest_stage_m is None else 2)
    tables = log(values.reshape(-1, *values.shape[2:])[:count])
    surfaces = [SumSurface(centre, half, table) for table in _coefficients(tables)]
    return surfaces[: len(weights)], surfaces[len(weights) :] or None


def _at_slopes(
    drawn: tuple[float, float, float, float, float], stage_m: FloatArray, z_nodes: Sequence[float]
) -> FloatArray:
    """Discharge at stages above h0, (nodes, s), of the lines with each slope; the nodes come in pairs of both signs."""
    h0_m, level, slope, slope_sd, mean_x = drawn
    away = log(stage_m - h0_m)
    away -= mean_x
    steeper = np.array([slope_sd * REACH * z for z in z_nodes[: len(z_nodes) // 2]])
    exponents = np.concatenate(([level + slope * away], steeper[:, None] * away))
    middle, *changes = exp(exponents)
    discharge = np.empty((len(z_nodes), away.size))
    for k, change in enumerate(changes):
        np.multiply(middle, change, out=discharge[k])
        np.divide(middle, change, out=discharge[-1 - k])
    return discharge


def _weighted_sums(weights: FloatArray, discharge: FloatArray, line: int) -> FloatArray:
    """sum of weights (w, s) times discharge (nodes, s) over the stages below the line and over the others.

    Shape (2, w, nodes). One cut of a thousand stages leaves some 1e-13 of a sum, the interpolation a thousand times as
    much.
    """
    product = np.empty_like(discharge)
    sums = np.empty((2, weights.shape[0], discharge.shape[0]))
    largest = float(discharge.max())
    for k, weight in enumerate(weights):
        np.multiply(discharge, weight, out=product)
        cut = cut_once(product, largest * float(weight.max()))
        for side, part in enumerate((slice(None, line), slice(line, None))):
            sums[side, k] = row_sums(product[:, part]) if cut is None else cut[:, part].sum(axis=-1)
    return sums


def clipped(z: FloatArray) -> FloatArray:
    """Deviates of slope or gain held to the surfaces' reach (beyond it lies one draw in 10^9)."""
    return np.clip(z, -REACH, REACH)


def _coefficients(tables: FloatArray) -> list[Coefficients]:
    """In one direction after the other."""
    across_z = chebyshev_coefficients(tables)
    return [_rows(table) for table in chebyshev_coefficients(across_z.transpose(0, 2, 1)).transpose(0, 2, 1)]


def _rows(table: FloatArray) -> Coefficients:
    return tuple(tuple(row) for row in small_to_zero(table).tolist())


def small_to_zero(coefficients: FloatArray) -> FloatArray:
    """Coefficients that all together change a sum by less than 2 in 10^8 are left out, which saves most of the time."""
    return np.where(np.abs(coefficients) > _LEAST_COEFFICIENT, coefficients, 0.0)
