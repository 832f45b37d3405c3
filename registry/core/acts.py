"""Words for the acts that the audit log records; rooms add theirs by :func:`name` in their ``permissions.py``."""

from __future__ import annotations

from typing import Any

NAMES: dict[str, Any] = {}


def name(**words: Any) -> None:
    """``name(projects__submit=_("Project submitted"))``: two underscores stand for the dot."""
    NAMES.update({key.replace("__", "."): label for key, label in words.items()})
