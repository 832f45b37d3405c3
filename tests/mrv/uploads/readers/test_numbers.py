"""Cells to exact integers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.uploads.readers import MISSING
from mrv.uploads.readers.steps.numbers import read_cell

from .making import codes, logger, only, row, rows_of, template, template_with


def stage(text: str) -> str:
    return f"0.0,{text},17.91,7.42,335.4"


def stages(*texts: str) -> bytes:
    return template([row(slot, stage(text)) for slot, text in enumerate(texts)])


def test_letters_in_numbers_are_named_by_row_column_and_text():
    _, report = logger(template_with({5: row(3, stage("0.5a3")), 7: row(5, "0.0,0.5,17..91,7.42,335.4")}))
    bad = only(report, "NOT_A_NUMBER")
    assert (bad["row"], bad["column"], bad["text"], bad["count"]) == (5, "stage_m", "0.5a3", 2)
    assert bad["places"][1] == {"row": 7, "column": "water_temperature_c", "text": "17..91"}
    message = next(message for message in report.messages if message.code == "NOT_A_NUMBER")
    assert message.text("zh-hans").startswith("upload.csv：第 5 行“stage_m”列的“0.5a3”不是数字。请更正")
    assert "共 2 处，另见第 7 行" in message.text("zh-hans")
    assert "“0.5a3” in row 5, column “stage_m”, is not a number" in message.text("en")


def test_the_first_twenty_are_listed_and_all_are_counted():
    _, report = logger(stages(*(f"x{slot}" for slot in range(100))))
    bad = only(report, "NOT_A_NUMBER")
    assert bad["count"] == 100
    assert rows_of(report, "NOT_A_NUMBER") == list(range(2, 22))


GROUPED = [
    ("1 000", ".", " ", "1000"), ("1,234", ".", ",", "1234"), ("1,234.5", ".", ",", "1234.5"),
    ("-12,345,678", ".", ",", "-12345678"), ("1.234,5", ",", ".", "1234.5"), ("1\u00a0234,5", ",", " ", "1234.5"),
    ("1’234.5", ".", "'", "1234.5"), ("1.234.567", ",", ".", "1234567"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "decimal", "mark", "value"), GROUPED)
def test_a_mark_between_thousands_is_asked_about_and_then_read(text, decimal, mark, value):
    assert read_cell(text, decimal=decimal).kind == "grouped"
    cell = read_cell(text, decimal=decimal, thousands=mark)
    assert (cell.kind, cell.value) == ("number", Decimal(value))
    other = "'" if mark != "'" else " "
    assert read_cell(text, decimal=decimal, thousands=other).kind == "bad"


@pytest.mark.parametrize(("text", "decimal"), [("1.234", "."), ("1,234", ","), ("0.125", ".")])
def test_three_decimals_are_no_thousands(text, decimal):
    assert read_cell(text, decimal=decimal).kind == "number"


@pytest.mark.parametrize("text", ["1,5", "0x1A", "1_000", "5m", "1e", ".", "+", "1e9999", "٣", "1" * 50])
def test_what_is_no_number(text):
    assert read_cell(text).kind == "bad"


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("0.50", "0.50", 2),
        (" .271", "0.271", 3),
        ("-1.5e2", "-150", 0),
        ("7.", "7", 0),
        ("+3", "3", 0),
        ("1E-3", "0.001", 3),
    ],
)
def test_what_is_a_number(text, value, decimals):
    cell = read_cell(text)
    assert (cell.kind, cell.value, cell.decimals) == ("number", Decimal(value), decimals)


@pytest.mark.parametrize("text", ["", "  ", "—", "--", "-", "/", "***", "N/A", "缺测", "离线", "\u3000"])
def test_texts_for_missing(text):
    table, report = logger(stages("0.5", text, "0.6"))
    assert table is not None
    assert table.columns["stage"].values.tolist() == [5, MISSING, 6]
    assert rows_of(report, "MISSING_CELLS") == [3]
    assert report.as_dict()["warnings"] == []


@pytest.mark.parametrize("text", ["-9999", "-9999.00", "-999.99", "-99.99", "-1E+10"])
def test_numbers_that_stand_for_missing(text):
    table, report = logger(stages("0.5", text, "0.6"))
    assert table is not None
    assert table.columns["stage"].values.tolist() == [5, MISSING, 6]
    assert only(report, "SENTINEL_VALUES")["text"] == text


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity", "INF"])
def test_not_finite_is_refused(text):
    _, report = logger(stages("0.5", text))
    assert codes(report) == ["NOT_FINITE"]
    assert only(report, "NOT_FINITE")["row"] == 3


def test_full_width_digits_are_read_and_reported():
    table, report = logger(stages("0.5", "０．６３", "0.7"))
    assert table is not None
    assert table.columns["stage"].values.tolist() == [50, 63, 70]
    assert only(report, "FULLWIDTH_DIGITS")["row"] == 3


def test_decimal_comma_where_the_delimiter_allows_it():
    data = template([row(slot, stage("0.5")) for slot in range(3)]).replace(b",", b";").replace(b".", b",")
    table, report = logger(data)
    assert report.decimal == ","
    assert table is not None
    assert table.columns["specific_conductance_25c"].text_at(0) == "335.4"
    assert only(report, "DECIMAL_COMMA")["value"] == "0.0"


def test_comma_and_point_in_one_file_are_refused():
    data = template_with({4: row(2, "0.0,0.534,17.91,7.42,335.4")}).replace(b",", b";").replace(b"0.534", b"0,534", 1)
    _, report = logger(data)
    assert only(report, "DECIMAL_MIXED")["text"] == "0,534"
    assert not report.ok


def test_a_column_keeps_the_most_decimals_seen():
    table, _ = logger(stages("1", "0.25", "3.5", "1e-3"))
    assert table is not None
    column = table.columns["stage"]
    assert column.decimals == 3
    assert column.values.tolist() == [1000, 250, 3500, 1]
    assert column.text_at(1) == "0.250"


@pytest.mark.parametrize("text", ["0.53400000000000014", "0.0000000001"])
def test_more_decimals_than_can_be_kept(text):
    _, report = logger(stages("0.5", text))
    assert codes(report) == ["TOO_MANY_DECIMALS"]
    assert only(report, "TOO_MANY_DECIMALS")["row"] == 3


def test_decimals_that_do_not_fit_beside_a_large_number_name_the_fine_one():
    _, report = logger(stages("250000.5", "0.123456"))
    assert codes(report) == ["TOO_MANY_DECIMALS"]
    assert only(report, "TOO_MANY_DECIMALS")["text"] == "0.123456"


@pytest.mark.parametrize("text", ["2147483648", "1e12", "-2147483648"])
def test_numbers_too_large_for_a_measurement(text):
    _, report = logger(stages("0.5", text))
    assert codes(report) == ["NUMBER_TOO_LARGE"]


def test_an_empty_column_is_allowed_and_said():
    table, report = logger(template([row(slot, ",0.5,17.9,7.4,335") for slot in range(4)]))
    assert table is not None
    assert table.columns["rainfall"].n_valid == 0
    assert only(report, "COLUMN_EMPTY")["column"] == "rainfall_mm"
    assert report.columns is not None
    assert report.columns[0]["min"] is None


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ("-0.5,0.5,17.9,7.4,335", "rainfall_mm"),
        ("0,0.5,60.1,7.4,335", "water_temperature_c"),
        ("0,0.5,-5.5,7.4,335", "water_temperature_c"),
        ("0,0.5,17.9,14.2,335", "ph"),
        ("0,0.5,17.9,-0.1,335", "ph"),
        ("0,0.5,17.9,7.4,-195", "ec25_us_cm"),
    ],
)
def test_impossible_values_are_kept_and_named(values, column):
    table, report = logger(template_with({6: row(4, values)}))
    assert table is not None
    named = only(report, "IMPOSSIBLE_VALUES")
    assert (named["row"], named["column"]) == (6, column)


def test_values_at_the_limits_are_possible():
    _, report = logger(template([row(0, "0,0.5,60,14,0"), row(1, "0,0.5,-5,0,0")]))
    assert report.messages == ()


def test_statistics_are_exact():
    _, report = logger(stages("0.1", "", "0.2", "0.3"))
    assert report.columns is not None
    column = report.columns[1]
    assert (column["n_valid"], column["min"], column["max"], column["mean"]) == (3, 0.1, 0.3, 0.2)


@given(st.decimals(min_value=-200_000, max_value=200_000, places=4, allow_nan=False))
def test_a_number_written_plainly_comes_back_exactly(number):
    cell = read_cell(f"{number:f}")
    if cell.kind == "number":
        assert cell.value == number
    else:
        assert cell.kind == "sentinel"
