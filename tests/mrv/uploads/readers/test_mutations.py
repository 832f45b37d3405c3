"""The same layouts with other faults: each change is known, so what the reader must find is known."""

from __future__ import annotations

import random

import numpy as np
import pytest

from .making import codes, only
from .mutations import BLOCK, LINE_ENDS, NAMES, TIMES, reading, same_readings, sample, with_times

TEXT_NAMES = [name for name in NAMES if name[:2] in TIMES]


# --- encodings and line ends ------------------------------------------------------------------------------------------

ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "gb18030": b"",
    "cp1252": b"",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", NAMES)
def test_another_encoding(name, encoding):
    short = sample(name)
    try:
        data = ENCODINGS[encoding] + short.text().encode(encoding)
    except UnicodeEncodeError:
        pytest.skip(f"{name} cannot be written in {encoding}")
    table, report = reading(data, name, zone=short.zone)
    expected = "ascii" if data.isascii() else encoding
    assert report.encoding == expected
    assert same_readings(table, short.table) == []
    assert report.header_rows == short.report.header_rows


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("name", NAMES)
def test_other_line_ends(name, end):
    short = sample(name)
    table, report = reading(LINE_ENDS[end](short.text()).encode(), name, zone=short.zone)
    assert report.newline == end
    assert same_readings(table, short.table) == []
    assert report.series == short.report.series


# --- a file cut off, NULs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.15, 0.4, 0.7])
@pytest.mark.parametrize("name", NAMES)
def test_cut_in_its_last_line(name, share):
    short = sample(name)
    text = short.text()
    last = text.rstrip("\n").rsplit("\n", 1)[1]
    cut = text[: len(text) - 1 - len(last) + max(1, int(len(last) * share))]
    table, report = reading(cut.encode(), name, zone=short.zone)
    assert {"TRUNCATED_LAST_ROW", "NO_FINAL_LINE_END"} & set(codes(report)), codes(report)
    assert table is not None
    assert len(table) in (len(short.table) - 1, len(short.table))
    shared = len(short.table) - 1
    assert table.epoch_s[:shared].tolist() == short.table.epoch_s[:shared].tolist()
    if share < 0.3 and name != BLOCK:
        assert len(table) == shared


@pytest.mark.parametrize("name", NAMES)
def test_nul_bytes(name):
    short = sample(name)
    text = short.text()
    in_header = text[:12] + "\0" * 20 + text[12:]
    table, report = reading(in_header.encode(), name, zone=short.zone)
    assert only(report, "NUL_BYTES_IN_HEADER" if len(short.header) else "NUL_BYTES")["count"] == 20
    assert same_readings(table, short.table) == []
    rows = list(short.readings)
    rows[7] = rows[7][:-1] + "\0\0" + rows[7][-1:]
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert only(report, "NUL_BYTES")["count"] == 2
    assert same_readings(table, short.table) == []


# --- gaps, repeats, order ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_other_gaps(name, seed):
    short = sample(name)
    chance = random.Random(f"{name}{seed}")
    start = chance.randrange(5, 300)
    length = chance.randrange(1, 90)
    rows = [*short.readings[:start], *short.readings[start + length :]]
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert table is not None
    wanted = np.delete(short.table.epoch_s, np.s_[start : start + length])
    assert table.epoch_s.tolist() == wanted.tolist()
    assert report.series is not None
    gap = {"slots": length}
    assert [{"slots": one["slots"]} for one in report.series["gaps"]] == [gap]
    assert report.series["missing_slots"] == length
    assert report.series["expected_slots"] == len(short.table)
    assert "GAPS" in codes(report)


@pytest.mark.parametrize("name", NAMES)
def test_repeated_rows(name):
    short = sample(name)
    rows = [*short.readings[:51], *short.readings[50:]]
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert report.duplicates == {"exact": 1, "conflicting": 0}
    assert only(report, "DUPLICATE_TIMESTAMPS")["count"] == 1
    assert same_readings(table, short.table) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_tail_that_was_read_out_twice(name):
    short = sample(name)
    rows = [*short.readings, *short.readings[-40:]]
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert report.duplicates == {"exact": 40, "conflicting": 0}
    assert only(report, "OVERLAP_EXACT_DUPLICATES")["count"] == 40
    assert "OUT_OF_ORDER" in codes(report)
    assert same_readings(table, short.table) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_block_in_the_wrong_place(name):
    short = sample(name)
    rows = [*short.readings[:100], *short.readings[200:300], *short.readings[100:200], *short.readings[300:]]
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert same_readings(table, short.table) == []
    assert report.series is not None
    assert report.series["out_of_order_steps"] == 1
    assert report.series["missing_slots"] == 0


# --- dates ------------------------------------------------------------------------------------------------------------

FORMS = {
    "dd/mm/yyyy": ("{d:02d}/{m:02d}/{y}", "%d/%m/%Y"),
    "mm/dd/yyyy": ("{m:02d}/{d:02d}/{y}", "%m/%d/%Y"),
    "d.m.yyyy": ("{d}.{m}.{y}", "%d.%m.%Y"),
    "dd-mm-yyyy": ("{d:02d}-{m:02d}-{y}", "%d-%m-%Y"),
    "m/d/yy": ("{m}/{d}/{s:02d}", "%m/%d/%y"),
    "dd/mm/yy": ("{d:02d}/{m:02d}/{s:02d}", "%d/%m/%y"),
    "yy/mm/dd": ("{s:02d}/{m:02d}/{d:02d}", "%y/%m/%d"),
    "yyyy-mm-dd": ("{y}-{m:02d}-{d:02d}", "%Y-%m-%d"),
    "yyyy/m/d": ("{y}/{m}/{d}", "%Y/%m/%d"),
    "yyyy.m.d": ("{y}.{m}.{d}", "%Y.%m.%d"),
    "Chinese": ("{y}年{m}月{d}日", "%Y年%m月%d日"),
    "compact": ("{y}{m:02d}{d:02d}", "%Y%m%d"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TEXT_NAMES)
def test_another_form_of_the_date(name, form):
    short = sample(name)
    pattern, expected = FORMS[form]

    def write(local):
        day = pattern.format(y=local.year, s=local.year % 100, m=local.month, d=local.day)
        return day, f"{local:%H:%M:%S}"

    table, report = reading(short.text(with_times(short, write)).encode(), name, zone=short.zone)
    assert same_readings(table, short.table) == [], [str(m.text("en")) for m in report.errors]
    assert report.date_format is not None
    assert str(report.date_format).startswith(expected)


@pytest.mark.parametrize("time", ["%H:%M", "%I:%M:%S %p", "上午", "%H时%M分%S秒"])
@pytest.mark.parametrize("name", [name for name in TEXT_NAMES if not name.startswith("05")])
def test_another_form_of_the_time(name, time):
    short = sample(name)

    def write(local):
        half = "下午" if local.hour > 11 else "上午"
        shown = f"{half}{local:%I:%M:%S}" if time == "上午" else local.strftime(time)
        return f"{local:%Y-%m-%d}", shown

    table, report = reading(short.text(with_times(short, write)).encode(), name, zone=short.zone)
    assert same_readings(table, short.table) == [], [str(m.text("en")) for m in report.errors]


@pytest.mark.parametrize("name", TEXT_NAMES)
def test_iso_8601_with_offset_in_any_layout(name):
    short = sample(name)
    if len(TIMES[short.number]) > 1:
        pytest.skip("date and time stand in two columns")

    def write(local):
        return f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}{local:%z}"

    table, report = reading(short.text(with_times(short, write, "T")).encode(), name, zone="UTC")
    assert same_readings(table, short.table) == []
    assert report.timezone is not None
    assert report.timezone["in_file"] in ("+08:00", "+02:00")


@pytest.mark.parametrize("name", [name for name in TEXT_NAMES if not name.startswith("05")])
def test_two_forms_in_one_column(name):
    short = sample(name)
    first = with_times(short, lambda local: (f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}"))
    second = with_times(short, lambda local: (f"{local.year}/{local.month}/{local.day}", f"{local.hour}:{local:%M}"))
    table, report = reading(short.text([*first[:200], *second[200:]]).encode(), name, zone=short.zone)
    assert same_readings(table, short.table) == []
    mixed = only(report, "MIXED_DATE_FORMATS")
    assert mixed["count"] in (200, 280)


SETTLED = {"01", "04", "06"}  # a header or a habit says the order


@pytest.mark.parametrize("name", TEXT_NAMES)
def test_a_date_that_no_row_settles_is_asked_about(name):
    short = sample(name, skipped=0, rows=96)
    day = min(local.day for local in short.local_times())
    kept = [at for at, local in enumerate(short.local_times()) if local.day <= 12]
    rows = with_times(short, lambda local: (f"{local:%d/%m/%Y}", f"{local:%H:%M:%S}"))
    if day > 12 or day == short.local_times()[0].month:
        pytest.skip("its days settle it")
    data = short.text([rows[at] for at in kept]).encode()
    table, report = reading(data, name, zone=short.zone)
    if short.number in SETTLED:
        assert "AMBIGUOUS_DATE_ORDER" not in codes(report)
        return
    assert table is None
    assert "AMBIGUOUS_DATE_ORDER" in codes(report)
    table, _ = reading(data, name, zone=short.zone, date_order="dmy")
    assert table is not None
    assert table.epoch_s.tolist() == short.table.epoch_s[kept].tolist()


# --- delimiters and decimals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("name", [name for name in NAMES if name[:2] in ("01", "03", "06", "07", "08", "09", "12")])
def test_another_delimiter(name, delimiter):
    short = sample(name)
    table, report = reading(short.text().replace(",", delimiter).encode(), name, zone=short.zone)
    assert same_readings(table, short.table) == []
    assert report.delimiter == ("tab" if delimiter == "\t" else delimiter)


@pytest.mark.parametrize("name", [name for name in NAMES if name[:2] in ("01", "03", "06", "07", "08", "09", "12")])
def test_a_decimal_comma(name):
    short = sample(name)
    rows = [row.replace(",", ";").replace(".", ",") for row in short.readings]
    header = [line.replace(",", ";") for line in short.header]
    table, report = reading(short.text(rows, header).encode(), name, zone=short.zone)
    assert report.decimal == ","
    assert same_readings(table, short.table) == []
    assert "DECIMAL_COMMA" in codes(report)


@pytest.mark.parametrize("name", ["05_insitu_aquatroll_zhenfeng_de.csv", "10_unica_dst_local_time.csv"])
def test_a_decimal_point(name):
    short = sample(name)
    rows = []
    for row in short.readings:
        cells = row.split(short.delimiter)
        times = TIMES[short.number]
        rows.append(short.delimiter.join(c if at in times else c.replace(",", ".") for at, c in enumerate(cells)))
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert report.decimal == "."
    assert same_readings(table, short.table) == []


@pytest.mark.parametrize("text", ["", "NAN", "—", "-9999", "--", "***", "离线", "Eqp", "-1E+10", "N/A"])
@pytest.mark.parametrize("name", [name for name in TEXT_NAMES if not name.startswith("12")])
def test_other_marks_of_nothing(name, text):
    short = sample(name)
    source = next(column.source for column in short.table.columns.values())
    rows = list(short.readings)
    cells = rows[30].split(short.delimiter)
    last = max(
        at for at, cell in enumerate(cells) if cell.strip().strip('"').replace(",", ".").replace(".", "").isdigit()
    )
    cells[last] = text
    rows[30] = short.delimiter.join(cells)
    table, report = reading(short.text(rows).encode(), name, zone=short.zone)
    assert table is not None, [str(m.text("en")) for m in report.errors]
    before = sum(column.n_valid for column in short.table.columns.values())
    after = sum(column.n_valid for column in table.columns.values())
    assert before - after in (0, 1), source
