"""Tables of records as people write them: units, commas, dates, encodings; no bytes crash, and reading is stable."""

import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.evidence import RECORDS
from mrv.records.headings import is_marked, split_unit
from mrv.records.kinds import all_kinds
from mrv.records.kinds.model import Column
from mrv.records.reading import Answers, read_table
from mrv.records.template_files import export, template
from mrv.uploads.readers.messages import TEXTS
from tests.mrv.records.fed import filled_in, rows_of, written

ANSWERS = Answers(zone="Asia/Shanghai", now=datetime(2026, 1, 1, tzinfo=UTC))
KINDS = sorted(all_kinds())
PHOTO = "5" * 64


def read(kind, data, **more):
    data = data.encode() if isinstance(data, str) else data
    return read_table(all_kinds()[kind], data, file_name="table.csv", answers=ANSWERS, **more)


def codes(report):
    return {message.code for message in report.messages}


def without_place(rows):
    return [{key: value for key, value in row.items() if key not in ("file", "row")} for row in rows]


# --- the description ----------------------------------------------------------------------------------------------


def test_every_kind_has_a_place_in_the_bundle():
    assert set(KINDS) <= set(RECORDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_described_in_both_languages_and_its_example_says_that_it_is_one(name):
    kind = all_kinds()[name]
    for column in kind.all_columns:
        assert all(column.title), column.name
        assert re.search("[\u4e00-\u9fff]|κ|log10", column.title[0]), column.name
        assert not re.search("[\u4e00-\u9fff]", column.heading("en")), column.name
    assert any(is_marked(column) for column in kind.columns)
    assert set(kind.key) <= {column.name for column in kind.columns}
    if kind.timing in ("inside", "overlap"):
        assert all(kind.column(end).required for end in kind.span)
    headings = [column.heading(tongue) for tongue in ("zh", "en") for column in kind.columns]
    assert len({heading.lower() for heading in headings}) >= len(kind.columns), "no two columns are called the same"


# --- the template -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", KINDS)
def test_a_template_that_is_handed_back_untouched_says_so(name, language, form):
    rows, report = read(name, template(all_kinds()[name], form, language))
    assert rows is None
    assert codes(report) - {"BOM", "WORKBOOK_SHEET"} == {"ONLY_THE_EXAMPLE"}


@pytest.mark.parametrize("name", KINDS)
def test_the_example_itself_is_a_good_row(name):
    """With another word where the example says that it is one, it is read without an error."""
    kind = all_kinds()[name]
    line = [
        column.example_in("en").lower().replace("example", "mine") if is_marked(column) else column.example_in("en")
        for column in kind.columns
    ]
    head = [column.heading("en") for column in kind.columns]
    rows, report = read(name, written(head, [line]))
    assert report.errors == ()
    assert len(rows) == 1


def test_the_spreadsheet_explains_its_columns_on_a_second_sheet():
    book = openpyxl.load_workbook(io.BytesIO(template(all_kinds()["powder"], "xlsx", "zh")))
    assert book.sheetnames == ["数据", "说明"]
    assert book["数据"]["D1"].value == "称重质量 (t)"
    assert [cell.value for cell in book["说明"][2]][:2] == ["起始日期", "from"]


def test_the_csv_begins_with_a_mark_so_that_spreadsheets_show_chinese():
    assert template(all_kinds()["tablets"], "csv", "zh").startswith(b"\xef\xbb\xbf")


# --- what people write --------------------------------------------------------------------------------------------

TOC = "时间,总有机碳 (mg/L),碳氮摩尔比,样品编号\n"


def test_units_of_the_heading_are_converted_exactly_and_said():
    text = TOC.replace("mg/L", "mmol/L") + "2021-06-03T10:30:00+08:00,0.1,8,S1\n"
    rows, report = read("organic_carbon", text)
    assert rows[0]["toc_mg_l"] == "1.2011"
    assert "RECORD_UNIT_CONVERTED" in codes(report)


def test_an_unknown_unit_is_refused_with_the_known_ones():
    rows, report = read("organic_carbon", TOC.replace("mg/L", "drops") + "2021-06-03T10:30:00+08:00,1,8,S1\n")
    assert rows is None
    [fault] = report.errors
    assert fault.code == "RECORD_UNIT_UNKNOWN"
    assert "mmol/L" in fault.text("en")


def test_a_share_may_be_written_in_percent():
    text = "from,to,lot,mass_t,CaCO3 share (%),dissolved_share\n2021-06-01,2021-06-30,A,1200,93,0.42\n"
    rows, _report = read("powder", text)
    assert (rows[0]["caco3_share"], rows[0]["dissolved_share"]) == ("0.93", "0.42")


def test_semicolons_decimal_commas_and_gb18030():
    text = "时间;总有机碳 (mg/L);碳氮摩尔比;样品编号\n03.06.2021 10:30;1,42;8,1;泉一\n"
    rows, report = read("organic_carbon", text.encode("gb18030"))
    assert without_place(rows) == [
        {"timestamp": "2021-06-03T02:30:00Z", "toc_mg_l": "1.42", "carbon_nitrogen_molar": "8.1", "sample_id": "泉一"}
    ]
    assert {"DECIMAL_COMMA", "ENCODING_GB18030", "TZ_FROM_STATION"} <= codes(report), "nothing is silent"


def test_full_width_digits_and_results_below_detection():
    rows, report = read("organic_carbon", TOC + "2021-06-03T10:30:00+08:00,＜0.5,８.1,S1\n")
    assert (rows[0]["toc_mg_l"], rows[0]["carbon_nitrogen_molar"]) == ("<0.5", "8.1")
    assert {"BELOW_DETECTION", "FULLWIDTH_DIGITS"} <= codes(report)


def test_missing_tokens_are_no_value_where_none_is_needed_and_an_error_where_one_is():
    rows, _report = read("organic_carbon", TOC + "2021-06-03T10:30:00+08:00,1.4,—,S1\n")
    assert "carbon_nitrogen_molar" not in rows[0]
    rows, report = read("organic_carbon", TOC + "2021-06-03T10:30:00+08:00,缺测,8,S1\n")
    assert rows is None
    assert [(fault.code, fault.params["row"]) for fault in report.errors] == [("EMPTY_CELL", 2)]


def test_dates_are_judged_by_the_whole_column():
    head = "from,to,lot,mass_t,caco3_share,dissolved_share\n"
    rows, _report = read("powder", head + "25/06/2021,26/06/2021,A,1,1,1\n03/07/2021,04/07/2021,B,1,1,1\n")
    assert [row["from"] for row in rows] == ["2021-06-25", "2021-07-03"]
    rows, report = read("powder", head + "03/07/2021,04/07/2021,B,1,1,1\n")
    assert rows is None
    assert "AMBIGUOUS_DATE_ORDER" in codes(report), "asked, never guessed"


def test_a_date_without_a_time_is_midnight_and_says_so():
    rows, report = read("tablets", filled_in("tablets", rows_of("tablets")))
    assert rows[0]["buried"] == "2020-05-01T00:00:00Z"
    head, line = "tablet_id,land_use,depth_cm,mass_before_g,mass_after_g,surface_cm2,purity,buried,recovered", "T1"
    rows, report = read("tablets", f"{head}\n{line},forest,20,29.5,29.4,28.9,0.98,2020-05-01,2021-05-01\n")
    assert rows[0]["buried"] == "2020-04-30T16:00:00Z", "the station's midnight"
    assert "MIDNIGHT_TAKEN" in codes(report)


def test_every_fault_is_told_at_once_with_its_row_and_column():
    head = "from,to,lot,mass_t,caco3_share,dissolved_share\n"
    bad = "2021-06-01,2021-06-30,,many,1.2,0.4\n2021-06-01,soon,B,1,1,1\n2021-06-01,2021-06-30,=1+1,1,1,1\n"
    rows, report = read("powder", head + bad)
    assert rows is None
    assert {(fault.code, fault.params["row"], fault.params.get("column")) for fault in report.errors} == {
        ("EMPTY_CELL", 2, "lot"),
        ("NOT_A_NUMBER", 2, "mass_t"),
        ("VALUE_OUT_OF_RANGE", 2, "caco3_share"),
        ("DATE_UNREADABLE", 3, "to"),
        ("FORMULA_IN_WORDS", 4, "lot"),
    }
    for fault in report.errors:
        assert "<" not in fault.text("en")
        assert fault.text("zh") != fault.text("en")


def test_rows_that_contradict_themselves():
    head = "from,to,lot,mass_t,caco3_share,dissolved_share\n"
    _rows, report = read("powder", head + "2021-06-30,2021-06-01,A,1,1,1\n")
    assert [fault.code for fault in report.errors] == ["SPAN_BACKWARDS"]
    _rows, report = read("powder", head + "2021-06-01,2021-06-30,A,1,1,1\n" * 2)
    assert [(fault.code, fault.params["kept_row"]) for fault in report.errors] == [("RECORD_REPEATED", 2)]
    _rows, report = read("organic_carbon", "timestamp,toc_mg_l,autochthonous_share\n2021-06-03T10:30Z,1.4,0.4\n")
    assert [fault.code for fault in report.errors] == ["SHARE_NEEDS_EVIDENCE"]
    _rows, report = read("tablets", filled_in("tablets", [rows_of("tablets")[0] | {"recovered": "2019-05-01"}]))
    assert "SPAN_BACKWARDS" in codes(report)


def test_a_wrong_table_is_told_which_columns_belong_here():
    _rows, report = read("powder", "a,b,c\n1,2,3\n")
    [fault] = report.errors
    assert fault.code == "RECORD_HEADER_NOT_FOUND"
    assert "Mass as weighed (t)" in fault.text("en")
    assert "称重质量 (t)" in fault.text("zh")
    _rows, report = read("powder", "from,to,lot\n2021-06-01,2021-06-30,A\n")
    assert [fault.code for fault in report.errors] == ["MISSING_COLUMN"]


def test_a_table_of_a_million_lines_is_refused_before_it_is_taken_apart():
    _rows, report = read("powder", b"from,to,lot\n" + b"1,2,3\n" * 100_001)
    [fault] = report.errors
    assert (fault.code, fault.params["limit"]) == ("RECORDS_TOO_MANY", 100_000)


def test_the_controls_months_add_up_to_its_year():
    rows = rows_of("control_before")
    found, report = read("control_before", filled_in("control_before", rows))
    assert report.errors == ()
    value = all_kinds()["control_before"].assemble(found)
    assert value["runoff_mm_per_year"] == "480"
    assert [month["month"] for month in value["months"]] == list(range(1, 13))
    for changed, code in (
        (rows[1:], "ONE_YEAR_ROW"),
        (rows[:5], "MONTHS_NOT_TWELVE"),
        ([rows[0], rows[1] | {"runoff_mm": "90"}, *rows[2:]], "MONTHS_NOT_THE_YEAR"),
        ([rows[0] | {"month": "spring"}], "MONTH_UNKNOWN"),
    ):
        assert code in codes(read("control_before", filled_in("control_before", changed))[1])


# --- what follows from a row --------------------------------------------------------------------------------------


def test_soil_pco2_follows_from_co2_and_air_pressure():
    head = "timestamp,profile,depth_cm,CO2 (%),air_pressure_kpa\n"
    rows, _report = read("soil_co2", head + "2021-06-03T10:30Z,P1,20,1,\n2021-06-03T10:30Z,P1,40,1,50.6625\n")
    assert [row["log10_pco2_atm"] for row in rows] == ["-2.0000", "-2.3010"], "half the pressure, half the CO2"


def test_a_test_kits_uncertainty_has_its_resolution_and_its_error():
    head = (
        "timestamp,sample_id,Alkalinity as HCO3 (mmol/L),Resolution as HCO3 (mmol/L),relative_error_pct,repeats,kit\n"
    )
    rows, _report = read("field_titration", head + "2021-06-03T10:30Z,S1,2.6,0.1,5,1,kit\n")
    value, step = Decimal("158.64368"), Decimal("6.10168")
    assert rows[0]["alkalinity_hco3_mg_l"] == f"{value}"
    expected = ((step**2 / 12) + (value * Decimal("0.05")) ** 2).sqrt()
    assert Decimal(rows[0]["standard_uncertainty_mg_l"]) == pytest.approx(expected, abs=Decimal("0.005"))
    four, _report = read("field_titration", head + "2021-06-03T10:30Z,S1,2.6,0.1,5,4,kit\n")
    assert Decimal(four[0]["standard_uncertainty_mg_l"]) < Decimal(rows[0]["standard_uncertainty_mg_l"])


def test_photographs_are_named_by_file_or_digest():
    head = "from,to,action,what,area_ha,place,photos\n"
    text = head + f"2021-05-03,2021-05-05,种植水生植物,苦草,0.4,泉口,a.jpg；{PHOTO}\n"
    rows, _report = read("activities", text, attachments={"a.jpg": PHOTO, PHOTO: PHOTO})
    assert rows[0]["action"] == "aquatic"
    assert [photo["sha256"] for photo in rows[0]["photos"]] == [PHOTO, PHOTO]
    _rows, report = read("activities", text)
    assert "ATTACHMENT_UNKNOWN" in codes(report)


def test_the_last_brackets_of_a_heading_hold_its_unit():
    assert split_unit("碱度（以 HCO3 计） (meq/L)") == ("碱度（以 HCO3 计）", "meq/L")
    assert split_unit("Lot") == ("Lot", None)


def test_every_sentence_about_records_is_used_and_in_both_languages():
    from pathlib import Path

    from mrv.records.texts import RECORD_TEXTS

    source = "".join(path.read_text(encoding="utf-8") for path in Path("mrv/records").rglob("*.py"))
    for code, (chinese, english) in RECORD_TEXTS.items():
        assert source.count(f'"{code}"') >= 2, f"{code} is never said"
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert not re.search("[\u4e00-\u9fff]", english)
        assert TEXTS[code] == (chinese, english)


def test_the_documentation_is_what_the_kinds_say():
    from pathlib import Path

    from mrv.records.reference import page

    assert Path("docs/records.md").read_text(encoding="utf-8") == page(), "run manage.py records_reference"


# --- properties ---------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(KINDS), data=st.binary(max_size=400))
def test_no_bytes_crash_a_reader(name, data):
    rows, report = read(name, data)
    assert (rows is None) == (not report.ok)


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from(KINDS),
    language=st.sampled_from(["zh", "en"]),
    at=st.integers(0, 2000),
    noise=st.binary(min_size=1, max_size=6),
)
def test_no_damage_to_a_template_crashes_a_reader(name, language, at, noise):
    data = bytearray(template(all_kinds()[name], "csv", language))
    at %= len(data)
    data[at : at + len(noise)] = noise
    rows, report = read(name, bytes(data))
    assert (rows is None) == (not report.ok)
    for message in report.messages:
        assert message.text("zh")
        assert message.text("en")


def _cell(column: Column) -> st.SearchStrategy[str]:
    """Something that a person may write into a column."""
    if column.what == "number":
        low = Decimal(0) if column.low is None else column.low
        high = low + 1000 if column.high is None else column.high
        places = 0 if column.whole else 4
        numbers = st.decimals(low, high, places=places, allow_nan=False).map(lambda value: f"{value:f}")
        return numbers.filter(lambda text: low <= Decimal(text) <= high)
    if column.what in ("day", "time"):
        days = st.dates(datetime(2015, 1, 1).date(), datetime(2024, 12, 31).date()).map(lambda day: day.isoformat())
        return days if column.what == "day" else days.map(lambda day: f"{day}T08:15:00+08:00")
    if column.what == "choice":
        return st.sampled_from([word for code, pair in column.choices for word in (code, *pair)])
    if column.what == "list":
        codes = [code for code, _pair in column.choices]
        return st.lists(st.sampled_from(codes), min_size=1, unique=True).map("; ".join)
    if column.what == "files":
        return st.just("a.jpg")
    letters = st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Nd"), max_codepoint=0x9FFF)
    return st.text(letters, min_size=1, max_size=12)


@st.composite
def _filled(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    kind = all_kinds()[draw(st.sampled_from([name for name in KINDS if name != "control_before"]))]
    count = 1 if kind.shape == "object" and kind.timing == "always" else draw(st.integers(1, 4))
    lines = []
    for _ in range(count):
        line = {
            column.name: draw(_cell(column)) if column.required or draw(st.booleans()) else ""
            for column in kind.columns
        }
        if kind.timing in ("inside", "overlap"):
            first, last = (line[end] for end in kind.span)
            line[kind.span[0]], line[kind.span[1]] = min(first, last), max(first, last)
        lines.append([line[column.name] for column in kind.columns])
    return kind.name, lines


@settings(max_examples=40, deadline=None)
@given(filled=_filled(), form=st.sampled_from(["csv", "xlsx"]), language=st.sampled_from(["zh", "en"]))
def test_what_is_read_exported_and_read_again_is_the_same(filled, form, language):
    name, lines = filled
    kind = all_kinds()[name]
    head = [column.heading(language) for column in kind.columns]
    known = {"a.jpg": PHOTO}
    rows, report = read(name, written(head, lines), attachments=known)
    if rows is None:  # what was drawn contradicts itself: a row twice, a share without evidence
        assert report.errors
        return
    again, report = read(name, export(kind, form, language, rows), attachments=known)
    assert again is not None, [message.text("en") for message in report.errors]
    assert without_place(again) == without_place(rows)
    twice = export(kind, "csv", language, again)
    assert twice == export(kind, "csv", language, rows), "and so is the file"
