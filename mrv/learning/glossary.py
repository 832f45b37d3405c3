"""The glossary: terms from ``glossary.toml``, states from the state machines, for the page and the documents."""

from __future__ import annotations

import importlib
import importlib.util
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from registry.core.states import StateMachine

FILE = Path(__file__).resolve().parent / "glossary.toml"
GROUPS = {
    "science": _("Water and rock"),
    "counting": _("Counting"),
    "record": _("Credits and the record"),
    "verification": _("Verification"),
    "people": _("Organisations and roles"),
}


@dataclass(frozen=True)
class Term:
    key: str
    group: str
    en: str
    zh: str
    en_meaning: str
    zh_meaning: str


@cache
def terms() -> tuple[Term, ...]:
    with FILE.open("rb") as stream:
        return tuple(Term(**term) for term in tomllib.load(stream)["terms"])


def grouped() -> list[tuple[Any, list[Term]]]:
    """(heading, its terms) in the order of the file."""
    return [(label, [term for term in terms() if term.group == group]) for group, label in GROUPS.items()]


def machines() -> Iterator[tuple[Any, StateMachine]]:
    """(what moves through it, machine) of every state machine of the project, in the order of the rooms."""
    for room in apps.get_app_configs():
        if importlib.util.find_spec(f"{room.name}.states") is None:
            continue
        seen: set[str] = set()
        for found in vars(importlib.import_module(f"{room.name}.states")).values():
            if isinstance(found, StateMachine) and found.name not in seen:
                seen.add(found.name)
                yield _owner(room, found), found


def _owner(room: AppConfig, machine: StateMachine) -> Any:
    """The name of the record that has these states; the room's where no record of it has."""
    for model in room.get_models():
        state = next((field for field in model._meta.local_fields if field.name == "state"), None)
        if state is not None and [name for name, _label in state.choices or ()] == [s.name for s in machine.states]:
            return model._meta.verbose_name
    return room.verbose_name
