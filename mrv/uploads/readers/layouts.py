"""How a layout is described and found.

Every module of this package that defines ``LAYOUT`` is a layout: a new one is a new file here and a fixture beside
the others. A logger layout only says how to recognise a file and where its columns are; the steps do the rest. A
layout of another kind reads its records itself, with the same steps.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.lines import Header

Kind = Literal["logger", "samples", "gaugings", "baseline"]
RECOGNISED = 0.3  # below this share of its signature a layout does not claim a file


@dataclass(frozen=True)
class ValueColumn:
    """A measured column of a logger file: where it stands and what it holds."""

    position: int
    source: str
    source_unit: str | None
    parameter: str


@dataclass(frozen=True)
class LoggerPlan:
    """How to read one logger file. ``time_positions``: one column, or date and time to be joined by a space."""

    header: Header
    time_positions: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    missing: frozenset[str] = frozenset()

    @property
    def time_source(self) -> str:
        return ",".join(self.header.cells[position].strip() for position in self.time_positions)


@dataclass(frozen=True)
class Layout:
    """One layout. ``recognise`` gives the share (0..1) of its signature that the head of a file shows.

    ``plan`` is for loggers; ``read`` for all else: it takes the draft, the UTF-8 text and the caller's options.
    Both refuse through the draft.
    """

    name: str
    kind: Kind
    signature: str
    recognise: Callable[[Sequence[str]], float]
    plan: Callable[[Draft, Sequence[str]], LoggerPlan] | None = None
    read: Callable[..., Any] | None = None


@cache
def all_layouts() -> tuple[Layout, ...]:
    package = importlib.import_module(__package__ or "")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    loaded = (importlib.import_module(f"{package.__name__}.{name}") for name in modules)
    return tuple(module.LAYOUT for module in loaded if hasattr(module, "LAYOUT"))


def layout_of(draft: Draft, head: Sequence[str], kind: Kind) -> Layout:
    """The layout of this kind that recognises most of the file; says so when the file is of another kind."""
    scores = {layout: layout.recognise(head) for layout in all_layouts()}
    ranked = sorted(scores, key=lambda layout: (layout.kind == kind, scores[layout]), reverse=True)
    for layout in ranked:
        if scores[layout] < RECOGNISED:
            continue
        draft.profile = layout.name
        if layout.kind != kind:
            draft.refuse("WRONG_KIND", profile=layout.name)
        return layout
    first_line = next((line for line in head if line.strip()), "")
    expected = [layout.signature for layout in all_layouts() if layout.kind == kind]
    draft.refuse("LAYOUT_UNKNOWN", row=1, first_line=printable(first_line, limit=120), expected=" | ".join(expected))
