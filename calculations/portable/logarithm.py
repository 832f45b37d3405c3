"""Natural and decimal logarithm."""

from collections.abc import Callable
from typing import overload

import numpy as np

from calculations.portable.blocks import (
    BIAS,
    HUGE,
    LN2_HIGH,
    LN2_LOW,
    LOG10_2_HIGH,
    LOG10_2_LOW,
    MANTISSA_BITS,
    TINY,
    FloatArray,
    by_blocks,
    polynomial,
    top_26_bits,
    within,
)

_LOG10_E_HIGH, _LOG10_E_LOW = 0.4342944771051407, 4.798111141615973e-09
_MANTISSA_MASK = (1 << MANTISSA_BITS) - 1
_SQRT_HALF_PATTERN = 0x3FE6A09E667F3BCD
_ONE_PATTERN = 0x3FF0000000000000

# log((1+s)/(1-s)) = 2 s + s z P(z), z = s^2, for arguments between sqrt(1/2) and sqrt(2)
LOG_P = (
    0.6666666666666666,
    0.4000000000000088,
    0.28571428570803614,
    0.22222222391713917,
    0.18181795640132906,
    0.15386239702814658,
    0.13268773138656886,
    0.13086626147840102,
)


@overload
def log(x: float) -> float: ...
@overload
def log(x: FloatArray) -> FloatArray: ...
def log(x: float | FloatArray) -> float | FloatArray:
    """Natural logarithm. Error below 0.9 ulp; log(0) = -inf, of a negative number NaN."""
    return by_blocks(log_kernel, x)


@overload
def log10(x: float) -> float: ...
@overload
def log10(x: FloatArray) -> FloatArray: ...
def log10(x: float | FloatArray) -> float | FloatArray:
    """Decimal logarithm. Error below 0.9 ulp; log10(0) = -inf, of a negative number NaN."""
    return by_blocks(_log10, x)


def split_exponent(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """k and m with x = m 2^k and m between sqrt(1/2) and sqrt(2), for positive normal x."""
    pattern = x.view(np.int64) + (_ONE_PATTERN - _SQRT_HALF_PATTERN)
    k = (pattern >> MANTISSA_BITS) - BIAS
    pattern &= _MANTISSA_MASK
    pattern += _SQRT_HALF_PATTERN
    return k.astype(np.float64), pattern.view(np.float64)


def _logarithm(x: FloatArray, core: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    """core(k, m) for ordinary numbers, and the right limit for all others."""
    if within(x, TINY, HUGE):
        return core(*split_exponent(x))
    ordinary = (x > 0.0) & (x <= HUGE)
    subnormal = ordinary & (x < TINY)
    k, m = split_exponent(np.where(subnormal, x * 2.0**54, np.where(ordinary, x, 1.0)))
    result = core(np.where(subnormal, k - 54.0, k), m)
    result[x == 0.0] = -np.inf
    result[x == np.inf] = np.inf
    result[(x < 0.0) | np.isnan(x)] = np.nan
    return result


def _log_series(f: FloatArray) -> tuple[FloatArray, FloatArray]:
    """f^2/2 and the correction c with log(1 + f) = f - (f^2/2 - c)."""
    s = f / (f + 2.0)
    z = s * s
    correction = polynomial(LOG_P, z)
    correction *= z
    half_square = 0.5 * f
    half_square *= f
    correction += half_square
    correction *= s
    return half_square, correction


def log_kernel(x: FloatArray) -> FloatArray:
    return _logarithm(x, _log_core)


def _log_core(k: FloatArray, m: FloatArray) -> FloatArray:
    f = m - 1.0  # exact
    half_square, correction = _log_series(f)
    correction += k * LN2_LOW
    half_square -= correction
    f -= half_square
    f += k * LN2_HIGH
    return f


def _log10(x: FloatArray) -> FloatArray:
    return _logarithm(x, _log10_core)


def _log10_core(k: FloatArray, m: FloatArray) -> FloatArray:
    f = m - 1.0
    half_square, correction = _log_series(f)
    high = top_26_bits(f - half_square)
    low = ((f - high) - half_square) + correction
    from_k = k * LOG10_2_HIGH  # exact, as is the product with the high part below
    from_m = high * _LOG10_E_HIGH
    total = from_k + from_m
    rest = (from_k - total) + from_m
    rest += k * LOG10_2_LOW + (low + high) * _LOG10_E_LOW + low * _LOG10_E_HIGH
    return total + rest
