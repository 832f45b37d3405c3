"""The form of a table: line ends, delimiter, header, rows of one width."""

from __future__ import annotations

import pytest

from .making import HEADER, VALUES, codes, gauged, gaugings, lab, logger, only, row, rows_of, template, template_with


@pytest.mark.parametrize(("end", "name"), [("\n", "lf"), ("\r\n", "crlf"), ("\r", "cr")])
def test_line_ends(end, name):
    table, report = logger(template(end=end))
    assert report.newline == name
    assert table is not None
    assert len(table) == 8


def test_mixed_line_ends_are_one_table():
    data = template().replace(b"\n", b"\r\n", 3).replace(b"335.4\n", b"335.4\r", 1)
    table, report = logger(data)
    assert report.newline == "mixed"
    assert "MIXED_LINE_ENDS" in codes(report)
    assert table is not None
    assert table.source_rows.tolist() == list(range(2, 10))


@pytest.mark.parametrize(("delimiter", "shown"), [(";", ";"), ("\t", "tab")])
def test_other_delimiters(delimiter, shown):
    table, report = logger(template().replace(b",", delimiter.encode()))
    assert report.delimiter == shown
    assert report.decimal == "."
    assert table is not None
    assert table.columns["ph"].text_at(3) == "7.42"


def test_columns_in_another_order_with_capitals_and_padding():
    data = b"pH , STAGE_M,timestamp,EC25_us_cm,rainfall_mm,water_temperature_c\n7.42,0.534," + (
        b"2021-05-01T00:00:00+08:00,335.4,0.0,17.91\n"
    )
    table, _ = logger(data)
    assert table is not None
    texts = {name: column.text_at(0) for name, column in table.columns.items()}
    assert texts["stage"] == "0.534"
    assert texts["ph"] == "7.42"
    assert texts["specific_conductance_25c"] == "335.4"


def test_a_missing_column_is_named_with_what_was_found():
    data = template([row(0, "0.0,17.91,7.42,335.4")], header=HEADER.replace(",stage_m", ""))
    _, report = logger(data)
    missing = only(report, "MISSING_COLUMN")
    assert missing["columns"] == ["stage_m"]
    assert missing["found"] == ["timestamp", "rainfall_mm", "water_temperature_c", "ph", "ec25_us_cm"]
    assert missing["row"] == 1
    zh = next(message for message in report.messages if message.code == "MISSING_COLUMN").text("zh-hans")
    assert "upload.csv" in zh
    assert "stage_m" in zh
    assert "请补上" in zh


def test_a_doubled_column():
    _, report = logger(template([row(0, VALUES + ",7.0")], header=HEADER + ",ph"))
    assert only(report, "DUPLICATE_COLUMN")["column"] == "ph"


def test_a_foreign_column_is_left_out_with_a_warning():
    table, report = logger(template([row(0, VALUES + ",8.1")], header=HEADER + ",oxygen_mg_l"))
    assert table is not None
    assert only(report, "UNKNOWN_COLUMN")["columns"] == ["oxygen_mg_l"]


def test_lines_before_the_header_are_counted():
    table, report = logger(b"Station JK01\n\nsep=,\n" + template())
    assert report.header_rows == 4
    assert only(report, "HEADER_LINES_SKIPPED")["count"] == 1
    assert table is not None
    assert table.source_rows[0] == 5


def test_a_header_without_data():
    _, report = logger(template([]))
    assert codes(report) == ["NO_DATA_ROWS"]


def test_what_is_no_table_shows_its_first_line_and_our_header():
    _, report = logger("今天没有数据\n第二行\n".encode())
    unknown = only(report, "LAYOUT_UNKNOWN")
    assert unknown["first_line"] == "今天没有数据"
    assert HEADER in unknown["expected"]


def test_a_file_of_another_kind_says_which():
    assert only(logger(gaugings(["2021-05-06,09:30,0.40,0.198,ADV,5,Li"]))[1], "WRONG_KIND")["profile"] == "gaugings"
    assert only(gauged(template())[1], "WRONG_KIND")["profile"] == "karst_template_v1"
    assert only(logger(lab([]))[1], "WRONG_KIND")["profile"] == "lab_template_v1"
    assert only(logger(b'{"years": []}')[1], "WRONG_KIND")["profile"] == "baseline_v1"


def test_rows_with_cells_too_few_or_too_many_are_named():
    _, report = logger(template_with({4: row(2, "0.0,0.534"), 7: row(5, VALUES + ",1,2")}))
    assert rows_of(report, "WRONG_CELL_COUNT") == [4, 7]
    assert [place["found"] for place in only(report, "WRONG_CELL_COUNT")["places"]] == [3, 8]
    assert report.data_rows == 6


def test_empty_cells_behind_the_last_column_are_no_fault():
    table, report = logger(template_with({4: row(2) + ",,"}))
    assert table is not None
    assert len(table) == 8
    assert report.messages == ()


def test_blank_rows_are_skipped_and_row_numbers_stay_those_of_the_file():
    data = template([row(0), "", ",,,,,", "   ", row(1)])
    table, report = logger(data)
    assert table is not None
    assert table.source_rows.tolist() == [2, 6]
    assert only(report, "BLANK_ROWS") == {"file": "upload.csv", "row": 3, "count": 3}


def test_a_file_cut_off_in_its_last_row():
    table, report = logger(template()[:-20])
    assert table is not None
    assert len(table) == 7
    assert only(report, "TRUNCATED_LAST_ROW")["row"] == 9
    assert "WRONG_CELL_COUNT" not in codes(report)


def test_a_last_row_without_line_end_is_read_and_mentioned():
    table, report = logger(template()[:-1])
    assert table is not None
    assert len(table) == 8
    assert only(report, "NO_FINAL_LINE_END")["row"] == 9


def quoted(line: str) -> str:
    return ",".join(f'"{cell}"' for cell in line.split(","))


def test_quoted_cells_read_like_plain_ones():
    plain, _ = logger(template())
    with_quotes, report = logger(template([quoted(row(slot)) for slot in range(8)], header=quoted(HEADER)))
    assert plain is not None
    assert with_quotes is not None
    assert report.messages == ()
    assert with_quotes.epoch_s.tolist() == plain.epoch_s.tolist()
    assert with_quotes.source_rows.tolist() == plain.source_rows.tolist()
    for name, column in plain.columns.items():
        assert with_quotes.columns[name].values.tolist() == column.values.tolist()


def test_a_quoted_cell_over_two_lines_keeps_the_count_of_lines():
    found, report = gauged(
        gaugings(['2021-05-06,09:30,0.40,0.198,"ADV,\nwading",5,Li', "2021-05-07,09:30,0.41,x,ADV,5,Li"])
    )
    assert found is None
    assert rows_of(report, "NOT_A_NUMBER") == [4]


def test_a_quotation_mark_that_is_never_closed():
    _, report = logger(template_with({5: '"' + row(3)}))
    assert only(report, "QUOTES_BROKEN")["row"] == 5


@pytest.mark.parametrize("fault_row", [2, 4000, 4097, 4098, 4099, 9000])
def test_row_numbers_hold_across_blocks(fault_row):
    _, report = logger(template_with({fault_row: row(fault_row - 2, "0.0,0.5a3,17.91,7.42,335.4")}, rows=9500))
    assert rows_of(report, "NOT_A_NUMBER") == [fault_row]
    assert report.data_rows == 9500


def test_many_columns_do_not_make_a_long_message():
    header = HEADER + "," + ",".join(f"c{n}" for n in range(500))
    _, report = logger(template([], header=header))
    assert len(only(report, "UNKNOWN_COLUMN")["columns"]) == 20
