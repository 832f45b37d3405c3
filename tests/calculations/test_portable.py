"""The bit-reproducible functions: right to about one unit in the last place, and the same on every processor."""

import hashlib
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

from calculations.portable import (
    exact_sum,
    exp,
    exp10,
    exp_moderate,
    exp_rough,
    exp_small,
    log,
    log10,
    normal_quantile,
    power,
)

PINNED_DIGEST = "874aecb2b7c5bb1bc2277d7fef1d7a973d1f25c1ab11963e423537b77bba26cb"


def weyl(n: int, low: float, high: float) -> np.ndarray:
    """n well-spread numbers between low and high, the same everywhere."""
    return low + (high - low) * (((np.arange(n, dtype=np.uint64) * 40503 + 12345) % 65536) / 65536.0)


def digest_of_many_values() -> str:
    x = weyl(9000, -1.0, 1.0)
    positive = exp10(300.0 * x)
    results = [
        exp(700.0 * x),
        exp(x),
        exp10(3.0 * x),
        positive,
        log(positive),
        log(1.0 + 0.4 * x),
        log10(positive),
        log10(1.0 + 0.4 * x),
        power(1.0 + 0.999 * x, 1.829),
        power(positive, 0.7 * x[::-1].copy()),
        normal_quantile(0.5 + 0.49999 * x),
        np.array([exact_sum(x)]),
    ]
    return hashlib.sha256(b"".join(result.astype("<f8").tobytes() for result in results)).hexdigest()


def worst_error_ulp(values: np.ndarray, inputs: tuple[np.ndarray, ...], reference: Callable[..., Decimal]) -> float:
    worst = 0.0
    with localcontext() as context:
        context.prec = 45
        for value, *arguments in zip(values.tolist(), *(array.tolist() for array in inputs), strict=True):
            right = reference(*(Decimal(argument) for argument in arguments))
            worst = max(worst, float(abs(Decimal(value) - right) / Decimal(math.ulp(float(right)))))
    return worst


@pytest.mark.parametrize("reach", [0.3, 5.0, 700.0])
def test_exp_is_right_to_one_ulp(reach: float) -> None:
    x = weyl(1500, -reach, reach)
    assert worst_error_ulp(exp(x), (x,), lambda d: d.exp()) < 0.95


@pytest.mark.parametrize("reach", [0.3, 9.3, 300.0])
def test_exp10_is_right_to_one_ulp(reach: float) -> None:
    x = weyl(1500, -reach, reach)
    assert worst_error_ulp(exp10(x), (x,), lambda d: Decimal(10) ** d) < 0.95


@pytest.mark.parametrize(("low", "high"), [(0.5, 2.0), (0.999, 1.001), (1e-5, 60.0), (1e290, 1e300)])
def test_logarithms_are_right_to_one_ulp(low: float, high: float) -> None:
    x = weyl(1500, low, high)
    assert worst_error_ulp(log(x), (x,), lambda d: d.ln()) < 0.9
    assert worst_error_ulp(log10(x), (x,), lambda d: d.log10()) < 0.9


@pytest.mark.parametrize(("base_reach", "exponent_reach"), [((0.01, 5.0), 3.0), ((1e-9, 1e9), 30.0)])
def test_power_is_right_to_about_one_ulp(base_reach: tuple[float, float], exponent_reach: float) -> None:
    base = weyl(1500, *base_reach)
    exponent = weyl(1500, -exponent_reach, exponent_reach)[::-1].copy()
    assert worst_error_ulp(power(base, exponent), (base, exponent), lambda b, e: b**e) < 1.1


def test_the_quicker_exponentials_are_as_good_as_they_say() -> None:
    for function, reach, error in ((exp_moderate, 4.0, 2e-14), (exp_small, 0.125, 2e-12), (exp_rough, 0.125, 4e-4)):
        x = weyl(20000, -reach, reach)
        assert np.abs(function(x) / exp(x) - 1.0).max() < error
        assert function(np.zeros(3)).tolist() == pytest.approx([1.0, 1.0, 1.0], abs=1e-14)


def test_exact_cases_are_exact() -> None:
    assert exp(0.0) == 1.0
    assert log(1.0) == 0.0
    assert log10(np.array([1.0, 10.0, 1000.0, 1e22])).tolist() == [0.0, 1.0, 3.0, 22.0]
    assert exp10(np.arange(-4.0, 23.0)).tolist() == [float(f"1e{n}") for n in range(-4, 23)]
    assert power(np.array([2.0, 3.0, 9.0]), np.array([10.0, 4.0, 0.5])).tolist() == [1024.0, 81.0, 3.0]


def test_limits_follow_the_c_library() -> None:
    assert exp(np.array([-np.inf, -746.0, 709.7, 710.0, np.inf])).tolist() == [
        0.0,
        0.0,
        pytest.approx(math.exp(709.7), rel=1e-15),
        math.inf,
        math.inf,
    ]
    assert exp(-740.0) == math.exp(-740.0)  # a subnormal number
    assert exp10(np.array([-np.inf, -330.0, 309.0, np.inf])).tolist() == [0.0, 0.0, math.inf, math.inf]
    for function, name in ((log, math.log), (log10, math.log10)):
        assert function(np.array([0.0, -0.0, np.inf])).tolist() == [-math.inf, -math.inf, math.inf]
        assert np.isnan(function(np.array([-1.0, -np.inf, np.nan]))).all()
        assert function(5e-324) == pytest.approx(name(5e-324), rel=1e-15)
    assert power(np.array([0.0, 0.0, 0.0, np.inf, 1.0]), np.array([0.0, 2.0, -2.0, -1.0, np.inf])).tolist() == [
        1.0,
        0.0,
        math.inf,
        0.0,
        1.0,
    ]
    assert np.isnan(power(np.array([-2.0, np.nan, 2.0]), np.array([2.0, 1.0, np.nan]))).all()
    assert power(1e-310, 0.5) == pytest.approx(1e-155, rel=1e-13)


def test_nan_stays_in_its_place_and_changes_no_other_bit() -> None:
    x = weyl(5000, 0.1, 3.0)
    holed = x.copy()
    holed[1234] = np.nan
    kept = np.arange(5000) != 1234
    for function in (exp, exp10, log, log10, lambda a: power(a, 1.7), lambda a: normal_quantile(a / 4.0)):
        with_hole = function(holed)
        assert np.isnan(with_hole[1234])
        assert (with_hole[kept] == function(x)[kept]).all()


@pytest.mark.parametrize("function", [exp, exp10, log, log10, lambda x: power(x, 1.7), normal_quantile])
def test_an_element_does_not_depend_on_its_neighbours(function: Callable[[np.ndarray], np.ndarray]) -> None:
    x = weyl(10007, 0.01, 0.99)
    together = function(x)
    assert (function(x[::-1])[::-1] == together).all()
    assert (function(x[4090:4103]) == together[4090:4103]).all()
    assert [function(float(value)) for value in x[:50]] == together[:50].tolist()


def test_shapes_and_scalars_are_kept() -> None:
    assert isinstance(exp(1.5), float)
    assert isinstance(power(2.0, 0.5), float)
    assert exp(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    assert log(np.ones((3, 2)).T).shape == (2, 3)
    assert power(2.0, np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert power(np.array([[1.0], [4.0]]), np.array([0.5, 2.0])).tolist() == [[1.0, 1.0], [2.0, 16.0]]


def test_functions_rise_with_their_argument() -> None:
    x = np.linspace(-20.0, 20.0, 40001)
    assert (np.diff(exp(x)) > 0).all()
    assert (np.diff(exp10(x)) > 0).all()
    y = np.linspace(1e-3, 50.0, 40001)
    assert (np.diff(log(y)) > 0).all()
    assert (np.diff(log10(y)) > 0).all()
    assert (np.diff(power(y, 1.829)) > 0).all()
    u = np.linspace(1e-6, 1 - 1e-6, 40001)
    assert (np.diff(normal_quantile(u)) > 0).all()


def test_normal_quantile_agrees_with_the_standard_library() -> None:
    u = np.concatenate([weyl(4000, 0.0001, 0.9999), exp10(weyl(1000, -300.0, -1.0))])
    normal = statistics.NormalDist()
    right = np.array([normal.inv_cdf(value) for value in u.tolist()])
    assert np.allclose(normal_quantile(u), right, rtol=1e-15, atol=1e-16)
    assert normal_quantile(np.array([0.0, 0.5, 1.0])).tolist() == [-math.inf, 0.0, math.inf]
    assert np.isnan(normal_quantile(np.array([-0.1, 1.1, np.nan]))).all()


def test_exact_sum_does_not_depend_on_order() -> None:
    values = np.concatenate([weyl(1000, -1.0, 1.0) * 1e16, weyl(1001, 0.0, 1.0)])
    assert exact_sum(values) == exact_sum(values[::-1]) == exact_sum(np.sort(values))
    assert exact_sum(np.array([[1e100, 1.0], [-1e100, 1e-20]])) == 1.0
    assert exact_sum(np.array([])) == 0.0


def available_simd_features() -> list[str]:
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]


def test_bits_are_the_ones_recorded() -> None:
    assert digest_of_many_values() == PINNED_DIGEST


def test_bits_do_not_depend_on_the_instruction_set() -> None:
    features = available_simd_features()
    settings = [features, features[1:]] if len(features) > 1 else [features]
    for disabled in settings:
        run = subprocess.run(
            [sys.executable, "-c", f"import {__name__} as t; print(t.digest_of_many_values())"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(disabled)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == PINNED_DIGEST, disabled
