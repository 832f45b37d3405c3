"""The journeys of a verifier, of the authority and of the public; each ends where its person's part ends.

The developer's own is ``test_review_path.py``, everybody's together ``test_main_path.py``. One language at a desk's
width, the other at a telephone's.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People, Server
from tests.browser.keyboard import Keyboard
from tests.browser.test_main_path import APPROVER, CLERK, press

pytestmark = pytest.mark.browser
LEAD_ZH, REVIEWER_ZH, EDITOR_EN, EDITOR_ZH = "核查组长 核查组长", "核查复核人", "Developer's editor", "业主编辑"
PHONE = 390


def staged(server: Server, which: str) -> list[str]:
    said = server.shell(f"from tests.browser import stages; stages.{which}()")
    return said.splitlines()[-1].removeprefix("where ").split()


def sign_zh(page: Page, button: str | re.Pattern[str]) -> None:
    """Press, and show the second factor where the page asks for it: not within minutes of the last time."""
    page.get_by_role("button", name=button).first.click()
    page.wait_for_load_state()
    if not page.locator("#confirm-act").count():
        return
    page.locator("#confirm-act button[hx-get]").click()
    expect(page.locator("#id_code")).to_have_value(re.compile(r"^\d{6}$"))
    page.locator("#confirm-act button:not([type])").click()
    page.wait_for_load_state()


def told(page: Page, people: People, text: str) -> None:
    """The person's notices hold the text: they follow an act within seconds."""
    for _attempt in range(60):
        page.goto(f"{people.address}/notices/")
        if text in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("main").inner_text())


def fits(page: Page) -> None:
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_a_verifier_declares_asks_is_answered_and_signs(people: People, server: Server):
    """Chinese, on a telephone: declaration, workbench, finding, closing, opinion with the second factor."""
    assignment, digest = staged(server, "for_a_verifier")
    lead, editor = people.window(LEAD_ZH, "zh", PHONE), people.window(EDITOR_EN)
    home = f"{people.address}/verification/{assignment}/"
    told(lead, people, "主管部门确认贵机构承担一项任务")
    lead.goto(home)
    fits(lead)
    sign_zh(lead, re.compile("^接受$"))
    lead.goto(f"{home}workbench/")
    fits(lead)
    keys = Keyboard(lead)  # raised without a mouse
    keys.choose("#raise #kind", "car")
    keys.write("#raise #statement", "电导率传感器的检定证书不在档案中。")
    keys.press("#raise form button")
    lead.wait_for_url("**/findings/*/")
    finding = lead.url
    editor.goto(finding)
    editor.fill("#answer-text", "The certificate of 2021-04-12 is attached to the station now.")
    press(editor, "Send the answer")
    lead.goto(finding)
    expect(lead.locator(".thread")).to_contain_text("The certificate of 2021-04-12")
    fits(lead)
    lead.fill("#close-reason", "证书已核对。")
    lead.get_by_role("button", name=re.compile("关闭")).first.click()
    lead.wait_for_load_state()
    server.shell(
        "from mrv.demo.checks import look_at_everything; from mrv.demo.world import ensure_world;"
        "from mrv.verification.models import Assignment;"
        f"look_at_everything(ensure_world().actor('verification_lead'), Assignment.objects.get(pk={assignment}))"
    )
    lead.goto(home)
    lead.fill("#result_digest", digest)
    lead.locator("form:has(#result_digest) button").click()
    lead.wait_for_load_state()
    lead.check("#positive")
    lead.fill("#reasons_zh", "证据完整。")
    lead.fill("#reasons_en", "The evidence is complete.")
    sign_zh(lead, re.compile("^签署"))
    reviewer = people.window(REVIEWER_ZH, "zh", PHONE)
    reviewer.goto(home)
    fits(reviewer)
    sign_zh(reviewer, "以独立复核员身份签署")
    expect(reviewer.locator("main")).to_contain_text("VER-")


def test_the_authority_registers_decides_and_issues_by_typing(people: People, server: Server):
    """English, at a desk: the project registered, the docket, two officials, and the quantity typed by both."""
    waiting, period, _code = staged(server, "for_the_authority")
    clerk, approver = people.window(CLERK), people.window(APPROVER)
    approver.goto(f"{people.address}/projects/{waiting}/")
    press(approver, "Register the project")
    expect(approver.locator("h1 + .state-badge")).to_contain_text("Registered")
    clerk.goto(f"{people.address}/docket/")
    keys = Keyboard(clerk)  # begun without a mouse
    keys.press(f"form[action='/periods/{period}/review/'] button")
    clerk.wait_for_url("**/docket/*/")
    case = clerk.url
    clerk.goto(f"{people.address}/demo/clock/")
    press(clerk, "Pass 6 working days")
    clerk.goto(case)
    tonnes = re.sub(
        r"\D", "", clerk.locator(".card", has_text="What would be issued").locator(".figure-number").inner_text()
    )
    clerk.fill("#quantity", tonnes)
    press(clerk, re.compile("^Prepare$"))
    told(approver, people, "A decision was prepared: decide on it")
    approver.get_by_role("button", name="A decision was prepared: decide on it").first.click()
    approver.wait_for_url(case)
    approver.fill("#quantity", tonnes)
    press(approver, re.compile("^Issue"))
    expect(approver.get_by_role("link", name=re.compile("^KCR-C-")).first).to_be_visible()
    fits(approver)


def test_somebody_comments_without_an_account_and_reads_the_answer(people: People, server: Server):
    """English on a telephone for the public, Chinese at a desk for who answers."""
    [code] = staged(server, "for_the_public")
    project = f"{people.address}/projects/{code}/"
    visitor, editor = people.window("", "en", PHONE), people.window(EDITOR_ZH, "zh")
    visitor.goto(project)
    fits(visitor)
    keys = Keyboard(visitor)  # without a mouse
    keys.write("#author_name", "A neighbour")
    keys.write("#text", "Who looks after the spring in dry years?")
    keys.press("#comments form button:not([type=button])")
    expect(visitor.locator("#comments")).to_contain_text("A neighbour")
    expect(visitor.locator("#comments")).to_contain_text("Not answered yet.")
    editor.goto(f"{people.address}/to-do/")
    editor.locator(f"a[href='/projects/{code}/#comments']").first.click()
    editor.fill("#answer1", "县林业站负责日常管护，合同见项目文件。")
    editor.locator("#comments form:has(#answer1) button").click()
    editor.wait_for_load_state()
    visitor.goto(project)
    expect(visitor.locator("#comments")).to_contain_text("县林业站负责日常管护")
    expect(visitor.locator("#comments")).not_to_contain_text("Not answered yet.")
    fits(visitor)
