"""One line of the readiness list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """One condition: ``ok`` or not; a line that is not ok stops the sealing when it is ``blocking``."""

    code: str
    ok: bool
    blocking: bool
    text: str
    params: dict[str, Any]
    link: str = ""
    """Address of the page where it is put right, where that is not the page of the period's own station."""

    def __str__(self) -> str:
        return self.text


def line(code: str, ok: bool, text: str, *, blocking: bool = True, link: str = "", **params: Any) -> Line:
    """A line whose text has its parameters put in."""
    return Line(code, ok, blocking, text % params if params else text, params, link)
