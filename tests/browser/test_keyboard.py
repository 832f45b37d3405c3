"""By keys alone: the way past the header, round a page, and a developer's new project.

The keys of the verifier, the authority and the public are part of their journeys (``test_journeys.py``).
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.keyboard import Keyboard
from tests.browser.test_main_path import EDITOR, PROJECT

pytestmark = pytest.mark.browser


def test_the_first_tab_stop_leads_past_the_header(people: People):
    page = people.window()
    page.goto(people.address)
    keys = Keyboard(page)
    keys.to("a[href='#content']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert keys.step("#content *")["here"], "the next stop is in the content, not in the header"


@pytest.mark.parametrize("path", ["/", "/registry/", "/learn/"])
def test_the_focus_goes_round_and_is_never_held(people: People, path: str):
    page = people.window()
    page.goto(f"{people.address}{path}")
    assert Keyboard(page).round() > 10


def test_menus_open_and_close_by_key(people: People):
    page = people.window()
    page.goto(people.address)
    keys = Keyboard(page)
    keys.to("button.dropdown-toggle")
    page.keyboard.press("Enter")
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.className").startswith("dropdown-item")
    page.keyboard.press("Escape")
    expect(page.locator(".dropdown-menu.show")).to_have_count(0)
    assert page.evaluate("document.activeElement.className").find("dropdown-toggle") >= 0


def test_a_developer_drafts_a_project(people: People):
    page = people.window(EDITOR)
    page.goto(f"{people.address}/projects/")
    keys = Keyboard(page)
    keys.press("a[href='/projects-new/']")
    order = page.eval_on_selector_all(
        "form [id^=id_]:not([type=hidden])", "found => found.map(each => each.id.slice(3))"
    )
    version = page.eval_on_selector("#id_methodology", "list => [...list.options].at(-1).value")
    choices = {"kind": "vegetation", "methodology": version}
    for name in order:  # in the order of the page: the focus never jumps
        if name in choices:
            keys.choose(f"#id_{name}", choices[name])
        elif name in ("crediting_start", "crediting_end"):
            keys.to(f"#id_{name}")
            page.locator(f"#id_{name}").fill(PROJECT[name])  # a date field's keys are the browser's own
        elif name in PROJECT:
            keys.write(f"#id_{name}", PROJECT[name])
    keys.press("main form button")
    expect(page).to_have_url(re.compile(r"/projects/KC-[\d-]+/"))
