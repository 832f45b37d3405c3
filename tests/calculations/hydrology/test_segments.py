"""Curves in segments: the truth behind synthetic gaugings is found, and no segment is made up."""

import numpy as np
import pytest

from calculations.hydrology.rating import RatingCurve, RatingError
from calculations.hydrology.segment_fitting import choose_curve, fit_segments
from calculations.hydrology.segments import SegmentedCurve
from tests.calculations import jiangkou

BREAK_M = 0.9


def two_controls(stage):
    """A sill up to 0.9 m, a channel above it: 3 (h - 0.2)^1.6, then an offset of 0.55 m and an exponent of 2.4."""
    low = 3.0 * np.maximum(stage - 0.2, 0.0) ** 1.6
    a = 3.0 * (BREAK_M - 0.2) ** 1.6 / (BREAK_M - 0.55) ** 2.4
    return np.where(stage <= BREAK_M, low, a * np.maximum(stage - 0.55, 0.0) ** 2.4)


STAGE = np.linspace(0.3, 2.0, 24)
UNCERTAINTY = np.full(24, 0.03)


def scattered(seed):
    return two_controls(STAGE) * np.exp(0.03 * np.random.default_rng(seed).standard_normal(STAGE.size))


@pytest.fixture(scope="module")
def exact():
    return fit_segments(STAGE, two_controls(STAGE), UNCERTAINTY)


def test_two_segments_are_found_as_they_were_made(exact):
    low, high = exact.segments
    assert (low.a, low.b, low.h0_m) == pytest.approx((3.0, 1.6, 0.2), rel=1e-6)
    assert (high.b, high.h0_m) == pytest.approx((2.4, 0.55), rel=1e-6)
    assert low.to_m == high.from_m == pytest.approx(BREAK_M, abs=1e-6)
    assert exact.h0_m == low.h0_m
    assert exact.record()["segments"][0]["from_m"] is None


def test_the_curve_is_continuous_at_its_break(exact):
    at = exact.shape.breaks_m[0]
    below, above = exact.discharge_m3_s_at(np.array([at - 1e-9, at + 1e-9]))
    assert below == pytest.approx(above, rel=1e-7)
    low, high = exact.segments
    assert low.a * (at - low.h0_m) ** low.b == pytest.approx(high.a * (at - high.h0_m) ** high.b, rel=1e-9)


def test_scatter_of_three_percent_leaves_the_gauged_range_within_its_band():
    inside = np.array([0.5, 0.8, 1.2, 1.6, 1.9])
    misses = 0
    for seed in range(4):
        curve = fit_segments(STAGE, scattered(seed), UNCERTAINTY, reject_outliers=False)
        low, high = curve.band_m3_s_at(inside, 0.99)
        misses += int(((two_controls(inside) < low) | (two_controls(inside) > high)).sum())
    assert misses <= 2


def test_the_covariance_is_that_of_repeated_fits(exact):
    at = np.array([0.5, 1.5])
    logs = [
        np.log(fit_segments(STAGE, scattered(seed), UNCERTAINTY, reject_outliers=False).discharge_m3_s_at(at))
        for seed in range(7)
    ]
    assert np.std(logs, axis=0) == pytest.approx(exact.relative_sd_at(at), rel=0.6)


def test_gaugings_choose_their_number_of_segments():
    assert isinstance(choose_curve(STAGE, scattered(1), UNCERTAINTY), SegmentedCurve)
    single = 2.6 * (STAGE - 0.18) ** 1.75 * np.exp(0.03 * np.random.default_rng(2).standard_normal(24))
    assert isinstance(choose_curve(STAGE, single, UNCERTAINTY), RatingCurve)


def test_jiangkou_needs_one_segment_only():
    rows = jiangkou.gaugings()
    curve = choose_curve(
        [float(row["stage_m"]) for row in rows],
        [float(row["discharge_m3_s"]) for row in rows],
        [float(row["uncertainty_pct"]) / 100 for row in rows],
    )
    assert isinstance(curve, RatingCurve)
    assert (curve.h0_m, curve.a, curve.b) == pytest.approx((0.153, 2.488, 1.829), abs=0.002)


def test_three_segments_hold_together():
    stage = np.linspace(0.3, 3.0, 36)
    middle = two_controls(stage)
    at = 2.0
    over = two_controls(np.array([at]))[0] * (np.maximum(stage - 1.6, 1e-9) / (at - 1.6)) ** 1.5
    discharge = np.where(stage <= at, middle, over)
    curve = fit_segments(stage, discharge, np.full(36, 0.03), segments=3)
    assert curve.shape.breaks_m == pytest.approx((BREAK_M, at), abs=0.05)
    assert curve.discharge_m3_s_at(stage) == pytest.approx(discharge, rel=0.01)
    first, second, third = curve.segments
    for low, high in ((first, second), (second, third)):
        at = low.to_m
        assert low.a * (at - low.h0_m) ** low.b == pytest.approx(high.a * (at - high.h0_m) ** high.b, rel=1e-9)


def test_an_outlier_is_named_with_its_studentised_residual():
    discharge = scattered(3)
    discharge[15] *= 1.6
    curve = fit_segments(STAGE, discharge, UNCERTAINTY)
    assert [item.index for item in curve.rejected] == [15]
    assert curve.rejected[0].studentised_residual > 4
    assert curve.shape.breaks_m[0] == pytest.approx(BREAK_M, abs=0.15)


def test_no_flow_missing_and_the_way_back(exact):
    discharge = exact.discharge_m3_s_at(np.array([0.1, exact.h0_m, np.nan, 0.6, 1.7]))
    assert discharge[:2].tolist() == [0.0, 0.0]
    assert np.isnan(discharge[2])
    assert [exact.stage_m_at(value) for value in discharge[3:]] == pytest.approx([0.6, 1.7])
    assert np.isnan(exact.relative_sd_at(np.array([0.1]))[0])


@pytest.mark.parametrize(
    ("stage", "discharge", "code"),
    [
        (STAGE[:7], two_controls(STAGE)[:7], "RATING_TOO_FEW_GAUGINGS"),
        (np.full(9, 0.5), np.linspace(0.4, 0.5, 9), "RATING_ONE_STAGE"),
        (np.repeat([0.4, 0.6, 0.8, 1.0], 3), np.repeat([0.1, 0.2, 0.4, 0.7], 3), "RATING_NO_BREAK"),
        (STAGE, two_controls(STAGE)[::-1], "RATING_NOT_RISING"),
        (np.append(STAGE, np.nan), np.append(two_controls(STAGE), 1.0), "RATING_GAUGING_NOT_POSITIVE"),
        (STAGE, np.append(two_controls(STAGE)[:-1], -1.0), "RATING_GAUGING_NOT_POSITIVE"),
    ],
)
def test_gaugings_that_cannot_carry_segments_are_refused(stage, discharge, code):
    with pytest.raises(RatingError) as caught:
        fit_segments(stage, discharge, np.full(stage.size, 0.05))
    assert caught.value.code == code
