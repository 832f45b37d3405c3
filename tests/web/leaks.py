"""What should not be read on a page: English on a Chinese one, dates that are not ISO, names of acts without words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import polib

from registry.core import catalogue
from tests.web.forms import Page

HOLDER = re.compile(r"%\(\w+\)s|%%")
LONG = 14
"""From so many signs on, a text of the catalogue inside another text is no coincidence."""
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATES = (
    re.compile(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b"),
    re.compile(r"\d{4}年\d{1,2}月"),
    re.compile(rf"\b(?:{MONTHS})[a-z]*\.? \d{{1,2}},? \d{{4}}"),
    re.compile(rf"\b\d{{1,2}} (?:{MONTHS})[a-z]* \d{{4}}"),
    re.compile(r"\b[ap]\.m\.|\b(?:noon|midnight)\b|上午|下午|中午|午夜"),
)
ACT = re.compile(
    r"^(?:organisations|accreditations|projects|credits|certificates|methodologies|stations|uploads|records|quality|periods|runs|complaints"
    r"|verification|decisions|publication|clock|audit|people|calendar)\.[a-z_]+$"
)


@lru_cache
def _keys() -> tuple[frozenset[str], re.Pattern[str]]:
    """The English texts that have another Chinese one: as they are, and one pattern of the long ones."""
    translated = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue.catalogue_path()))}
    keys = [key for key in catalogue.collect() if translated.get(key) != key and re.search(r"[A-Za-z]{2}", key)]
    short = frozenset(" ".join(key.split()) for key in keys if not HOLDER.search(key))
    parts = sorted({part for key in keys for part in _literal(key) if len(part) >= LONG}, key=len, reverse=True)
    return short, re.compile("|".join(re.escape(part) for part in parts))


def _literal(key: str) -> list[str]:
    return [" ".join(part.split()) for part in HOLDER.split(key)]


def english_in_chinese(page: Page) -> Iterator[str]:
    whole, inside = _keys()
    for text in page.texts:
        if text.language == "en":
            continue
        if text.said in whole:
            yield f"{text.where} says “{text.said}”"
        elif found := inside.search(text.said):
            yield f"{text.where} says “{found[0]}”"


def foreign_dates(page: Page) -> Iterator[str]:
    for text in page.texts:
        for pattern in DATES:
            if found := pattern.search(text.said):
                yield f"{text.where} has the date “{found[0]}”"


def raw_acts(page: Page) -> Iterator[str]:
    for text in page.texts:
        if ACT.match(text.said):
            yield f"{text.where} shows the act “{text.said}”"
