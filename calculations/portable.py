"""Elementary functions whose every bit is the same on every processor.

`np.exp`, `np.log`, `np.power` and BLAS choose another code path, and other last bits, on another processor or
library build. The functions here use only operations that IEEE 754 defines to the bit (+ - * / sqrt, rounding
to an integer) and integer arithmetic on a number's stored pattern (what frexp and ldexp do, several times
faster). A product and a sum are never fused, because each is an array operation of its own.

All functions take a float64 array of any shape, or a number, and return the same shape, or a float. Each
element is computed alone: its result never depends on its neighbours or on the length of the array.
NaN gives NaN; the limits (log of 0, overflow, underflow) follow C's math library, without warnings.

The polynomials were made for this file by interpolation at Chebyshev nodes in 80-digit arithmetic. The errors
stated in units in the last place (ulp) were measured against 50-digit arithmetic and are held by the tests.
"""

from collections.abc import Callable
from typing import overload

import numpy as np
from numpy.typing import NDArray

from calculations.sums import exact_sum

__all__ = ["FloatArray", "IntArray", "exact_sum", "exp", "exp10", "log", "log10", "normal_quantile", "power"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_BLOCK = 8192  # the temporaries of one block stay in the processor's second cache
_TINY = 2.0**-1022  # smallest number stored with full precision
_HUGE = float(np.finfo(np.float64).max)

# Each constant is split in two: the high part has so few bits that its products below are exact.
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_LOG10_2_HIGH, _LOG10_2_LOW = 0.3010299955494702, 1.1451100898021838e-10
_LN10_HIGH, _LN10_LOW = 2.3025850653648376, 2.7629208037533617e-08
_LOG10_E_HIGH, _LOG10_E_LOW = 0.4342944771051407, 4.798111141615973e-09
_LN10 = 2.302585092994046
_ONE_OVER_LN2 = 1.4426950408889634
_LOG2_10 = 3.321928094887362

_BIAS = 1023
_MANTISSA_BITS = 52
_MANTISSA_MASK = (1 << _MANTISSA_BITS) - 1
_TOP_26_BITS_MASK = ~((1 << 27) - 1)
_SQRT_HALF_PATTERN = 0x3FE6A09E667F3BCD
_ONE_PATTERN = 0x3FF0000000000000

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
# log((1+s)/(1-s)) = 2 s + s z P(z), z = s^2, for arguments between sqrt(1/2) and sqrt(2)
_LOG_P = (
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
def exp(x: float) -> float: ...
@overload
def exp(x: FloatArray) -> FloatArray: ...
def exp(x: float | FloatArray) -> float | FloatArray:
    """e to the power x. Error below 0.95 ulp; subnormal results are rounded once more."""
    return _by_blocks(_exp, x)


def exp_moderate(x: FloatArray) -> FloatArray:
    """e to the power x with a relative error below 2e-14 for |x| <= 4, in half the time of `exp`; useless beyond 8."""
    return np.asarray(_by_blocks(_exp_moderate, x))


def exp_small(x: FloatArray) -> FloatArray:
    """e to the power x with a relative error below 2e-12 for |x| <= 1/8, in a third of the time of `exp`."""
    return np.asarray(_by_blocks(_exp_small, x))


def exp_rough(x: FloatArray) -> FloatArray:
    """e to the power x with a relative error below 4e-4 for |x| <= 1/8, and of x^3/6: where a step will follow."""
    return np.asarray(_by_blocks(_exp_rough, x))


@overload
def exp10(x: float) -> float: ...
@overload
def exp10(x: FloatArray) -> FloatArray: ...
def exp10(x: float | FloatArray) -> float | FloatArray:
    """10 to the power x. Error below 0.95 ulp."""
    return _by_blocks(_exp10, x)


@overload
def log(x: float) -> float: ...
@overload
def log(x: FloatArray) -> FloatArray: ...
def log(x: float | FloatArray) -> float | FloatArray:
    """Natural logarithm. Error below 0.9 ulp; log(0) = -inf, of a negative number NaN."""
    return _by_blocks(_log, x)


@overload
def log10(x: float) -> float: ...
@overload
def log10(x: FloatArray) -> FloatArray: ...
def log10(x: float | FloatArray) -> float | FloatArray:
    """Decimal logarithm. Error below 0.9 ulp; log10(0) = -inf, of a negative number NaN."""
    return _by_blocks(_log10, x)


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
    return _by_blocks(_power, bases, exponents)


@overload
def normal_quantile(u: float) -> float: ...
@overload
def normal_quantile(u: FloatArray) -> FloatArray: ...
def normal_quantile(u: float | FloatArray) -> float | FloatArray:
    """Standard normal deviate that a share u of all deviates stays below (0 -> -inf, 1 -> inf, else NaN).

    Relative error below 1e-15. M. J. Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
    """
    return _by_blocks(_normal_quantile, u)


def _by_blocks(kernel: Callable[..., FloatArray], *arguments: float | FloatArray) -> float | FloatArray:
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


def _polynomial(coefficients: tuple[float, ...], x: FloatArray) -> FloatArray:
    result = coefficients[-1] * x
    for coefficient in coefficients[-2:0:-1]:
        result += coefficient
        result *= x
    result += coefficients[0]
    return result


def _within(x: FloatArray, low: float, high: float) -> bool:
    """Whether all elements are inside; False when any is NaN."""
    return bool(x.min() >= low) and bool(x.max() <= high)


def _top_26_bits(x: FloatArray) -> FloatArray:
    """The leading half of each number; the rest, x - top, is exact, and so are products of two tops."""
    return (x.view(np.int64) & _TOP_26_BITS_MASK).view(np.float64)


def _product_with_error(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """a*b rounded, and what the rounding took away (T. J. Dekker 1971)."""
    product = a * b
    a_top, b_top = _top_26_bits(a), _top_26_bits(b)
    a_rest, b_rest = a - a_top, b - b_top
    error = a_top * b_top - product + a_top * b_rest + a_rest * b_top + a_rest * b_rest
    return product, error


def _times_power_of_two(x: FloatArray, n: FloatArray) -> FloatArray:
    """x 2^n in place, for integers n with x 2^n a normal number and |n| <= 1022."""
    x *= ((n.astype(np.int64) + _BIAS) << _MANTISSA_BITS).view(np.float64)
    return x


def _times_any_power_of_two(x: FloatArray, n: FloatArray) -> FloatArray:
    """The same where the result may overflow or be subnormal: two steps, of which only the second rounds."""
    half = np.rint(0.5 * n)
    with np.errstate(over="ignore", under="ignore"):
        return _times_power_of_two(_times_power_of_two(x, half), n - half)


def _exp(x: FloatArray, tail: FloatArray | None = None) -> FloatArray:
    """exp(x + tail), where |tail| is a rounding error of x."""
    if _within(x, -707.0, 709.0):
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
    high = x - n * _LN2_HIGH  # exact
    low = n * _LN2_LOW
    if tail is not None:
        low -= tail
    r = high - low
    result = _polynomial(_EXP_Q, r)
    result *= r
    result *= r
    result -= low
    result += high
    result += 1.0
    return scale(result, n)


def _exp_moderate(x: FloatArray) -> FloatArray:
    result = _polynomial(_EXP_SIXTEENTH, x)
    for _ in range(4):
        result *= result
    return result


def _exp_small(x: FloatArray) -> FloatArray:
    return _polynomial(_EXP_EIGHTH, x)


def _exp_rough(x: FloatArray) -> FloatArray:
    return _polynomial(_EXP_ROUGH, x)


def _exp10(x: FloatArray) -> FloatArray:
    if _within(x, -307.0, 307.0):
        return _exp10_core(x, _times_power_of_two)
    missing = np.isnan(x)
    result = _exp10_core(np.clip(np.where(missing, 0.0, x), -324.0, 309.0), _times_any_power_of_two)
    result[missing] = np.nan
    return result


def _exp10_core(x: FloatArray, scale: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    n = np.rint(x * _LOG2_10)
    decades = x - n * _LOG10_2_HIGH  # exact; the rest of n log10(2) is taken off below
    top = _top_26_bits(decades)
    high = top * _LN10_HIGH  # exact
    low = (n * _LOG10_2_LOW) * _LN10 - ((decades - top) * _LN10_HIGH + decades * _LN10_LOW)
    r = high - low
    result = _polynomial(_EXP_Q, r)
    result *= r
    result *= r
    result -= low
    result += high
    result += 1.0
    return scale(result, n)


def _split_exponent(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """k and m with x = m 2^k and m between sqrt(1/2) and sqrt(2), for positive normal x."""
    pattern = x.view(np.int64) + (_ONE_PATTERN - _SQRT_HALF_PATTERN)
    k = (pattern >> _MANTISSA_BITS) - _BIAS
    pattern &= _MANTISSA_MASK
    pattern += _SQRT_HALF_PATTERN
    return k.astype(np.float64), pattern.view(np.float64)


def _logarithm(x: FloatArray, core: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    """core(k, m) for ordinary numbers, and the right limit for all others."""
    if _within(x, _TINY, _HUGE):
        return core(*_split_exponent(x))
    ordinary = (x > 0.0) & (x <= _HUGE)
    subnormal = ordinary & (x < _TINY)
    k, m = _split_exponent(np.where(subnormal, x * 2.0**54, np.where(ordinary, x, 1.0)))
    result = core(np.where(subnormal, k - 54.0, k), m)
    result[x == 0.0] = -np.inf
    result[x == np.inf] = np.inf
    result[(x < 0.0) | np.isnan(x)] = np.nan
    return result


def _log_series(f: FloatArray) -> tuple[FloatArray, FloatArray]:
    """f^2/2 and the correction c with log(1 + f) = f - (f^2/2 - c)."""
    s = f / (f + 2.0)
    z = s * s
    correction = _polynomial(_LOG_P, z)
    correction *= z
    half_square = 0.5 * f
    half_square *= f
    correction += half_square
    correction *= s
    return half_square, correction


def _log(x: FloatArray) -> FloatArray:
    return _logarithm(x, _log_core)


def _log_core(k: FloatArray, m: FloatArray) -> FloatArray:
    f = m - 1.0  # exact
    half_square, correction = _log_series(f)
    correction += k * _LN2_LOW
    half_square -= correction
    f -= half_square
    f += k * _LN2_HIGH
    return f


def _log10(x: FloatArray) -> FloatArray:
    return _logarithm(x, _log10_core)


def _log10_core(k: FloatArray, m: FloatArray) -> FloatArray:
    f = m - 1.0
    half_square, correction = _log_series(f)
    high = _top_26_bits(f - half_square)
    low = ((f - high) - half_square) + correction
    from_k = k * _LOG10_2_HIGH  # exact, as is the product with the high part below
    from_m = high * _LOG10_E_HIGH
    total = from_k + from_m
    rest = (from_k - total) + from_m
    rest += k * _LOG10_2_LOW + (low + high) * _LOG10_E_LOW + low * _LOG10_E_HIGH
    return total + rest


def _log_pair(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The logarithm of positive normal x as a sum of two numbers, with some 60 right bits."""
    k, m = _split_exponent(x)
    f = m - 1.0
    divisor = m + 1.0
    divisor_rest = m - (divisor - 1.0)
    s = f / divisor
    product, error = _product_with_error(s, divisor)
    s_rest = ((f - product) - error - s * divisor_rest) / divisor
    z = s * s
    series = _polynomial(_LOG_P, z) * z * s
    from_k = k * _LN2_HIGH  # exact
    high = from_k + 2.0 * s
    low = (from_k - high) + 2.0 * s
    low += series + (2.0 * s_rest + k * _LN2_LOW)
    total = high + low
    return total, (high - total) + low


def _power(base: FloatArray, exponent: FloatArray) -> FloatArray:
    if _within(base, _TINY, _HUGE) and _within(exponent, -1e20, 1e20):
        return _power_core(base, exponent)
    wrong = ~(base >= 0.0) | np.isnan(exponent)
    ordinary = (base > 0.0) & (base <= _HUGE)
    subnormal = ordinary & (base < _TINY)
    y = np.clip(np.where(wrong, 0.0, exponent), -1e20, 1e20)  # beyond it only 1 does not over- or underflow
    result = _power_core(np.where(ordinary & ~subnormal, base, 1.0), y)
    if subnormal.any():  # in two factors, so that the logarithm sees a normal number
        result[subnormal] = _exp(y[subnormal] * _log(base[subnormal]))
    vanishing = (base == 0.0) & (y > 0.0) | (base == np.inf) & (y < 0.0)
    growing = (base == 0.0) & (y < 0.0) | (base == np.inf) & (y > 0.0)
    result[vanishing] = 0.0
    result[growing] = np.inf
    result[wrong] = np.nan
    return result


def _power_core(base: FloatArray, exponent: FloatArray) -> FloatArray:
    high, low = _log_pair(base)
    product, error = _product_with_error(exponent, high)
    error += exponent * low
    return _exp(product, error)


# Wichura's coefficients: numerator and denominator for the centre, the tails and the far tails
_CENTRE = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
_TAIL = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_FAR_TAIL = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def _normal_quantile(u: FloatArray) -> FloatArray:
    q = u - 0.5
    result = q * _ratio(_CENTRE, 0.180625 - q * q)
    outer = np.flatnonzero(~(np.abs(q) <= 0.425))
    if outer.size:
        result[outer] = _normal_tail(u[outer])
    return result


def _normal_tail(u: FloatArray) -> FloatArray:
    smaller = np.minimum(u, 1.0 - u)
    r = np.sqrt(-_log(np.where(smaller > 0.0, smaller, 1.0)))
    deviate = _ratio(_TAIL, r - 1.6)
    far = np.flatnonzero(~(r <= 5.0))
    if far.size:
        deviate[far] = _ratio(_FAR_TAIL, r[far] - 5.0)
    deviate = np.where(smaller == 0.0, np.inf, deviate)
    deviate = np.where(smaller >= 0.0, deviate, np.nan)
    return np.where(u < 0.5, -deviate, deviate)


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: FloatArray) -> FloatArray:
    return _polynomial(coefficients[0], x) / _polynomial(coefficients[1], x)
