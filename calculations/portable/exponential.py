"""Exponentials: of e and of 10 to the last digit, and quicker ones for a narrow range."""

from collections.abc import Callable
from typing import overload

import numpy as np

from calculations.portable.blocks import (
    BIAS,
    LN2_HIGH,
    LN2_LOW,
    LOG10_2_HIGH,
    LOG10_2_LOW,
    MANTISSA_BITS,
    FloatArray,
    by_blocks,
    polynomial,
    top_26_bits,
    within,
)

_LN10_HIGH, _LN10_LOW = 2.3025850653648376, 2.7629208037533617e-08
_LN10 = 2.302585092994046
_ONE_OVER_LN2 = 1.4426950408889634
_LOG2_10 = 3.321928094887362

# exp(r) = 1 + r + r^2 Q(r) on |r| <= ln(2)/2
_EXP_Q = (
    0.5000000000000001,
    0.16666666666666669,
    0.041666666666624164,
    0.008333333333330065,
    0.0013888888917196719,
    0.00019841269863040545,
    2.4801521322368692e-05,
    2.7557268480310024e-06,
    2.7620075879983367e-07,
    2.5100375832561234e-08,
)
# exp(r) on |r| <= 1/4
_EXP_QUARTER = (
    1.0000000000000004,
    1.0,
    0.4999999999995889,
    0.1666666666666293,
    0.04166666671928722,
    0.008333333338116193,
    0.001388886531747104,
    0.0001984124841605262,
    2.4844678757813963e-05,
    2.7596488637873554e-06,
)
_EXP_SIXTEENTH = tuple(coefficient / 16.0**power for power, coefficient in enumerate(_EXP_QUARTER))  # exact
# exp(r) on |r| <= 1/8
_EXP_EIGHTH = (
    1.0,
    1.0000000000828158,
    0.5000000000103512,
    0.16666662426619178,
    0.04166666136698109,
    0.00833876015250516,
    0.0013895672044827937,
)
_EXP_ROUGH = (1.0, 1.0, 0.5)


@overload
def exp(x: float) -> float: ...
@overload
def exp(x: FloatArray) -> FloatArray: ...
def exp(x: float | FloatArray) -> float | FloatArray:
    """e to the power x. Error below 0.95 ulp; subnormal results are rounded once more."""
    return by_blocks(exp_kernel, x)


def exp_moderate(x: FloatArray) -> FloatArray:
    """e to the power x with a relative error below 2e-14 for |x| <= 4, in half the time of `exp`; useless beyond 8."""
    return np.asarray(by_blocks(_exp_moderate, x))


def exp_small(x: FloatArray) -> FloatArray:
    """e to the power x with a relative error below 2e-12 for |x| <= 1/8, in a third of the time of `exp`."""
    return np.asarray(by_blocks(_exp_small, x))


def exp_rough(x: FloatArray) -> FloatArray:
    """e to the power x with a relative error below 4e-4 for |x| <= 1/8, and of x^3/6: where a step will follow."""
    return np.asarray(by_blocks(_exp_rough, x))


@overload
def exp10(x: float) -> float: ...
@overload
def exp10(x: FloatArray) -> FloatArray: ...
def exp10(x: float | FloatArray) -> float | FloatArray:
    """10 to the power x. Error below 0.95 ulp."""
    return by_blocks(_exp10, x)


def _times_power_of_two(x: FloatArray, n: FloatArray) -> FloatArray:
    """x 2^n in place, for integers n with x 2^n a normal number and |n| <= 1022."""
    x *= ((n.astype(np.int64) + BIAS) << MANTISSA_BITS).view(np.float64)
    return x


def _times_any_power_of_two(x: FloatArray, n: FloatArray) -> FloatArray:
    """The same where the result may overflow or be subnormal: two steps, of which only the second rounds."""
    half = np.rint(0.5 * n)
    with np.errstate(over="ignore", under="ignore"):
        return _times_power_of_two(_times_power_of_two(x, half), n - half)


def exp_kernel(x: FloatArray, tail: FloatArray | None = None) -> FloatArray:
    """exp(x + tail), where |tail| is a rounding error of x."""
    if within(x, -707.0, 709.0):
        return _exp_core(x, tail, _times_power_of_two)
    missing = np.isnan(x)
    safe = np.clip(np.where(missing, 0.0, x), -746.0, 710.0)
    inside = safe == x
    safe_tail = None if tail is None else np.where(inside, tail, 0.0)
    result = _exp_core(safe, safe_tail, _times_any_power_of_two)
    result[missing] = np.nan
    return result


def _exp_core(
    x: FloatArray, tail: FloatArray | None, scale: Callable[[FloatArray, FloatArray], FloatArray]
) -> FloatArray:
    n = np.rint(x * _ONE_OVER_LN2)
    high = x - n * LN2_HIGH  # exact
    low = n * LN2_LOW
    if tail is not None:
        low -= tail
    return scale(_exp_near_zero(high, low), n)


def _exp_near_zero(high: FloatArray, low: FloatArray) -> FloatArray:
    """exp(high - low) for a small difference of which ``low`` holds the last bits."""
    r = high - low
    result = polynomial(_EXP_Q, r)
    result *= r
    result *= r
    result -= low
    result += high
    result += 1.0
    return result


def _exp_moderate(x: FloatArray) -> FloatArray:
    result = polynomial(_EXP_SIXTEENTH, x)
    for _ in range(4):
        result *= result
    return result


def _exp_small(x: FloatArray) -> FloatArray:
    return polynomial(_EXP_EIGHTH, x)


def _exp_rough(x: FloatArray) -> FloatArray:
    return polynomial(_EXP_ROUGH, x)


def _exp10(x: FloatArray) -> FloatArray:
    if within(x, -307.0, 307.0):
        return _exp10_core(x, _times_power_of_two)
    missing = np.isnan(x)
    result = _exp10_core(np.clip(np.where(missing, 0.0, x), -324.0, 309.0), _times_any_power_of_two)
    result[missing] = np.nan
    return result


def _exp10_core(x: FloatArray, scale: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    n = np.rint(x * _LOG2_10)
    decades = x - n * LOG10_2_HIGH  # exact; the rest of n log10(2) is taken off below
    top = top_26_bits(decades)
    high = top * _LN10_HIGH  # exact
    low = (n * LOG10_2_LOW) * _LN10 - ((decades - top) * _LN10_HIGH + decades * _LN10_LOW)
    return scale(_exp_near_zero(high, low), n)
