"""One reader's round through the site, and everything that was in the way on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import ROOT, People
from tests.browser.crawler import Crawl
from tests.web.forms import Page as Html
from tests.web.leaks import english_in_chinese

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PUBLIC = ""
# Names as on the buttons, with the role where a validator has the same.
ROLES = {
    PUBLIC: PUBLIC,
    "Authority's reviewer and registrar": "省厅经办",
    "Authority's approver": "省厅审核",
    "Authority's second approver": "省厅复审",
    "First methodology editor": "方法学编辑甲",
    "Second methodology editor": "方法学编辑乙",
    "Developer's editor": "业主编辑",
    "Developer's representative": "业主授权代表",
    "Lead validator": "审定组长",
    "Validation's independent reviewer": "审定复核人",
    "Lead verifier Lead verifier": "核查组长 核查组长",
    "Verification's independent reviewer": "核查复核人",
    "Credit holder": "持有人",
    "Forestry's liaison officer": "林业联络员",
    "Water's liaison officer": "水利联络员",
}
LANGUAGES = ("en", "zh")
WIDTHS = {"en": 1280, "zh": 390}
"""One language at a desk, the other on a telephone."""
THEMES = ("light", "dark")
ALIKE = "document.querySelectorAll('tbody').forEach(b => [...b.rows].slice(20).forEach(row => row.remove()))"
"""Rows of one table are alike: a year of days would take axe ten seconds."""
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What a theme can change: the second theme of a page is asked these alone."""
WORD = re.compile(r"(?<![\w./@\-])[A-Za-z][A-Za-z’']+(?![\w/@’']|-[\w-]*\d|\.\w)")
SHORTEST = 3
NAMES = """
    English Redfield Meyers Karst Carbon Registry Python numpy Monte Carlo Piper Gibbs Frictionless Trust Chia Merkle
    Greenspan Onset Campbell Hydrolab In-Situ Win-Situ Solinst
    GeoTIFF NetCDF GeoJSON Shapefile zip log atm keq Sobol Joe Kuo Owen gross-range Excel Celery Linux
"""
KNOWN = frozenset(NAMES.split())
"""Names that stand in Chinese texts as they are: of people, of programs, of file formats, of units."""


@dataclass
class Round:
    """What one reader in one language saw."""

    role: str
    language: str
    pages: int = 0
    kinds: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def go_round(
    people: People, role: str, language: str, *, of_kind: int, most: int | None = None, both_themes: bool = True
) -> Round:
    """Every kind of page that ``role`` reaches by links, ``of_kind`` of each, ``most`` in all.

    With ``both_themes`` each page is looked at light and dark, else the theme changes from page to page.
    """
    people.complaints.clear()
    page = people.window(ROLES[role] if language == "zh" else role, language, WIDTHS[language])
    page.emulate_media(reduced_motion="reduce")
    crawl = Crawl(page, people.address, ("/to-do/", "/") if role else ("/",), of_kind=of_kind, most=most)
    seen = Round(role, language)
    for number, path in enumerate(crawl.visits()):
        themes = THEMES if both_themes else THEMES[number % 2 :][:1]
        seen.wrong += [f"{path} {fault}" for fault in in_the_way(page, themes)]
        if (width := page.evaluate("document.documentElement.scrollWidth")) > WIDTHS[language]:
            seen.wrong.append(f"{path} is {width} pixels wide on a screen of {WIDTHS[language]}")
        if language == "zh":
            seen.wrong += [f"{path} {leak}" for leak in english(page)]
    seen.pages, seen.kinds = crawl.shown, set(crawl.kinds)
    seen.wrong += crawl.faults + people.complaints
    return seen


def in_the_way(page: Page, themes: Sequence[str]) -> Iterator[str]:
    """What axe-core calls a violation on the open page: every rule in the first theme, those of colour in the rest."""
    page.evaluate(_axe())
    page.evaluate(ALIKE)
    for number, theme in enumerate(themes):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        rules = {"runOnly": {"type": "rule", "values": OF_COLOUR}} if number else {}
        found = page.evaluate(
            "options => axe.run({exclude: ['svg > *']}, options)", {"resultTypes": ["violations"], **rules}
        )
        for violation in found["violations"]:
            for node in violation["nodes"]:
                yield f"{theme} {violation['id']} at {node['target']}: {node['html'][:120]}"


def _axe(read: dict[Path, str] = {}) -> str:  # noqa: B006  read once
    if AXE not in read:
        read[AXE] = AXE.read_text("utf-8")
    return read[AXE]


def english(page: Page) -> Iterator[str]:
    """English on the open Chinese page: keys of the catalogue, and any Latin word that is no code, unit or name."""
    html = Html(page.content())
    yield from english_in_chinese(html)
    for text in html.texts:
        if text.language.startswith("zh"):
            yield from (f"{text.where} says “{word}” in “{text.said[:80]}”" for word in foreign_words(text.said))


def foreign_words(said: str) -> list[str]:
    """Words of small letters: codes are capitals, files and addresses have a dot, a slash or an underscore in them."""
    return [
        word
        for word in WORD.findall(said)
        if len(word) >= SHORTEST and word not in KNOWN and sum(letter.islower() for letter in word) > 1
    ]
