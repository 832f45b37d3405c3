"""From a logger's file to sealed evidence, as a developer: look, answer, import, review, seal; by mouse and by key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import People, Server
from tests.mrv.evidence import GAUGINGS, LAB, part_of_year

pytestmark = pytest.mark.browser
EDITOR, EDITOR_ZH = "Developer's editor", "业主编辑"
DAYS = 30
SEED = """
import datetime, decimal
from mrv.demo import project_stage
from mrv.demo.scene import Site
from mrv.demo.world import ensure_world
from mrv.stations.services import create_station
from mrv.stations.visits import record_field_visit
from calculations.methodologies import methodology_bytes, read_methodology
from registry.projects.models import Project
from registry.projects.states import PROJECT

world = ensure_world()
day = datetime.date
project = project_stage.draft(
    world, Site("评审示范泉域", "Spring to be reviewed"), kind=Project.Kind.INVENTORY,
    methodology=read_methodology(methodology_bytes("KCS-INV", "1.0.0")), area_km2=decimal.Decimal("28"),
    crediting_start=day(2021, 5, 1), crediting_end=day(2031, 4, 30), baseline=None)
for action in ("submit", "open_comment", "close_comment", "validate", "register"):
    PROJECT.move(project, action)
editor = world.actor("editor")
station = create_station(
    actor=editor, project=project, code="R1", name_zh="评审泉", name_en="Reviewed spring",
    longitude_deg=decimal.Decimal("108.84"), latitude_deg=decimal.Decimal("27.70"), zone="Asia/Shanghai",
    catchment_area_km2=decimal.Decimal("28"))
for month_day, ec25 in ((3, "VISIT_1"), (19, "VISIT_2")):
    record_field_visit(
        actor=editor, station=station, visitor="Wu", cleaned=True, ec25_us_cm=decimal.Decimal(ec25),
        visited_at=datetime.datetime(2021, 5, month_day, 2, 0, tzinfo=datetime.UTC))
print("where", project.code, station.pk)
"""


def slot(day: int, hour: float = 0.0) -> int:
    """Row of the file (0 is the header) of a time in May 2021 on the station's clock."""
    return 1 + int(((day - 1) * 24 + hour) * 4)


def logger_file() -> tuple[bytes, dict[str, str]]:
    """The month without a zone in its times, with a spike, a drift between two visits, a cold sensor and a gap.

    Also: what a meter held beside the sensor would have shown at the two visits.
    """
    lines = [line.split(",") for line in part_of_year(DAYS).decode().splitlines()]
    column = {name: number for number, name in enumerate(lines[0])}
    ec, warmth = column["ec25_us_cm"], column["water_temperature_c"]
    truth = {f"VISIT_{n}": lines[slot(day, 10)][ec] for n, day in ((1, 3), (2, 19))}
    first, last = slot(3, 10), slot(19, 10)
    for row in range(first, last):
        lines[row][ec] = f"{float(lines[row][ec]) * (1 - 0.12 * (row - first) / (last - first)):.1f}"
    lines[slot(22, 12)][ec] = "900"
    for row in range(slot(24, 3), slot(24, 20)):
        lines[row][warmth] = f"{float(lines[row][warmth]) - 4:.2f}"
    kept = lines[: slot(27)] + lines[slot(28, 6) :]
    for cells in kept[1:]:
        cells[0] = cells[0].removesuffix("+08:00")
    return ("\n".join(",".join(cells) for cells in kept) + "\n").encode(), truth


def press(page: Page | Locator, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def share(page: Page, row: str, of: str = "time") -> float:
    """A figure of the running totals, in percent."""
    text = page.locator(f"[data-total={row}] [data-share={of}]").inner_text()
    return float(text.removesuffix("%").strip().replace("\u2009", "").replace(",", ""))


def flag(page: Page, code_name: str) -> Locator:
    return page.locator("[data-flag]", has_text=code_name).first


def drawn(page: Page) -> Locator:
    """The box of the panels, once they are drawn."""
    box = page.locator("[data-review-box]")
    expect(box).to_have_attribute("data-ready", re.compile(r"^[1-9]\d*$"), timeout=20_000)
    return box


def test_from_a_loggers_file_to_sealed_evidence(people: People, server: Server, tmp_path: Path):
    data, truth = logger_file()
    code = SEED
    for name, value in truth.items():
        code = code.replace(name, value)
    project, station = server.shell(code).split("where ")[1].split()
    page = people.window(EDITOR)
    upload(page, server, station, data, tmp_path)
    review(page, server, station)
    in_chinese(people.window(EDITOR_ZH, "zh", 390), server, station)
    seal(page, server, project)
    refused = [complaint for complaint in people.complaints if "/review/acts/" in complaint]
    assert len(refused) == 1, refused  # the correction without a reason
    assert [complaint for complaint in people.complaints if complaint not in refused] == []


def upload(page: Page, server: Server, station: str, data: bytes, folder: Path) -> None:
    """The preview asks for the zone that the file does not state; the other two files are read at once."""
    file = folder / "may.csv"
    file.write_bytes(data)
    page.goto(f"{server.address}/stations/{station}/")
    page.set_input_files("#upload-file", file)
    press(page, "Look at it first")
    expect(page.locator("h1")).to_contain_text("may.csv")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    page.select_option("#zone", "Asia/Shanghai")
    press(page, "Read again")
    expect(page.locator("main")).to_contain_text("2760")
    press(page, "Import")
    expect(page.locator("main")).to_contain_text("may.csv")
    for kind, path in (("samples", LAB), ("gaugings", GAUGINGS)):
        page.goto(f"{server.address}/stations/{station}/")
        page.select_option("#kind", kind)
        page.set_input_files("#upload-file", path)
        page.select_option("#zone", "Asia/Shanghai")
        press(page, "Upload")
        expect(page.locator("h1")).to_contain_text(path.name)


def review(page: Page, server: Server, station: str) -> None:
    page.goto(f"{server.address}/stations/{station}/review/")
    box = drawn(page)
    expect(box.locator(".panel-plot")).to_have_count(5)
    for name in ("drift between field checks", "spike", "jump without rain or stage"):
        expect(flag(page, name)).to_be_visible()
    by_key(page)
    by_mouse(page, box)
    by_fields(page)


def chosen(page: Page) -> Locator:
    return page.locator("[data-flag].chosen")


def to_flag(page: Page, name: str) -> None:
    """From flag to flag, forward by j and back by k, until the named one is in hand."""
    flags = page.locator("[data-flag]").count()
    for key in ["j"] * flags + ["k"] * flags:
        if chosen(page).filter(has_text=name).count():
            break
        page.keyboard.press(key)
    expect(chosen(page)).to_contain_text(name)


def by_key(page: Page) -> None:
    """j to the first flag, the drift; its suggestion is in the form, and it is refused without a reason."""
    page.keyboard.press("j")
    expect(chosen(page)).to_contain_text("drift between field checks")
    expect(page.locator("#kind")).to_have_value("drift")
    expect(page.locator("#end_value")).to_have_value(re.compile(r"^[34]\d\.\d+$"))
    press(page, "Record the decision")
    expect(page.locator("[data-refused]")).to_contain_text("Say why")
    page.fill("#reason", "fouled, cleaned at the second visit")
    press(page, "Record the decision")
    expect(flag(page, "drift between field checks")).to_contain_text("corrected")
    expect(page.locator("[data-acts]")).to_contain_text("fouled, cleaned at the second visit")
    page.locator("h1").click()
    to_flag(page, "jump without rain or stage")
    page.keyboard.press("z")
    page.keyboard.press("a")
    expect(flag(page, "jump without rain or stage")).to_contain_text("accepted")
    to_flag(page, "spike")
    before = share(page, "excluded")
    assert before > 0
    page.keyboard.press("r")
    expect(flag(page, "spike")).to_contain_text("rejected")
    expect(page.locator("[data-total=excluded] [data-share=time]")).to_contain_text("0.00")
    page.keyboard.press("a")
    expect(flag(page, "spike")).to_contain_text("accepted")
    assert share(page, "excluded") == before
    page.keyboard.press("n")
    expect(page.locator("#kind")).to_have_value("note")
    expect(page.locator("#reason")).to_be_focused()


def by_mouse(page: Page, box: Locator) -> None:
    """A range dragged over the stage's panel is left out, costs flux, and is taken back."""
    before, count = share(page, "excluded"), page.locator("[data-acts] > li").count()
    page.click("label[for=shown-raw]")
    conductivity = box.locator(".panel-plot").nth(4)
    expect(conductivity.locator(".u-series.u-off")).to_have_count(1)
    page.click("label[for=shown-both]")
    expect(conductivity.locator(".u-series.u-off")).to_have_count(0)
    press(page, "Whole span")
    area = box.locator(".panel-plot").nth(1).locator(".u-over")
    area.scroll_into_view_if_needed()
    place = area.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 0.3 * place["width"], place["y"] + 30)
    page.mouse.down()
    page.mouse.move(place["x"] + 0.4 * place["width"], place["y"] + 40, steps=5)
    page.mouse.up()
    expect(page.locator("#parameter")).to_have_value("stage")
    expect(page.locator("#from")).to_have_value(re.compile(r"^2021-05-(09|10)T"))
    page.select_option("#kind", "exclude")
    page.fill("#reason", "gate was closed")
    press(page, "Record the decision")
    expect(page.locator("[data-acts] > li")).to_have_count(count + 1)
    assert share(page, "excluded") == pytest.approx(before + 10, abs=1)
    assert share(page, "excluded", "flux") > 1
    press(page.locator("[data-acts] > li").first, "Take back")
    expect(page.locator("[data-acts] > li")).to_have_count(count + 2)
    assert share(page, "excluded") == before


def by_fields(page: Page) -> None:
    """Without a mouse: the form alone. An offset is a row with its amount."""
    page.select_option("#parameter", "ph")
    page.fill("#from", "2021-05-20T10:00")
    page.fill("#to", "2021-05-22T10:00")
    page.select_option("#kind", "offset")
    page.fill("#start_value", "0.05")
    page.fill("#reason", "buffer was read as 7.00")
    press(page, "Record the decision")
    row = page.locator("[data-acts] > li").first
    expect(row).to_contain_text("Offset corrected")
    expect(row).to_contain_text("0.05")
    expect(row).to_contain_text("2021-05-20 10:00 – 2021-05-22 10:00")


def in_chinese(page: Page, server: Server, station: str) -> None:
    """The same decisions in Chinese on a telephone."""
    page.goto(f"{server.address}/stations/{station}/review/")
    drawn(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    row = page.locator("[data-acts] > li").first
    expect(row).to_contain_text("buffer was read as 7.00")
    count = page.locator("[data-acts] > li").count()
    page.fill("#from", "2021-05-25T10:00")
    page.fill("#to", "2021-05-25T12:00")
    page.select_option("#kind", "note")
    page.fill("#reason", "河道清淤")
    page.locator("[data-range-form] button").click()
    expect(page.locator("[data-acts] > li")).to_have_count(count + 1)
    expect(page.locator("[data-acts] > li").first).to_contain_text("河道清淤")


def seal(page: Page, server: Server, project: str) -> None:
    page.goto(f"{server.address}/projects/{project}/")
    page.fill("#first_day", "2021-05-01")
    page.fill("#last_day", "2021-05-30")
    press(page, "Open period")
    press(page, "Fit curve and models")
    ready = page.locator(".card", has=page.locator(".card-header", has_text="Readiness"))
    expect(ready).to_contain_text("Ion models v1")
    expect(ready.get_by_text("blocks", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Review and seal").click()
    main = page.locator("main")
    expect(main).to_contain_text("What goes in, file by file")
    expect(main).to_contain_text("may.csv")
    expect(main).to_contain_text("Linear drift corrected: 1")
    expect(main).to_contain_text("2021-05-01 – 2021-05-30")
    press(page, "Seal the evidence")
    expect(page.locator("h1 + .state-badge")).to_contain_text("Sealed")
    expect(page.locator("code.digest").first).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
