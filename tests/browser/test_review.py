"""The review by keyboard, mouse and fields in a real Chromium: a flag, a decision, the totals, and back again."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.test_main_path import EDITOR, PROJECT, STATION, fill, follow, press
from tests.mrv.evidence import GAUGINGS, LAB, part_of_year

pytestmark = pytest.mark.browser


def spoilt_month() -> bytes:
    """Thirty days with two readings of the conductivity far too high, on the 10th at noon."""
    lines = part_of_year(30).decode().splitlines()
    for row in (1 + 9 * 96 + 48, 1 + 9 * 96 + 49):
        cells = lines[row].split(",")
        cells[5] = "900"
        lines[row] = ",".join(cells)
    return ("\n".join(lines) + "\n").encode()


def left_out(page: Page) -> str:
    return page.locator("[data-total=excluded] [data-share=time]").inner_text()


def test_a_flag_is_decided_and_the_totals_follow(people: People):
    page = people.window(EDITOR)
    page.goto(f"{people.address}/projects/")
    follow(page, "New project")
    fill(page, PROJECT | {"name_zh": "审核示范", "name_en": "Review spring"})
    page.select_option("#id_kind", "vegetation")
    page.select_option("#id_methodology", label="KCS-ENH-BACI 1.1.0")
    press(page, "Save the draft")
    follow(page, "New station")
    fill(page, STATION)
    press(page, "Save the station")
    station = page.url
    for kind, name, data in (
        ("logger", "month.csv", spoilt_month()),
        ("gaugings", GAUGINGS.name, GAUGINGS.read_bytes()),
        ("samples", LAB.name, LAB.read_bytes()),
    ):
        page.goto(station)
        page.select_option("select[name=kind]", kind)
        page.set_input_files("input[type=file][name=file]", {"name": name, "mimeType": "text/csv", "buffer": data})
        page.locator("form:has(input[name=file]) button").first.click()
        page.wait_for_load_state()
    page.goto(station)
    follow(page, "Review of the readings")
    expect(page.locator("[data-review-box][data-ready]")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-flag]")).to_have_count(1)
    before = left_out(page)
    assert before == "0.07 %"

    page.keyboard.press("j")
    expect(page.locator("[data-flag].chosen")).to_contain_text("spike")
    assert page.input_value("#from").startswith(f"{date(2021, 5, 10)}T12:00")
    page.keyboard.press("z")
    page.keyboard.press("r")
    expect(page.locator("[data-flag]")).to_contain_text("rejected")
    assert left_out(page) == "0.00 %"
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("[data-flag]")).to_contain_text(re.compile("open"))
    assert left_out(page) == before

    page.fill("#from", "2021-05-20T00:00")
    page.fill("#to", "2021-05-21T00:00")
    page.select_option("#parameter", "stage")
    page.select_option("#kind", "exclude")
    press(page, "Record the decision")
    expect(page.locator("[data-refused]")).to_contain_text("Say why")
    page.fill("#reason", "sensor was being moved")
    press(page, "Record the decision")
    expect(page.locator("[data-acts]")).to_contain_text("sensor was being moved")
    assert left_out(page) == "3.40 %"
    page.get_by_role("button", name="Take back").first.click()
    expect(page.locator("[data-acts]").get_by_role("button", name="Take back")).to_have_count(0)
    assert left_out(page) == before

    plot = page.locator(".u-over").nth(1).bounding_box()
    assert plot is not None
    page.mouse.move(plot["x"] + 40, plot["y"] + 20)
    page.mouse.down()
    page.mouse.move(plot["x"] + 120, plot["y"] + 30, steps=6)
    page.mouse.up()
    assert page.input_value("#parameter") == "stage"
    assert page.input_value("#from") < page.input_value("#to")
    refusals = [complaint for complaint in people.complaints if not re.match(r"422 .*/review/acts/", complaint)]
    assert refusals == []
