"""A quadratic function is found exactly; coordinates that do nothing stay out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.uncertainty.response import design, quadratic

NUMBER = st.floats(-3.0, 3.0)


def test_as_many_runs_as_coefficients():
    assert [len(design(n)) for n in (0, 1, 2, 13)] == [1, 3, 6, 105]
    assert len(set(design(13))) == 105


@given(st.integers(1, 6).flatmap(lambda n: st.tuples(*[st.lists(NUMBER, min_size=n * n, max_size=n * n)] * 3)))
def test_any_quadratic_is_met_everywhere(numbers):
    matrix, ends, points = (np.array(row) for row in numbers)
    n = int(np.sqrt(matrix.size))
    squares, slopes = matrix.reshape(n, n), matrix.reshape(n, n)[0]
    ends = [(-0.5 - abs(low), 0.3 + abs(high)) for low, high in zip(ends[:n], ends[::-1][:n], strict=True)]

    def function(x):
        return 0.7 + slopes @ x + x @ squares @ x

    def run(moved):
        x = np.zeros(n)
        for i, high in moved:
            x[i] = ends[i][int(high)]
        return float(function(x))

    surface = quadratic(ends, run)
    at = points.reshape(n, n)
    found = surface.of([at[i] for i in range(n)])
    assert found == pytest.approx([function(at[:, k]) for k in range(n)], abs=1e-8, rel=1e-8)


def test_a_coordinate_without_an_error_does_nothing():
    surface = quadratic([(-1.0, 1.0), (0.0, 0.0)], lambda run: 2.0 + sum((1.0 if high else -1.0) for _, high in run))
    assert surface.of([np.array([0.5]), np.array([9.0])]).tolist() == [2.5]
