"""From a draft to a checked certificate, by clicking only, each step as the person whose step it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, People

pytestmark = pytest.mark.browser
DATA = Path(__file__).parents[1] / "data" / "samples"
EDITOR, REPRESENTATIVE = "Developer's editor", "Developer's representative"
VALIDATION_LEAD, VALIDATION_REVIEWER = "Lead validator", "Validation's independent reviewer"
LEAD, REVIEWER = "Lead verifier Lead verifier Wujiang", "Verification's independent reviewer"
CLERK, APPROVER = "Authority's reviewer and registrar", "Authority's approver"
PROJECT = {
    "name_zh": "浏览器示范泉域",
    "name_en": "Browser spring",
    "division_code": "520621",
    "county_zh": "江口县",
    "county_en": "Jiangkou",
    "area_km2": "28",
    "karst_area_km2": "24",
    "longitude_deg": "108.84",
    "latitude_deg": "27.70",
    "crediting_start": "2021-05-01",
    "crediting_end": "2031-05-01",
}
TEXT = "Long enough to say what the design document says in full."
BASELINE_TEXTS = {name: TEXT for name in ("scenario", "justification", "quantification")}
ADDITIONALITY_TEXTS = {name: TEXT for name in ("argument", "barriers", "common_practice")}
STATION = {
    "code": "S1",
    "name_zh": "出口",
    "name_en": "Outlet",
    "longitude_deg": "108.84",
    "latitude_deg": "27.70",
    "zone": "Asia/Shanghai",
    "catchment_area_km2": "28",
}


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()
    if page.locator("#confirm-act").count():
        page.get_by_role("button", name="Fill in the demonstration's code").click()
        expect(page.locator("#id_code")).to_have_value(re.compile(r"^\d{6}$"))
        page.get_by_role("button", name="Confirm and do it").click()
        page.wait_for_load_state()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def let_days_pass(page: Page, address: str, days: int) -> None:
    page.goto(f"{address}/demo/clock/")
    press(page, f"Pass {days} working days")


def whole_tonnes(page: Page) -> str:
    """The whole tonnes as the page's large figure says them."""
    figure = page.locator(".col", has_text="creditable whole tonnes").locator(".figure-number").first
    return re.sub(r"\D", "", figure.inner_text())


def test_from_a_draft_to_a_checked_certificate(people: People, tmp_path: Path):
    address = people.address
    project = register(people)
    period, tonnes = account(people, project)
    verify(people, period, tmp_path)
    certificate = decide(people, period, tonnes)
    check(people.window(), f"{address}{certificate}", tonnes, tmp_path)
    asked_again = [complaint for complaint in people.complaints if complaint.startswith("403 ")]
    assert len(asked_again) >= 7, people.complaints  # each of the seven who sign shows the second factor at the act
    others = [complaint for complaint in people.complaints if complaint not in asked_again]
    provoked = [r"422 .*/docket/\d+/act/approve/", r"404 .*/api/v1/certificates/by-file/[0-9a-f]{64}"]
    assert len(others) == len(provoked), others
    for complaint, pattern in zip(others, provoked, strict=True):
        assert re.fullmatch(pattern, complaint)


def register(people: People) -> str:
    address = people.address
    editor = people.window(EDITOR)
    editor.goto(f"{address}/projects/")
    follow(editor, "New project")
    fill(editor, PROJECT)
    editor.select_option("#id_kind", "vegetation")
    editor.select_option("#id_methodology", label="KCS-ENH-BACI 1.1.0")
    press(editor, "Save the draft")
    follow(editor, "Go on without saving")  # the circle stands for the boundary
    editor.check("#id_none")
    press(editor, "Save and go on")
    fill(editor, {"none_because": TEXT})
    press(editor, "Save and go on")
    fill(editor, BASELINE_TEXTS)
    press(editor, "Save and go on")
    fill(editor, ADDITIONALITY_TEXTS)
    press(editor, "Save and go on")
    fill(editor, {f"y{year}": "200.5" for year in range(2021, 2032)})
    press(editor, "Save and go on")
    for kind in ("design", "baseline"):
        editor.select_option("#id_kind", kind)
        fill(editor, {"title": kind})
        editor.set_input_files("#id_file", DATA / "16_baseline_jiangkou.json")
        press(editor, "Add the document")
    follow(editor, "Look at the whole file and submit it")
    project = editor.url
    representative, clerk = people.window(REPRESENTATIVE), people.window(CLERK)
    representative.goto(project)
    follow(representative, "Review and submit")
    press(representative, "Submit the project")
    clerk.goto(f"{address}/to-do/")
    follow(clerk, re.compile(f"Check the submission.*{PROJECT['name_en']}"))
    press(clerk, "Open public comment")
    let_days_pass(clerk, address, 21)
    clerk.goto(project)
    press(clerk, "Close public comment")
    representative.goto(project)
    representative.select_option("#body", label="Qianzhong Validation Body (demo)")
    press(representative, "Propose")
    opinion(people, project, "Validation of the project", VALIDATION_LEAD, VALIDATION_REVIEWER)
    approver = people.window(APPROVER)
    approver.goto(project)
    press(approver, "Register the project")
    expect(approver.locator("h1 + .state-badge")).to_contain_text("Registered")
    return project


def opinion(people: People, where: str, task: str, lead_name: str, reviewer_name: str, before_signing=None) -> None:
    clerk, lead, reviewer = people.window(CLERK), people.window(lead_name), people.window(reviewer_name)
    for page in (clerk, lead, reviewer):
        page.goto(where)
        if page is reviewer:
            continue
        follow(page, re.compile(task))
        if page is clerk:
            press(page, "Confirm the body")
        else:
            press(page, re.compile("^Accept$"))
    look_at_everything(lead)
    if before_signing:
        before_signing(lead)
    lead.check("#positive")
    lead.fill("#reasons_zh", "证据完整")
    lead.fill("#reasons_en", "The evidence is complete")
    press(lead, re.compile("^Sign the opinion"))
    reviewer.goto(lead.url)
    press(reviewer, "Sign as independent reviewer")


def look_at_everything(lead: Page) -> None:
    """Every item of the checklist on the workbench, one after the other."""
    opinion_page = lead.url
    follow(lead, "Open the workbench")
    items = lead.locator("li[id^='item-']")
    for number in range(items.count()):
        item = items.nth(number)
        if item.locator("details").get_attribute("open") is None:
            item.locator("summary").click()
        item.locator("select[name='verdict']").select_option("satisfied")
        with lead.expect_navigation():
            item.get_by_role("button", name="Save").click()
    expect(lead.locator("#checklist .card-header")).to_contain_text("○ 0")
    lead.goto(opinion_page)


def account(people: People, project: str) -> tuple[str, str]:
    editor = people.window(EDITOR)
    editor.goto(project)
    follow(editor, "New station")
    fill(editor, STATION)
    editor.select_option("#id_kind", "spring")
    press(editor, "Save the station")
    station = editor.url
    for kind, name in (
        ("logger", "12_template_full_year_jiangkou.csv"),
        ("samples", "15_lab_samples_consistent_jiangkou.csv"),
        ("gaugings", "14_gaugings_jiangkou.csv"),
    ):
        editor.goto(station)
        editor.select_option("#kind", kind)
        editor.set_input_files("#upload-file", DATA / name)
        if kind == "gaugings":
            editor.select_option("#zone", "Asia/Shanghai")
        press(editor, "Upload")
        expect(editor.locator("h1")).to_contain_text(name)
    editor.goto(project)
    editor.fill("#first_day", "2021-05-01")
    editor.fill("#last_day", "2022-04-30")
    press(editor, "Open period")
    period = editor.url
    press(editor, "Fit curve and models")
    draws_the_year(editor)
    follow(editor, "Review and seal")
    press(editor, "Seal the evidence")
    press(editor, "Calculate")
    # the page asks for its progress and ends at the result by itself
    expect(editor.locator(".figure-number").first).to_be_visible(timeout=60_000)
    expect(editor.locator("progress")).to_have_count(0)
    tonnes = whole_tonnes(editor)
    assert 150 < int(tonnes) < 240
    representative = people.window(REPRESENTATIVE)
    representative.goto(period)
    follow(representative, "Review and submit")
    press(representative, "Submit the period")
    return period, tonnes


def draws_the_year(page: Page) -> None:
    box = page.locator("[data-hydrograph-box]")
    expect(box).to_have_attribute("data-ready", "35040", timeout=20_000)
    expect(box.locator(".u-wrap")).to_have_count(5)
    page.fill("[data-from]", "2021-06-01T00:00")
    page.fill("[data-to]", "2021-06-03T00:00")
    with page.expect_response(lambda answer: "from=" in answer.url) as near:
        page.click("[data-zoom]")
    panels = near.value.json()["panels"]
    assert {len(panel["values"]) for panel in panels} == {2 * 96 + 2}, "every reading of the two days"
    assert not any("at" in panel for panel in panels)
    expect(page.locator("[data-from]")).to_have_value("2021-06-01T00:00")
    page.click("[data-reset]")
    expect(page.locator("[data-from]")).to_have_value("2021-05-01T00:00")


def verify(people: People, period: str, folder: Path) -> None:
    representative = people.window(REPRESENTATIVE)
    representative.goto(period)
    representative.select_option("#body", label="Wujiang Verification Body (demo)")
    press(representative, "Propose")

    def recompute(lead: Page) -> None:
        with lead.expect_download() as download:
            lead.get_by_role("link", name="Download the recompute kit").click()
        kit = folder / "kit.zip"
        download.value.save_as(kit)
        command = [sys.executable, "-m", "calculations", "recompute", str(kit)]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert said.strip().endswith("identical")
        digest = next(line.split()[1] for line in said.splitlines() if line.startswith("result "))
        lead.fill("#result_digest", digest)
        press(lead, "Record my recomputation")

    opinion(people, period, "Verification of a monitoring period", LEAD, REVIEWER, recompute)


def decide(people: People, period: str, tonnes: str) -> str:
    clerk, approver = people.window(CLERK), people.window(APPROVER)
    clerk.goto(f"{people.address}/docket/")  # other journeys' cases may stand above this one
    row = clerk.locator("tr", has=clerk.locator(f"a[href='{urlsplit(period).path}']"))
    row.get_by_role("button", name="Begin the review").click()
    clerk.wait_for_url("**/docket/*/")
    case = clerk.url
    let_days_pass(clerk, people.address, 6)
    clerk.goto(case)
    clerk.fill("#quantity", tonnes)
    press(clerk, re.compile("^Prepare$"))
    approver.goto(case)
    approver.fill("#quantity", "1")
    press(approver, re.compile("^Issue"))
    expect(approver.locator("[role=alert]").first).to_contain_text("1 t")
    approver.goto(case)
    approver.fill("#quantity", tonnes)
    press(approver, re.compile("^Issue"))
    link = approver.get_by_role("link", name=re.compile("^KCR-C-"))
    return str(link.first.get_attribute("href"))


def check(page: Page, certificate: str, tonnes: str, folder: Path) -> None:
    """A stranger's view: valid, the right quantity, and a file with one byte changed does not pass."""
    page.goto(certificate)
    download = page.get_by_role("link", name="Signed PDF")
    for _attempt in range(20):
        if download.count():
            break
        page.wait_for_timeout(500)
        page.goto(certificate)
    expect(page.locator("main")).to_contain_text("Valid")
    expect(page.locator("main")).to_contain_text(tonnes)
    with page.expect_download() as saved:
        page.evaluate("link => { link.download = 'c.pdf'; link.click(); }", download.element_handle())
    pdf = folder / "certificate.pdf"
    saved.value.save_as(pdf)
    page.set_input_files("#local-file", pdf)
    expect(page.locator("#local-verdict")).to_contain_text("✔")
    changed = bytearray(pdf.read_bytes())
    changed[len(changed) // 2] ^= 1
    other = folder / "changed.pdf"
    other.write_bytes(changed)
    page.set_input_files("#local-file", other)
    expect(page.locator("#local-verdict")).to_contain_text("✖")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_a_phone(people: People, language: str):
    editor = {"zh": "业主编辑", "en": EDITOR}[language]
    for who, paths in (
        ("", ("/", "/sign-in/", "/projects/", "/methodology/", "/v/", "/demo/clock/", "/nothing-here/")),
        (editor, ("/to-do/", "/projects-new/", "/credits/")),
    ):
        page = people.window(who, language, 390)
        for path in paths:
            page.goto(f"{people.address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[language]


def test_htmx_sends_the_csrf_token(people: People):
    page = people.window(EDITOR)
    page.goto(f"{people.address}/to-do/")
    with page.expect_request("**/language/") as asked:
        page.evaluate("htmx.ajax('POST', '/language/', {values: {language: 'en'}, swap: 'none'})")
    assert asked.value.headers.get("x-csrftoken")
