"""Fitting a curve in segments to gaugings, and how many segments they speak for.

At given offsets and breaks the weighted least squares of ln Q have a closed form. Offsets and breaks are found on a
grid, along lines, and by damped steps of all together, each a fixed number of times. Number of segments: the
information criterion of Schwarz 1978; another segment must lower it by more than six ("strong" in Kass & Raftery
1995).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from calculations.hydrology.rating import (
    MINIMUM_GAUGINGS,
    OUTLIER_ALPHA,
    OUTLIER_UNCERTAINTIES,
    RatingCurve,
    RatingError,
    Rejection,
    fit_rating,
)
from calculations.hydrology.segments import SegmentedCurve, Shape, columns_of, slopes_of
from calculations.hydrology.small_systems import Matrix, SingularError, inverse, solve
from calculations.portable import exact_sum, exp, log
from calculations.regression.student import two_sided_critical

FloatArray = NDArray[np.float64]

MOST_SEGMENTS = 3
LEAST_PER_SEGMENT = 3
"""Different gauged stages that a segment needs on its own side of a break."""
STRONG_EVIDENCE = 6.0

_STEEPEST = 8.0
_GRID = 12
_NEAREST, _FARTHEST = 3e-3, 4.0
"""Trial distances of an offset below the lowest stage of its segment, as shares of the range of gauged stages."""
_STARTS, _ROUNDS, _TRIALS, _ZOOMS, _STEPS = 2, 3, 17, 3, 16
"""Starts refined; rounds of lines through them; trials on a line, zoomed in so many times; steps of all together."""


@dataclass(frozen=True)
class _Solution:
    shape: Shape
    level: float
    exponents: tuple[float, ...]
    sum_of_squares: float


@dataclass(frozen=True)
class GaugingSet:
    """Gaugings as the fit looks at them, each array (n,)."""

    stage: FloatArray
    log_discharge: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, stage_m: FloatArray, discharge_m3_s: FloatArray, relative_uncertainty: FloatArray) -> GaugingSet:
        """Weights are one over the square of the relative uncertainty."""
        return cls(stage_m, log(discharge_m3_s), 1.0 / (relative_uncertainty * relative_uncertainty))

    def solve(self, shape: Shape) -> _Solution | None:
        """Closed form for level and exponents; None where an exponent is no channel's or nothing is determined."""
        columns = [np.ones_like(self.stage), *shape.columns(self.stage)]
        weighted = [self.weight * column for column in columns]
        matrix = [[exact_sum(left * right) for right in columns] for left in weighted]
        try:
            found = solve(matrix, [exact_sum(left * self.log_discharge) for left in weighted])
        except SingularError:
            return None
        level, exponents = found[0], tuple(found[1:])
        if not all(0.0 < b <= _STEEPEST for b in exponents):
            return None
        residual = self.log_discharge - level
        for b, column in zip(exponents, columns[1:], strict=True):
            residual = residual - b * column
        return _Solution(shape, level, exponents, exact_sum(self.weight * residual * residual))

    def squares_of_trials(self, offsets_m: list[FloatArray], breaks_m: list[FloatArray]) -> FloatArray:
        """Least sum of squares at m trial places, (m,) arrays per offset and break; inf where none is sensible.

        The normal equations are eliminated for all trials at once; sums run over the gaugings in their order.
        """
        stage = self.stage[:, None]
        lowest = [np.full_like(offsets_m[0], self.stage.min()), *breaks_m]
        possible = np.ones(offsets_m[0].shape, dtype=bool)
        for low, high in pairwise(lowest):
            possible &= low < high
        for offset, low in zip(offsets_m, lowest, strict=True):
            possible &= offset < low
        safe_breaks = [np.where(possible, at, at[possible][0] if possible.any() else 0.0) for at in breaks_m]
        if not possible.any():
            return np.full(offsets_m[0].shape, np.inf)
        safe_offsets = [np.where(possible, offset, offset[possible][0]) for offset in offsets_m]
        y = self.log_discharge - exact_sum(self.weight * self.log_discharge) / exact_sum(self.weight)
        columns = columns_of(stage, safe_offsets, safe_breaks)
        columns = [np.ones_like(columns[0]), *columns, np.broadcast_to(y[:, None], columns[0].shape)]
        size = len(columns) - 1
        weighted = [self.weight[:, None] * column for column in columns]
        moments = [[(left * right).sum(axis=0) for right in columns] for left in weighted]
        with np.errstate(divide="ignore", invalid="ignore"):
            for k in range(size):
                for i in range(k + 1, size + 1):
                    factor = moments[i][k] / moments[k][k]
                    for j in range(k + 1, size + 1):
                        moments[i][j] = moments[i][j] - factor * moments[k][j]
            unknowns: list[FloatArray] = []
            for k in range(size - 1, -1, -1):
                rest = moments[k][size]
                for j, value in zip(range(size - 1, k, -1), unknowns, strict=True):
                    rest = rest - moments[k][j] * value
                unknowns.append(rest / moments[k][k])
        exponents = unknowns[:-1]
        for b in exponents:
            possible &= (b > 0.0) & (b <= _STEEPEST)
        return np.where(possible & np.isfinite(moments[size][size]), np.maximum(moments[size][size], 0.0), np.inf)


def fit_segments(
    stage_m: Sequence[float] | FloatArray,
    discharge_m3_s: Sequence[float] | FloatArray,
    relative_uncertainty: Sequence[float] | FloatArray,
    *,
    segments: int = 2,
    reject_outliers: bool = True,
) -> SegmentedCurve:
    """Fit a curve of two or three segments to gaugings (n,): stage [m], discharge [m3/s], relative sd [1].

    Raises RatingError: RATING_TOO_FEW_GAUGINGS (3 parameters a segment and two to spare), RATING_ONE_STAGE,
    RATING_GAUGING_NOT_POSITIVE, RATING_NOT_RISING, RATING_NO_BREAK where no place for a break leaves three different
    stages on each side.
    """
    if not 2 <= segments <= MOST_SEGMENTS:
        raise ValueError(f"a segmented curve has 2 to {MOST_SEGMENTS} segments")
    stage = np.asarray(stage_m, dtype=np.float64)
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    uncertainty = np.asarray(relative_uncertainty, dtype=np.float64)
    if not stage.shape == discharge.shape == uncertainty.shape or stage.ndim != 1:
        raise ValueError("stage, discharge and uncertainty must be one-dimensional and equally long")
    wrong = ~(np.isfinite(stage) & (discharge > 0) & np.isfinite(discharge) & (uncertainty > 0) & (uncertainty < 1))
    if wrong.any():
        raise RatingError("RATING_GAUGING_NOT_POSITIVE", number=int(np.flatnonzero(wrong)[0]) + 1)
    used = np.ones(stage.size, dtype=bool)
    rejections: list[Rejection] = []
    while True:
        curve = _fit(stage[used], discharge[used], uncertainty[used], segments)
        may_go_on = int(used.sum()) > 3 * segments + 2 and len(rejections) < stage.size // 5
        worst = _worst(curve) if reject_outliers and may_go_on else None
        if worst is None:
            return replace(curve, rejected=tuple(rejections))
        index = int(np.flatnonzero(used)[worst[0]])
        expected = float(curve.discharge_m3_s_at(stage[index : index + 1])[0])
        rejections.append(Rejection(index, worst[1], expected))
        used[index] = False


def choose_curve(
    stage_m: Sequence[float] | FloatArray,
    discharge_m3_s: Sequence[float] | FloatArray,
    relative_uncertainty: Sequence[float] | FloatArray,
    *,
    most_segments: int = 2,
    minimum_gaugings: int = MINIMUM_GAUGINGS,
) -> RatingCurve | SegmentedCurve:
    """The curve with as many segments as the gaugings speak for, at most `most_segments`.

    Whatever the number, the outlier rule is that of the curve. Curves are compared on the gaugings that all of
    them keep. Raises what `fit_rating` raises.
    """
    single = fit_rating(stage_m, discharge_m3_s, relative_uncertainty, minimum_gaugings=minimum_gaugings)
    best: RatingCurve | SegmentedCurve = single
    for count in range(2, most_segments + 1):
        try:
            curve = fit_segments(stage_m, discharge_m3_s, relative_uncertainty, segments=count)
        except RatingError:
            break
        if criterion(best, stage_m, discharge_m3_s, relative_uncertainty, curve) <= STRONG_EVIDENCE:
            break
        best = curve
    return best


def criterion(
    simple: RatingCurve | SegmentedCurve,
    stage_m: Sequence[float] | FloatArray,
    discharge_m3_s: Sequence[float] | FloatArray,
    relative_uncertainty: Sequence[float] | FloatArray,
    richer: SegmentedCurve,
) -> float:
    """By how much the richer curve lowers n ln(sum of squares / n) + p ln n, on the gaugings that it keeps."""
    kept = np.ones(np.asarray(stage_m).size, dtype=bool)
    kept[[item.index for item in richer.rejected]] = False
    stage, discharge = np.asarray(stage_m, dtype=np.float64)[kept], np.asarray(discharge_m3_s, dtype=np.float64)[kept]
    relative = np.asarray(relative_uncertainty, dtype=np.float64)[kept]
    weight = 1.0 / (relative * relative)
    count = int(kept.sum())

    def of(curve: RatingCurve | SegmentedCurve, parameters: int) -> float:
        modelled = curve.discharge_m3_s_at(stage)
        if not (modelled > 0.0).all():
            return math.inf
        residual = log(discharge) - log(modelled)
        # below a thousandth of the stated uncertainty there is nothing left to explain
        squares = max(exact_sum(weight * residual * residual) / count, 1e-6)
        return count * log(squares) + parameters * log(float(count))

    simple_parameters = 3 * len(simple.exponents) if isinstance(simple, SegmentedCurve) else 3
    return of(simple, simple_parameters) - of(richer, 3 * len(richer.exponents))


def _fit(stage: FloatArray, discharge: FloatArray, uncertainty: FloatArray, segments: int) -> SegmentedCurve:
    count, least = int(stage.size), 3 * segments + 2
    if count < least:
        raise RatingError("RATING_TOO_FEW_GAUGINGS", count=count, minimum=least)
    levels = np.unique(stage)
    if levels.size < LEAST_PER_SEGMENT:
        raise RatingError("RATING_ONE_STAGE", stages=int(levels.size), minimum=LEAST_PER_SEGMENT)
    if levels.size < LEAST_PER_SEGMENT * segments:
        raise RatingError("RATING_NO_BREAK", stages=int(levels.size), segments=segments)
    gaugings = GaugingSet.of(stage, discharge, uncertainty)
    solution = _searched(gaugings, levels, segments)
    freedom = count - 3 * segments
    chi_square = solution.sum_of_squares / freedom
    unscaled, held = _unscaled_covariance(solution, gaugings)
    scale = max(1.0, chi_square)
    return SegmentedCurve(
        shape=solution.shape,
        level=solution.level,
        exponents=solution.exponents,
        covariance=tuple(tuple(scale * value for value in row) for row in unscaled),
        breaks_held=held,
        reduced_chi_square=chi_square,
        stage_m=stage,
        discharge_m3_s=discharge,
        relative_uncertainty=uncertainty,
        rejected=(),
    )


def _searched(gaugings: GaugingSet, levels: FloatArray, segments: int) -> _Solution:
    starts = _starts(gaugings, levels, segments)
    if not starts:
        raise RatingError("RATING_NOT_RISING")
    refined = [_refined(start, gaugings, levels) for start in starts]
    return min(refined, key=lambda found: found.sum_of_squares)


def _starts(gaugings: GaugingSet, levels: FloatArray, segments: int) -> list[_Solution]:
    """The best solution of a coarse grid for each of the most promising sets of breaks."""
    span = float(levels[-1] - levels[0])
    count = _GRID if segments == 2 else _GRID // 2  # what is coarser here is refined afterwards all the same
    distances = span * exp(np.linspace(log(_NEAREST), log(_FARTHEST), count))
    grids = [grid.ravel() for grid in np.meshgrid(*[distances] * segments, indexing="ij")]
    best = []
    for breaks in _break_sets(levels, segments):
        lowest = (float(levels[0]), *breaks)
        offsets = [base - grid for base, grid in zip(lowest, grids, strict=True)]
        squares = gaugings.squares_of_trials(offsets, [np.full(grids[0].size, at) for at in breaks])
        index = int(np.argmin(squares))
        solution = gaugings.solve(Shape(tuple(float(offset[index]) for offset in offsets), breaks))
        if math.isfinite(squares[index]) and solution:
            best.append(solution)
    return sorted(best, key=lambda item: (item.sum_of_squares, item.shape.breaks_m))[:_STARTS]


def _break_sets(levels: FloatArray, segments: int) -> list[tuple[float, ...]]:
    """Midpoints between gauged stages that leave three different ones to each segment (thinned out for two breaks)."""
    places = [0.5 * (low + high) for low, high in zip(levels[:-1].tolist(), levels[1:].tolist(), strict=True)]
    first, last = LEAST_PER_SEGMENT - 1, levels.size - LEAST_PER_SEGMENT
    if segments == 2:
        return [(places[i],) for i in range(first, last)]
    step = max(1, (last - first) // 6)
    inner = range(first, last, step)
    return [(places[i], places[j]) for i in inner for j in inner if j - i >= LEAST_PER_SEGMENT]


def _refined(start: _Solution, gaugings: GaugingSet, levels: FloatArray) -> _Solution:
    """Along each offset and each break in turn, then damped steps of all together; only better is kept."""
    best = start
    for turn in range(_ROUNDS):
        reach = 2.0 / 2.0**turn
        for k in range(len(best.shape.offsets_m)):
            best = _along_offset(best, k, gaugings, levels, reach)
        for i in range(len(best.shape.breaks_m)):
            best = _along_break(best, i, gaugings, levels)
    return _stepped(best, gaugings, levels)


def _along_offset(best: _Solution, k: int, gaugings: GaugingSet, levels: FloatArray, reach: float) -> _Solution:
    lowest = float(levels[0]) if k == 0 else best.shape.breaks_m[k - 1]
    span = float(levels[-1] - levels[0])
    least, most = log(1e-3 * span), log(2.0 * _FARTHEST * span)
    centre = log(lowest - best.shape.offsets_m[k])
    for _ in range(_ZOOMS):
        trials = np.linspace(max(centre - reach, least), min(centre + reach, most), _TRIALS)
        offsets = [np.full(_TRIALS, offset) for offset in best.shape.offsets_m]
        offsets[k] = lowest - exp(trials)
        squares = gaugings.squares_of_trials(offsets, [np.full(_TRIALS, at) for at in best.shape.breaks_m])
        index = int(np.argmin(squares))
        centre, reach = float(trials[index]), reach * 2.0 / (_TRIALS - 1)
    found = list(best.shape.offsets_m)
    found[k] = lowest - exp(centre)
    return _better(best, gaugings, Shape(tuple(found), best.shape.breaks_m), levels)


def _along_break(best: _Solution, i: int, gaugings: GaugingSet, levels: FloatArray) -> _Solution:
    least, most = _room(best.shape, i, levels)
    if not least < most:
        return best
    for _ in range(_ZOOMS):
        trials = np.linspace(least, most, _TRIALS)
        breaks = [np.full(_TRIALS, at) for at in best.shape.breaks_m]
        breaks[i] = trials
        squares = gaugings.squares_of_trials([np.full(_TRIALS, at) for at in best.shape.offsets_m], breaks)
        index, step = int(np.argmin(squares)), (most - least) / (_TRIALS - 1)
        least, most = max(least, float(trials[index]) - step), min(most, float(trials[index]) + step)
    found = list(best.shape.breaks_m)
    found[i] = float(trials[index])
    return _better(best, gaugings, Shape(best.shape.offsets_m, tuple(found)), levels)


def _room(shape: Shape, i: int, levels: FloatArray) -> tuple[float, float]:
    """Between which stages break i may lie, so that both its segments keep three different gauged stages."""
    outer = (-math.inf, *shape.breaks_m, math.inf)
    inside = levels[(levels > outer[i]) & (levels < outer[i + 2])]
    if inside.size < 2 * LEAST_PER_SEGMENT:
        return shape.breaks_m[i], shape.breaks_m[i]
    return float(inside[LEAST_PER_SEGMENT - 1]), float(inside[inside.size - LEAST_PER_SEGMENT])


def _better(best: _Solution, gaugings: GaugingSet, shape: Shape, levels: FloatArray) -> _Solution:
    if not shape.sane(float(levels[0])):
        return best
    found = gaugings.solve(shape)
    return found if found and found.sum_of_squares < best.sum_of_squares else best


def _stepped(best: _Solution, gaugings: GaugingSet, levels: FloatArray) -> _Solution:
    """Gauss-Newton in offsets and breaks together, with the damping of Marquardt 1963."""
    segments, damping = len(best.exponents), 1e-3
    for _ in range(_STEPS):
        residual = gaugings.log_discharge - best.level
        for b, column in zip(best.exponents, best.shape.columns(gaugings.stage), strict=True):
            residual = residual - b * column
        slopes = slopes_of(best.shape, best.exponents, gaugings.stage)
        matrix = [[exact_sum(gaugings.weight * left * right) for right in slopes] for left in slopes]
        right = [exact_sum(gaugings.weight * left * residual) for left in slopes]
        for i in range(len(slopes)):
            matrix[i][i] *= 1.0 + damping
        try:
            step = solve(matrix, right)[segments + 1 :]
        except SingularError:
            return best
        offsets = tuple(at + d for at, d in zip(best.shape.offsets_m, step[:segments], strict=True))
        breaks = tuple(at + d for at, d in zip(best.shape.breaks_m, step[segments:], strict=True))
        inside = all(
            least <= at <= most
            for at, (least, most) in zip(
                breaks, (_room(best.shape, i, levels) for i in range(segments - 1)), strict=True
            )
        )
        found = _better(best, gaugings, Shape(offsets, breaks), levels) if inside else best
        damping = damping * 4.0 if found is best else damping / 4.0
        best = found
    return best


def _unscaled_covariance(solution: _Solution, gaugings: GaugingSet) -> tuple[Matrix, bool]:
    slopes = slopes_of(solution.shape, solution.exponents, gaugings.stage)
    for held in (False, True):
        kept = slopes[: len(slopes) - len(solution.shape.breaks_m)] if held else slopes
        matrix = [[exact_sum(gaugings.weight * left * right) for right in kept] for left in kept]
        try:
            return inverse(matrix), held
        except SingularError:
            continue
    raise RatingError("RATING_NO_BREAK", stages=int(np.unique(gaugings.stage).size), segments=len(solution.exponents))


def _worst(curve: SegmentedCurve) -> tuple[int, float] | None:
    """(index, externally studentised residual) of the worst gauging if it is an outlier, else None."""
    count, parameters = int(curve.stage_m.size), 3 * len(curve.exponents)
    freedom = count - parameters
    if freedom < 2:
        return None
    weight = 1.0 / (curve.relative_uncertainty * curve.relative_uncertainty)
    scale = max(1.0, curve.reduced_chi_square)
    of_curve = curve.relative_sd_at(curve.stage_m)
    leverage = np.minimum(weight * of_curve * of_curve / scale, 1.0 - 1e-9)
    residual = log(curve.discharge_m3_s) - log(curve.discharge_m3_s_at(curve.stage_m))
    internal = weight * residual * residual / (max(curve.reduced_chi_square, 1e-12) * (1.0 - leverage))
    others = np.maximum(freedom - internal, 1e-12)
    studentised = np.sqrt(internal * (freedom - 1) / others)
    far = np.abs(residual) > OUTLIER_UNCERTAINTIES * curve.relative_uncertainty
    index = int(np.argmax(np.where(far, studentised, -1.0)))
    critical = two_sided_critical(1.0 - OUTLIER_ALPHA / count, freedom - 1)
    if not far[index] or float(studentised[index]) <= critical:
        return None
    return index, math.copysign(float(studentised[index]), float(residual[index]))
