"""Which letters the bytes are: a mark, strict UTF-8, or the words of the header; never a guess alone."""

from __future__ import annotations

import pytest

from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.encoding import to_utf8
from mrv.uploads.readers.steps.text import Text

from .making import GAUGING_HEADER, VALUES, codes, gauged, gaugings, logger, only, row, template

PLAIN = template()


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN, "ascii"),
        (b"\xef\xbb\xbf" + PLAIN, "utf-8-sig"),
        (b"\xff\xfe" + PLAIN.decode().encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + PLAIN.decode().encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_marks(data, encoding):
    table, report = logger(data)
    assert report.encoding == encoding
    assert table is not None
    assert len(table) == 8
    assert table.columns["stage"].text_at(0) == "0.534"


def gaugings_by(operator: str, method: str = "ADV") -> str:
    return f"{GAUGING_HEADER}\n2021-05-06,09:30,0.40,0.198,{method},5,{operator}\n"


def test_utf8_without_a_mark():
    found, report = gauged(gaugings_by("李㵲").encode())
    assert report.encoding == "utf-8"
    assert found is not None
    assert found[0].operator == "李㵲"


def test_chinese_words_decide_for_gb18030():
    found, report = gauged(gaugings_by("李㵲", "流速仪测流").encode("gb18030"))
    assert found is not None
    assert found[0].operator == "李㵲"
    assert report.encoding == "gb18030"
    shown = only(report, "ENCODING_GB18030")
    assert shown["row"] == 2
    assert "流速仪" in shown["example"]
    assert "流" not in shown["other"]


def test_a_chinese_name_alone_is_read_and_shown():
    found, report = gauged(gaugings_by("王小明").encode("gb18030"))
    assert found is not None
    assert found[0].operator == "王小明"
    assert "ENCODING_GB18030" in codes(report)


def test_micro_siemens_in_cp1252_is_not_taken_for_a_chinese_letter():
    """A strict GB18030 decoder reads µS as 礢 and °C as 癈 without any error."""
    header = "timestamp,rainfall_mm,stage_m,water_temperature_c,ph,ec25_us_cm,note µS/cm °C"
    data = template([row(0, VALUES + ",x")], header=header).decode().encode("cp1252")
    assert data.decode("gb18030")
    _, report = logger(data)
    assert report.encoding == "cp1252"
    assert only(report, "UNKNOWN_COLUMN")["columns"] == ["note µS/cm °C"]


def test_what_no_word_decides_is_asked():
    data = gaugings_by("Jos\u00e9").encode("cp1252")
    _, report = gauged(data)
    asked = only(report, "ENCODING_UNDECIDED")
    assert asked["row"] == 2
    assert "José" in asked["other"]
    found, report = gauged(data, encoding="cp1252")
    assert found is not None
    assert found[0].operator == "José"
    assert report.encoding == "cp1252"


def test_an_answer_that_is_no_choice():
    with pytest.raises(ValueError, match="encoding must be one of"):
        gauged(gaugings_by("Li").encode(), encoding="shift_jis")


@pytest.mark.parametrize("tail", [b"\xff\xff\xff", b"\x81"])
def test_bytes_that_are_no_text_are_named_by_row(tail):
    _, report = gauged(gaugings_by("Li").encode() + b"2021-05-07,09:30,0.4,0.2,\x81\x20\xff" + tail + b",5,Li\n")
    assert only(report, "ENCODING_UNREADABLE")["row"] == 3


def test_a_broken_utf16_file():
    _, report = logger(b"\xff\xfe" + PLAIN.decode().encode("utf-16-le")[:-1])
    assert codes(report) == ["ENCODING_UNREADABLE"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_told_by_where_its_nuls_stand(encoding):
    table, report = logger(PLAIN.decode().encode(encoding))
    assert table is not None
    assert report.encoding == encoding
    assert codes(report) == ["ENCODING_UTF16"]
    found, _ = gauged(gaugings_by("Müller").encode(encoding))
    assert found is not None
    assert found[0].operator == "Müller"


def test_text_full_of_nuls_on_both_sides_is_refused():
    assert codes(logger(PLAIN.replace(b"0", b"\0\0\0\0\0"))[1]) == ["UTF16_WITHOUT_MARK"]


def test_nul_bytes_are_stripped_and_reported():
    data = PLAIN.replace(b"stage_m", b"stage\0\0_m").replace(b"0.534", b"0.53\x004", 1)
    table, report = logger(data)
    assert table is not None
    assert table.columns["stage"].text_at(0) == "0.534"
    assert only(report, "NUL_BYTES")["count"] == 3
    assert only(report, "NUL_BYTES")["row"] == 1


def test_only_nul_bytes():
    assert codes(logger(bytes(50))[1]) == ["FILE_EMPTY"]


@pytest.mark.parametrize("text", ["水位(m),水温(℃),电导率(μS/cm)", "监测时间,降雨量(mm)"])
def test_headers_of_stations(text):
    draft = Draft("station.csv")
    assert to_utf8(draft, Text(text.encode("gb18030"))).read().decode() == text
    assert draft.encoding == "gb18030"


@pytest.mark.parametrize(
    "text", ["Actual Conductivity (µS);Temperature (°C)", "Leitfähigkeit;Höhe ü. NN", "UNIT: µS/cm"]
)
def test_headers_of_western_loggers(text):
    draft = Draft("logger.csv")
    assert to_utf8(draft, Text(text.encode("cp1252"))).read().decode() == text
    assert draft.encoding == "cp1252"


def test_gaugings_helper_is_plain():
    assert gauged(gaugings(["2021-05-06,09:30,0.40,0.198,ADV,5,Li"]))[1].encoding == "ascii"
