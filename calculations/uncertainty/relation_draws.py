"""Drawing one relation of stage and discharge a fixed number of times: a power law, segments, or a weir.

Every parameter comes from equal strata of its distribution in a random order of its own (a Latin hypercube: M. D.
McKay, R. J. Beckman and W. J. Conover 1979, Technometrics 21, 239-245). The same strata serve every run.

- Power law: the distance of its zero from the profile likelihood, then slope and level, as in `rating_draws`.
- Segments: offsets and breaks are proposed from their covariance (distances as logarithms, somewhat too wide) and taken
  as often as their profile likelihood says (sampling importance resampling: D. B. Rubin 1988); level and exponents are
  then drawn from the straight-line fit at these offsets and breaks, where they are exactly normal.
- Weir: coefficient, opening and crest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calculations.hydrology.dated_curves import DatedRelation
from calculations.hydrology.rating import RatingCurve
from calculations.hydrology.segment_fitting import GaugingSet
from calculations.hydrology.segments import SegmentedCurve, Shape
from calculations.hydrology.small_systems import Matrix, inverse
from calculations.hydrology.weirs import GRAVITY_M_S2, Weir, geometry_of
from calculations.portable import exact_sum, exp, log, normal_quantile, power
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.rating_draws import posterior_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HISTORIES = 1024
_SEED = "karst-drawn-curves-1"
_PROPOSALS = 8192
_WIDER = 1.4
"""The proposals' spread over that of the covariance: what lies beyond them could never be drawn."""
_MOST_SD = 1.0
"""Largest standard deviation of a proposed logarithm of a distance."""


class RelationDraws(Protocol):
    """HISTORIES drawn forms of one relation."""

    def rows(self, stage_m: FloatArray, shifts_m: FloatArray, histories: IntArray) -> Iterator[FloatArray]:
        """Discharge [m3/s] at ascending stages (s,), one row for each of some histories (h,) with its shift."""
        ...


def draws_of(entry: DatedRelation, key: str) -> RelationDraws:
    """The drawn forms of an entry's relation; `key` names its streams."""
    relation = entry.relation
    if isinstance(relation, RatingCurve):
        return PowerLawDraws(relation, key)
    if isinstance(relation, SegmentedCurve):
        return segment_draws(relation, key)
    return WeirDraws(relation, key)


@lru_cache(maxsize=256)
def strata(stream: str, count: int = HISTORIES) -> FloatArray:
    """The middles of `count` equal strata of (0, 1), in an order of the stream's own."""
    rank = np.argsort(uniforms(_SEED, stream, count), kind="stable")
    return (rank.astype(np.float64) + 0.5) / count


@lru_cache(maxsize=256)
def deviates(stream: str, count: int = HISTORIES) -> FloatArray:
    """The same as standard normal deviates."""
    return normal_quantile(strata(stream, count))


@dataclass(frozen=True)
class PowerLawDraws:
    """One power law: distance, slope and level."""

    curve: RatingCurve
    key: str

    def rows(self, stage_m: FloatArray, shifts_m: FloatArray, histories: IntArray) -> Iterator[FloatArray]:
        """See `RelationDraws`."""
        posterior = posterior_of(self.curve)
        distance = posterior.log_distance_at(strata(f"{self.key}:distance")[histories])
        slopes, levels = (deviates(f"{self.key}:{name}")[histories].tolist() for name in ("slope", "level"))
        lines = posterior.lines(distance.tolist())
        for line, z_slope, z_level, shift in zip(lines, slopes, levels, shifts_m.tolist(), strict=True):
            h0_m, level, slope, slope_sd, mean_x = line
            depth = stage_m + shift - h0_m
            flowing = depth > 0.0
            x = log(np.where(flowing, depth, 1.0)) - mean_x
            # an exponent below zero would let the river fall while it rises
            drawn = max(slope + slope_sd * z_slope, 0.0)
            yield np.where(flowing, exp(level + posterior.level_sd * z_level + drawn * x), 0.0)


@dataclass(frozen=True)
class WeirDraws:
    """A weir: coefficient, opening and stage of the crest."""

    weir: Weir
    key: str

    def rows(self, stage_m: FloatArray, shifts_m: FloatArray, histories: IntArray) -> Iterator[FloatArray]:
        """See `RelationDraws`."""
        weir = self.weir
        factor, exponent, opening_sd = geometry_of(weir)
        scale = factor * weir.discharge_coefficient * float(np.sqrt(2.0 * GRAVITY_M_S2))
        streams = (deviates(f"{self.key}:{name}")[histories].tolist() for name in ("coefficient", "opening", "crest"))
        for z_coefficient, z_opening, z_crest, shift in zip(*streams, shifts_m.tolist(), strict=True):
            relative = weir.relative_sd_of_coefficient * z_coefficient + opening_sd * z_opening
            head = stage_m + shift - (weir.crest_stage_m + weir.sd_of_stage_m * z_crest)
            flowing = head > 0.0
            over = power(np.where(flowing, head, 1.0) + weir.head_correction_m, exponent)
            yield np.where(flowing, scale * exp(relative) * over, 0.0)


@dataclass(frozen=True)
class SegmentDraws:
    """Drawn curves in segments, each with its shape, level at the first break, and exponents."""

    curves: tuple[tuple[Shape, float, tuple[float, ...]], ...]

    def rows(self, stage_m: FloatArray, shifts_m: FloatArray, histories: IntArray) -> Iterator[FloatArray]:
        """See `RelationDraws`."""
        for history, shift in zip(histories.tolist(), shifts_m.tolist(), strict=True):
            shape, level, exponents = self.curves[history]
            yield discharge_of(shape, level, exponents, stage_m + shift)


def discharge_of(shape: Shape, level: float, exponents: Sequence[float], stage_m: FloatArray) -> FloatArray:
    """Discharge [m3/s] at ascending stages (s,): each segment looks at its own stages only."""
    offsets, breaks = shape.offsets_m, shape.breaks_m
    ends = np.searchsorted(stage_m, [offsets[0], *breaks], side="right").tolist()
    found, at_base = np.zeros(stage_m.shape), level
    for k, (first, after) in enumerate(pairwise([*ends, stage_m.size])):
        of_base = log(breaks[max(0, k - 1)] - offsets[k])
        if after > first:
            found[first:after] = exp(at_base + exponents[k] * (log(stage_m[first:after] - offsets[k]) - of_base))
        if 0 < k < len(breaks):
            at_base += exponents[k] * (log(breaks[k] - offsets[k]) - of_base)
    return found


def segment_draws(curve: SegmentedCurve, key: str) -> SegmentDraws:
    """HISTORIES curves from the posterior of a curve in segments."""
    gaugings = GaugingSet.of(curve.stage_m, curve.discharge_m3_s, curve.relative_uncertainty)
    scale = max(1.0, curve.reduced_chi_square)
    proposed, penalty = _proposed(curve, key)
    count = len(curve.exponents)
    offsets, breaks = [proposed[k] for k in range(count)], [proposed[k] for k in range(count, 2 * count - 1)]
    squares = gaugings.squares_of_trials(offsets, breaks)
    possible = np.isfinite(squares)
    log_weight = np.where(possible, -0.5 * np.where(possible, squares - squares.min(), 0.0) / scale + penalty, -1e300)
    weight = exp(np.maximum(log_weight - log_weight.max(), -700.0)) * possible
    chosen = _resampled(weight)
    z = [deviates(f"{key}:linear {k}").tolist() for k in range(count + 1)]
    fits: dict[int, tuple[Shape, list[float], Matrix]] = {}
    curves = []
    for history, number in enumerate(chosen.tolist()):
        if number not in fits:
            shape = Shape(tuple(float(o[number]) for o in offsets), tuple(float(b[number]) for b in breaks))
            fits[number] = (shape, *_straight(gaugings, shape, scale))
        shape, centre, lower = fits[number]
        drawn = [
            value + sum(factor * z[j][history] for j, factor in enumerate(row[: k + 1]))
            for k, (value, row) in enumerate(zip(centre, lower, strict=True))
        ]
        # an exponent below zero would let the river fall while it rises
        curves.append((shape, drawn[0], tuple(max(b, 0.0) for b in drawn[1:])))
    return SegmentDraws(tuple(curves))


def _proposed(curve: SegmentedCurve, key: str) -> tuple[list[FloatArray], FloatArray]:
    """(offsets and breaks, each (proposals,); minus the logarithm of the density they are proposed with)."""
    count, bases = len(curve.exponents), [curve.lowest_gauged_stage_m, *curve.shape.breaks_m]
    distances = [base - offset for base, offset in zip(bases, curve.shape.offsets_m, strict=True)]
    free = count if curve.breaks_held else 2 * count - 1
    block = [list(row[1 + count : 1 + count + free]) for row in curve.covariance[1 + count : 1 + count + free]]
    # ln distance_k = ln(base_k - offset_k): by its offset, and by the break that is its base
    jacobian = [[0.0] * free for _ in range(free)]
    for k, distance in enumerate(distances):
        jacobian[k][k] = -1.0 / distance
        if k > 0 and not curve.breaks_held:
            jacobian[k][count + k - 1] = 1.0 / distance
    for k in range(count, free):
        jacobian[k][k] = 1.0
    lower = lower_triangle(_sandwich(jacobian, block))
    z = [deviates(f"{key}:shape {k}", _PROPOSALS) for k in range(free)]
    moved, penalty = [], np.zeros(_PROPOSALS)
    for k, row in enumerate(lower):
        sd = float(np.sqrt(sum(value * value for value in row)))
        held = _WIDER * (min(1.0, _MOST_SD / sd) if k < count and sd > 0.0 else 1.0)
        change = np.zeros(_PROPOSALS)
        for j, factor in enumerate(row[: k + 1]):
            change = change + held * factor * z[j]
        moved.append(change)
    for deviate in z:
        penalty = penalty + 0.5 * deviate * deviate
    breaks = [
        at + moved[count + i] if not curve.breaks_held else np.full(_PROPOSALS, at)
        for i, at in enumerate(curve.shape.breaks_m)
    ]
    drawn_bases = [np.full(_PROPOSALS, curve.lowest_gauged_stage_m), *breaks]
    offsets = [base - d * exp(change) for base, d, change in zip(drawn_bases, distances, moved, strict=False)]
    return [*offsets, *breaks], penalty


def _straight(gaugings: GaugingSet, shape: Shape, scale: float) -> tuple[list[float], Matrix]:
    """Level and exponents at given offsets and breaks, and Cholesky's factor of their covariance."""
    columns = [np.ones_like(gaugings.stage), *shape.columns(gaugings.stage)]
    weighted = [gaugings.weight * column for column in columns]
    unscaled = inverse([[exact_sum(left * right) for right in columns] for left in weighted])
    sums = [exact_sum(left * gaugings.log_discharge) for left in weighted]
    centre = [sum(value * total for value, total in zip(row, sums, strict=True)) for row in unscaled]
    return centre, lower_triangle([[scale * value for value in row] for row in unscaled])


def _resampled(weight: FloatArray) -> IntArray:
    """HISTORIES places, each as often as its weight says (systematic: one point in every equal step of the total)."""
    cumulated = np.cumsum(weight)
    points = (np.arange(HISTORIES) + 0.5) / HISTORIES * cumulated[-1]
    places: IntArray = np.minimum(np.searchsorted(cumulated, points), weight.size - 1).astype(np.int64)
    return places


def lower_triangle(covariance: Sequence[Sequence[float]]) -> Matrix:
    """Cholesky's factor of a covariance; a direction without variance of its own gets zeros."""
    size = len(covariance)
    lower: Matrix = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = covariance[i][j]
            for k in range(j):
                rest -= lower[i][k] * lower[j][k]
            if i == j:
                lower[i][i] = float(np.sqrt(rest)) if rest > 1e-12 * covariance[i][i] else 0.0
            elif lower[j][j] > 0.0:
                lower[i][j] = rest / lower[j][j]
    return lower


def _sandwich(jacobian: Matrix, covariance: Matrix) -> Matrix:
    """J C J^T."""
    size = range(len(jacobian))
    half = [[sum(jacobian[i][k] * covariance[k][j] for k in size) for j in size] for i in size]
    return [[sum(half[i][k] * jacobian[j][k] for k in size) for j in size] for i in size]
