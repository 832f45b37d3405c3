"""USGS RDB: comments, a header of codes, a line of formats, then tab-separated rows with the zone in each.

The five-digit code behind the underscore says what a column is and in which unit; ``_cd`` columns qualify it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.columns import Candidate, choose, header_at
from mrv.uploads.readers.steps.text import Text

CODES = {
    "00065": ("stage", "ft"), "30207": ("stage", "m"), "00095": ("specific_conductance_25c", "uS/cm"),
    "90095": ("specific_conductance_25c", "uS/cm"), "00094": ("conductivity_raw", "uS/cm"),
    "00010": ("water_temperature", "degC"), "00011": ("water_temperature", "degF"), "00400": ("ph", ""),
    "00045": ("rainfall", "in"), "99067": ("rainfall", "mm"),
}  # fmt: skip
_NAME = re.compile(r"(?:\d+_)?(?:\d{2}_)?(\d{5})(?:_\d{5})?")
_FORMAT = re.compile(r"\d+[sdn]")


def _header_row(head: Sequence[str]) -> int | None:
    for row, line in enumerate(head, start=1):
        cells = line.split("\t")
        if "agency_cd" in cells and "datetime" in cells:
            return row
    return None


def recognise(head: Sequence[str]) -> float:
    return 1.0 if _header_row(head) is not None else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    assert row is not None, "only called for a file that was recognised"
    has_formats = row < len(head) and all(_FORMAT.fullmatch(cell.strip()) for cell in head[row].split("\t"))
    header = header_at(draft, head, row + has_formats, row, "\t")
    candidates, qualifiers = [], []
    for position, cell in enumerate(header.cells):
        if cell.endswith("_cd") and cell not in ("agency_cd", "tz_cd"):
            qualifiers.append(position)
        elif match := _NAME.fullmatch(cell):
            parameter, unit = CODES.get(match[1], (None, None))
            candidates.append(Candidate(position, cell, unit, parameter))
    return LoggerPlan(
        header=header,
        time_positions=(header.cells.index("datetime"),),
        values=choose(draft, row, candidates),
        foreign=True,
        decimal=".",
        qualifiers=tuple(qualifiers),
        zone_column=header.cells.index("tz_cd") if "tz_cd" in header.cells else None,
    )


LAYOUT = Layout(
    name="usgs_rdb",
    kind="logger",
    signature="agency_cd⇥site_no⇥datetime⇥tz_cd⇥…_00065⇥…_00065_cd",
    recognise=recognise,
    plan=plan,
)
