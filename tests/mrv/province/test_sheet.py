"""The county sheet: one page, the same bytes for the same records, both languages, nothing that overflows."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from pypdf import PdfReader

from mrv.province.sheet import draw
from mrv.province.sheet_record import ROWS, Column, Headline, Sheet, Table, lines_for, sheet_record
from tests.mrv.bodies import kept

pytestmark = pytest.mark.django_db
JIANGKOU = "520621"
ADDRESS = "https://registry.test/province/county/520621/"


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        court.verified()
        yield court


def text_of(data: bytes) -> tuple[int, str]:
    pages = PdfReader(io.BytesIO(data)).pages
    return len(pages), "".join("".join(page.extract_text().split()) for page in pages)


def full_sheet() -> Sheet:
    """As many lines as ever come onto one sheet, every cell as long as it may be."""
    names = ("乌江流域岩溶碳汇监测与植被恢复增汇示范项目第一期" * 2, "KC-520621-0001 · LONG-STATION-CODE")
    columns = tuple(Column(f"Column {n}", 0.2, n > 2) for n in range(5))
    rows = tuple((*names, "Under validation", "1 234 567.8", "1 234 567") for _ in range(ROWS))
    kinds = Table("By kind", columns, rows[:6])
    tables = (kinds, *(Table("Table", columns, rows[:n], "9 more on the county's page.") for n in lines_for(9, 9, 9)))
    return Sheet(
        language="zh",
        heading="Karst Carbon Registry",
        title="务川仡佬族苗族自治县",
        place="遵义市 · 520326",
        as_of="2026-11-26 07:30 UTC",
        moment=datetime(2026, 11, 26, tzinfo=UTC),
        demo="",
        county="520326",
        dots=((107.9, 28.5),),
        map_caption="Outlines are schematic.",
        headlines=(Headline("12 345 678.9", "t CO₂ km⁻² a⁻¹", "verified uptake"),) * 6,
        tables=tables,
        notes_title="Notes",
        notes=("A note that fills more than one line of the page. " * 4,) * 4,
        address=ADDRESS,
        foot="The page of this county",
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_records_give_the_same_page(jiangkou, language):
    made = sheet_record(JIANGKOU, language, ADDRESS)
    first, second = draw(made, settings.FONTS_DIR), draw(made, settings.FONTS_DIR)
    assert first == second
    pages, text = text_of(first)
    assert pages == 1
    assert ("江口县" if language == "zh" else "Jiangkou") in text
    assert jiangkou.period.project.code in text
    assert ADDRESS in text


def test_the_sheet_says_what_the_stored_result_says(jiangkou):
    figures = jiangkou.fresh().official_run.figures
    made = sheet_record(JIANGKOU, "en", ADDRESS)
    assert made.headlines[1].value == f"{float(figures['retained_t_co2']):.1f}"
    assert made.headlines[2].value == "0"


def test_a_county_without_anything_has_a_sheet_that_says_so(db):
    made = sheet_record("520123", "en", ADDRESS)
    assert [table.rows for table in made.tables] == [()] * 4
    assert "No station yet: nothing is measured in this county." in [table.remark for table in made.tables]
    assert text_of(draw(made, settings.FONTS_DIR))[0] == 1


def test_the_fullest_sheet_ends_above_its_foot():
    from mrv.province import sheet as drawing

    lowest: list[float] = []
    plain = drawing._table

    def watched(pen, table, top):
        lowest.append(plain(pen, table, top))
        return lowest[-1]

    drawing._table = watched
    try:
        data = draw(full_sheet(), settings.FONTS_DIR)
    finally:
        drawing._table = plain
    assert text_of(data)[0] == 1
    assert min(lowest) > 46 + drawing.QR_WIDTH


def test_what_does_not_fit_is_counted():
    assert lines_for(2, 3, 4) == [2, 3, 4]
    assert sum(lines_for(30, 2, 9)) == ROWS
    assert lines_for(30, 2, 3) == [9, 2, 3]


def test_a_character_that_no_font_draws_is_marked(jiangkou):
    made = replace(sheet_record(JIANGKOU, "zh", ADDRESS), title="𠀀县")
    assert text_of(draw(made, settings.FONTS_DIR))[0] == 1


def test_the_sheet_is_downloaded_and_not_sent_twice(jiangkou, client):
    cache.clear()
    answer = client.get(f"/province/county/{JIANGKOU}/sheet-en.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    again = client.get(f"/province/county/{JIANGKOU}/sheet-en.pdf", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304
