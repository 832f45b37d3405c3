"""Rows of a logger file into columns: whole blocks at a time where the rows are plain, else one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockColumn
from mrv.uploads.readers.steps.lines import Block, NotPlainError, Rows, start_of_row
from mrv.uploads.readers.steps.numbers import SENTINELS, TextColumn, as_number
from mrv.uploads.readers.steps.plain import Avoided, PlainRows, plain_blocks
from mrv.uploads.readers.steps.text import Text

if TYPE_CHECKING:
    from mrv.uploads.readers.layouts import LoggerPlan


@dataclass
class Filled:
    """All rows of a logger file as columns of texts, in file order."""

    clock: ClockColumn
    values: list[TextColumn]
    helpers: dict[int, TextColumn]
    """Columns that say what a row is, by their position."""
    rows: npt.NDArray[np.int64]
    """Their numbers in the file."""
    remarks: list[tuple[int, str]] = field(default_factory=list)
    kept: npt.NDArray[np.bool_] | None = None


def fill(draft: Draft, text: Text, plan: LoggerPlan) -> Filled:
    if plan.blocks is None:
        try:
            return _fast(draft, text, plan)
        except NotPlainError:
            pass
    filled = _empty(plan)
    parts = []
    rows = None if plan.blocks else Rows(draft, text, plan.header, padded=plan.foreign)
    blocks: Iterator[Block] = plan.blocks() if plan.blocks else rows.blocks()  # type: ignore[union-attr]
    for block in blocks:
        _add(filled, plan, {at: block.columns[at] for at in _positions(plan)})
        parts.append(block.rows)
    if rows is not None:
        filled.remarks = rows.remarks
    filled.rows = np.concatenate(parts) if parts else np.empty(0, np.int64)
    return filled


def _fast(draft: Draft, text: Text, plan: LoggerPlan) -> Filled:
    if text.end(1) != b"\n":
        raise NotPlainError
    filled = _empty(plan)
    avoided = Avoided([*SENTINELS, *(number for mark in plan.missing if (number := as_number(mark)) is not None)])
    count = 0
    start = start_of_row(text, plan.header.row + 1)
    for block in plain_blocks(text, start, plan.header.delimiter, len(plan.header.cells)):
        if block is None:
            raise NotPlainError
        _add_plain(filled, plan, block, avoided)
        count += len(block)
        if any(not shown.strip() for shown in filled.clock.unreadable.values()):
            raise NotPlainError  # a blank row, or one of another kind
    if not count:
        draft.refuse("NO_DATA_ROWS", row=plan.header.row)
    draft.data_rows = count
    filled.rows = np.arange(plan.header.row + 1, plan.header.row + 1 + count, dtype=np.int64)
    return filled


def _add_plain(filled: Filled, plan: LoggerPlan, block: PlainRows, avoided: Avoided) -> None:
    filled.clock.add_plain(block, plan.time_positions)
    for column, value in zip(filled.values, plan.values, strict=True):
        numbers = block.numbers(value.position, avoided)
        if numbers is not None:
            column.add_numbers(numbers)
        else:
            column.add(block.texts(value.position))
    for at, column in filled.helpers.items():
        column.add(block.texts(at))


def _empty(plan: LoggerPlan) -> Filled:
    helpers = {at: TextColumn(plan.header.cells[at]) for at in _helper_positions(plan)}
    values = [TextColumn(value.source) for value in plan.values]
    return Filled(ClockColumn(plan.time_source), values, helpers, np.empty(0, np.int64))


def _helper_positions(plan: LoggerPlan) -> tuple[int, ...]:
    single = [at for at in (plan.label, plan.record, plan.zone_column) if at is not None]
    found = dict.fromkeys((*single, *plan.events, *plan.qualifiers))
    return tuple(at for at in found if at not in plan.time_positions)


def _positions(plan: LoggerPlan) -> tuple[int, ...]:
    wanted = (*plan.time_positions, *(value.position for value in plan.values), *_helper_positions(plan))
    return tuple(dict.fromkeys(wanted))


def _add(filled: Filled, plan: LoggerPlan, columns: Mapping[int, Sequence[str]]) -> None:
    times = [columns[at] for at in plan.time_positions]
    filled.clock.add(times[0], times[1] if len(times) > 1 else None)
    for column, value in zip(filled.values, plan.values, strict=True):
        column.add(columns[value.position])
    for at, column in filled.helpers.items():
        column.add(columns[at])
