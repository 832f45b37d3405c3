"""Dates, offsets and zones."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.uploads.readers.reading import Answers
from mrv.uploads.readers.steps.clock import parse_offset, utc_of_wall

from .making import VALUES, codes, gauged, gaugings, logger, only, row, rows_of, template, template_with


def times(*texts: str) -> bytes:
    return template([f"{text},{VALUES}" for text in texts])


@pytest.mark.parametrize(
    ("text", "in_file"),
    [
        ("2021-05-01T00:15:00+08:00", "+08:00"),
        ("2021-05-01T00:15+0800", "+08:00"),
        ("2021-05-01 00:15:00 +08", "+08:00"),
        ("2021-04-30T16:15:00Z", "+00:00"),
        ("2021-04-30T16:15:00.000z", "+00:00"),
        ("2021-04-30T12:45:00-03:30", "-03:30"),
        ("２０２１-05-01T00:15:00+08:00", "+08:00"),
    ],
)
def test_iso_8601_with_offset(text, in_file):
    table, report = logger(times(text))
    assert table is not None
    assert table.epoch_s.tolist() == [int(datetime(2021, 4, 30, 16, 15, tzinfo=UTC).timestamp())]
    assert report.timezone == {"in_file": in_file, "must_ask": False}
    assert report.series is not None
    assert (
        report.series["first"] == text.translate({0xFF12: "2", 0xFF10: "0", 0xFF11: "1"})[:16].replace(" ", "T") + ":00"
    )


def test_without_zone_the_question_is_asked_and_the_files_clock_kept():
    table, report = logger(times("2021-05-01T00:00:00", "2021-05-01T00:15:00", "2021-05-01T00:45:00"))
    assert table is None
    assert report.must_ask_zone
    asked = only(report, "TZ_NOT_IN_FILE")
    assert (asked["row"], asked["column"], asked["text"]) == (2, "timestamp", "2021-05-01T00:00:00")
    assert report.series is not None
    assert report.series["first"] == "2021-05-01T00:00:00"
    assert report.series["missing_slots"] == 1


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "+08:00", "+0800"])
def test_the_zone_the_user_chose_is_used_and_said(zone):
    table, report = logger(times("2021-05-01T00:00:00", "2021-05-01T00:15:00"), zone=zone)
    assert table is not None
    assert table.epoch_s[0] == datetime(2021, 4, 30, 16, tzinfo=UTC).timestamp()
    assert report.timezone == {"in_file": None, "must_ask": False, "resolved": zone}
    assert only(report, "TZ_FROM_STATION")["zone"] == zone
    assert report.series is not None
    assert report.series["first"] == "2021-05-01T00:00:00"


def test_an_offset_in_the_file_is_stronger_than_the_chosen_zone():
    with_zone, _ = logger(times("2021-05-01T00:00:00Z"), zone="Asia/Shanghai")
    assert with_zone is not None
    assert with_zone.epoch_s[0] == datetime(2021, 5, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Asia", "+25:00", "北京"])
def test_a_zone_that_does_not_exist(zone):
    _, report = logger(template(), zone=zone)
    assert codes(report) == ["ZONE_UNKNOWN"]


def test_dates_as_a_spreadsheet_rewrites_them():
    table, report = logger(times("2021/5/1 0:00", "2021/5/1 0:15", "2021/10/12 13:30"), zone="Asia/Shanghai")
    assert table is not None
    assert report.date_format == "%Y/%m/%d %H:%M"
    assert table.epoch_s[2] == datetime(2021, 10, 12, 5, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "2021-13-01T00:00:00+08:00", "2021-02-29T00:00:00+08:00", "2021-05-01T24:00:00+08:00",
        "2021-05-01T00:60:00+08:00", "2021-05-01", "2021-05-01T00:00:00+15:00", "2021-05-01T00:00:00.5+08:00",
        "0021-05-01T00:00:00+08:00", "2021-05/01T00:00:00+08:00", "2021-05-01T00:00:00+08:99", "1621-05-01T00:00Z",
        "2021-05-01T00:00:00+08:00T",
    ],
)  # fmt: skip
def test_dates_that_cannot_be_read_are_named(text):
    _, report = logger(template_with({4: f"{text},{VALUES}"}))
    unreadable = only(report, "DATE_UNREADABLE")
    assert (unreadable["row"], unreadable["column"], unreadable["text"], unreadable["count"]) == (
        4,
        "timestamp",
        text,
        1,
    )


def test_day_first_dates_are_not_guessed():
    data = times("03/04/2021 00:00", "03/04/2021 00:15")
    table, report = logger(data, zone="Asia/Shanghai")
    assert table is None
    asked = only(report, "AMBIGUOUS_DATE_ORDER")
    assert (asked["row"], asked["text"], {asked["one"], asked["other"]}) == (
        2,
        "03/04/2021 00:00",
        {"2021-04-03", "2021-03-04"},
    )
    for order, day in (("dmy", 3), ("mdy", 4)):
        table, _ = logger(data, answers=Answers(zone="UTC", date_order=order))
        assert table is not None
        assert datetime.fromtimestamp(int(table.epoch_s[0]), UTC).day == day


@pytest.mark.parametrize(
    "odd", ["2021-05-01 00:30:00+08:00", "2021/05/01T00:30:00+08:00", "2021-05-01T00:30+08:00", "2021-05-01T00:30:00"]
)
def test_one_form_in_the_whole_column(odd):
    _, report = logger(template_with({4: f"{odd},{VALUES}"}))
    mixed = only(report, "MIXED_DATE_FORMATS")
    assert (mixed["row"], mixed["text"], mixed["count"]) == (4, odd, 1)
    assert mixed["example"] == "2021-05-01T00:00:00+08:00"
    assert "DATE_UNREADABLE" not in codes(report)


def test_offsets_that_change_within_the_file_are_converted_and_shown():
    table, report = logger(times("2021-05-01T00:00:00+08:00", "2021-04-30T16:15:00+00:00", "2021-04-30T16:30:00+00:00"))
    assert table is not None
    assert np.diff(table.epoch_s).tolist() == [900, 900]
    assert only(report, "OFFSETS_DIFFER")["row"] == 3
    assert report.series is not None
    assert report.series["clock"] == "UTC"
    assert report.series["first"] == "2021-04-30T16:00:00"


def test_summer_time_makes_hours_that_never_were_and_hours_that_were_twice():
    table, report = logger(times("2023-03-26 01:45", "2023-03-26 02:15", "2023-03-26 03:00"), zone="Europe/Ljubljana")
    assert table is None
    assert rows_of(report, "LOCAL_TIME_NONEXISTENT") == [3]
    table, report = logger(times("2023-10-29 01:45", "2023-10-29 02:15", "2023-10-29 03:00"), zone="Europe/Ljubljana")
    assert table is None
    assert rows_of(report, "LOCAL_TIME_AMBIGUOUS") == [3]
    table, _ = logger(times("2023-03-26 01:45", "2023-03-26 03:00"), zone="Europe/Ljubljana")
    assert table is not None
    assert np.diff(table.epoch_s).tolist() == [900]


def test_date_and_time_in_two_columns():
    found, report = gauged(gaugings(["2021-05-06,09:30,0.40,0.198,ADV,5,Li", "2021-05-06,9h30,0.41,0.2,ADV,5,Li"]))
    assert found is None
    unreadable = only(report, "DATE_UNREADABLE")
    assert (unreadable["row"], unreadable["column"], unreadable["text"]) == (3, "date,time", "2021-05-06 9h30")


@given(
    st.datetimes(min_value=datetime(1950, 1, 2), max_value=datetime(2099, 12, 30)),
    st.sampled_from(["Asia/Shanghai", "Europe/Ljubljana", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_local_time_to_utc_agrees_with_the_standard_library(local, name):
    zone = ZoneInfo(name)
    local = local.replace(microsecond=0)
    wall_s = int((local - datetime(1970, 1, 1)).total_seconds())
    epoch_s, fold = utc_of_wall(np.array([wall_s], dtype=np.int64), zone)
    there = local.replace(tzinfo=zone)
    exists = there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    once = there.utcoffset() == there.replace(fold=1).utcoffset()
    assert (fold[0] == 0) == (exists and once)
    if exists:
        assert epoch_s[0] == there.timestamp()


@given(
    st.lists(st.datetimes(datetime(1951, 1, 1), datetime(2099, 1, 1)), min_size=1, max_size=30), st.integers(-840, 840)
)
def test_iso_times_agree_with_the_standard_library(locals_, offset_min):
    sign, minutes = ("-", -offset_min) if offset_min < 0 else ("+", offset_min)
    offset = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    assert parse_offset(offset) == offset_min * 60
    texts = [f"{local:%Y-%m-%dT%H:%M:%S}{offset}" for local in locals_]
    table, _ = logger(times(*texts), answers=Answers(now=datetime(2101, 1, 1, tzinfo=UTC), keep_all_times=True))
    assert table is not None
    assert table.epoch_s.tolist() == sorted({int(datetime.fromisoformat(text).timestamp()) for text in texts})


def test_the_first_row_need_not_set_the_form():
    _, report = logger(template([f"2021-05-01 00:00,{VALUES}", *(row(slot) for slot in range(1, 8))]))
    assert rows_of(report, "MIXED_DATE_FORMATS") == [2]
