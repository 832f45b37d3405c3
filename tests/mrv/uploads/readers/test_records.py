"""Gaugings, lab samples and the baseline: what people write by hand."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from .making import (
    LAB_HEADER,
    LAB_ROW,
    SAMPLES,
    baseline,
    codes,
    gauged,
    gaugings,
    lab,
    lab_with,
    only,
    rows_of,
    samples,
)

GAUGING = "2021-05-06,09:30,0.40,0.198,ADV wading,5,Li"


# --- gaugings -----------------------------------------------------------------------------------------------------
def test_gaugings_need_a_zone():
    found, report = gauged(gaugings([GAUGING]), zone=None)
    assert found is None
    assert codes(report) == ["TZ_NOT_IN_FILE"]
    assert only(report, "TZ_NOT_IN_FILE")["text"] == "2021-05-06 09:30"


def test_one_timestamp_with_offset_may_stand_for_date_and_time():
    data = gaugings(["2021-05-06T09:30:00+08:00,0.40,0.198"], header="timestamp,stage_m,discharge_m3_s")
    found, report = gauged(data, zone=None)
    assert found is not None
    assert found[0].as_dict()["at"] == "2021-05-06T01:30:00Z"
    assert found[0].uncertainty_assumed
    assert found[0].uncertainty_pct == 10
    assert only(report, "UNCERTAINTY_ASSUMED")["row"] == 2


def test_the_assumed_uncertainty_is_the_callers():
    found, _ = gauged(gaugings(["2021-05-06,09:30,0.40,0.198,ADV,,Li"]), default_uncertainty_pct=Decimal("7.5"))
    assert found is not None
    assert (found[0].uncertainty_pct, found[0].uncertainty_assumed) == (Decimal("7.5"), True)


def test_two_gaugings_are_no_fault_of_the_file():
    found, report = gauged(gaugings([GAUGING, "2021-05-07,09:30,0.41,0.2,ADV,5,Li"]))
    assert found is not None
    assert len(found) == 2
    assert report.as_dict()["warnings"] == []


def test_the_same_gauging_entered_twice_counts_once():
    found, report = gauged(gaugings([GAUGING, GAUGING, "2021-05-06,09:30,0.40,0.201,ADV,5,Wang"]))
    assert found is not None
    assert [gauging.source_row for gauging in found] == [2, 4], (
        "a second measurement at the same time is one of its own"
    )
    assert only(report, "DUPLICATE_GAUGING")["kept_row"] == 2


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("2021-05-06,09:30,,0.198,ADV,5,Li", "EMPTY_CELL", "stage_m"),
        ("2021-05-06,09:30,0.4,-9999,ADV,5,Li", "EMPTY_CELL", "discharge_m3s"),
        ("2021-05-06,09:30,0.4m,0.198,ADV,5,Li", "NOT_A_NUMBER", "stage_m"),
        ("2021-05-06,09:30,0.4,-0.1,ADV,5,Li", "VALUE_OUT_OF_RANGE", "discharge_m3s"),
        ("2021-05-06,09:30,0.4,0.1,ADV,0,Li", "VALUE_OUT_OF_RANGE", "uncertainty_pct"),
        ("2021-05-06,09:30,0.4,0.1,ADV,150,Li", "VALUE_OUT_OF_RANGE", "uncertainty_pct"),
        ("2021-05-06,09:30,0.4,0.1,ADV,5%,Li", "NOT_A_NUMBER", "uncertainty_pct"),
        ("2021-05-06,09:30,nan,0.1,ADV,5,Li", "NOT_FINITE", "stage_m"),
        ("2021-05-06,09:30,1e300,0.1,ADV,5,Li", "NUMBER_TOO_LARGE", "stage_m"),
        ("2021-05-06,09:30,1e-300,0.1,ADV,5,Li", "TOO_MANY_DECIMALS", "stage_m"),
    ],
)
def test_faults_in_gaugings_are_named(line, code, column):
    found, report = gauged(gaugings([GAUGING, line]))
    assert found is None
    assert (only(report, code)["row"], only(report, code)["column"]) == (3, column)


def test_a_gaugings_file_without_discharge():
    _, report = gauged(gaugings(["2021-05-06,09:30,0.40"], header="date,time,stage_m"))
    assert only(report, "MISSING_COLUMN")["columns"] == ["discharge_m3s"]


def test_semicolons_and_decimal_commas():
    found, report = gauged(gaugings([GAUGING]).replace(b",", b";").replace(b"0.", b"0,"))
    assert found is not None
    assert found[0].discharge_m3_s == Decimal("0.198")
    assert "DECIMAL_COMMA" in codes(report)


def test_remarks_are_made_one_clean_line():
    found, _ = gauged(gaugings(['2021-05-06,09:30,0.40,0.198," ADV\n\x07 wading ",5,Li']))
    assert found is not None
    assert found[0].method == "ADV � wading"


# --- lab samples --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("ca_mg_l", "-49.05", "NEGATIVE_VALUE"),
        ("ca_mg_l", "49,05x", "WRONG_CELL_COUNT"),
        ("ca_mg_l", "4q", "NOT_A_NUMBER"),
        ("so4_mg_l", "<", "NOT_A_NUMBER"),
        ("so4_mg_l", "<-1", "NOT_A_NUMBER"),
        ("field_ph", "15", "VALUE_OUT_OF_RANGE"),
        ("field_temperature_c", "80", "VALUE_OUT_OF_RANGE"),
        ("field_ec25_us_cm", "-3", "VALUE_OUT_OF_RANGE"),
        ("sample_id", "JK-1", "DUPLICATE_SAMPLE_ID"),
        ("sample_id", "", "EMPTY_CELL"),
        ("timestamp", "2021-05-32T00:00:00+08:00", "DATE_UNREADABLE"),
    ],
)
def test_faults_in_samples_are_named_by_row(column, text, code):
    found, report = samples(lab_with(column, text))
    assert found is None
    assert only(report, code)["row"] == 3


def test_a_repeated_sample_id_names_both_rows():
    _, report = samples(lab([LAB_ROW.format(n=1), LAB_ROW.format(n=2), LAB_ROW.format(n=1)]))
    repeated = only(report, "DUPLICATE_SAMPLE_ID")
    assert (repeated["row"], repeated["kept_row"], repeated["text"]) == (4, 2, "JK-1")


@pytest.mark.parametrize("column", ["no3_mg_l", "alkalinity_as_hco3_mg_l", "sample_id", "timestamp"])
def test_a_lab_file_without_a_column(column):
    header = ",".join(name for name in LAB_HEADER.split(",") if name != column)
    _, report = samples(lab([], header))
    assert only(report, "MISSING_COLUMN")["columns"] == [column]


def test_the_purpose_may_be_left_out():
    header = LAB_HEADER.removesuffix(",purpose")
    found, _ = samples(lab([LAB_ROW.format(n=1).removesuffix(",monthly")], header))
    assert found is not None
    assert found[0].purpose == ""


def test_below_detection_keeps_the_limit_and_is_marked():
    found, report = samples(lab_with("k_mg_l", "<0.05"))
    assert found is not None
    assert found[1].k_mg_l == Decimal("0.05")
    assert found[1].below_detection == ("k_mg_l",)
    assert found[0].below_detection == ()
    below = only(report, "BELOW_DETECTION")
    assert (below["row"], below["column"], below["text"]) == (3, "k_mg_l", "<0.05")


def test_an_ion_that_was_not_analysed():
    found, report = samples(lab_with("no3_mg_l", "—"))
    assert found is not None
    assert found[1].no3_mg_l is None
    assert found[1].as_dict()["no3_mg_l"] is None
    assert rows_of(report, "NOT_ANALYSED") == [3]


def test_full_width_and_sentinel_cells_in_samples():
    found, report = samples(lab_with("cl_mg_l", "１．４０"))
    assert found is not None
    assert found[1].cl_mg_l == Decimal("1.40")
    assert "FULLWIDTH_DIGITS" in codes(report)
    found, report = samples(lab_with("cl_mg_l", "-9999"))
    assert found is not None
    assert found[1].cl_mg_l is None
    assert "SENTINEL_VALUES" in codes(report)


def test_samples_without_offset_take_the_chosen_zone():
    data = lab([LAB_ROW.format(n=1).replace("+08:00", "")])
    assert codes(samples(data)[1]) == ["TZ_NOT_IN_FILE"]
    found, _ = samples(data, zone="Asia/Shanghai")
    assert found is not None
    assert found[0].as_dict()["at"] == "2021-05-01T02:30:00Z"


def test_several_faults_are_told_at_once():
    rows = [LAB_ROW.format(n=1), LAB_ROW.format(n=1).replace("49.05", "-1").replace("136.4", "abc")]
    _, report = samples(lab(rows))
    assert set(codes(report)) == {"NEGATIVE_VALUE", "NOT_A_NUMBER", "DUPLICATE_SAMPLE_ID"}


# --- baseline -----------------------------------------------------------------------------------------------------
STATED = json.loads((SAMPLES / "16_baseline_jiangkou.json").read_text())


def stated(**changes: object) -> bytes:
    return json.dumps({**STATED, **changes}).encode()


def test_numbers_may_be_decimal_strings_and_stay_as_written():
    found, _ = baseline(stated(runoff_mm_per_year="561.00"))
    assert found is not None
    assert found.as_dict()["runoff_mm_per_year"] == "561.00"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("runoff_mm_per_year", -1),
        ("runoff_mm_per_year", "many"),
        ("runoff_mm_per_year", None),
        ("runoff_mm_per_year", True),
        ("runoff_mm_per_year", [561]),
        ("runoff_mm_per_year", float("nan")),
        ("runoff_mm_per_year", 1e300),
        ("relative_standard_uncertainty_of_alkalinity", 3),
        ("years", ["2020-04-30", "2017-05-01"]),
        ("years", ["2017-05-01"]),
        ("years", [2017, 2020]),
        ("years", "2017"),
        ("errors_shared_with_project", "rating"),
        ("errors_shared_with_project", [1]),
        ("what", 5),
    ],
)
def test_faults_in_a_baseline_are_named_by_field(key, value):
    found, report = baseline(stated(**{key: value}))
    assert found is None
    assert only(report, "BAD_FIELD")["column"] == key


def test_missing_unknown_and_doubled_fields():
    _, report = baseline(json.dumps({key: value for key, value in STATED.items() if key != "so4_mg_l"}).encode())
    assert only(report, "MISSING_KEY")["columns"] == ["so4_mg_l"]
    found, report = baseline(stated(so4_mg_L=14))
    assert found is not None
    assert only(report, "UNKNOWN_KEY")["columns"] == ["so4_mg_L"]
    _, report = baseline(b'{"years": [], "years": []}')
    assert only(report, "DUPLICATE_KEY")["column"] == "years"


@pytest.mark.parametrize(
    "data", [b'{"years": ', b"{" * 100_000, b"{'a': 1}", b'{"a": 1} x', b'{"a": ' + b"[" * 100_000]
)
def test_broken_json(data):
    found, report = baseline(data)
    assert found is None
    assert codes(report) == ["JSON_BROKEN"]


def test_a_baseline_that_is_a_table():
    _, report = baseline(lab([]))
    assert only(report, "WRONG_KIND")["profile"] == "lab_template_v1"


def test_text_of_a_baseline_is_made_clean():
    found, _ = baseline(stated(what="a\u0000b\ud800\nc"))
    assert found is not None
    assert found.description == "a�b� c"


def test_a_baseline_of_a_megabyte_is_too_large():
    _, report = baseline(stated(what="x" * 1_100_000))
    assert codes(report) == ["FILE_TOO_LARGE"]
