"""Any power of a number that is not negative."""

from typing import overload

import numpy as np

from calculations.portable.blocks import (
    HUGE,
    LN2_HIGH,
    LN2_LOW,
    TINY,
    FloatArray,
    by_blocks,
    polynomial,
    product_with_error,
    within,
)
from calculations.portable.exponential import exp_kernel
from calculations.portable.logarithm import LOG_P, log_kernel, split_exponent


@overload
def power(base: float, exponent: float) -> float: ...
@overload
def power(base: FloatArray, exponent: float | FloatArray) -> FloatArray: ...
@overload
def power(base: float, exponent: FloatArray) -> FloatArray: ...
def power(base: float | FloatArray, exponent: float | FloatArray) -> float | FloatArray:
    """base to the power exponent for base >= 0; shapes are broadcast. Error below 1.1 ulp.

    0**0 is 1, 0**negative is inf; a negative base gives NaN, whatever the exponent.
    """
    bases, exponents = np.broadcast_arrays(np.asarray(base, dtype=np.float64), np.asarray(exponent, dtype=np.float64))
    return by_blocks(_power, bases, exponents)


def _power(base: FloatArray, exponent: FloatArray) -> FloatArray:
    if within(base, TINY, HUGE) and within(exponent, -1e20, 1e20):
        return _power_core(base, exponent)
    wrong = ~(base >= 0.0) | np.isnan(exponent)
    ordinary = (base > 0.0) & (base <= HUGE)
    subnormal = ordinary & (base < TINY)
    y = np.clip(np.where(wrong, 0.0, exponent), -1e20, 1e20)  # beyond it only 1 does not over- or underflow
    result = _power_core(np.where(ordinary & ~subnormal, base, 1.0), y)
    if subnormal.any():  # in two factors, so that the logarithm sees a normal number
        result[subnormal] = exp_kernel(y[subnormal] * log_kernel(base[subnormal]))
    vanishing = (base == 0.0) & (y > 0.0) | (base == np.inf) & (y < 0.0)
    growing = (base == 0.0) & (y < 0.0) | (base == np.inf) & (y > 0.0)
    result[vanishing] = 0.0
    result[growing] = np.inf
    result[wrong] = np.nan
    return result


def _power_core(base: FloatArray, exponent: FloatArray) -> FloatArray:
    high, low = _log_pair(base)
    product, error = product_with_error(exponent, high)
    error += exponent * low
    return exp_kernel(product, error)


def _log_pair(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The logarithm of positive normal x as a sum of two numbers, with some 60 right bits."""
    k, m = split_exponent(x)
    f = m - 1.0
    divisor = m + 1.0
    divisor_rest = m - (divisor - 1.0)
    s = f / divisor
    product, error = product_with_error(s, divisor)
    s_rest = ((f - product) - error - s * divisor_rest) / divisor
    z = s * s
    series = polynomial(LOG_P, z) * z * s
    from_k = k * LN2_HIGH  # exact
    high = from_k + 2.0 * s
    low = (from_k - high) + 2.0 * s
    low += series + (2.0 * s_rest + k * LN2_LOW)
    total = high + low
    return total, (high - total) + low
