"""Rows that are no readings: repeated headers, totals, remarks, events of the logger. Left out, and each kind said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.fill import Filled
from mrv.uploads.readers.steps.lines import plain_name

if TYPE_CHECKING:
    from mrv.uploads.readers.layouts import LoggerPlan

_TOTAL = re.compile(
    r"合\s*计|总\s*计|小\s*计|平\s*均|最[大小高低]值?|total|sum|mean|average|min|max|summe|mittel", re.IGNORECASE
)
_LETTER = re.compile(r"[^\W\d_]")


def sort_out(draft: Draft, plan: LoggerPlan, filled: Filled) -> npt.NDArray[np.bool_]:
    """Which rows are readings. Events have a time and no value; the others have no time."""
    keep = np.ones(len(filled.rows), dtype=bool)
    if plan.foreign:
        _without_time(draft, plan, filled, keep)
        _events(draft, plan, filled, keep)
        _remarks(draft, filled)
    if draft.data_rows is not None or plan.blocks is None:
        draft.data_rows = int(np.count_nonzero(keep))
    if not keep.any():
        draft.refuse("NO_DATA_ROWS", row=plan.header.row)
    return keep


def _without_time(draft: Draft, plan: LoggerPlan, filled: Filled, keep: npt.NDArray[np.bool_]) -> None:
    headers = {plain_name(cell) for cell in plan.header.cells if cell.strip()}
    label = filled.helpers.get(plan.label) if plan.label is not None else None
    kinds: dict[str, list[int]] = {"repeated_header": [], "total_row": [], "remark": []}
    label_texts, label_rows = (label.texts, label.rows) if label else ([], None)
    for at, text in filled.clock.unreadable.items():
        name = label_texts[label_rows[at]] if label_rows is not None else text
        if plain_name(text) in headers or any(plain_name(part) in headers for part in text.split()):
            kinds["repeated_header"].append(at)
        elif _TOTAL.search(name) or _TOTAL.search(text):
            kinds["total_row"].append(at)
        elif _is_remark(text) or (not text.strip() and not _has_values(filled, at)):
            kinds["remark"].append(at)
    for kind, code in (("repeated_header", "REPEATED_HEADER"), ("total_row", "TOTAL_ROW_SKIPPED")):
        places = [{"row": int(filled.rows[at]), "text": printable(filled.clock.unreadable[at])} for at in kinds[kind]]
        draft.places("warning", code, places[:FIRST_CELLS], count=len(places))
    filled.remarks += [(int(filled.rows[at]), filled.clock.unreadable[at]) for at in kinds["remark"]]
    counts = {kind: len(kinds[kind]) for kind in ("repeated_header", "total_row")}
    if any(counts.values()):
        draft.facts["non_data_rows"] = counts
    for found in kinds.values():
        keep[found] = False


def _is_remark(text: str) -> bool:
    """Words where a time should be."""
    has_digits = any(letter.isdigit() for letter in text)
    return text.lstrip().startswith("#") or (bool(_LETTER.search(text)) and not has_digits)


def _has_values(filled: Filled, at: int) -> bool:
    return any(column.texts[column.rows[at]].strip() for column in filled.values)


def _events(draft: Draft, plan: LoggerPlan, filled: Filled, keep: npt.NDArray[np.bool_]) -> None:
    """Rows with a time, no value and a word in an event column ("Coupler attached: Logged")."""
    if not plan.events:
        return
    empty = keep.copy()
    for column in filled.values:
        empty &= np.isin(column.rows, column.codes_of(lambda text: not text.strip()))
    worded = np.zeros(len(keep), dtype=bool)
    for at in plan.events:
        column = filled.helpers[at]
        worded |= np.isin(column.rows, column.codes_of(lambda text: bool(text.strip())))
    events = np.flatnonzero(empty & worded)
    if len(events):
        keep[events] = False
        draft.facts["event_rows"] = len(events)
        draft.places(
            "warning",
            "EVENT_ROWS_SKIPPED",
            [{"row": int(filled.rows[at])} for at in events[:FIRST_CELLS]],
            count=len(events),
        )


def _remarks(draft: Draft, filled: Filled) -> None:
    if filled.remarks:
        draft.facts["comment_rows_in_data"] = len(filled.remarks)
        places = [{"row": row, "text": printable(text)} for row, text in filled.remarks[:FIRST_CELLS]]
        draft.places("warning", "COMMENT_IN_DATA", places, count=len(filled.remarks))
