"""Curves that hold for a time, shifts between them, and the water that ran beyond the gaugings."""

import numpy as np
import pytest

from calculations.hydrology.gaugings import fit_gaugings
from calculations.hydrology.history import RatingHistory, Shift, ValidCurve, beyond_gaugings, check_shift
from calculations.hydrology.rating import RatingError, fit_rating
from calculations.hydrology.segment_fitting import fit_segments
from calculations.hydrology.weirs import VNotchWeir
from tests.calculations import jiangkou
from tests.calculations.hydrology.test_segments import STAGE, UNCERTAINTY, two_controls


@pytest.fixture(scope="module")
def curve():
    return fit_gaugings(jiangkou.gaugings()).curve


def test_each_time_has_its_own_curve_even_of_another_kind(curve):
    weir = VNotchWeir(90.0, crest_stage_m=0.3)
    history = RatingHistory((ValidCurve(curve, 0, 1000), ValidCurve(weir, 1000, 2000)))
    stage = np.full(4, 0.5)
    found = history.at(np.array([0, 999, 1000, 2000]), stage)
    assert found.discharge_m3_s[:2] == pytest.approx(curve.discharge_m3_s_at(stage[:2]))
    assert found.discharge_m3_s[2] == pytest.approx(weir.discharge_m3_s_at(stage[:1])[0])
    assert np.isnan(found.discharge_m3_s[3])
    assert found.without_curve.tolist() == [False, False, False, True]
    assert found.curve_index.tolist() == [0, 0, 1, -1]
    assert (found.relative_sd[:3] > 0).all()


def test_segmented_curves_fit_in(curve):
    segmented = fit_segments(STAGE, two_controls(STAGE), UNCERTAINTY)
    history = RatingHistory((ValidCurve(curve, 0, 100), ValidCurve(segmented, 100)))
    found = history.at(np.array([50, 150]), np.array([0.6, 1.4]))
    assert found.discharge_m3_s[1] == pytest.approx(two_controls(np.array([1.4]))[0], rel=1e-6)
    assert history.record()[1]["relation"]["segments"][1]["to_m"] is None


def test_a_shift_creeps_from_one_date_to_the_next(curve):
    moved = ValidCurve(curve, 0, None, (Shift(100, 0.0), Shift(200, 0.04)))
    assert moved.shift_m_at(np.array([50, 100, 150, 200, 900])) == pytest.approx([0.0, 0.0, 0.02, 0.04, 0.04])
    found = RatingHistory((moved,)).at(np.array([150]), np.array([0.5]))
    assert found.discharge_m3_s[0] == pytest.approx(curve.discharge_m3_s_at(np.array([0.52]))[0])
    assert ValidCurve(curve, 0, None, (Shift(100, 0.03),)).shift_m_at(np.array([5])).tolist() == [0.03]


def test_later_gaugings_reveal_a_scoured_bed(curve):
    stage = np.array([0.45, 0.6, 0.9])
    scoured = check_shift(curve, stage, curve.discharge_m3_s_at(stage + 0.05), np.full(3, 0.05))
    assert scoured.significant
    assert scoured.shift_m == pytest.approx(0.05, abs=1e-9)
    same = check_shift(curve, stage, 1.02 * curve.discharge_m3_s_at(stage), np.full(3, 0.05))
    assert not same.significant
    assert same.mean_log_ratio == pytest.approx(np.log(1.02))


def test_a_test_of_shifts_rarely_cries_wolf():
    rng = np.random.default_rng(21)
    alarms = 0
    stage = np.linspace(0.4, 1.6, 14)
    for _ in range(60):
        gauged = 2.6 * (stage - 0.18) ** 1.75 * np.exp(0.05 * rng.standard_normal(14))
        curve = fit_rating(stage, gauged, np.full(14, 0.05), reject_outliers=False)
        later = np.array([0.5, 0.8, 1.2])
        discharge = 2.6 * (later - 0.18) ** 1.75 * np.exp(0.05 * rng.standard_normal(3))
        alarms += check_shift(curve, later, discharge, np.full(3, 0.05)).significant
    assert alarms <= 6


def test_validity_that_overlaps_runs_backwards_or_is_empty_is_refused(curve):
    for curves, code in (
        ((), "RATING_HISTORY_EMPTY"),
        ((ValidCurve(curve, 10, 10),), "RATING_VALIDITY_BACKWARDS"),
        ((ValidCurve(curve, 0), ValidCurve(curve, 10)), "RATING_VALIDITY_OVERLAP"),
        ((ValidCurve(curve, 0, 20), ValidCurve(curve, 10)), "RATING_VALIDITY_OVERLAP"),
        ((ValidCurve(curve, 0, None, (Shift(5, 0.1), Shift(5, 0.2))),), "RATING_SHIFT_INVALID"),
        ((ValidCurve(curve, 0, None, (Shift(5, float("nan")),)),), "RATING_SHIFT_INVALID"),
    ):
        with pytest.raises(RatingError) as caught:
            RatingHistory(curves)
        assert caught.value.code == code
    with pytest.raises(RatingError) as caught:
        RatingHistory((ValidCurve(curve, 0, 100),)).at(np.array([500, 600]), np.array([0.5, 0.6]))
    assert caught.value.code == "RATING_HISTORY_ELSEWHERE"


def test_missing_stages_stay_missing_and_are_nobody_s_fault(curve):
    found = RatingHistory((ValidCurve(curve, 0, 100),)).at(np.array([5, 6]), np.array([np.nan, 0.1]))
    assert np.isnan(found.discharge_m3_s[0])
    assert found.discharge_m3_s[1] == 0.0
    assert not found.without_curve.any()


def test_shift_gaugings_must_be_gaugings(curve):
    for stage, discharge in (([0.1], [0.2]), ([0.5], [0.0]), ([np.nan], [0.3])):
        with pytest.raises(RatingError) as caught:
            check_shift(curve, np.array(stage), np.array(discharge), np.array([0.05]))
        assert caught.value.code == "RATING_GAUGING_NOT_POSITIVE"
    with pytest.raises(RatingError):
        check_shift(curve, np.empty(0), np.empty(0), np.empty(0))


def test_jiangkou_runs_an_eighth_of_its_volume_beyond_the_line(curve):
    # methodology, section 3: 12.6 % of the volume above 1.25 times the highest gauged discharge
    _, series = jiangkou.readings()
    stage = series["stage"][2] / 1000.0
    found = beyond_gaugings(curve.discharge_m3_s_at(stage), curve.highest_gauged_discharge_m3_s)
    assert found.line_m3_s == pytest.approx(1.25 * 4.338)
    assert found.volume_share == pytest.approx(0.126, abs=0.003)
    assert 0.0 < found.cut_share < found.volume_share
    assert found.held_m3_s.max() == found.line_m3_s


def test_beyond_worked_by_hand_and_its_refusals():
    found = beyond_gaugings(np.array([1.0, 2.0, 5.0]), 2.0)
    # line 2.5: five of eight ran above it, 2.5 of eight are cut
    assert (found.volume_share, found.cut_share) == pytest.approx((0.625, 0.3125))
    assert beyond_gaugings(np.zeros(3), 2.0).volume_share == 0.0
    for discharge, highest in (([1.0, np.nan], 2.0), ([1.0, -1.0], 2.0), ([1.0], 0.0), ([1.0], np.nan)):
        with pytest.raises(RatingError):
            beyond_gaugings(np.array(discharge), highest)
