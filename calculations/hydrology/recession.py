"""Recessions: where a spring falls undisturbed, how fast its store empties, and the slow part of its flow.

    Q = Q0 exp(-k t)           (Maillet 1905)            store behind Q0: V = Q0 / k

Segments are runs of falling discharge, after the first hours behind the peak (storm water still arriving) and long
enough to be a recession. The master recession takes one k for all of them, each with its own level: the common slope of
ln Q on time, an analysis of covariance in closed form. A karst spring empties its conduits first and its matrix later,
so k is also given for the upper and lower part of the flow. The slow part by the filter of Eckhardt 2005, equation 12.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.messages import CalculationError
from calculations.portable import exact_sum, exp, log
from calculations.quality.grid import runs

FloatArray = NDArray[np.float64]

DAY_S = 86_400.0


class RecessionError(CalculationError):
    """No recession can be read from this series."""


@dataclass(frozen=True)
class RecessionRules:
    """What counts as a recession."""

    least_days: float = 5.0
    skipped_days: float = 1.0
    """Left out after the peak: storm water is still arriving."""
    tolerated_rise: float = 0.01
    """Relative rise from one value to the next that still belongs to the fall (the logger's resolution)."""


@dataclass(frozen=True)
class RecessionSegment:
    """One recession: slots [first, first + length), its own k [1/d], discharge at its start and end [m3/s]."""

    first: int
    length: int
    k_per_day: float
    start_m3_s: float
    end_m3_s: float
    r_squared: float

    @property
    def half_life_days(self) -> float:
        """Time in which the flow halves; infinite where it does not fall."""
        return math.inf if self.k_per_day <= 0.0 else log(2.0) / self.k_per_day


@dataclass(frozen=True)
class MasterRecession:
    """One k for all segments, its standard error, and what it says about the store."""

    k_per_day: float
    k_sd_per_day: float
    r_squared: float
    """Share of the fall of ln Q within segments that one k explains."""
    segments: tuple[RecessionSegment, ...]
    start_m3_s: float
    """Highest discharge at which a segment began."""

    @property
    def half_life_days(self) -> float:
        """Time in which the flow halves."""
        return log(2.0) / self.k_per_day

    def store_m3(self, discharge_m3_s: float) -> float:
        """Water that would still run out from this discharge without rain: Q / k."""
        return discharge_m3_s * DAY_S / self.k_per_day

    def discharge_m3_s_after(self, start_m3_s: float, days: FloatArray) -> FloatArray:
        """The master curve: Q0 exp(-k t), shape of `days`."""
        return start_m3_s * exp(-self.k_per_day * np.asarray(days, dtype=np.float64))

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "k_per_day": self.k_per_day,
            "k_sd_per_day": self.k_sd_per_day,
            "half_life_days": self.half_life_days,
            "r_squared": self.r_squared,
            "segments": len(self.segments),
        }


def find_recessions(
    discharge_m3_s: FloatArray, interval_s: float, rules: RecessionRules = RecessionRules()
) -> tuple[RecessionSegment, ...]:
    """Recessions of a regular series (slots,) [m3/s], NaN missing, in order; best on daily means.

    Missing values and dry slots end a recession. Raises RecessionError RECESSION_EMPTY for no value at all,
    RECESSION_INVALID for an infinite or negative one.
    """
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    if not discharge.size or np.isnan(discharge).all():
        raise RecessionError("RECESSION_EMPTY", count=int(discharge.size))
    wrong = np.isinf(discharge) | (discharge < 0.0)
    if wrong.any():
        raise RecessionError("RECESSION_INVALID", first=int(np.flatnonzero(wrong)[0]))
    flowing = discharge > 0.0
    falling = np.zeros(discharge.shape, dtype=bool)
    falling[1:] = flowing[1:] & flowing[:-1] & (discharge[1:] <= discharge[:-1] * (1.0 + rules.tolerated_rise))
    per_day = DAY_S / interval_s
    skipped, least = math.ceil(rules.skipped_days * per_day), max(3, math.ceil(rules.least_days * per_day))
    found = []
    for first, length in runs(falling):
        # the run begins one slot after its peak
        start, count = first + skipped, length - skipped
        if count >= least and discharge[start + count - 1] < discharge[start]:
            found.append(_segment(discharge, start, count, interval_s))
    return tuple(found)


def master_recession(
    discharge_m3_s: FloatArray, interval_s: float, segments: Sequence[RecessionSegment]
) -> MasterRecession:
    """One k for all segments; RecessionError RECESSION_NONE without a segment, RECESSION_NOT_FALLING where k <= 0."""
    if not segments:
        raise RecessionError("RECESSION_NONE")
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    within_t, within_y = [], []
    for item in segments:
        time, level = _time_and_level(discharge, item.first, item.length, interval_s)
        within_t.append(time - exact_sum(time) / item.length)
        within_y.append(level - exact_sum(level) / item.length)
    t, y = np.concatenate(within_t), np.concatenate(within_y)
    s_tt, s_ty, s_yy = exact_sum(t * t), exact_sum(t * y), exact_sum(y * y)
    k = -s_ty / s_tt
    if not k > 0.0:
        raise RecessionError("RECESSION_NOT_FALLING", k=k)
    residual = y + k * t
    left = exact_sum(residual * residual)
    sd = math.sqrt(left / max(1, t.size - len(segments) - 1) / s_tt)
    if len(segments) > 1:
        # neighbouring values of a recession are not independent: the scatter of whole segments says more
        weights = [exact_sum(part * part) / s_tt for part in within_t]
        away = [w * (item.k_per_day - k) for w, item in zip(weights, segments, strict=True)]
        sd = max(sd, math.sqrt(math.fsum(a * a for a in away) * len(segments) / (len(segments) - 1)))
    start = max(item.start_m3_s for item in segments)
    return MasterRecession(k, sd, 1.0 - left / s_yy if s_yy > 0.0 else 1.0, tuple(segments), start)


def recession_by_level(
    discharge_m3_s: FloatArray, interval_s: float, segments: Sequence[RecessionSegment], level_m3_s: float
) -> tuple[MasterRecession | None, MasterRecession | None]:
    """(above, below) a discharge [m3/s]: the emptying of conduits and the slow one of the matrix; None if unseen."""
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    parts: list[MasterRecession | None] = []
    for above in (True, False):
        kept = []
        for item in segments:
            inside = discharge[item.first : item.first + item.length]
            wanted = inside > level_m3_s if above else inside <= level_m3_s
            kept += [
                _segment(discharge, item.first + first, length, interval_s)
                for first, length in runs(wanted)
                if length >= 3
            ]
        try:
            parts.append(master_recession(discharge, interval_s, kept))
        except RecessionError:
            parts.append(None)
    return parts[0], parts[1]


def slow_flow_m3_s(
    discharge_m3_s: FloatArray, interval_s: float, k_per_day: float, most_slow_share: float = 0.8
) -> FloatArray:
    """Slow part of the flow (slots,) by Eckhardt's filter: never above the flow, NaN where the flow is NaN.

    `most_slow_share` is the filter's BFImax: 0.8 for porous, 0.5 for ephemeral, 0.25 for hard-rock catchments
    (Eckhardt 2005, table 1); for karst it is the user's to state. Starts anew after a gap with that share of the flow.
    Raises RecessionError RECESSION_EMPTY, RECESSION_INVALID, RECESSION_NOT_FALLING.
    """
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    if not discharge.size or np.isnan(discharge).all():
        raise RecessionError("RECESSION_EMPTY", count=int(discharge.size))
    wrong = np.isinf(discharge) | (discharge < 0.0)
    if wrong.any():
        raise RecessionError("RECESSION_INVALID", first=int(np.flatnonzero(wrong)[0]))
    if not (k_per_day > 0.0 and 0.0 < most_slow_share < 1.0):
        raise RecessionError("RECESSION_NOT_FALLING", k=k_per_day)
    kept = exp(-k_per_day * interval_s / DAY_S)
    by_slow = (1.0 - most_slow_share) * kept / (1.0 - kept * most_slow_share)
    by_flow = (1.0 - kept) * most_slow_share / (1.0 - kept * most_slow_share)
    slow: list[float] = []
    before = math.nan
    for flow in discharge.tolist():
        if math.isnan(flow):
            before = math.nan
        else:
            next_slow = most_slow_share * flow if math.isnan(before) else by_slow * before + by_flow * flow
            before = min(next_slow, flow)
        slow.append(before)
    return np.array(slow)


def _time_and_level(discharge: FloatArray, first: int, length: int, interval_s: float) -> tuple[FloatArray, FloatArray]:
    return np.arange(length, dtype=np.float64) * (interval_s / DAY_S), log(discharge[first : first + length])


def _segment(discharge: FloatArray, first: int, length: int, interval_s: float) -> RecessionSegment:
    time, level = _time_and_level(discharge, first, length, interval_s)
    from_t, from_y = time - exact_sum(time) / length, level - exact_sum(level) / length
    s_tt, s_ty, s_yy = exact_sum(from_t * from_t), exact_sum(from_t * from_y), exact_sum(from_y * from_y)
    slope = s_ty / s_tt
    explained = slope * s_ty / s_yy if s_yy > 0.0 else 1.0
    return RecessionSegment(
        first, length, -slope, float(discharge[first]), float(discharge[first + length - 1]), explained
    )
