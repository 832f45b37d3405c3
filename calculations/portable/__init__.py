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

from calculations.portable.blocks import FloatArray, IntArray
from calculations.portable.exponential import exp, exp10, exp_moderate, exp_rough, exp_small
from calculations.portable.logarithm import log, log10
from calculations.portable.normal import normal_quantile
from calculations.portable.powers import power
from calculations.sums import exact_sum

__all__ = [
    "FloatArray",
    "IntArray",
    "exact_sum",
    "exp",
    "exp10",
    "exp_moderate",
    "exp_rough",
    "exp_small",
    "log",
    "log10",
    "normal_quantile",
    "power",
]
