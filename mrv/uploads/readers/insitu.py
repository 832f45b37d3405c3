"""In-Situ Win-Situ CSV: some fifty lines about the log, then the table; often with decimal comma and semicolons.

``0,000(ERR)`` marks a reading that the probe itself calls wrong. The zone is a Windows name in the user's language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, delimiter_of, header_at, value_behind
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import name_and_unit, parameter_of
from mrv.uploads.readers.steps.zones import zone_meant

_TIME = re.compile(r'^"?(date and time|date/time|datum und uhrzeit|日期和时间)', re.IGNORECASE)
_MARKS = (
    "log file properties",
    "device properties",
    "log data:",
    "winsitu",
    "win-situ",
    "aqua troll",
    "level troll",
    "in-situ",
)
_EXPIRED = re.compile(r"calibration has expired|kalibrierung.*abgelaufen|校准.*过期", re.IGNORECASE)


def _header_row(head: Sequence[str]) -> int | None:
    """The last line that begins with the time's name and has more than a note behind it."""
    found = None
    for row, line in enumerate(head, start=1):
        if _TIME.match(line) and len([c for c in cells_of(line, delimiter_of(line)) if c]) > 2:
            found = row
    return found


def recognise(head: Sequence[str]) -> float:
    marks = sum(any(mark in line.lower() for line in head) for mark in _MARKS)
    return min(marks, 3) / 6 + 0.5 * (_header_row(head) is not None) if marks else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    if row is None:
        draft.refuse("HEADER_NOT_FOUND", expected="Date and Time;Seconds;…")
    header = header_at(draft, head, row, row, delimiter_of(head[row - 1]))
    above = head[:row]
    _facts(draft, above)
    candidates = []
    for position, cell in enumerate(header.cells[1:], start=1):
        name, unit = name_and_unit(cell)
        known = "seconds" in cell.lower() or "elapsed" in cell.lower() or not cell
        candidates.append(Candidate(position, "" if known else name, unit, None if known else _parameter(name)))
    stated = (
        value_behind(above, "Time Zone")
        or value_behind(above, "Log Setup Time Zone")
        or value_behind(above, "Zeitzone")
    )
    zone, certain = zone_meant(stated) if stated else (None, False)
    return LoggerPlan(
        header=header,
        time_positions=(0,),
        values=choose(draft, row, candidates),
        foreign=True,
        rules=ClockRules(
            zone_in_file=stated,
            file_zone=zone,
            file_zone_certain=certain,
            station_default=None if zone else "Asia/Shanghai",
        ),
    )


def _parameter(name: str) -> str | None:
    return "conductivity_raw" if name.lower().startswith("actual cond") else parameter_of(name)


def _facts(draft: Draft, above: Sequence[str]) -> None:
    for key, label in (("serial", "Serial Number"), ("station_hint", "Site")):
        if found := value_behind(above, label):
            draft.facts[key] = found
    count = value_behind(above, "Record Count")
    if count and count.isdigit():
        draft.facts["record_count_in_header"] = int(count)
    for row, line in enumerate(above, start=1):
        if _EXPIRED.search(line):
            draft.warning("CALIBRATION_EXPIRED_NOTE", row=row, text=printable(line, limit=120))
            break


LAYOUT = Layout(
    name="insitu_winsitu_csv",
    kind="logger",
    signature="Log Data: / Date and Time;Seconds;Actual Conductivity (µS);…",
    recognise=recognise,
    plan=plan,
)
