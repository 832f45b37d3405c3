"""What errors that change from reading to reading leave in a sum, analytically."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from calculations.portable import exact_sum, exp

FloatArray = NDArray[np.float64]


def sd_of_correlated_sum(weights: FloatArray, step_s: float, correlation_time_s: float) -> float:
    """Standard deviation of sum(weights * e) for unit errors with correlation exp(-|dt| / correlation time).

    `weights` has one value per slot, in order of time, zero where nothing counts. A correlation time of zero is
    white noise. One pass: the sum over all earlier slots is carried along.
    """
    squares = exact_sum(weights * weights)
    if correlation_time_s <= 0.0:
        return math.sqrt(squares)
    decay = exp(-step_s / correlation_time_s)
    carried, cross = 0.0, 0.0
    previous = 0.0
    for weight in weights.tolist():
        carried = decay * (carried + previous)
        cross += weight * carried
        previous = weight
    return math.sqrt(max(0.0, squares + 2.0 * cross))


def sd_of_rounding(resolution: float) -> float:
    """Standard uncertainty of a value rounded to a resolution: resolution / sqrt(12)."""
    return resolution / math.sqrt(12.0)
