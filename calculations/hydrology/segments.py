"""Rating curves in segments: Q = a_k (h - h0_k)^b_k between breaks, continuous at every break.

A channel has one control at low water (a riffle, a sill) and another when it runs full, so a single power law bends
wrongly. With the logarithm of discharge at the first break as level c, the curve is

    ln Q = c + sum over k of b_k x_k(h)       x_k = ln((h - h0_k) / (B - h0_k)), B the break below (the first: above)

which is continuous by construction and linear in (c, b_1 ... b_K): at given offsets and breaks the weighted least
squares have a closed form (see `segment_fitting`). The same model: Reitan & Petersen-Overleir 2009.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.hydrology.rating import RatingError, Rejection
from calculations.portable import exp, log
from calculations.regression.student import two_sided_critical

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """One power law Q = a (h - h0)^b between two stages [m]; the outer ends are open."""

    a: float
    b: float
    h0_m: float
    from_m: float
    to_m: float

    def record(self) -> dict[str, Any]:
        """JSON form."""
        ends = {"from_m": self.from_m, "to_m": self.to_m}
        return {"a": self.a, "b": self.b, "h0_m": self.h0_m} | {
            name: value if math.isfinite(value) else None for name, value in ends.items()
        }


def columns_of(stage_m: FloatArray, offsets_m: Sequence[Any], breaks_m: Sequence[Any]) -> list[FloatArray]:
    """x_k at stages above the lowest offset, one array per segment.

    Offsets and breaks are numbers with stages (n,), or arrays (m,) of trial values with stages (n, 1): then (n, m).
    """
    found = []
    for k, offset in enumerate(offsets_m):
        anchor = np.asarray(breaks_m[max(0, k - 1)] - offset, dtype=np.float64)
        found.append(log(_reached(stage_m, k, breaks_m) - offset) - log(anchor))
    return found


def _reached(stage_m: FloatArray, k: int, breaks_m: Sequence[Any]) -> FloatArray:
    """The stage held to the ends of segment k, within which it changes."""
    if k == 0:
        first: FloatArray = np.minimum(stage_m, breaks_m[0])
        return first
    reached: FloatArray = np.maximum(stage_m, breaks_m[k - 1])
    if k < len(breaks_m):
        reached = np.minimum(reached, breaks_m[k])
    return reached


@dataclass(frozen=True)
class Shape:
    """The nonlinear half of the model: an offset [m] per segment and the breaks between them [m]."""

    offsets_m: tuple[float, ...]
    breaks_m: tuple[float, ...]

    def columns(self, stage_m: FloatArray) -> list[FloatArray]:
        """x_k at stages (n,) above the lowest offset, one array per segment."""
        return columns_of(stage_m, self.offsets_m, self.breaks_m)

    def sane(self, lowest_m: float) -> bool:
        """Offsets below the stages that their segments serve, breaks in order."""
        starts = (lowest_m, *self.breaks_m)
        rising = all(low < high for low, high in pairwise(starts))
        return rising and all(offset < start for offset, start in zip(self.offsets_m, starts, strict=True))

    def slopes_by_offset(self, stage_m: FloatArray, exponents: Sequence[float]) -> list[FloatArray]:
        """d ln Q / d h0_k at stages (n,), one array per segment."""
        found = []
        for k, (offset, b) in enumerate(zip(self.offsets_m, exponents, strict=True)):
            anchor = self.breaks_m[max(0, k - 1)] - offset
            found.append(b * (1.0 / anchor - 1.0 / (_reached(stage_m, k, self.breaks_m) - offset)))
        return found

    def slopes_by_break(self, stage_m: FloatArray, exponents: Sequence[float]) -> list[FloatArray]:
        """d ln Q / d B_i at stages (n,), one array per break; the level is ln Q at the first break."""
        found = []
        for i, at in enumerate(self.breaks_m):
            below, over = self.offsets_m[i], self.offsets_m[i + 1]
            beyond = np.where(stage_m > at, -exponents[i + 1] / (at - over), 0.0)
            left = exponents[i] / (at - below)
            # the first segment is tied to its upper end, the others to their lower one
            below_it, above_it = (-left, beyond) if i == 0 else (0.0, beyond + left)
            found.append(np.where(stage_m > at, above_it, below_it))
        return found


@dataclass(frozen=True)
class SegmentedCurve:
    """A curve of two or three segments with what it was fitted to; arrays hold the gaugings used, in input order."""

    shape: Shape
    level: float
    """ln of the discharge at the first break."""
    exponents: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    """Of (level, exponents, offsets, breaks); without the breaks where `breaks_held`."""
    breaks_held: bool
    """True where the gaugings do not say how far a break may move: the band treats it as known."""
    reduced_chi_square: float
    stage_m: FloatArray
    discharge_m3_s: FloatArray
    relative_uncertainty: FloatArray
    rejected: tuple[Rejection, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The power laws from the lowest to the highest."""
        ends = (-math.inf, *self.shape.breaks_m, math.inf)
        found = []
        level = self.level
        for k, (b, offset) in enumerate(zip(self.exponents, self.shape.offsets_m, strict=True)):
            anchor = self.shape.breaks_m[max(0, k - 1)]
            if k > 1:
                below = self.shape.breaks_m[k - 2]
                passed = self.shape.offsets_m[k - 1]
                level += self.exponents[k - 1] * (log(anchor - passed) - log(below - passed))
            found.append(Segment(exp(level - b * log(anchor - offset)), b, offset, ends[k], ends[k + 1]))
        return tuple(found)

    @property
    def h0_m(self) -> float:
        """Stage of zero flow [m]."""
        return self.shape.offsets_m[0]

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
        stage = np.asarray(stage_m, dtype=np.float64)
        flowing = stage > self.h0_m
        safe = np.where(flowing, stage, self.shape.breaks_m[0])
        total = np.full(stage.shape, self.level)
        for b, column in zip(self.exponents, self.shape.columns(safe), strict=True):
            total = total + b * column
        return np.where(flowing, exp(total), np.where(np.isnan(stage), np.nan, 0.0))

    def stage_m_at(self, discharge_m3_s: float) -> float:
        """The stage [m] at which the curve gives a positive discharge [m3/s]."""
        for segment in self.segments:
            stage = segment.h0_m + exp((log(discharge_m3_s) - log(segment.a)) / segment.b)
            if stage <= segment.to_m:
                return stage
        raise RatingError("RATING_GAUGING_NOT_POSITIVE", number=1)

    def relative_sd_at(self, stage_m: FloatArray) -> FloatArray:
        """Relative standard uncertainty of the curve at stages [m] (first order), same shape; NaN up to h0."""
        stage = np.asarray(stage_m, dtype=np.float64)
        flowing = stage > self.h0_m
        slopes = slopes_of(self.shape, self.exponents, np.where(flowing, stage, self.shape.breaks_m[0]))
        variance = np.zeros(stage.shape)
        for row, left in zip(self.covariance, slopes, strict=False):
            for value, right in zip(row, slopes, strict=False):
                variance = variance + value * left * right
        return np.where(flowing, np.sqrt(np.maximum(variance, 0.0)), np.nan)

    def band_m3_s_at(self, stage_m: FloatArray, confidence: float = 0.90) -> tuple[FloatArray, FloatArray]:
        """Lower and upper discharge [m3/s] of the curve's two-sided confidence band."""
        freedom = max(1, self.stage_m.size - len(self.covariance))
        reach = two_sided_critical(confidence, freedom) * self.relative_sd_at(stage_m)
        middle = self.discharge_m3_s_at(stage_m)
        return middle * exp(-reach), middle * exp(reach)

    def record(self) -> dict[str, Any]:
        """JSON form of the curve itself."""
        return {
            "form": "Q = a (h - h0)^b by segments, continuous at the breaks",
            "method": "weighted least squares in log space, closed form at given offsets and breaks",
            "segments": [segment.record() for segment in self.segments],
            "covariance_level_b_h0_breaks": [list(row) for row in self.covariance],
            "breaks_held": self.breaks_held,
            "n": int(self.stage_m.size),
            "reduced_chi_square": self.reduced_chi_square,
            "lowest_gauged_stage_m": self.lowest_gauged_stage_m,
            "highest_gauged_stage_m": self.highest_gauged_stage_m,
            "highest_gauged_discharge_m3_s": self.highest_gauged_discharge_m3_s,
        }


def slopes_of(shape: Shape, exponents: Sequence[float], stage: FloatArray) -> list[FloatArray]:
    """d ln Q by level, exponents, offsets, breaks, each of the shape of the stage."""
    return [
        np.ones_like(stage),
        *shape.columns(stage),
        *shape.slopes_by_offset(stage, exponents),
        *shape.slopes_by_break(stage, exponents),
    ]
