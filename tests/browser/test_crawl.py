"""Every link of every page as every role, in both languages and both themes: nothing dead, nothing foreign, nothing
that axe-core finds in the way of a reader.

In every run: two readers and some kinds of page, on a world without projects. Under ``KCR_LONG=1``: all roles, up
to six pages of every kind, on the whole demonstration.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT, People, Server
from tests.browser.crawler import Crawl
from tests.web.forms import Page as Html
from tests.web.leaks import english_in_chinese

pytestmark = pytest.mark.browser
LONG = os.environ.get("KCR_LONG") == "1"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PUBLIC = ""
# Names as on the buttons, with the role where a validator has the same.
ROLES = {
    PUBLIC: PUBLIC,
    "Authority's reviewer and registrar": "省厅经办",
    "Authority's approver": "省厅审核",
    "First methodology editor": "方法学编辑甲",
    "Developer's editor": "业主编辑",
    "Developer's representative": "业主授权代表",
    "Lead validator": "审定组长",
    "Validation's independent reviewer": "审定复核人",
    "Lead verifier Lead verifier": "核查组长 核查组长",
    "Verification's independent reviewer": "核查复核人",
}
LANGUAGES = ("en", "zh")
SAMPLE = ((PUBLIC, "en"), (PUBLIC, "zh"), ("Authority's approver", "zh"))
SAMPLE_PAGES = 14
PROSE = re.compile(r"(?:\b[a-z]{2,}[ ,]+){2,}[a-z]{2,}\b")
"""Three small English words in a row: codes, units and names are written otherwise."""
WRITTEN = ("restores vegetation", "nor its people developed")
"""What people of the demonstration wrote in English: their words stay as they are."""


@pytest.fixture(scope="module")
def world(server: Server) -> Server:
    if LONG:
        command = [sys.executable, "manage.py", "demo", "--no-up"]
        done = subprocess.run(command, cwd=ROOT, env=server.env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
    return server


def crawl(people: People, role: str, language: str) -> Crawl:
    people.complaints.clear()
    page = people.window(ROLES[role] if language == "zh" else role, language)
    starts = ("/to-do/", "/") if role else ("/",)
    return Crawl(page, people.address, starts, of_kind=6 if LONG else 1, most=None if LONG else SAMPLE_PAGES)


@pytest.mark.parametrize(("role", "language"), [(r, lang) for r in ROLES for lang in LANGUAGES] if LONG else SAMPLE)
def test_every_link_leads_somewhere_and_every_page_is_whole(world, people, role, language):
    """Opened one after the other; the theme changes from page to page, in the whole round each page has both."""
    wrong: list[str] = []
    crawled = crawl(people, role, language)
    for number, path in enumerate(crawled.visits()):
        for theme in ("light", "dark") if LONG else ("light", "dark")[number % 2 :][:1]:
            wrong += [f"{theme} {path}: {fault}" for fault in in_the_way(crawled.page, theme)]
        if language == "zh":
            wrong += [f"{path}: {leak}" for leak in english(crawled.page)]
    assert wrong + crawled.faults + people.complaints == []
    assert len(crawled.kinds) > 10


def in_the_way(page: Page, theme: str) -> Iterator[str]:
    """What axe-core calls a violation on the open page."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci, with the development packages)")
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(_axe())
    for violation in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']} at {node['target']}: {node['html'][:120]}"


def _axe(read: dict[Path, str] = {}) -> str:  # noqa: B006  read once
    if AXE not in read:
        read[AXE] = AXE.read_text("utf-8")
    return read[AXE]


def english(page: Page) -> Iterator[str]:
    """English on the open Chinese page: keys of the catalogue, or prose that nobody marked as English."""
    html = Html(page.content())
    yield from english_in_chinese(html)
    for text in html.texts:
        if not text.language.startswith("zh") or any(words in text.said for words in WRITTEN):
            continue
        if found := PROSE.search(text.said):
            yield f"{text.where} says “{found[0]}”"
