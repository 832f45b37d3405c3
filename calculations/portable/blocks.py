"""What all portable functions are made of: blocks that stay in the cache, polynomials, and halves of numbers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_BLOCK = 16384  # so many that the calls do not count, so few that the temporaries of one block stay in the cache
TINY = 2.0**-1022  # smallest number stored with full precision
HUGE = float(np.finfo(np.float64).max)

# ln 2 and log10 2 in two parts: the high one has so few bits that its products with exponents are exact.
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
LOG10_2_HIGH, LOG10_2_LOW = 0.3010299955494702, 1.1451100898021838e-10

BIAS = 1023
MANTISSA_BITS = 52
_TOP_26_BITS_MASK = ~((1 << 27) - 1)


def by_blocks(kernel: Callable[..., FloatArray], *arguments: float | FloatArray) -> float | FloatArray:
    arrays = [np.asarray(argument, dtype=np.float64) for argument in arguments]
    shape = arrays[0].shape
    flat = [np.ascontiguousarray(array).reshape(-1) for array in arrays]
    size = flat[0].size
    if size <= _BLOCK:
        result = kernel(*flat) if size else np.empty(0)
    else:
        result = np.empty(size)
        for start in range(0, size, _BLOCK):
            part = slice(start, start + _BLOCK)
            result[part] = kernel(*(array[part] for array in flat))
    return result.reshape(shape) if shape else float(result[0])


def polynomial(coefficients: tuple[float, ...], x: FloatArray) -> FloatArray:
    result = coefficients[-1] * x
    for coefficient in coefficients[-2:0:-1]:
        result += coefficient
        result *= x
    result += coefficients[0]
    return result


def within(x: FloatArray, low: float, high: float) -> bool:
    """Whether all elements are inside; False when any is NaN."""
    return bool(x.min() >= low) and bool(x.max() <= high)


def top_26_bits(x: FloatArray) -> FloatArray:
    """The leading half of each number; the rest, x - top, is exact, and so are products of two tops."""
    return (x.view(np.int64) & _TOP_26_BITS_MASK).view(np.float64)


def product_with_error(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """a*b rounded, and what the rounding took away (T. J. Dekker 1971)."""
    product = a * b
    a_top, b_top = top_26_bits(a), top_26_bits(b)
    a_rest, b_rest = a - a_top, b - b_top
    error = a_top * b_top - product + a_top * b_rest + a_rest * b_top + a_rest * b_rest
    return product, error
