"""The page before an act of consequence: what is about to be done, what follows, what stays as it is for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Linked = tuple[Any, str]
"""What is said, and the address where it is mended or looked at."""


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
