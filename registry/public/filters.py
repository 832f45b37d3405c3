"""What was asked of the public registry: read from an address once, the same for page, CSV, JSON and map."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from registry.credits.selectors.blocks import WRITTEN
from registry.projects.models import BEFORE_PUBLIC
from registry.projects.states import PROJECT

LONGEST = 100
YEAR = re.compile(r"(19|20|21)\d{2}")
PUBLIC_STATES = tuple(state.name for state in PROJECT.states if state.name not in BEFORE_PUBLIC)


@dataclass(frozen=True)
class Filters:
    """Filters by name; empty means: not asked. Unreadable values fit nothing rather than everything."""

    year: str = ""
    serial: str = ""
    beneficiary: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> Self:
        return cls(**{each.name: _clean(given.get(each.name, "")) for each in fields(cls)})

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    @property
    def query(self) -> str:
        """As it stands in an address, without what was not asked."""
        return urlencode({each.name: value for each in fields(self) if (value := getattr(self, each.name))})

    @property
    def year_number(self) -> int | None:
        return int(self.year) if YEAR.fullmatch(self.year) else None

    @property
    def serials(self) -> tuple[int, int] | None:
        """First and last serial asked for."""
        return serials_in(self.serial)


@dataclass(frozen=True)
class RetirementsAsked(Filters):
    """What the ledger of retirements is narrowed by; ``year`` is the year that a retirement covers."""

    project: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Asked(Filters):
    """What projects are searched by; ``year`` is a vintage, or a year of a certified period."""

    q: str = ""
    county: str = ""
    """Division code (GB/T 2260)."""
    state: str = ""
    methodology: str = ""
    certificate: str = ""


def serials_in(text: str, *, may_be_a_year: bool = False) -> tuple[int, int] | None:
    """``KCR-CN-520621-0001-2021-101-200``, ``101-200`` or ``150`` as (first, last); None for anything else.

    ``may_be_a_year``: the text stands where a year could be meant, and ``2021`` is then no serial.
    """
    compact = "".join(text.split()).upper()
    if may_be_a_year and YEAR.fullmatch(compact):
        return None
    if compact.isdecimal() and compact.isascii() and len(compact) < 19:
        return int(compact), int(compact)
    match = WRITTEN.fullmatch(compact)
    if match is None or int(match[2]) < int(match[1]):
        return None
    return int(match[1]), int(match[2])


def _clean(text: Any) -> str:
    return str(text).replace("\0", "").strip()[:LONGEST]
