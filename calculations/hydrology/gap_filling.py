"""Filling gaps of a series: by straight lines, by conditional interpolation, by regression, and never beyond.

Straight lines bridge a few hours. Conditional interpolation leans on what was measured meanwhile (the stage) and on the
season: the value is the season's regression on the stage, plus the departure from it that the readings on both sides of
the gap show, fading into the gap as departures of this series fade,

    value = line(stage) + w1 d1 + w2 d2            w1 = (r1 - r2 r12)/(1 - r12^2), w2 = (r2 - r1 r12)/(1 - r12^2)
    variance = s^2 (1 - (r1^2 + r2^2 - 2 r1 r2 r12)/(1 - r12^2)) + that of the line

with r = exp(-time / correlation time) from either side and across (a first-order autoregressive process between two
known values: Priestley 1981, section 10.1; the kriging weights of an exponential covariance). In short gaps this is
nearly a straight line that follows the storm; in the middle of long ones only the regression is left, and the value is
marked as such. A spring's conductivity answers its stage with a delay, for the store behind it mixes: the stage is
taken through a linear store of the memory, out of a few, that explains most (24 h in the sample year, where the plain
stage would do worse than a straight line). What has no stage, no line, lies outside the line's range or is too long
stays missing: it earns nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.messages import CalculationError
from calculations.portable import exact_sum, exp, log
from calculations.quality.grid import runs
from calculations.regression.least_squares import StraightLine, fit_line, mean_and_sd

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MEASURED, CONDITIONAL, REGRESSION, MISSING = 0, 1, 2, 9
"""How a slot got its value; 9 as in QARTOD."""
WET_MONTHS = (5, 6, 7, 8, 9, 10)
"""The rainy half of the year in Guizhou."""
_ENOUGH_TO_CHOOSE = 4096
_FORGOTTEN = 1e-18
_LEAST_CORRELATION, _MOST_CORRELATION = 1e-6, 1.0 - 1e-9


class GapError(CalculationError):
    """A series that cannot be filled; `code` and `params` say why."""


@dataclass(frozen=True)
class GapRules:
    """Limits of filling, all parameters of a methodology (methodology, section 9)."""

    conditional_limit_h: float = 72.0
    regression_limit_h: float = 720.0
    """Longest gap that a regression may fill; the methodology sets none, thirty days are our own choice."""
    least_pairs: int = 96
    """Slots with value and stage that a season needs for its own line."""
    correlation_lag_h: float = 6.0
    """Time over which the fading of departures is measured: long against the logger's noise, short against a season."""
    memories_h: tuple[float, ...] = (0.0, 3.0, 6.0, 12.0, 24.0, 48.0)
    """Memories of the store between stage and value that are tried."""
    least_value: float = 0.0
    """No filled value lies below this."""


@dataclass(frozen=True)
class SeasonLine:
    """Regression of one season on the stage (or its mean where there is none) and the range it holds for."""

    season: int
    line: StraightLine | None
    mean: float
    residual_sd: float
    x_min: float
    x_max: float
    n: int

    def record(self) -> dict[str, Any]:
        """JSON form."""
        fitted = None if self.line is None else {"slope": self.line.slope, "intercept": self.line.intercept}
        own = {"season": self.season, "n": self.n, "mean": self.mean, "residual_sd": self.residual_sd, "line": fitted}
        return own | ({} if self.line is None else {"x_min": self.x_min, "x_max": self.x_max})


@dataclass(frozen=True)
class Filling:
    """A series with its gaps filled as far as the rules go; arrays of shape (slots,)."""

    values: FloatArray
    """NaN where nothing may be filled."""
    standard_uncertainty: FloatArray
    """Of the filling alone, in the unit of the values; 0 where measured, NaN where missing."""
    how: NDArray[np.int8]
    """MEASURED, CONDITIONAL, REGRESSION or MISSING."""
    seasons: tuple[SeasonLine, ...]
    memory_h: float
    """Memory of the store between stage and value, the best of those tried."""
    correlation_time_h: float
    """Errors of neighbouring filled slots fade over this time: they do not average out within a gap."""

    def count(self, how: int) -> int:
        """Slots that got their value so."""
        return int((self.how == how).sum())


@dataclass(frozen=True)
class Shares:
    """Shares of time and of a weight (the volume) measured, filled and missing, 0 to 1."""

    measured_time: float
    filled_time: float
    measured_weight: float
    filled_weight: float


def fill_short_gaps(values: FloatArray, longest_slots: int) -> tuple[FloatArray, BoolArray]:
    """(values with short gaps filled, mask of filled slots); NaN is missing, shape (slots,).

    A gap of at most `longest_slots` with a value on both sides is bridged linearly in time. Longer gaps and
    those at the ends stay NaN: that time earns nothing.
    """
    filled = values.copy()
    mask = np.zeros(values.shape, dtype=bool)
    for first, length in runs(np.isnan(values)):
        after = first + length
        if length > longest_slots or first == 0 or after == values.size:
            continue
        left, right = float(values[first - 1]), float(values[after])
        share = np.arange(1, length + 1) / (length + 1)
        filled[first:after] = left + (right - left) * share
        mask[first:after] = True
    return filled, mask


def fill_conditionally(
    values: FloatArray,
    stage: FloatArray | None,
    season: IntArray,
    *,
    interval_s: float,
    rules: GapRules = GapRules(),
) -> Filling:
    """Fill gaps of `values` (slots,), NaN missing, by the season's line on `stage` and the readings beside each gap.

    stage: (slots,), NaN missing, or None (then the season's mean stands for the line and only short gaps are filled);
    ln of the stage above zero flow serves as well. season: label per slot (see `season_numbers`). A gap at either end
    of the series, or beyond `conditional_limit_h`, is marked REGRESSION and needs the line. Raises GapError GAP_SHAPE,
    GAP_NOT_FINITE (an infinite value), GAP_NOTHING_MEASURED.
    """
    series = np.asarray(values, dtype=np.float64)
    x = np.full(series.shape, np.nan) if stage is None else np.asarray(stage, dtype=np.float64)
    labels = np.asarray(season)
    if series.ndim != 1 or x.shape != series.shape or labels.shape != series.shape:
        raise GapError("GAP_SHAPE", values=int(series.size), stage=int(x.size), season=int(labels.size))
    if np.isinf(series).any() or np.isinf(x).any():
        first = int(np.flatnonzero(np.isinf(series) | np.isinf(x))[0])
        raise GapError("GAP_NOT_FINITE", first=first)
    if np.isnan(series).all():
        raise GapError("GAP_NOTHING_MEASURED", count=int(series.size))
    memory_h, x, lines = _best_memory(series, x, labels, interval_s, rules)
    model, line_variance, has_line = _modelled(lines, x, labels, with_stage=stage is not None)
    spread = np.zeros(series.shape)
    for item in lines:
        spread[labels == item.season] = item.residual_sd
    lag = max(1, int(rules.correlation_lag_h * 3600.0) // int(interval_s))
    departure = series - model
    time_slots = _correlation_slots(departure, spread, lag)
    filled, sd = series.copy(), np.where(np.isnan(series), np.nan, 0.0)
    how = np.where(np.isnan(series), MISSING, MEASURED).astype(np.int8)
    for first, length in runs(np.isnan(series)):
        inside = slice(first, first + length)
        hours = length * interval_s / 3600.0
        at_end = first == 0 or first + length == series.size
        short = hours <= rules.conditional_limit_h and not at_end
        if not short and hours > rules.regression_limit_h:
            continue
        away, share = _bridge(departure, first, length, time_slots)
        usable = ~np.isnan(model[inside]) & (short | has_line[inside])
        found = np.maximum(model[inside] + away, rules.least_value)
        filled[inside] = np.where(usable, found, np.nan)
        sd[inside] = np.where(usable, np.sqrt(spread[inside] * spread[inside] * share + line_variance[inside]), np.nan)
        how[inside] = np.where(usable, CONDITIONAL if short else REGRESSION, MISSING)
    return Filling(filled, sd, how, lines, memory_h, time_slots * interval_s / 3600.0)


def season_numbers(
    start_s: int, interval_s: int, slots: int, utc_offset_s: int, wet_months: tuple[int, ...] = WET_MONTHS
) -> IntArray:
    """1 for slots whose local month belongs to the wet season, 0 for the others, shape (slots,)."""
    seconds = start_s + utc_offset_s + interval_s * np.arange(slots, dtype=np.int64)
    months = seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.isin(months, wet_months).astype(np.int64)


def shares(how: NDArray[np.int8], weight: FloatArray) -> Shares:
    """How much of the time and of a weight (discharge, 0 or NaN where nothing is known) was measured and filled.

    Weights of missing slots are unknown and left out, so the weighted shares are of what is counted. Raises GapError
    GAP_SHAPE, GAP_NOTHING_MEASURED for an empty series.
    """
    size = np.asarray(weight, dtype=np.float64)
    if size.shape != how.shape:
        raise GapError("GAP_SHAPE", values=int(how.size), stage=int(size.size), season=int(how.size))
    if not how.size:
        raise GapError("GAP_NOTHING_MEASURED", count=0)
    known = np.where(np.isfinite(size), size, 0.0)
    measured, filled = how == MEASURED, (how == CONDITIONAL) | (how == REGRESSION)
    total = exact_sum(known[measured | filled])
    return Shares(
        measured_time=int(measured.sum()) / how.size,
        filled_time=int(filled.sum()) / how.size,
        measured_weight=exact_sum(known[measured]) / total if total > 0.0 else 0.0,
        filled_weight=exact_sum(known[filled]) / total if total > 0.0 else 0.0,
    )


def through_store(stage: FloatArray, memory_slots: float) -> FloatArray:
    """The stage (slots,) as a linear store of that memory passes it on; where it is NaN the store waits."""
    if memory_slots <= 0.0:
        return stage
    kept = exp(-1.0 / memory_slots)
    known = ~np.isnan(stage)
    state = (1.0 - kept) * stage[known]
    state[:1] = stage[known][:1]
    # y[t] = kept y[t-1] + x[t], by doubling: after each pass twice as many terms of the past are in
    step, factor = 1, kept
    while step < state.size and factor > _FORGOTTEN:
        state[step:] = state[step:] + factor * state[:-step]
        step, factor = 2 * step, factor * factor
    passed = stage.copy()
    passed[known] = state
    return passed


def _best_memory(
    series: FloatArray, x: FloatArray, labels: IntArray, interval_s: float, rules: GapRules
) -> tuple[float, FloatArray, tuple[SeasonLine, ...]]:
    """(memory [h], stage through that store, lines of the seasons) with the least squares left over.

    The memory is chosen on a thinned series: it is one of a few, and neighbours say nearly the same.
    """
    seasons = [int(label) for label in np.unique(labels)]
    stride = max(1, series.size // _ENOUGH_TO_CHOOSE)
    thinned = replace(rules, least_pairs=max(3, rules.least_pairs // stride))
    best_h, least = 0.0, math.inf
    for memory_h in rules.memories_h if not np.isnan(x).all() else ():
        passed = through_store(x, memory_h * 3600.0 / interval_s)[::stride]
        some, where = series[::stride], labels[::stride]
        lines = [_season_line(label, some, passed, where == label, thinned) for label in seasons]
        left = math.fsum(item.n * item.residual_sd * item.residual_sd for item in lines)
        if left < least:
            best_h, least = memory_h, left
    passed = through_store(x, best_h * 3600.0 / interval_s)
    return best_h, passed, tuple(_season_line(label, series, passed, labels == label, rules) for label in seasons)


def _season_line(label: int, series: FloatArray, x: FloatArray, inside: BoolArray, rules: GapRules) -> SeasonLine:
    present = inside & ~np.isnan(series)
    pairs = present & ~np.isnan(x)
    if int(pairs.sum()) >= max(3, rules.least_pairs) and float(x[pairs].max()) > float(x[pairs].min()):
        line = fit_line(x[pairs], series[pairs])
        low, high = float(x[pairs].min()), float(x[pairs].max())
        return SeasonLine(label, line, line.mean_y, line.residual_sd, low, high, line.n)
    # a season without enough readings of its own borrows the mean of all, and their scatter
    values = series[present] if int(present.sum()) > 1 else series[~np.isnan(series)]
    mean, sd = mean_and_sd(values) if values.size else (math.nan, 0.0)
    return SeasonLine(label, None, mean, sd, math.nan, math.nan, int(present.sum()))


def _modelled(
    lines: tuple[SeasonLine, ...], x: FloatArray, labels: IntArray, *, with_stage: bool
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """(season's value, variance of the line itself, where a line and not a mean stands behind it), shape (slots,)."""
    model, variance = np.full(x.shape, np.nan), np.zeros(x.shape)
    has_line = np.zeros(x.shape, dtype=bool)
    for item in lines:
        inside = labels == item.season
        if item.line is None:
            if not with_stage:
                model[inside] = item.mean
            continue
        covered = inside & (x >= item.x_min) & (x <= item.x_max)
        away = x[covered] - item.line.mean_x
        model[covered] = item.line.intercept + item.line.slope * x[covered]
        variance[covered] = (
            item.line.residual_sd * item.line.residual_sd * (1.0 / item.line.n + away * away / item.line.sxx)
        )
        has_line[covered] = True
    return model, variance, has_line


def _correlation_slots(departure: FloatArray, spread: FloatArray, lag: int) -> float:
    """Correlation time in slots, from the correlation of departures `lag` slots apart."""
    scaled = np.where(spread > 0.0, departure / np.where(spread > 0.0, spread, 1.0), np.nan)
    present = ~np.isnan(scaled)
    square = exact_sum(scaled[present] * scaled[present])
    if scaled.size <= lag or square <= 0.0:
        return float(lag)
    pairs = present[:-lag] & present[lag:]
    if not pairs.any():
        return float(lag)
    together = exact_sum(scaled[:-lag][pairs] * scaled[lag:][pairs]) / int(pairs.sum())
    correlation = together / (square / int(present.sum()))
    return -lag / log(min(max(correlation, _LEAST_CORRELATION), _MOST_CORRELATION))


def _bridge(departure: FloatArray, first: int, length: int, time_slots: float) -> tuple[FloatArray, FloatArray]:
    """(expected departure, share of its variance that is left) at each slot of a gap, from what stands beside it."""
    step = np.arange(1, length + 1, dtype=np.float64)
    left = float(departure[first - 1]) if first else math.nan
    right = float(departure[first + length]) if first + length < departure.size else math.nan
    r1, r2 = exp(-step / time_slots), exp(-(length + 1 - step) / time_slots)
    if math.isnan(left) and math.isnan(right):
        return np.zeros(length), np.ones(length)
    if math.isnan(right):
        return r1 * left, 1.0 - r1 * r1
    if math.isnan(left):
        return r2 * right, 1.0 - r2 * r2
    across = exp(-(length + 1) / time_slots)
    rest = 1.0 - across * across
    away = ((r1 - r2 * across) * left + (r2 - r1 * across) * right) / rest
    return away, np.maximum(0.0, 1.0 - (r1 * r1 + r2 * r2 - 2.0 * r1 * r2 * across) / rest)
