"""The page before an act of consequence: what is about to be done, what follows, what stays as it is for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Linked = tuple[Any, str]
"""What is said, and the address where it is mended or looked at."""


@dataclass(frozen=True)
class Part:
    """One file that the act takes in: what it is, its name, its digest."""

    what: Any
    name: str
    sha256: str


@dataclass(frozen=True)
class Review:
    """Drawn by ``core/review.html``; the button posts to ``act_url``, the act's own address."""

    title: Any
    name: str
    above: Sequence[Linked]
    facts: Sequence[tuple[Any, Any]]
    then: Sequence[Any]
    fixed: Sequence[Any]
    button: Any
    act_url: str
    back_url: str
    missing: Sequence[Linked] = ()
    """What is in the way: with any of it there is no button."""
    hints: Sequence[Linked] = ()
    ready: Sequence[Any] = ()
    """What was looked for and is there."""
    parts: Sequence[Part] = ()
    stays: Sequence[Linked] = ()
    """What is taken in as it stands now, whatever becomes of it later."""
    panels: tuple[str, Any] | None = None
    """Place and record of what later rooms show here (``registry.core.panels``)."""
