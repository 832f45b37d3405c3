"""A calibrated line with its prediction interval, its range, and the rule for what lies outside of it.

Ordinary least squares in closed form with exact sums (Draper & Smith 1998, chapter 1). A single new value at x has

    y +- t s sqrt(1 + 1/n + (x - mean)^2 / Sxx)                                    t two-sided, n - 2 degrees of freedom

Storm water lies at low conductivity, where few samples are: a line without storm samples is extrapolated exactly when
most water flows. So the share of flux outside the range is reported, and by default the value of the range's edge is
held there; the interval still widens with the distance. No concentration is ever negative: it is set to zero, and the
places are said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from calculations.messages import CalculationError
from calculations.portable import exact_sum
from calculations.regression.least_squares import StraightLine, fit_line
from calculations.regression.student import two_sided_critical

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Rule = Literal["hold", "extrapolate", "missing"]

LEAST_POINTS = 3


class LineError(CalculationError):
    """No line can be fitted, or nothing predicted from it."""


@dataclass(frozen=True)
class Prediction:
    """Values at x with their interval, all of the shape of x; NaN where x is NaN, or outside under rule "missing"."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    outside: BoolArray
    """x lies outside the calibrated range."""
    below_zero: BoolArray
    """The line gave a negative value, which counts as zero."""


@dataclass(frozen=True)
class CalibratedLine:
    """A line with the range of x that calibrates it."""

    line: StraightLine
    x_min: float
    x_max: float

    @property
    def intercept_sd(self) -> float:
        """Standard error of the intercept: s sqrt(1/n + mean^2 / Sxx)."""
        line = self.line
        return float(line.residual_sd * np.sqrt(1.0 / line.n + line.mean_x * line.mean_x / line.sxx))

    def outside(self, x: FloatArray) -> BoolArray:
        """True where x lies outside the calibrated range; NaN lies nowhere."""
        return np.asarray((x < self.x_min) | (x > self.x_max))

    def predict(self, x: FloatArray, *, confidence: float = 0.95, outside: Rule = "hold") -> Prediction:
        """Values [unit of y] at x, any shape, with the interval of a single new value.

        `outside`: hold the edge's value (default), extrapolate, or leave missing.
        """
        given = np.asarray(x, dtype=np.float64)
        beyond = self.outside(given)
        used = np.clip(given, self.x_min, self.x_max) if outside == "hold" else given
        raw = self.line.intercept + self.line.slope * used
        value = np.where(beyond & (outside == "missing"), np.nan, raw)
        reach = two_sided_critical(confidence, self.line.n - 2) * self.line.prediction_sd(given)
        return Prediction(
            value=np.maximum(value, 0.0),
            low=np.maximum(value - reach, 0.0),
            high=np.maximum(value + reach, 0.0),
            outside=beyond,
            below_zero=np.asarray(value < 0.0),
        )

    def record(self) -> dict[str, Any]:
        """JSON form: what a reader needs to judge the line."""
        line = self.line
        return {
            "n": line.n,
            "slope": line.slope,
            "slope_sd": line.slope_sd,
            "intercept": line.intercept,
            "intercept_sd": self.intercept_sd,
            "r_squared": line.r_squared,
            "residual_sd": line.residual_sd,
            "x_mean": line.mean_x,
            "x_min": self.x_min,
            "x_max": self.x_max,
            "sxx": line.sxx,
        }


def calibrate(x: FloatArray, y: FloatArray) -> CalibratedLine:
    """A line through points (n,), n >= 3.

    Raises LineError: LINE_LENGTHS, LINE_NOT_FINITE (naming the point), LINE_TOO_FEW, LINE_ONE_X.
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if xs.shape != ys.shape or xs.ndim != 1:
        raise LineError("LINE_LENGTHS", first=int(xs.size), second=int(ys.size))
    wrong = np.flatnonzero(~(np.isfinite(xs) & np.isfinite(ys)))
    if wrong.size:
        raise LineError("LINE_NOT_FINITE", number=int(wrong[0]) + 1)
    if xs.size < LEAST_POINTS:
        raise LineError("LINE_TOO_FEW", count=int(xs.size), minimum=LEAST_POINTS)
    low, high = float(xs.min()), float(xs.max())
    # beyond the last digits of a double a difference of x is no difference
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        raise LineError("LINE_ONE_X", count=int(xs.size), value=low)
    return CalibratedLine(fit_line(xs, ys), low, high)


def share_outside(flux: FloatArray, x: FloatArray, x_min: float, x_max: float) -> float:
    """Share of the flux (n,) that ran while x (n,) lay outside [x_min, x_max], 0 to 1.

    By absolute value, so that a source does not cancel a sink. Readings without x count as outside: nobody knows
    where they lay. 0 where there is no flux; LineError LINE_NOT_FINITE where a flux is no number.
    """
    size, place = np.asarray(flux, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if size.shape != place.shape:
        raise LineError("LINE_LENGTHS", first=int(size.size), second=int(place.size))
    wrong = np.flatnonzero(~np.isfinite(size))
    if wrong.size:
        raise LineError("LINE_NOT_FINITE", number=int(wrong[0]) + 1)
    inside = (place >= x_min) & (place <= x_max)
    total = exact_sum(np.abs(size))
    return exact_sum(np.abs(size[~inside])) / total if total > 0.0 else 0.0
