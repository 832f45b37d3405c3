"""Slots expected, present and missing; gaps; flags by range; charge balance by conductivity."""

import numpy as np
import pytest

from calculations.evidence import Series
from calculations.hydrology.gap_filling import fill_short_gaps
from calculations.quality.charge_balance import charge_balance_pct, gate_pct, judge
from calculations.quality.grid import grid_report, readings_by_slot
from calculations.quality.ranges import flagged, gross_range_flags
from tests.calculations import jiangkou

DAY = {"start_s": 0, "end_s": 86_400, "interval_s": 900}


def epochs(*values):
    return np.array(values, dtype=np.int64)


def test_a_clean_year_has_no_gap():
    start_s, end_s = jiangkou.PERIOD_S
    report = grid_report(jiangkou.readings()[0], start_s=start_s, end_s=end_s, interval_s=900)
    assert (report.expected_slots, report.present_slots, report.missing_slots) == (35040, 35040, 0)
    assert report.gaps == ()
    assert report.completeness_pct == 100.0


def test_gaps_are_listed_with_their_times():
    present = [slot * 900 for slot in range(96) if slot not in (0, 10, 11, 12, 95)]
    report = grid_report(epochs(*present), **DAY)
    assert report.missing_slots == 5
    assert [gap.slots for gap in report.gaps] == [1, 3, 1]
    assert report.record()["gaps"][1] == {"from": "1970-01-01T02:30:00Z", "to": "1970-01-01T03:15:00Z", "slots": 3}


def test_readings_off_the_grid_take_the_nearest_slot_and_the_nearest_reading_wins():
    by_slot = readings_by_slot(epochs(0, 880, 930, 2690, 86_399), **DAY)
    assert by_slot[:4].tolist() == [0, 1, -1, 3]
    assert by_slot[95] == 4
    report = grid_report(epochs(0, 880, 930, 2690, 86_399), **DAY)
    assert report.off_grid_readings == 4
    assert report.surplus_readings == 1


def test_no_reading_at_all_is_one_gap():
    report = grid_report(epochs(), **DAY)
    assert [gap.slots for gap in report.gaps] == [96]


def test_short_gaps_are_bridged_and_long_ones_and_ends_are_not():
    nan = np.nan
    filled, mask = fill_short_gaps(np.array([nan, 1.0, nan, nan, 4.0, nan, nan, nan, 8.0, nan]), 2)
    assert filled[1:5].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert np.isnan(filled[[0, 5, 6, 7, 9]]).all()
    assert np.flatnonzero(mask).tolist() == [2, 3]


def test_values_out_of_range_become_flag_intervals():
    epoch_s, series = jiangkou.readings()
    values = series["ph"][2].copy()
    values[100:103] = 1100
    values[200] = 10
    given = jiangkou.evidence(series=(Series("ph", "1", 2, values),))
    flags = gross_range_flags(given)
    assert [(flag["flag"], flag["code"]) for flag in flags] == [(4, "GROSS_RANGE")] * 2
    assert flags[0]["from"] == "2021-05-01T17:00:00Z"
    assert flags[0]["to"] == "2021-05-01T17:45:00Z"
    assert np.flatnonzero(flagged(epoch_s, flags, "ph", (4,))).tolist() == [100, 101, 102, 200]
    assert not flagged(epoch_s, flags, "stage").any()


def test_charge_balance_by_hand_and_its_gates():
    # 40.078 mg/L Ca is 2 meq/L, 61.0168 mg/L HCO3 is 1, 35.453 mg/L Cl is 1
    balanced = {"calcium_mg_l": 40.078, "alkalinity_hco3_mg_l": 61.0168, "chloride_mg_l": 35.453}
    assert charge_balance_pct(balanced) == pytest.approx(0.0, abs=1e-9)
    del balanced["chloride_mg_l"]
    assert charge_balance_pct(balanced) == pytest.approx(100 / 3)
    assert [gate_pct(ec) for ec in (99.0, 100.0, 500.0, 1000.0, 1000.1)] == [15, 15, 10, 10, 5]
    assert [judge(value, 500.0) for value in (-9.9, 10.1, -19.9, 20.1, float("nan"))] == [
        "pass",
        "suspect",
        "suspect",
        "fail",
        "fail",
    ]
