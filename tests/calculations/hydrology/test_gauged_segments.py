"""Gauging records become a curve of as many segments as they speak for; what is sealed is found again."""

import numpy as np
import pytest

from calculations.hydrology.gauged_segments import deviations_pct, fit_gauged_segments, refit_sealed_relation
from calculations.hydrology.gaugings import fit_gaugings
from calculations.hydrology.segments import SegmentedCurve
from tests.calculations import jiangkou
from tests.calculations.hydrology.test_segments import STAGE, scattered


def records():
    discharge = scattered(3)
    discharge[15] *= 1.6
    return [
        {
            "file": "gaugings.csv",
            "row": row,
            "stage_m": f"{h:.3f}",
            "discharge_m3_s": f"{q:.4f}",
            "uncertainty_pct": "3",
        }
        for row, (h, q) in enumerate(zip(STAGE.tolist(), discharge.tolist(), strict=True), start=1)
    ]


@pytest.fixture(scope="module")
def fitted():
    return fit_gauged_segments(records())


def test_two_controls_give_two_segments_and_the_outlier_is_named(fitted):
    assert isinstance(fitted.curve, SegmentedCurve)
    assert [(item["row"], item["code"]) for item in fitted.record["exclusions"]] == [(16, "OUTLIER_GAUGING")]
    assert [item.code for item in fitted.messages] == ["OUTLIER_GAUGING"]
    assert len(fitted.record["segments"]) == 2


def test_what_is_sealed_is_found_again_to_the_last_bit(fitted):
    again = refit_sealed_relation(records(), fitted.record)
    assert again.record() == {key: value for key, value in fitted.record.items() if key != "exclusions"}


def test_one_control_gives_the_record_of_a_single_curve():
    single = fit_gauged_segments(jiangkou.gaugings(), period_s=jiangkou.PERIOD_S)
    assert single.record == fit_gaugings(jiangkou.gaugings(), period_s=jiangkou.PERIOD_S).record
    assert refit_sealed_relation(jiangkou.gaugings(), single.record).a == single.curve.a


def test_deviations_are_those_of_the_gaugings_used(fitted):
    found = deviations_pct(fitted.curve)
    assert found.shape == (23,)
    assert np.abs(found).max() < 10
    assert np.sqrt(np.mean(found**2)) == pytest.approx(3.0, abs=1.0)
