"""Rows of one time that each hold some of the channels: one reading, written in pieces."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.clock import Instants, Int64s
from mrv.uploads.readers.tables import MISSING, Column


def merge_pieces(
    draft: Draft, clock: Instants, file_rows: Int64s, columns: list[Column]
) -> tuple[list[Column], npt.NDArray[np.bool_]]:
    """The columns with each piece's values in the first row of its time, and which rows are left.

    A row is a piece when it fills what the first row of its time lacks and contradicts it nowhere. Rows that repeat
    everything, or that contradict, are duplicates and left to the next step.
    """
    usable = np.flatnonzero(clock.ok)
    order = usable[np.argsort(clock.epoch_s[usable], kind="stable")]
    times = clock.epoch_s[order]
    left = clock.ok.copy()
    repeated = np.flatnonzero(times[1:] == times[:-1]) + 1 if len(times) else np.empty(0, np.int64)
    if not len(repeated):
        return columns, left
    values = [column.values.copy() for column in columns]
    firsts = np.searchsorted(times, times[repeated])
    merged = []
    for first, at in zip(order[firsts].tolist(), order[repeated].tolist(), strict=True):
        pairs = [(int(column[first]), int(column[at])) for column in values]
        fills = any(one == MISSING != other for one, other in pairs)
        if fills and not any(one != other and MISSING not in (one, other) for one, other in pairs):
            for column, (one, other) in zip(values, pairs, strict=True):
                column[first] = other if one == MISSING else one
            left[at] = False
            merged.append((first, at))
    if not merged:
        return columns, left
    places = [
        {"row": int(file_rows[at]), "kept_row": int(file_rows[first]), "time": clock.shown(int(clock.epoch_s[at]))}
        for first, at in merged[:FIRST_CELLS]
    ]
    draft.places("info", "ROWS_MERGED", places, count=len(merged))
    draft.facts["merged_rows"] = len(merged)
    made = [
        Column(column.parameter, column.unit, column.decimals, new, column.source)
        for column, new in zip(columns, values, strict=True)
    ]
    return made, left
