"""How a layout is described and found.

Every module of this package that defines ``LAYOUT`` is a layout: a new one is a new file here and a fixture beside
the others. A logger layout only says how to recognise a file and where its columns are; the steps do the rest. A
layout of another kind reads its records itself, with the same steps.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.lines import Block, Header
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import SAME, Conversion

Kind = Literal["logger", "samples", "gaugings", "baseline"]
SURE = 0.9
RECOGNISED = 0.3  # below this share of its signature a layout does not claim a file


@dataclass(frozen=True)
class ValueColumn:
    """A measured column of a logger file: where it stands and what it holds.

    ``convert`` makes the parameter's unit of the file's. ``listed`` is False for what is read only to watch the
    logger (its battery) where the layout does not count it among the measurements.
    """

    position: int
    source: str
    source_unit: str | None
    parameter: str
    convert: Conversion = SAME
    listed: bool = True


NO_RULES = ClockRules()


@dataclass(frozen=True)
class LoggerPlan:
    """How to read one logger file.

    ``time_positions``: one column, or date and time. ``rules``: what the header says of the clock, without the user's
    answers. ``foreign``: written by a program that is not ours, whose habits are understood (NAN, short rows, remarks
    and repeated headers between the rows) and reported. ``blocks`` gives the rows where a layout is no table;
    ``in_pieces``: several rows of one time may each hold some of the channels.
    ``label``, ``events``, ``record`` and ``qualifiers`` are columns that say what a row is; ``zone_column`` holds a
    zone per row.
    """

    header: Header
    time_positions: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    missing: frozenset[str] = frozenset()
    foreign: bool = False
    rules: ClockRules = NO_RULES
    blocks: Callable[[], Iterator[Block]] | None = None
    label: int | None = None
    events: tuple[int, ...] = ()
    record: int | None = None
    qualifiers: tuple[int, ...] = ()
    zone_column: int | None = None
    decimal: str | None = None
    in_pieces: bool = False
    says_missing_parameters: bool = True

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
    plan: Callable[[Draft, Sequence[str], Text], LoggerPlan] | None = None
    read: Callable[..., Any] | None = None
    ours: bool = False
    """A template of ours: what is offered to those whose file no layout recognises."""
    last_resort: bool = False
    """Looked at only when no other layout is sure of the file: it goes by the words of the header alone."""


@cache
def all_layouts() -> tuple[Layout, ...]:
    package = importlib.import_module(__package__ or "")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    loaded = (importlib.import_module(f"{package.__name__}.{name}") for name in modules)
    return tuple(module.LAYOUT for module in loaded if hasattr(module, "LAYOUT"))


def layout_of(draft: Draft, head: Sequence[str], kind: Kind | None) -> Layout:
    """The layout that recognises most of the file; refuses when that is of another kind than asked (None: any)."""
    scores = {layout: layout.recognise(head) for layout in all_layouts() if not layout.last_resort}
    if max(scores.values()) < SURE:
        scores |= {layout: layout.recognise(head) for layout in all_layouts() if layout.last_resort}
    ranked = sorted(scores, key=lambda layout: (scores[layout], layout.kind == kind), reverse=True)
    best = ranked[0]
    if scores[best] >= RECOGNISED:
        draft.profile = best.name
        if kind is not None and best.kind != kind:
            draft.refuse("WRONG_KIND", profile=best.name)
        return best
    first_line = next((line for line in head if line.strip()), "")
    expected = [layout.signature for layout in all_layouts() if layout.kind == (kind or "logger") and layout.ours]
    draft.refuse("LAYOUT_UNKNOWN", row=1, first_line=printable(first_line, limit=120), expected=" | ".join(expected))
