"""Reading checklists: ``<methodology>/<version>.toml`` beside this file, each with what all methodologies share.

A list in use is never edited: an item that changes gets a new key, so that old answers keep their question. The digest
of a list is over its items in canonical JSON, whatever file they came from.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from calculations.canonical import canonical_bytes, sha256_hex
from calculations.messages import CalculationError

_FOLDER = Path(__file__).parent
_SAFE = re.compile(r"[a-z0-9][a-z0-9.-]*")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
COMMON = ("common", "1.0.0")
TASKS = ("validation", "verification")
SECTIONS = ("files", "hydrograph", "completeness", "flags", "samples", "ions", "rating", "result", "project")
"""Where on the workbench the evidence for an item stands."""


class ChecklistError(CalculationError):
    """A checklist's file cannot be used; code CHECKLIST_INVALID with the field and the reason."""


@dataclass(frozen=True)
class Item:
    """One thing to look at. ``section`` is the part of the evidence that answers it."""

    key: str
    task: str
    section: str
    zh: str
    en: str


@dataclass(frozen=True)
class Checklist:
    """The items of one methodology version, those that all share first; ``digest`` is over exactly them."""

    methodology: str
    version: str
    items: tuple[Item, ...]
    digest: str

    def of_task(self, task: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.task == task)


@cache
def checklist_of(methodology_id: str, version: str) -> Checklist:
    """The list of a methodology version; of one that this program does not ship, the common list alone."""
    folder, name = methodology_id.lower(), version.lower()
    items = list(_items_at(*COMMON))
    if _SAFE.fullmatch(folder) and _SAFE.fullmatch(name) and (_FOLDER / folder / f"{name}.toml").is_file():
        items += _items_at(folder, name)
    keys = [item.key for item in items]
    if len(set(keys)) != len(keys):
        raise _invalid("key", "one key appears twice")
    return Checklist(methodology_id, version, tuple(items), sha256_hex(canonical_bytes([asdict(i) for i in items])))


def _items_at(folder: str, name: str) -> tuple[Item, ...]:
    return read_checklist((_FOLDER / folder / f"{name}.toml").read_bytes())


def read_checklist(data: bytes) -> tuple[Item, ...]:
    """The items of one file, checked. Raises ChecklistError CHECKLIST_INVALID (field, reason)."""
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _invalid("file", f"not TOML ({error})") from error
    if content.get("format") != "karst-checklist" or content.get("format_version") != 1:
        raise _invalid("format", "must be karst-checklist, version 1")
    rows = content.get("items")
    if not isinstance(rows, list) or not rows:
        raise _invalid("items", "a list of items is missing")
    return tuple(_item(row) for row in rows)


def _item(row: Any) -> Item:
    if not isinstance(row, Mapping) or set(row) != {"key", "task", "section", "zh", "en"}:
        raise _invalid("items", "an item has exactly key, task, section, zh and en")
    if not all(isinstance(value, str) and value.strip() for value in row.values()):
        raise _invalid("items", "every field of an item is a text")
    if not _KEY.fullmatch(row["key"]):
        raise _invalid("key", f"{row['key']!r} is not of small letters, digits and hyphens")
    if row["task"] not in TASKS or row["section"] not in SECTIONS:
        raise _invalid(row["key"], "task or section is unknown")
    return Item(**row)


def _invalid(field: str, reason: str) -> ChecklistError:
    return ChecklistError("CHECKLIST_INVALID", field=field, reason=reason)
