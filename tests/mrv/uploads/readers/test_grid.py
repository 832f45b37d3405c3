"""Order, duplicates, gaps and the regular grid."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from .making import VALUES, codes, logger, only, row, rows_of, template, time_of

OTHER = "0.0,0.570,17.91,7.42,335.4"


def at(time: str, values: str = VALUES) -> str:
    return f"{time},{values}"


def test_exact_duplicates_count_once():
    table, report = logger(template([row(0), row(1), row(1), row(2), row(2), row(2), row(3)]))
    assert table is not None
    assert table.source_rows.tolist() == [2, 3, 5, 8]
    assert report.duplicates == {"exact": 3, "conflicting": 0}
    assert report.series is not None
    assert report.series["duplicate_rows"] == 3
    assert report.series["duplicate_timestamps"] == ["2021-05-01T00:15:00", "2021-05-01T00:30:00"]
    assert rows_of(report, "DUPLICATE_TIMESTAMPS") == [4, 6, 7]
    assert only(report, "DUPLICATE_TIMESTAMPS")["kept_row"] == 3


def test_numbers_written_differently_are_the_same_reading():
    _, report = logger(template([row(0), row(1, "0,0.534,17.910,7.42,335.40"), row(1)]))
    assert report.duplicates == {"exact": 1, "conflicting": 0}


def test_of_conflicting_duplicates_the_first_is_kept_and_both_are_shown():
    table, report = logger(template([row(0), row(1), row(2), row(1, OTHER)]))
    assert table is not None
    assert table.columns["stage"].text_at(1) == "0.534"
    conflict = only(report, "CONFLICTING_DUPLICATE")
    assert (conflict["row"], conflict["kept_row"], conflict["column"]) == (5, 3, "stage_m")
    assert (conflict["kept"], conflict["text"]) == ("0.534", "0.570")
    assert conflict["time"] == "2021-05-01 00:15:00 +08:00"
    assert report.duplicates == {"exact": 0, "conflicting": 1}


def test_a_missing_value_beside_a_number_is_a_conflict():
    _, report = logger(template([row(0), row(1), row(1, "0.0,,17.91,7.42,335.4")]))
    assert only(report, "CONFLICTING_DUPLICATE")["kept"] == "0.534"
    assert only(report, "CONFLICTING_DUPLICATE")["text"] == ""


def test_backwards_time_is_sorted_and_named():
    table, report = logger(template([row(0), row(3), row(1), row(2), row(4)]))
    assert table is not None
    assert np.diff(table.epoch_s).tolist() == [900] * 4
    assert table.source_rows.tolist() == [2, 4, 5, 3, 6]
    backwards = only(report, "OUT_OF_ORDER")
    assert (backwards["row"], backwards["previous_row"], backwards["count"]) == (4, 3, 1)
    assert backwards["time"] == "2021-05-01 00:15:00 +08:00"
    assert backwards["previous_time"] == "2021-05-01 00:45:00 +08:00"
    assert report.series is not None
    assert report.series["out_of_order_steps"] == 1


def test_gaps_are_listed_and_counted():
    _, report = logger(template([row(slot) for slot in range(20) if slot not in (3, 8, 9, 10)]))
    assert report.series is not None
    assert report.series["gaps"] == [
        {"first_missing": "2021-05-01T00:45:00", "last_missing": "2021-05-01T00:45:00", "slots": 1},
        {"first_missing": "2021-05-01T02:00:00", "last_missing": "2021-05-01T02:30:00", "slots": 3},
    ]
    assert (report.series["expected_slots"], report.series["present_slots"], report.series["missing_slots"]) == (
        20,
        16,
        4,
    )
    assert report.series["completeness_pct"] == 80.0
    gaps = only(report, "GAPS")
    assert (gaps["missing"], gaps["count"], gaps["first_missing"]) == (4, 2, "2021-05-01 02:00:00 +08:00")


def test_a_year_with_half_its_data_missing_is_read_and_says_so():
    table, report = logger(template([row(slot) for slot in range(35_040) if (slot // 2000) % 2 == 0]))
    assert table is not None
    assert report.series is not None
    assert 49 < report.series["completeness_pct"] < 55
    assert "GAPS" in codes(report)


def test_rows_off_the_grid_are_kept_but_fill_no_slot():
    table, report = logger(template([row(0), at("2021-05-01T00:14:00+08:00"), row(1), row(2), row(3)]))
    assert table is not None
    assert len(table) == 5
    assert report.series is not None
    assert report.series["off_grid_timestamps"] == ["2021-05-01T00:14:00"]
    assert (report.series["off_grid_rows"], report.series["present_slots"]) == (1, 4)
    assert only(report, "OFF_GRID_ROWS")["row"] == 3
    assert report.columns is not None
    assert report.columns[0]["n_valid"] == 4, "statistics are over the slots"


def test_a_first_row_started_by_hand_does_not_set_the_grid():
    _, report = logger(template([at("2021-04-30T23:51:00+08:00"), *(row(slot) for slot in range(8))]))
    assert report.series is not None
    assert report.series["first"] == "2021-05-01T00:00:00"
    assert (report.series["off_grid_rows"], report.series["missing_slots"]) == (1, 0)


def test_a_constant_phase_is_a_grid():
    rows = [at(time_of(slot).replace(":00+", ":22+")) for slot in range(6)]
    _, report = logger(template(rows))
    assert report.series is not None
    assert report.series["first"] == "2021-05-01T00:00:22"
    assert report.series["off_grid_rows"] == 0


def test_one_reading_has_no_interval():
    table, report = logger(template(1))
    assert table is not None
    assert report.series is not None
    assert report.series["interval_s"] is None
    assert report.series["completeness_pct"] == 100.0


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_slots_always_add_up(slots):
    table, report = logger(template([row(slot, VALUES) for slot in slots]))
    assert table is not None
    assert table.epoch_s.tolist() == sorted(set(table.epoch_s.tolist()))
    assert len(table) == len(set(slots))
    series = report.series
    assert series is not None
    assert series["expected_slots"] == series["present_slots"] + series["missing_slots"]
    assert series["missing_slots"] == sum(gap["slots"] for gap in series["gaps"])
    assert series["present_slots"] + series["off_grid_rows"] == len(table)
    assert series["duplicate_rows"] == len(slots) - len(set(slots))
    assert series["out_of_order_steps"] == sum(b < a for a, b in pairwise(slots))
    # every reading is the first row of the file with its time
    first_rows = {slot: slots.index(slot) + 2 for slot in slots}
    assert sorted(table.source_rows.tolist()) == sorted(first_rows.values())
