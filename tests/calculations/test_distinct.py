"""Distinct values without sorting are what sorting gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.distinct import Distinct


@given(st.lists(st.integers(-50_000, 400_000), min_size=1, max_size=60), st.integers(0, 3), st.booleans())
def test_values_and_places_are_those_of_sorting(whole, decimals, filled):
    readings = np.array(whole, dtype=np.float64) / 10**decimals
    if filled:  # a value between two others, as gaps are filled
        readings = np.append(readings, (readings[0] + 2.0 * readings[-1]) / 3.0)
    values, index = np.unique(readings, return_inverse=True)
    found = Distinct.of(readings)
    assert np.array_equal(found.values, values)
    assert np.array_equal(found.index, index)
    assert np.array_equal(found.of_each(found.values), readings)


def test_weights_are_summed_by_value():
    found = Distinct.of(np.array([1.5, 0.25, 1.5]))
    assert found.summed(np.array([1.0, 2.0, 4.0])) == pytest.approx([2.0, 5.0])
