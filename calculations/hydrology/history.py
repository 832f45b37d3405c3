"""Rating curves that change: which relation holds when, small shifts in between, and what ran beyond the gaugings.

A flood moves the bed: from then on another curve holds (validity dates). Between gaugings a bed creeps: a shift is
added to the stage before the curve is entered, changing in a straight line of time from one dated shift to the next
(Rantz 1982, chapter 10). Discharge beyond a line, 1.25 times the highest gauged one, is an extrapolation: its share of
the volume is reported, and for a creditable figure it can be held to the line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.hydrology.rating import RatingCurve, RatingError
from calculations.hydrology.relation import DischargeRelation
from calculations.hydrology.segments import SegmentedCurve
from calculations.portable import exact_sum, log
from calculations.regression.student import two_sided_critical

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

EXTRAPOLATION_RATIO = 1.25


@dataclass(frozen=True)
class Shift:
    """Added to the stage [m] at a time; positive where the bed was scoured and the same stage carries more."""

    epoch_s: int
    shift_m: float


@dataclass(frozen=True)
class ValidCurve:
    """A relation that holds in [from_s, to_s), `to_s` None while it still does, with its shifts in order of time."""

    relation: DischargeRelation
    from_s: int
    to_s: int | None = None
    shifts: tuple[Shift, ...] = ()

    def covers(self, epoch_s: IntArray) -> BoolArray:
        """Where times lie in the validity, shape of `epoch_s`."""
        until = epoch_s < self.to_s if self.to_s is not None else np.ones(epoch_s.shape, dtype=bool)
        return np.asarray((epoch_s >= self.from_s) & until)

    def shift_m_at(self, epoch_s: IntArray) -> FloatArray:
        """The shift [m] at times: straight between dated ones, held before the first and after the last."""
        if not self.shifts:
            return np.zeros(epoch_s.shape)
        at = np.array([item.epoch_s for item in self.shifts], dtype=np.float64)
        by = np.array([item.shift_m for item in self.shifts])
        if at.size == 1:
            return np.full(epoch_s.shape, by[0])
        time = epoch_s.astype(np.float64)
        right = np.clip(np.searchsorted(at, time), 1, at.size - 1)
        share = np.clip((time - at[right - 1]) / (at[right] - at[right - 1]), 0.0, 1.0)
        return np.asarray(by[right - 1] * (1.0 - share) + by[right] * share)


@dataclass(frozen=True)
class DischargeSeries:
    """Discharge and its relative uncertainty by a history, shape of the stage."""

    discharge_m3_s: FloatArray
    """NaN where the stage is missing or no relation holds."""
    relative_sd: FloatArray
    without_curve: BoolArray
    """A stage was read, but no relation was valid: that time earns nothing and somebody should know."""
    curve_index: IntArray
    """Which relation of the history was used, -1 for none."""


@dataclass(frozen=True)
class RatingHistory:
    """Relations in order of time that never overlap; gaps between them are allowed and seen."""

    curves: tuple[ValidCurve, ...]

    def __post_init__(self) -> None:
        if not self.curves:
            raise RatingError("RATING_HISTORY_EMPTY")
        for number, curve in enumerate(self.curves, start=1):
            if curve.to_s is not None and curve.to_s <= curve.from_s:
                raise RatingError("RATING_VALIDITY_BACKWARDS", number=number)
            times = [item.epoch_s for item in curve.shifts]
            finite = all(math.isfinite(item.shift_m) for item in curve.shifts)
            if not finite or any(second <= first for first, second in pairwise(times)):
                raise RatingError("RATING_SHIFT_INVALID", number=number)
        for number, (first, second) in enumerate(pairwise(self.curves), start=2):
            if first.to_s is None or first.to_s > second.from_s:
                raise RatingError("RATING_VALIDITY_OVERLAP", number=number)

    def at(self, epoch_s: IntArray, stage_m: FloatArray) -> DischargeSeries:
        """Discharge of stages [m] read at times [s since 1970], both of shape (n,).

        Raises RatingError RATING_HISTORY_ELSEWHERE where stages were read but not one while a relation was valid.
        """
        time, stage = np.asarray(epoch_s, dtype=np.int64), np.asarray(stage_m, dtype=np.float64)
        if time.shape != stage.shape:
            raise ValueError("times and stages must be equally long")
        discharge, sd = np.full(stage.shape, np.nan), np.full(stage.shape, np.nan)
        index = np.full(stage.shape, -1, dtype=np.int64)
        for number, curve in enumerate(self.curves):
            inside = curve.covers(time)
            if inside.any():
                moved = stage[inside] + curve.shift_m_at(time[inside])
                discharge[inside] = curve.relation.discharge_m3_s_at(moved)
                sd[inside] = curve.relation.relative_sd_at(moved)
                index[inside] = number
        read = ~np.isnan(stage)
        without = read & (index < 0)
        if read.any() and without[read].all():
            raise RatingError("RATING_HISTORY_ELSEWHERE", count=int(read.sum()))
        return DischargeSeries(discharge, sd, without, index)

    def record(self) -> list[dict[str, Any]]:
        """JSON form."""
        return [
            {
                "from_s": curve.from_s,
                "to_s": curve.to_s,
                "shifts": [{"epoch_s": item.epoch_s, "shift_m": item.shift_m} for item in curve.shifts],
                "relation": curve.relation.record(),
            }
            for curve in self.curves
        ]


@dataclass(frozen=True)
class ShiftTest:
    """What later gaugings say about a curve fitted to earlier ones."""

    mean_log_ratio: float
    """Mean of ln(gauged / curve), weighted."""
    standard_error: float
    """Of that mean: gaugings and curve together."""
    shift_m: float
    """The shift of the stage that brings the gaugings onto the curve, weighted mean."""
    significant: bool


def check_shift(
    curve: RatingCurve | SegmentedCurve,
    stage_m: FloatArray,
    discharge_m3_s: FloatArray,
    relative_uncertainty: FloatArray,
    *,
    confidence: float = 0.95,
) -> ShiftTest:
    """Do later gaugings (n,) depart from the curve by more than both uncertainties explain?

    Student's t with the freedom of the curve's own fit. Raises RatingError RATING_NO_USABLE_GAUGING without one,
    RATING_GAUGING_NOT_POSITIVE where a gauging is no positive number or lies below the curve's zero flow.
    """
    stage, discharge = np.asarray(stage_m, dtype=np.float64), np.asarray(discharge_m3_s, dtype=np.float64)
    own = np.asarray(relative_uncertainty, dtype=np.float64)
    if not stage.size:
        raise RatingError("RATING_NO_USABLE_GAUGING", count=0)
    wrong = ~(np.isfinite(stage) & np.isfinite(discharge) & (discharge > 0) & (own > 0) & (stage > curve.h0_m))
    if wrong.any():
        raise RatingError("RATING_GAUGING_NOT_POSITIVE", number=int(np.flatnonzero(wrong)[0]) + 1)
    of_curve = curve.relative_sd_at(stage)
    weight = 1.0 / (own * own)
    total = exact_sum(weight)
    ratio = log(discharge) - log(curve.discharge_m3_s_at(stage))
    mean = exact_sum(weight * ratio) / total
    scale = max(1.0, curve.reduced_chi_square)
    # the curve's own error is one and the same for all these gaugings: it does not average out
    error = math.sqrt(scale / total + exact_sum(weight * of_curve * of_curve) / total)
    moved = np.array([curve.stage_m_at(value) for value in discharge.tolist()]) - stage
    critical = two_sided_critical(confidence, max(1, curve.stage_m.size - 3))
    return ShiftTest(mean, error, exact_sum(weight * moved) / total, abs(mean) > critical * error)


@dataclass(frozen=True)
class Beyond:
    """Water beyond the line of extrapolation; `held_m3_s` is the discharge set to the line where it ran above it."""

    line_m3_s: float
    volume_share: float
    """Share of the volume that ran while discharge was above the line, 0 to 1."""
    cut_share: float
    """Share of the volume that holding to the line takes away."""
    held_m3_s: FloatArray


def beyond_gaugings(
    discharge_m3_s: FloatArray, highest_gauged_m3_s: float, ratio: float = EXTRAPOLATION_RATIO
) -> Beyond:
    """The line, and what ran above it, of counted readings (n,) at one interval.

    Raises RatingError RATING_DISCHARGE_INVALID where a discharge is missing or negative, or the line not positive.
    """
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    line = ratio * highest_gauged_m3_s
    wrong = ~(np.isfinite(discharge) & (discharge >= 0.0))
    if wrong.any() or not (math.isfinite(line) and line > 0.0):
        raise RatingError("RATING_DISCHARGE_INVALID", count=int(wrong.sum()), line=line)
    held = np.minimum(discharge, line)
    total = exact_sum(discharge)
    above = exact_sum(discharge[discharge > line])
    share, cut = (above / total, (total - exact_sum(held)) / total) if total > 0.0 else (0.0, 0.0)
    return Beyond(line, share, cut, held)
