"""Hydrolab (Hydrotech) log files: quoted lines about the log, names, a line of units, then rows as MMDDYY and HHMMSS.

Empty columns stand between the values; lines of words between the rows tell of changes of set-up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, delimiter_of, header_at, value_behind
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of

_HEADER = re.compile(r'^"?\s*date\s*"?\s*[,;\t]\s*"?\s*time\b', re.IGNORECASE)
_ORDER = re.compile(r"(mmdd|ddmm|yymm|mm.dd|dd.mm)", re.IGNORECASE)
_MARKS = (
    "log file name",
    "setup date",
    "starting date",
    "stopping date",
    "interval",
    "sensor warmup",
    "minisonde",
    "datasonde",
    "hydrolab",
)


def _header_row(head: Sequence[str]) -> int | None:
    return next((row for row, line in enumerate(head, start=1) if _HEADER.match(line)), None)


def recognise(head: Sequence[str]) -> float:
    row = _header_row(head)
    if row is None:
        return 0.0
    marks = sum(any(mark in line.lower() for line in head[:row]) for mark in _MARKS)
    return min(1.0, marks / 3) if marks >= 2 else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    if row is None:
        draft.refuse("HEADER_NOT_FOUND", expected='"Date","Time","Temp",…')
    delimiter = delimiter_of(head[row - 1])
    units = cells_of(head[row], delimiter) if row < len(head) else []
    has_units = bool(units) and not units[0].replace("/", "").isdigit()
    header = header_at(draft, head, row + has_units, row, delimiter)
    if serial := value_behind(head[:row], "Serial Number"):
        draft.facts["serial"] = serial
    order = _ORDER.search(units[0]) if has_units else _ORDER.search(" ".join(head[:row]))
    candidates = []
    for position, cell in enumerate(header.cells[2:], start=2):
        unit = units[position] if has_units and position < len(units) else None
        parameter = parameter_of(cell) if cell else None
        listed = parameter != "battery_voltage"
        candidates.append(Candidate(position, cell, unit, parameter, listed=listed))
    return LoggerPlan(
        header=header,
        time_positions=(0, 1),
        values=choose(draft, row, candidates),
        foreign=True,
        rules=ClockRules(
            header_order={"mm": "mdy", "dd": "dmy", "yy": "ymd"}[order[1][:2].lower()] if order else None,  # type: ignore[arg-type]
            order_habit="mdy",
            station_default="Asia/Shanghai",
        ),
    )


LAYOUT = Layout(
    name="hydrolab_csv",
    kind="logger",
    signature='"Log File Name : …" / "Date","Time","Temp","","SpCond",… / "MMDDYY","HHMMSS","øC",…',
    recognise=recognise,
    plan=plan,
)
