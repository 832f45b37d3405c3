"""Words for the acts that the audit log records; rooms add theirs by :func:`name` in their ``permissions.py``."""

from __future__ import annotations

from typing import Any

NAMES: dict[str, Any] = {}
BESIDE_OTHERS: set[str] = set()
"""Acts that only add something: they stand whatever another person did meanwhile (``registry.audit.seen``)."""


def name(**words: Any) -> None:
    """``name(projects__submit=_("Project submitted"))``: two underscores stand for the dot."""
    NAMES.update({key.replace("__", "."): label for key, label in words.items()})


def beside_others(*actions: str) -> None:
    BESIDE_OTHERS.update(actions)
