"""The fast sums give what `math.fsum` gives, to the bit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from calculations.sums import cut_once, exact_group_sums, exact_row_sums, exact_sum, row_sums

FINITE = st.floats(-1e300, 1e300, allow_nan=False)


@given(hnp.arrays(np.float64, st.integers(0, 700), elements=FINITE))
def test_a_sum_is_rounded_once_whatever_its_terms(values):
    try:
        expected = math.fsum(values.tolist())
    except OverflowError:
        return
    assert exact_sum(values) == expected


@given(st.integers(0, 2**32), st.floats(0.0, 60.0), st.booleans())
def test_sums_over_many_magnitudes_and_with_cancellation(seed, spread, cancelling):
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((3, 999)) * np.exp(rng.normal(0.0, spread, (3, 999)))
    if cancelling:
        values = np.concatenate((values, -values[:, ::-1], rng.standard_normal((3, 3)) * 1e-12), axis=1)
    expected = [math.fsum(row) for row in values.tolist()]
    assert exact_row_sums(values) == expected
    assert [exact_sum(row) for row in values] == expected
    assert exact_sum(values) == math.fsum(values.ravel().tolist())


@given(st.lists(st.integers(0, 900), max_size=12), st.floats(0.0, 60.0), st.booleans())
def test_sums_of_neighbouring_groups_with_gaps_and_empty_ones(cuts, spread, with_nan):
    rng = np.random.default_rng(7)
    values = rng.standard_normal(900) * np.exp(rng.normal(0.0, spread, 900))
    if with_nan:
        values[450] = np.nan
    edges = sorted(cuts[: len(cuts) // 2 * 2])
    starts, ends = edges[::2], edges[1::2]
    expected = [exact_sum(values[start:end]) for start, end in zip(starts, ends, strict=True)]
    assert np.array_equal(exact_group_sums(values, starts, ends), expected, equal_nan=True)


def test_neither_order_nor_shape_matters():
    values = np.random.default_rng(5).lognormal(0.0, 8.0, (40, 50))
    assert exact_sum(values) == exact_sum(values.T) == exact_sum(np.sort(values.ravel())) == exact_sum(values[::-1])


@pytest.mark.parametrize("count", [3, 4000])
def test_what_plain_sums_make_of_nan_infinity_and_tiny_numbers(count):
    ordinary = np.ones(count)
    assert math.isnan(exact_sum(np.append(ordinary, np.nan)))
    assert exact_sum(np.append(ordinary, np.inf)) == math.inf
    assert exact_sum(np.full(count, 5e-324)) == count * 5e-324
    assert exact_sum(np.append(np.full(count, 1e-310), 1.0)) == math.fsum([1.0, *[1e-310] * count])
    assert exact_sum(np.zeros(count)) == exact_sum(-np.zeros(count)) == 0.0
    assert exact_sum(np.array([1e300, -1e300] * count + [3.0])) == 3.0


def test_row_sums_are_as_good_as_they_say_in_any_order():
    rows = np.exp(np.random.Generator(np.random.Philox(7)).normal(size=(6, 900)) * 3.0)
    rows[1] *= -1.0
    rows[2, ::2] *= -1.0
    largest = float(np.abs(rows).max())
    exact, backwards = np.array(exact_row_sums(rows)), rows[:, ::-1].copy()
    found = row_sums(rows)
    assert found == pytest.approx(exact, rel=3e-16)
    assert np.array_equal(row_sums(backwards), found)
    for bound in (largest, 5.0 * largest):
        cut = cut_once(rows, bound)
        assert (np.abs(cut.sum(axis=1) - exact) <= 30 * 900 * 2.0**-51 * bound).all()
        assert np.array_equal(cut.sum(axis=1), cut_once(backwards, bound).sum(axis=1))


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e300])
def test_row_sums_of_nothing_and_beyond_the_cuts(scale):
    rows = scale * np.array([[1.0, 2.0, 4.0], [0.5, -0.25, 0.0]])
    assert row_sums(rows).tolist() == exact_row_sums(rows)
    assert row_sums(np.empty((2, 0))).tolist() == [0.0, 0.0]
