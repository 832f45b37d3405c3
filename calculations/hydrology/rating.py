"""Rating curve Q = a (h - h0)^b from gaugings: profile over h0, closed form for a and b, outliers named.

At each trial h0 the fit is a weighted straight line in (ln(h - h0), ln Q); the h0 of least weighted squares
is found on a fixed grid of ln(lowest stage - h0) and refined by a fixed number of golden sections. Weights
are 1/u^2 with u the relative standard uncertainty of a gauging. The covariance is that of the linearised
three-parameter model, scaled by the reduced chi-square, but never below what the stated uncertainties give.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.messages import CalculationError
from calculations.portable import exact_sum, exp, log
from calculations.regression.student import two_sided_critical
from calculations.sums import exact_row_sums

FloatArray = NDArray[np.float64]

MINIMUM_GAUGINGS = 5
OUTLIER_ALPHA = 0.01
"""Chance of rejecting any good gauging of a set (shared out over its points, Bonferroni)."""
OUTLIER_UNCERTAINTIES = 2.0
"""A gauging within this many of its own standard uncertainties is never an outlier."""

_PARAMETERS = 3
_GRID = 241
_NEAREST, _FARTHEST = 1e-3, 5.0
"""Trial distances of h0 below the lowest gauged stage, as shares of the range of gauged stages."""
_GOLDEN_STEPS = 60
_STEPS_AHEAD = 3
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_STEEPEST = 8.0
"""Exponents above this belong to no channel or weir; trial h0 that need them are left out."""


class RatingError(CalculationError):
    """No rating curve can be made of these gaugings."""


@dataclass(frozen=True)
class Line:
    """Weighted straight line ln Q = centre + slope (ln(h - h0) - mean_log_depth) at one h0."""

    h0_m: float
    centre: float
    slope: float
    mean_log_depth: float
    sum_of_squares: float
    weighted_sxx: float


@dataclass(frozen=True)
class Rejection:
    """A gauging left out by the outlier rule: its place in the input and its studentised residual."""

    index: int
    studentised_residual: float
    expected_discharge_m3_s: float


@dataclass(frozen=True)
class RatingCurve:
    """A fitted curve with what it was fitted to; arrays hold the gaugings used, in input order."""

    a: float
    b: float
    h0_m: float
    covariance: tuple[tuple[float, float, float], ...]
    """Of (ln a, b, h0 in m)."""
    reduced_chi_square: float
    residual_sd: float
    """Weighted standard deviation of ln Q about the curve (relative scatter)."""
    stage_m: FloatArray
    discharge_m3_s: FloatArray
    relative_uncertainty: FloatArray
    rejected: tuple[Rejection, ...]
    offset_at_edge: bool
    """True where the gaugings do not determine h0 (the best value lies at the edge of the trials)."""

    @property
    def variance_scale(self) -> float:
        """Reduced chi-square, but at least 1."""
        return max(1.0, self.reduced_chi_square)

    @property
    def highest_gauged_stage_m(self) -> float:
        """Highest stage among the gaugings used."""
        return float(self.stage_m.max())

    @property
    def lowest_gauged_stage_m(self) -> float:
        """Lowest stage among the gaugings used."""
        return float(self.stage_m.min())

    @property
    def highest_gauged_discharge_m3_s(self) -> float:
        """Largest discharge among the gaugings used."""
        return float(self.discharge_m3_s.max())

    def discharge_m3_s_at(self, stage_m: FloatArray) -> FloatArray:
        """Discharge [m3/s], shape of `stage_m` [m]; zero at or below h0, NaN where the stage is NaN."""
        depth = stage_m - self.h0_m
        flowing = depth > 0.0
        discharge = self.a * exp(self.b * log(np.where(flowing, depth, 1.0)))
        return np.where(flowing, discharge, np.where(np.isnan(stage_m), np.nan, 0.0))

    def stage_m_at(self, discharge_m3_s: float) -> float:
        """The stage [m] at which the curve gives a positive discharge [m3/s]."""
        return self.h0_m + exp((log(discharge_m3_s) - log(self.a)) / self.b)

    def relative_sd_at(self, stage_m: FloatArray) -> FloatArray:
        """Relative standard uncertainty of the curve at stages [m] above h0 (first order), same shape."""
        depth = np.where(stage_m > self.h0_m, stage_m - self.h0_m, np.nan)
        slopes = (np.ones_like(depth), log(depth), -self.b / depth)
        variance = np.zeros_like(depth)
        for row, left in zip(self.covariance, slopes, strict=True):
            for value, right in zip(row, slopes, strict=True):
                variance = variance + value * left * right
        return np.sqrt(np.maximum(variance, 0.0))

    def band_m3_s_at(self, stage_m: FloatArray, confidence: float = 0.90) -> tuple[FloatArray, FloatArray]:
        """Lower and upper discharge [m3/s] of the curve's two-sided confidence band."""
        degrees = max(1, self.stage_m.size - _PARAMETERS)
        reach = two_sided_critical(confidence, degrees) * self.relative_sd_at(stage_m)
        middle = self.discharge_m3_s_at(stage_m)
        return middle * exp(-reach), middle * exp(reach)

    def record(self) -> dict[str, Any]:
        """JSON form of the curve itself (the sealed record adds files, rows and exclusions)."""
        return {
            "form": "Q = a (h - h0)^b",
            "method": "profile over h0; weighted least squares in log space; studentised residuals",
            "a": self.a,
            "b": self.b,
            "h0_m": self.h0_m,
            "covariance_ln_a_b_h0": [list(row) for row in self.covariance],
            "n": int(self.stage_m.size),
            "reduced_chi_square": self.reduced_chi_square,
            "residual_sd": self.residual_sd,
            "lowest_gauged_stage_m": self.lowest_gauged_stage_m,
            "highest_gauged_stage_m": self.highest_gauged_stage_m,
            "highest_gauged_discharge_m3_s": self.highest_gauged_discharge_m3_s,
            "offset_at_edge": self.offset_at_edge,
        }


def fit_rating(
    stage_m: Sequence[float] | FloatArray,
    discharge_m3_s: Sequence[float] | FloatArray,
    relative_uncertainty: Sequence[float] | FloatArray,
    *,
    reject_outliers: bool = True,
    minimum_gaugings: int = MINIMUM_GAUGINGS,
) -> RatingCurve:
    """Fit the curve to gaugings given as arrays of shape (n,): stage [m], discharge [m3/s], relative sd [1].

    Raises RatingError: RATING_TOO_FEW_GAUGINGS, RATING_GAUGING_NOT_POSITIVE, RATING_ONE_STAGE,
    RATING_NOT_RISING. Outliers are taken out one at a time, worst first, while enough gaugings remain and
    at most a fifth of them.
    """
    stage = np.asarray(stage_m, dtype=np.float64)
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    uncertainty = np.asarray(relative_uncertainty, dtype=np.float64)
    if not stage.shape == discharge.shape == uncertainty.shape or stage.ndim != 1:
        raise ValueError("stage, discharge and uncertainty must be one-dimensional and equally long")
    wrong = ~(np.isfinite(stage) & (discharge > 0) & np.isfinite(discharge))
    wrong |= ~((uncertainty > 0) & (uncertainty < 1))
    if wrong.any():
        raise RatingError("RATING_GAUGING_NOT_POSITIVE", number=int(np.flatnonzero(wrong)[0]) + 1)
    used = np.ones(stage.size, dtype=bool)
    rejections: list[Rejection] = []
    while True:
        curve = _fit(stage[used], discharge[used], uncertainty[used], minimum_gaugings)
        remaining = int(used.sum())
        may_go_on = remaining > minimum_gaugings and len(rejections) < stage.size // 5
        worst = _worst(curve) if reject_outliers and may_go_on else None
        if worst is None:
            break
        index = int(np.flatnonzero(used)[worst[0]])
        expected = float(curve.discharge_m3_s_at(stage[index : index + 1])[0])
        rejections.append(Rejection(index, worst[1], expected))
        used[index] = False
    return replace(curve, rejected=tuple(rejections))


def line_at(h0_m: float, stage_m: FloatArray, log_discharge: FloatArray, weight: FloatArray) -> Line:
    """Closed-form weighted least squares of ln Q on ln(h - h0) for one h0 below all stages."""
    return lines_at(np.array([h0_m]), stage_m, log_discharge, weight)[0]


def lines_at(h0_m: FloatArray, stage_m: FloatArray, log_discharge: FloatArray, weight: FloatArray) -> list[Line]:
    """The same for many h0, shape (k,): each line has the bits that it has alone."""
    depth = log(stage_m - h0_m[:, None])
    total = exact_sum(weight)
    mean_x = np.array(exact_row_sums(weight * depth)) / total
    mean_y = exact_sum(weight * log_discharge) / total
    from_x, from_y = depth - mean_x[:, None], log_discharge - mean_y
    sxx = np.array(exact_row_sums(weight * from_x * from_x))
    slope = np.array(exact_row_sums(weight * from_x * from_y)) / sxx
    residual = from_y - slope[:, None] * from_x
    squares = exact_row_sums(weight * residual * residual)
    rows = zip(h0_m.tolist(), slope.tolist(), mean_x.tolist(), squares, sxx.tolist(), strict=True)
    return [Line(h0, mean_y, b, mean, square, spread) for h0, b, mean, square, spread in rows]


def trial_lines(curve_stage_m: FloatArray, log_discharge: FloatArray, weight: FloatArray) -> list[Line]:
    """The line at each trial h0 of the grid (nearest to the lowest stage first), steep ones left out."""
    lowest = float(curve_stage_m.min())
    span = float(curve_stage_m.max()) - lowest
    distances = span * exp(np.linspace(log(_NEAREST), log(_FARTHEST), _GRID))
    lines = lines_at(lowest - distances, curve_stage_m, log_discharge, weight)
    return [line for line in lines if 0.0 < line.slope <= _STEEPEST]


def _fit(stage: FloatArray, discharge: FloatArray, uncertainty: FloatArray, minimum: int) -> RatingCurve:
    count = int(stage.size)
    if count < minimum:
        raise RatingError("RATING_TOO_FEW_GAUGINGS", count=count, minimum=minimum)
    if np.unique(stage).size < _PARAMETERS:
        raise RatingError("RATING_ONE_STAGE", stages=int(np.unique(stage).size), minimum=_PARAMETERS)
    weight = 1.0 / (uncertainty * uncertainty)
    y = log(discharge)
    lines = trial_lines(stage, y, weight)
    if not lines:
        raise RatingError("RATING_NOT_RISING")
    best = min(range(len(lines)), key=lambda i: lines[i].sum_of_squares)
    at_edge = best in {0, len(lines) - 1}
    line = lines[best] if at_edge else _refined(lines[best - 1], lines[best + 1], stage, y, weight)
    freedom = max(1, count - _PARAMETERS)
    chi_square = line.sum_of_squares / freedom
    return RatingCurve(
        a=exp(line.centre - line.slope * line.mean_log_depth),
        b=line.slope,
        h0_m=line.h0_m,
        covariance=_covariance(line, stage, weight, max(1.0, chi_square)),
        reduced_chi_square=chi_square,
        residual_sd=math.sqrt(line.sum_of_squares / exact_sum(weight) * count / freedom),
        stage_m=stage,
        discharge_m3_s=discharge,
        relative_uncertainty=uncertainty,
        rejected=(),
        offset_at_edge=at_edge,
    )


def _refined(near: Line, far: Line, stage: FloatArray, y: FloatArray, weight: FloatArray) -> Line:
    """Golden-section search between two neighbours of the best trial h0."""
    known: dict[float, Line] = {}

    def line(low: float, high: float, left: float, right: float, asked: float) -> Line:
        if asked not in known:  # many lines cost little more than one
            possible = list(dict.fromkeys([asked, *_next_trials(low, high, left, right, _STEPS_AHEAD)]))
            known.update(zip(possible, lines_at(np.array(possible), stage, y, weight), strict=True))
        return known[asked]

    low, high = far.h0_m, near.h0_m
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    for _ in range(_GOLDEN_STEPS):
        of_left, of_right = line(low, high, left, right, left), line(low, high, left, right, right)
        if of_left.sum_of_squares <= of_right.sum_of_squares:
            high, right = right, left
            left = high - _GOLDEN * (high - low)
        else:
            low, left = left, right
            right = low + _GOLDEN * (high - low)
    of_left, of_right = line(low, high, left, right, left), line(low, high, left, right, right)
    return of_left if of_left.sum_of_squares <= of_right.sum_of_squares else of_right


def _next_trials(low: float, high: float, left: float, right: float, steps: int) -> list[float]:
    """Every h0 that so many further steps of the search may ask for."""
    if steps == 0:
        return []
    new_left, new_right = right - _GOLDEN * (right - low), left + _GOLDEN * (high - left)
    return [
        new_left,
        new_right,
        *_next_trials(low, right, new_left, left, steps - 1),
        *_next_trials(left, high, right, new_right, steps - 1),
    ]


def _h0_sensitivity(line: Line, stage: FloatArray, weight: FloatArray) -> tuple[FloatArray, float]:
    """d lnQ / d h0 per gauging at constant centre and slope, and d(mean log depth)/d h0."""
    inverse = -1.0 / (stage - line.h0_m)
    mean = exact_sum(weight * inverse) / exact_sum(weight)
    return line.slope * (inverse - mean), mean


def _covariance(
    line: Line, stage: FloatArray, weight: FloatArray, scale: float
) -> tuple[tuple[float, float, float], ...]:
    """Covariance of (ln a, b, h0); centre is uncorrelated with (b, h0) by construction."""
    from_x = log(stage - line.h0_m) - line.mean_log_depth
    by_h0, mean_shift = _h0_sensitivity(line, stage, weight)
    n_bb, n_hh = line.weighted_sxx, exact_sum(weight * by_h0 * by_h0)
    n_bh = exact_sum(weight * from_x * by_h0)
    determinant = n_bb * n_hh - n_bh * n_bh
    var_b, var_h = scale * n_hh / determinant, scale * n_bb / determinant
    cov_bh = -scale * n_bh / determinant
    var_c = scale / exact_sum(weight)
    # ln a = centre - b * mean_log_depth(h0)
    d_b, d_h = -line.mean_log_depth, -line.slope * mean_shift
    var_a = var_c + d_b * d_b * var_b + d_h * d_h * var_h + 2.0 * d_b * d_h * cov_bh
    cov_ab = d_b * var_b + d_h * cov_bh
    cov_ah = d_b * cov_bh + d_h * var_h
    return ((var_a, cov_ab, cov_ah), (cov_ab, var_b, cov_bh), (cov_ah, cov_bh, var_h))


def _worst(curve: RatingCurve) -> tuple[int, float] | None:
    """(index, externally studentised residual) of the worst gauging if it is an outlier, else None."""
    stage, count = curve.stage_m, int(curve.stage_m.size)
    freedom = count - _PARAMETERS
    if freedom < 2:
        return None
    weight = 1.0 / (curve.relative_uncertainty * curve.relative_uncertainty)
    y = log(curve.discharge_m3_s)
    line = line_at(curve.h0_m, stage, y, weight)
    from_x = log(stage - line.h0_m) - line.mean_log_depth
    by_h0, _ = _h0_sensitivity(line, stage, weight)
    n_bb, n_hh = line.weighted_sxx, exact_sum(weight * by_h0 * by_h0)
    n_bh = exact_sum(weight * from_x * by_h0)
    determinant = n_bb * n_hh - n_bh * n_bh
    quadratic = (n_hh * from_x * from_x - 2.0 * n_bh * from_x * by_h0 + n_bb * by_h0 * by_h0) / determinant
    leverage = np.minimum(weight * (1.0 / exact_sum(weight) + quadratic), 1.0 - 1e-9)
    residual = y - line.centre - line.slope * from_x
    variance = line.sum_of_squares / freedom
    internal = weight * residual * residual / (variance * (1.0 - leverage))
    # (freedom - internal) is what the other points leave; at zero they lie exactly on a curve
    others = np.maximum(freedom - internal, 1e-12)
    studentised = np.sqrt(internal * (freedom - 1) / others)
    far = np.abs(residual) > OUTLIER_UNCERTAINTIES * curve.relative_uncertainty
    index = int(np.argmax(np.where(far, studentised, -1.0)))
    critical = two_sided_critical(1.0 - OUTLIER_ALPHA / count, freedom - 1)
    if not far[index] or float(studentised[index]) <= critical:
        return None
    return index, math.copysign(float(studentised[index]), float(residual[index]))
