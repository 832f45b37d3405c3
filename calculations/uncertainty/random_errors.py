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
    white noise. What all earlier slots bring, decayed to the slot's own time, is carried along: in many stretches side
    by side, to each of which what came before it is added afterwards.
    """
    squares = exact_sum(weights * weights)
    if correlation_time_s <= 0.0:
        return math.sqrt(squares)
    decay = exp(-step_s / correlation_time_s)
    length = math.isqrt(max(1, weights.size - 1)) + 1
    stretches = -(-weights.size // length)
    padded = np.zeros(stretches * length)
    padded[: weights.size] = weights
    at = np.ascontiguousarray(padded.reshape(stretches, length).T)  # row: place in the stretch
    carried = np.zeros((length + 1, stretches))
    powers = [1.0]
    for place in range(length):
        np.add(carried[place], at[place], out=carried[place + 1])
        carried[place + 1] *= decay
        powers.append(powers[-1] * decay)
    before, from_before = 0.0, []
    for left in carried[-1].tolist():
        from_before.append(before)
        before = left + powers[-1] * before
    carried += np.array(powers)[:, None] * np.array(from_before)
    cross = exact_sum(at * carried[:-1])
    return math.sqrt(max(0.0, squares + 2.0 * cross))


def sd_of_rounding(resolution: float) -> float:
    """Standard uncertainty of a value rounded to a resolution: resolution / sqrt(12)."""
    return resolution / math.sqrt(12.0)
