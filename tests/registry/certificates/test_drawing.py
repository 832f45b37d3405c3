"""The drawn certificate: the same bytes every time, every font inside, nothing overlapping, nothing left out."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import combinations

import pytest
from pypdf import PdfReader

from registry.certificates.drawing import CertificateRecord, DoesNotFit, Period, Series, draw, words
from registry.certificates.drawing.ornament import PAGE_WIDTH
from registry.certificates.drawing.plots import nice_step
from registry.certificates.drawing.setting import Pen, grouped
from tests.registry.certificates import sample

KINDS = ("issuance", "statement", "long")


@cache
def texts_of(kind: str) -> tuple[str, ...]:
    """The text of every page without any white space: where a line was broken does not matter."""
    pages = PdfReader(BytesIO(sample.drawn(kind))).pages
    return tuple("".join(page.extract_text().split()) for page in pages)


def text_of(kind: str) -> str:
    return "".join(texts_of(kind))


def test_the_same_record_gives_the_same_bytes():
    assert draw(sample.issuance(), sample.fonts_dir()) == sample.drawn()


def test_and_so_it_does_in_another_process_elsewhere_and_later():
    program = (
        "import hashlib; from tests.registry.certificates import sample; "
        "print(hashlib.sha256(sample.drawn()).hexdigest())"
    )
    surroundings = {
        **os.environ,
        "TZ": "America/Lima",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "86400",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(sample.ROOT),
    }
    run = subprocess.run(
        [sys.executable, "-c", program], env=surroundings, cwd=sample.ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(sample.drawn()).hexdigest()


def test_another_record_gives_other_bytes():
    assert draw(replace(sample.issuance(), issued_on="2022-07-19"), sample.fonts_dir()) != sample.drawn()


@pytest.mark.parametrize("kind", KINDS)
def test_every_font_is_embedded(kind):
    found = 0
    for page in PdfReader(BytesIO(sample.drawn(kind))).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/FontDescriptor"]
            assert len(descriptor["/FontFile2"].get_object().get_data()) > 1000
            assert "STSong" not in font.get_object()["/BaseFont"]
            found += 1
    assert found >= 4
    assert b"Helvetica" not in sample.drawn(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_plots_are_vectors(kind):
    for page in PdfReader(BytesIO(sample.drawn(kind))).pages:
        assert not page.images


def test_both_languages_can_be_copied_from_an_issuance():
    record, text = sample.issuance(), text_of("issuance")
    expected = [
        record.title.zh, record.title.en, record.number, record.project.name.zh, record.project.name.en,
        record.project.code, record.proponent.name.zh, record.proponent.registration_code,
        record.place.county.zh, record.place.division_code, "2021-05-01—2022-04-30", "UTC+08:00",
        "KCS-ENH-BACI1.0.0", record.methodology.digest, record.result_digest, record.bundle_digest,
        record.serials.blocks[0].printed, record.serials.blocks[1].printed, record.verification.body.zh,
        record.verification.statement_number, "周岚", "LongJianguo", "Approvedby", "2022-07-18", record.check_url,
        "κ=0.86", "海洋，百年尺度", "ocean,onthescaleofahundredyears", "822.3tCO₂", "−296.9",
        "仅凭本纸不构成证明", "thispaperaloneprovesnothing", "其中缓冲池21，业主账户184", "第1/2页", "Page2/2",
    ]  # fmt: skip
    missing = [words for words in expected if "".join(words.split()) not in text]
    assert missing == []


def test_a_statement_says_that_and_why_there_are_no_credits():
    record, text = sample.statement(), text_of("statement")
    for expected in (record.reason.zh, record.reason.en, "本声明不产生碳信用", "Itgivesrisetonocredits"):
        assert "".join(expected.split()) in text
    assert words.SERIALS.zh not in text


def test_a_demonstration_is_marked_on_every_page_and_nothing_else_is():
    mark = "".join(words.DEMO_MARK.split())
    assert all(mark in text for text in texts_of("issuance"))
    assert mark not in text_of("statement")
    assert "演示数据" not in text_of("statement")


def test_every_page_carries_its_number_and_the_warning():
    pages = texts_of("long")
    for number, text in enumerate(pages, start=1):
        assert f"Page{number}/{len(pages)}" in text
        assert "Checkonline:thispaperaloneprovesnothing." in text


def test_names_are_text_never_markup():
    assert "<b>&amp;(more\\)" in text_of("long")


def test_a_usual_certificate_has_two_pages():
    assert len(texts_of("issuance")) == len(texts_of("statement")) == 2


# --- layout -----------------------------------------------------------------------------------------------------


def placed_lines(monkeypatch, record: CertificateRecord) -> list[tuple[int, float, float, float, float, str]]:
    """Page, left, bottom, right, top and text of every line drawn (the watermark lies under them on purpose)."""
    lines, whole_line = [], Pen.line

    def note(pen, x, baseline, text, style, align="left"):
        whole_line(pen, x, baseline, text, style, align)
        if text.strip() and text != words.DEMO_MARK:
            wide = pen.width(text, style)
            left = x - wide * {"left": 0, "center": 0.5, "right": 1}[align]
            bottom, top = baseline - 0.12 * style.size, baseline + 0.74 * style.size
            lines.append((pen.canvas.getPageNumber(), left, bottom, left + wide, top, text))

    monkeypatch.setattr(Pen, "line", note)
    draw(record, sample.fonts_dir())
    return lines


def many_signatories() -> CertificateRecord:
    record = sample.issuance()
    people = record.verification.signatories * 2
    return replace(record, verification=replace(record.verification, signatories=people), reason=record.title)


@pytest.mark.parametrize("make", [sample.issuance, sample.statement, sample.long_names, many_signatories])
def test_no_text_touches_other_text_or_leaves_the_sheet(monkeypatch, make):
    lines = placed_lines(monkeypatch, make())
    assert len(lines) > 60
    for a, b in combinations(lines, 2):
        apart = a[0] != b[0] or a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2]
        assert apart, f"{a} touches {b}"
    for _, left, bottom, right, top, text in lines:
        assert 36 <= left < right <= PAGE_WIDTH - 36, text
        assert 36 <= bottom < top <= 842 - 36, text


def test_what_the_first_page_cannot_hold_goes_on(monkeypatch):
    record = sample.long_names()
    lines = placed_lines(monkeypatch, record)
    assert any(line[5] == words.CONTINUED.zh for line in lines if line[0] == 2)
    assert record.serials.blocks[0].printed in {line[5] for line in lines if line[0] == 1}


def test_a_first_page_that_cannot_hold_its_signatories_says_so():
    record = sample.issuance()
    crowd = replace(record.verification, signatories=record.verification.signatories * 20)
    with pytest.raises(DoesNotFit) as refused:
        draw(replace(record, verification=crowd), sample.fonts_dir())
    assert "签字人" in refused.value.zh
    assert "signatories" in refused.value.en


@pytest.mark.parametrize(
    "series",
    [
        Series("day", ()),
        Series("day", ("2021-05-01",), (3.0,), (0.4,), (1.5,)),
        Series("day", ("2021-05-01", "2021-05-02", "2021-05-09"), (), (0.4, None, 0.5), (-1.5, -2.0, -0.1)),
        Series("month", ("2021-05-01", "2021-06-01", "2021-07-01"), (0.0, 0.0, 0.0), (0.4, 0.6, 0.5)),
        Series("day", ("2021-05-01", "2021-05-02"), (None, None), (None, None), (None, None)),
    ],
)
def test_short_gappy_monthly_negative_and_absent_series_are_drawn(series):
    assert draw(replace(sample.issuance(), series=series), sample.fonts_dir()).startswith(b"%PDF-1.7")


def test_a_waterfall_may_fall_below_zero(monkeypatch):
    steps = sample.issuance().waterfall
    falling = (steps[2], replace(steps[3], value="-900.2"), replace(steps[4], value="-374.8"))
    lines = placed_lines(monkeypatch, replace(sample.issuance(), waterfall=falling))
    assert "−374.8" in {line[5] for line in lines}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1012.80", "1\u202f012.80"),
        ("-296.9", "−296.9"),
        ("999", "999"),
        ("1234567", "1\u202f234\u202f567"),
        ("0.5", "0.5"),
    ],
)
def test_digits_are_grouped_and_never_rounded(value, shown):
    assert grouped(value) == shown


@pytest.mark.parametrize(("largest", "step"), [(77, 25), (5.9, 2), (0.04, 0.02), (1, 0.5), (340, 100)])
def test_ticks_are_round(largest, step):
    assert nice_step(largest) == pytest.approx(step)


# --- the record -------------------------------------------------------------------------------------------------


def test_the_record_lies_inside_the_file_as_an_associated_file():
    reader = PdfReader(BytesIO(sample.drawn()))
    assert reader.attachments["record.json"] == [sample.issuance().to_json()]
    (associated,) = reader.trailer["/Root"]["/AF"]
    assert associated.get_object()["/AFRelationship"] == "/Data"
    assert associated.get_object()["/EF"]["/F"]["/Subtype"] == "/application/json"


@pytest.mark.parametrize("make", [sample.issuance, sample.statement, sample.long_names])
def test_the_record_survives_json(make):
    record = make()
    assert CertificateRecord.from_json(record.to_json()) == record
    assert CertificateRecord.from_dict(json.loads(json.dumps(record.to_dict()))) == record


def test_the_record_is_canonical_json():
    record = replace(sample.issuance(), series=Series("day", ()))  # without floats the standard library writes the same
    plain = json.dumps(record.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert record.to_json() == plain.encode()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "retirement"}, "unknown kind"),
        ({"serials": None}, "serial numbers"),
        ({"kind": "inventory_statement"}, "serial numbers"),
        ({"headline": "nothing"}, "headline"),
        ({"result_digest": "4F1C"}, "result digest"),
        ({"check_url": "javascript:alert(1)"}, "not a web address"),
        ({"issued_on": "18.07.2022"}, "isoformat"),
        ({"schema": "kcr-certificate/2"}, "kcr-certificate/1"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        replace(sample.issuance(), **change)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Period("2022-05-01", "2021-04-30", "+08:00"),
        lambda: Period("2021-05-01", "2022-04-30", "8"),
        lambda: sample.Serials((sample.SerialBlock(2021, 1, 10, "x"),), 11, 1),
        lambda: sample.Serials((sample.SerialBlock(2021, 1, 10, "x"),), 10, 11),
        lambda: sample.SerialBlock(2021, 10, 1, "x"),
        lambda: sample.Figure("net", sample.b("净", "net"), "NaN", "t"),
        lambda: sample.Figure("net", sample.b("净", "net"), "a lot", "t"),
        lambda: Series("week", ()),
        lambda: Series("day", ("2021-05-02", "2021-05-01")),
        lambda: Series("day", ("2021-05-01",), (1.0, 2.0)),
    ],
)
def test_parts_that_cannot_be_are_refused(make):
    with pytest.raises(ValueError):  # noqa: PT011  each complains of its own part
        make()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("project"),
        lambda d: d.update(extra=1),
        lambda d: d.update(demo="yes"),
        lambda d: d["serials"].update(total=205.0),
        lambda d: d["figures"][0].update(value=822.3),
        lambda d: d.update(figures="none"),
    ],
)
def test_content_of_another_shape_is_refused(spoil):
    content = sample.issuance().to_dict()
    spoil(content)
    with pytest.raises(ValueError, match="record"):
        CertificateRecord.from_dict(content)
