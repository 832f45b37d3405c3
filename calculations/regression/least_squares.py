"""Straight line y = slope x + intercept by closed-form least squares with exact sums."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.portable import exact_sum
from calculations.regression.student import two_sided_critical

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class StraightLine:
    """An ordinary least-squares line; slope and value at the mean of x are uncorrelated."""

    slope: float
    intercept: float
    n: int
    mean_x: float
    mean_y: float
    sxx: float
    residual_sd: float
    r_squared: float

    @property
    def slope_sd(self) -> float:
        """Standard error of the slope."""
        return self.residual_sd / math.sqrt(self.sxx)

    @property
    def mean_sd(self) -> float:
        """Standard error of the line at the mean of x."""
        return self.residual_sd / math.sqrt(self.n)

    def prediction_sd(self, x: FloatArray) -> FloatArray:
        """Standard error of a single new value at x: s sqrt(1 + 1/n + (x - mean)^2 / Sxx)."""
        away = x - self.mean_x
        return self.residual_sd * np.sqrt(1.0 + 1.0 / self.n + away * away / self.sxx)

    def slope_is_significant(self, confidence: float = 0.95) -> bool:
        """Two-sided t test of slope = 0."""
        if self.slope_sd == 0.0:
            return self.slope != 0.0
        return abs(self.slope) / self.slope_sd > two_sided_critical(confidence, self.n - 2)


def mean_and_sd(values: FloatArray) -> tuple[float, float]:
    """Mean and sample standard deviation (0 for a single value) with exact sums."""
    count = values.size
    mean = exact_sum(values) / count
    away = values - mean
    return mean, math.sqrt(exact_sum(away * away) / (count - 1)) if count > 1 else 0.0


def fit_line(x: FloatArray, y: FloatArray) -> StraightLine:
    """Least-squares line through n >= 3 points whose x are not all equal (ValueError otherwise)."""
    count = int(x.size)
    if count < 3 or y.size != count:
        raise ValueError("a line with an error needs at least three points")
    mean_x, mean_y = exact_sum(x) / count, exact_sum(y) / count
    from_x, from_y = x - mean_x, y - mean_y
    sxx, sxy = exact_sum(from_x * from_x), exact_sum(from_x * from_y)
    syy = exact_sum(from_y * from_y)
    if sxx <= 0.0:
        raise ValueError("all x are equal")
    slope = sxy / sxx
    residual = from_y - slope * from_x
    sse = exact_sum(residual * residual)
    return StraightLine(
        slope=slope,
        intercept=mean_y - slope * mean_x,
        n=count,
        mean_x=mean_x,
        mean_y=mean_y,
        sxx=sxx,
        residual_sd=math.sqrt(sse / (count - 2)),
        r_squared=1.0 - sse / syy if syy > 0.0 else 1.0,
    )
