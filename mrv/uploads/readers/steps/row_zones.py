"""Files that write the zone beside each time (EST, EDT): every row to UTC by its own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.fill import Filled
from mrv.uploads.readers.steps.instants import ClockRules, Instants, in_zone
from mrv.uploads.readers.steps.zones import ABBREVIATIONS, parse_offset

if TYPE_CHECKING:
    from mrv.uploads.readers.layouts import LoggerPlan


def in_zones_of_rows(
    draft: Draft, filled: Filled, plan: LoggerPlan, rules: ClockRules, keep: npt.NDArray[np.bool_]
) -> Instants:
    """Instants in UTC; a code that no table has is an error at its rows."""
    assert plan.zone_column is not None
    column = filled.helpers[plan.zone_column]
    clock = filled.clock.finish(draft, filled.rows, replace(rules, zone=UTC, zone_name="UTC", file_zone=None), keep)
    draft.messages = [message for message in draft.messages if message.code != "TZ_FROM_STATION"]
    names = [text.strip() for text in column.texts]
    offsets = [_offset_s(name) for name in names]
    known = np.array([offset is not None for offset in offsets], dtype=bool)[column.rows]
    offset_s = np.array([offset or 0 for offset in offsets], dtype=np.int64)[column.rows]
    strange = np.flatnonzero(clock.ok & ~known)
    places = [
        {"row": int(filled.rows[at]), "column": column.source, "text": printable(names[column.rows[at]])}
        for at in strange[:FIRST_CELLS]
    ]
    draft.places("error", "ZONE_CODE_UNKNOWN", places, count=len(strange))
    used = list(dict.fromkeys(names[code] for code in dict.fromkeys(column.rows[clock.ok & known].tolist())))
    draft.timezone = {"in_file": f"{column.source} column {'/'.join(used)} per row", "must_ask": False}
    if clock.ok.any():
        first = int(np.argmax(clock.ok))
        draft.warning("TZ_PER_ROW", row=int(filled.rows[first]), column=column.source, offsets=used)
    return Instants(
        clock.epoch_s - offset_s,
        clock.ok & known,
        in_zone(UTC, shown=False),
        in_zone(UTC, shown=True),
        in_utc=True,
    )


def _offset_s(name: str) -> int | None:
    hours = ABBREVIATIONS.get(name.upper())
    return hours * 3600 if hours is not None else parse_offset(name)
