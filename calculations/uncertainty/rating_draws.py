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

from calculations.hydrology.rating import Line, RatingCurve, lines_at, trial_lines
from calculations.portable import exact_sum, exp, log
from calculations.sums import exact_row_sums

FloatArray = NDArray[np.float64]
Terms = tuple[list[FloatArray], list[FloatArray]]

_DISTANCE_NODES = 20
_SLOPE_NODES = 8
REACH = 6.0
_LEAST_PROBABILITY = 1e-7
_LEAST_LIKELIHOOD = 1e-9
_NODE_DECIMALS = 12
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
    coefficients: tuple[tuple[float, ...], ...]

    def terms(self, log_distance: FloatArray, z_slope: FloatArray) -> Terms:
        """The polynomials of one block of draws: the same for all surfaces of one call of `sum_surfaces`."""
        by_distance = chebyshev((log_distance - self.centre) / self.half, len(self.coefficients))
        return by_distance, chebyshev(z_slope / REACH, _SLOPE_NODES)

    def of(self, terms: Terms) -> FloatArray:
        """ln of the sum at the central level, shape of the draws whose terms are given."""
        by_distance, by_slope = terms
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

    def at(self, log_distance: FloatArray, z_slope: FloatArray) -> FloatArray:
        """ln of the sum at the central level, shape of the arguments (one block of draws)."""
        return self.of(self.terms(log_distance, z_slope))


def sum_surfaces(posterior: RatingPosterior, stage_m: FloatArray, weights: Sequence[FloatArray]) -> list[SumSurface]:
    """A surface for each weight: ln sum over s of weight[s] Q(stage[s]) (stages distinct, shape (s,)).

    A sum must be positive at every node: its weights are positive and its highest stage lies above h0.
    """
    low, high = float(posterior.log_distance[0]), float(posterior.log_distance[-1])
    centre, half = 0.5 * (low + high), max(0.5 * (high - low), 1e-9)
    x_nodes, z_nodes = chebyshev_nodes(_DISTANCE_NODES), chebyshev_nodes(_SLOPE_NODES)
    values = np.empty((len(weights), _DISTANCE_NODES, _SLOPE_NODES))
    each_weight = np.array(weights)
    lines = posterior.lines([centre + half * x for x in x_nodes])
    for i, (h0_m, level, slope, slope_sd, mean_x) in enumerate(lines):
        flowing = stage_m > h0_m
        away = log(stage_m[flowing] - h0_m) - mean_x
        slopes = np.array([slope + slope_sd * REACH * z for z in z_nodes])
        discharge = exp(level + slopes[:, None] * away)
        weighted = each_weight[:, None, flowing] * discharge
        values[:, i] = np.reshape(exact_row_sums(weighted.reshape(-1, away.size)), (len(weights), _SLOPE_NODES))
    return [SumSurface(centre, half, _coefficients(table, x_nodes, z_nodes)) for table in log(values)]


def clipped(z: FloatArray) -> FloatArray:
    """Deviates of slope or gain held to the surfaces' reach (beyond it lies one draw in 10^9)."""
    return np.clip(z, -REACH, REACH)


def chebyshev_nodes(count: int) -> list[float]:
    """Chebyshev nodes, rounded so that no library's last bit of a cosine matters."""
    return [round(math.cos(math.pi * (k + 0.5) / count), _NODE_DECIMALS) for k in range(count)]


def chebyshev(x: FloatArray, count: int) -> list[FloatArray]:
    """The first `count` Chebyshev polynomials at x."""
    polynomials = [np.ones_like(x), x]
    for _ in range(count - 2):
        polynomials.append(2.0 * x * polynomials[-1] - polynomials[-2])
    return polynomials[:count]


def _coefficients(table: FloatArray, x_nodes: list[float], z_nodes: list[float]) -> tuple[tuple[float, ...], ...]:
    """Discrete orthogonality of the Chebyshev polynomials at their nodes, in both directions."""
    x_terms = np.array(chebyshev(np.array(x_nodes), len(x_nodes)))
    z_terms = np.array(chebyshev(np.array(z_nodes), len(z_nodes)))
    products = (table * x_terms[:, None, :, None]) * z_terms[None, :, None, :]
    sums = iter(exact_row_sums(products.reshape(table.size, table.size)))
    rows = []
    for i in range(len(x_nodes)):
        x_norm = (1.0 if i == 0 else 2.0) / len(x_nodes)
        row = []
        for j in range(len(z_nodes)):
            z_norm = (1.0 if j == 0 else 2.0) / len(z_nodes)
            row.append(small_to_zero(x_norm * z_norm * next(sums)))
        rows.append(tuple(row))
    return tuple(rows)


def small_to_zero(coefficient: float) -> float:
    """Coefficients that all together change a sum by less than 2 in 10^8 are left out, which saves most of the time."""
    return coefficient if abs(coefficient) > _LEAST_COEFFICIENT else 0.0
