"""Lines with their prediction interval, held at the range's edge, never negative; bad points refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.regression.prediction import LineError, calibrate, share_outside

X = np.array([200.0, 250.0, 300.0, 350.0, 400.0])
Y = np.array([40.0, 51.0, 59.0, 71.0, 79.0])


def test_a_line_worked_by_hand():
    # mean x 300, mean y 60, Sxx 25,000, Sxy 4,900: slope 0.196, intercept 1.2; residuals -0.4, 0.8, -1, 1.2, -0.6
    # sse 3.6, s sqrt(3.6/3) = 1.0954, Syy 964: r2 1 - 3.6/964 = 0.99627
    found = calibrate(X, Y)
    record = found.record()
    assert (record["slope"], record["intercept"]) == pytest.approx((0.196, 1.2))
    assert record["residual_sd"] == pytest.approx(1.0954, abs=5e-5)
    assert record["r_squared"] == pytest.approx(0.99627, abs=5e-6)
    assert (record["n"], record["x_min"], record["x_max"]) == (5, 200.0, 400.0)
    # at 400: 79.6 +- 3.1824 * 1.0954 * sqrt(1 + 0.2 + 10000/25000) = 3.1824 * 1.3856 = 4.4097
    at = found.predict(np.array([400.0]))
    assert at.value[0] == pytest.approx(79.6)
    assert at.high[0] - at.value[0] == pytest.approx(4.4097, abs=2e-4)
    # intercept: 1.0954 * sqrt(1/5 + 90000/25000) = 2.1354
    assert record["intercept_sd"] == pytest.approx(2.1354, abs=5e-5)


def test_the_interval_holds_new_values_as_often_as_it_says():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        line = calibrate(X, 0.2 * X + 2.0 * rng.standard_normal(5))
        at = line.predict(np.array([330.0]), confidence=0.9)
        held += at.low[0] <= 66.0 + 2.0 * rng.standard_normal() <= at.high[0]
    assert 340 <= held <= 380


def test_outside_the_range_the_edge_is_held_and_the_interval_widens():
    found = calibrate(X, Y)
    at = found.predict(np.array([100.0, 200.0, 400.0, 600.0]))
    assert at.outside.tolist() == [True, False, False, True]
    assert at.value[0] == at.value[1]
    assert at.value[3] == at.value[2]
    assert at.high[3] - at.low[3] > at.high[2] - at.low[2]
    free = found.predict(np.array([600.0, np.nan]), outside="extrapolate")
    assert free.value[0] == pytest.approx(118.8)
    gone = found.predict(np.array([600.0, 300.0]), outside="missing")
    assert np.isnan(gone.value).tolist() == [True, False]
    assert np.isnan(gone.high[0])


def test_a_missing_conductivity_stays_missing():
    at = calibrate(X, Y).predict(np.array([np.nan]))
    assert np.isnan(at.value[0])
    assert np.isnan(at.low[0])
    assert not at.outside[0]


@given(st.floats(-5e3, 5e3), st.sampled_from(["hold", "extrapolate"]))
def test_no_concentration_is_ever_negative(x, rule):
    steep = calibrate(X, Y - 55.0)
    at = steep.predict(np.array([x]), outside=rule)
    assert at.value[0] >= 0.0
    assert at.low[0] >= 0.0
    used = x if rule == "extrapolate" else min(max(x, 200.0), 400.0)
    assert at.below_zero[0] == (steep.line.intercept + steep.line.slope * used < 0)


def test_a_datum_shift_of_x_changes_nothing_but_the_intercept():
    moved = calibrate(X + 1e6, Y)
    assert moved.line.slope == pytest.approx(0.196, rel=1e-9)
    assert moved.predict(X + 1e6).value == pytest.approx(calibrate(X, Y).predict(X).value, rel=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (X[:2], Y[:2], "LINE_TOO_FEW"),
        (X[:0], Y[:0], "LINE_TOO_FEW"),
        (np.full(5, 300.0), Y, "LINE_ONE_X"),
        (np.nextafter(np.full(5, 300.0), [301, 301, 299, 300, 300]), Y, "LINE_ONE_X"),
        (X, np.append(Y[:-1], np.nan), "LINE_NOT_FINITE"),
        (np.append(X[:-1], np.inf), Y, "LINE_NOT_FINITE"),
        (X, Y[:4], "LINE_LENGTHS"),
    ],
)
def test_points_without_a_line_are_refused(x, y, code):
    with pytest.raises(LineError) as caught:
        calibrate(x, y)
    assert caught.value.code == code
    assert "<" not in caught.value.text("en")


def test_share_of_flux_outside_the_range_counts_sources_and_unknowns_too():
    flux, ec = np.array([1.0, -2.0, 3.0, 4.0]), np.array([150.0, 450.0, 300.0, np.nan])
    assert share_outside(flux, ec, 200.0, 400.0) == pytest.approx(0.7)
    assert share_outside(np.zeros(2), X[:2], 200.0, 400.0) == 0.0
    with pytest.raises(LineError):
        share_outside(np.array([np.nan]), np.array([300.0]), 200.0, 400.0)
    with pytest.raises(LineError):
        share_outside(np.ones(2), np.ones(1), 200.0, 400.0)
