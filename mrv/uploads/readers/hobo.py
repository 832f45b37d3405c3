"""Onset HOBO CSV: a plot title, then one header with the zone in the name of the time column.

Conductivity ranges (Low Range, Full Range) are not compensated to 25 degrees C. Rows with ``Logged`` in an event
column and no value are events of the logger. Exports of other languages name the columns in that language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, delimiter_of, header_at
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of
from mrv.uploads.readers.steps.zones import zone_meant

_TIME = re.compile(
    r"date\s*(?:-\s*)?time|datum\s*zeit|date\s*heure|fecha\s*(?:y\s*)?(?:tiempo|hora)|日付\s*時間|日期\s*时间",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"coupler|host|stopped|end of file|button|bad battery|good battery|started|logged|water detect|抜|接続"
    r"|koppler|gestoppt|datei|arr[êe]t|fin de",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"LGR S/N:\s*(\d+)", re.IGNORECASE)
_GMT = re.compile(r"(?:GMT|UTC)\s*[+-]\s*\d{1,2}:?\d{2}|\bUTC\b|\bGMT\b", re.IGNORECASE)


def _header_row(head: Sequence[str]) -> int | None:
    for row, line in enumerate(head[:10], start=1):
        cells = cells_of(line, delimiter_of(line))
        if (
            len(cells) > 2
            and any(_TIME.search(cell) for cell in cells[:3])
            and cells[0].strip('"') in ("#", "", "No.", "n°", "Nr.")
        ):
            return row
    return None


def recognise(head: Sequence[str]) -> float:
    title = any("plot title" in line.lower() or "titel" in line.lower()[:40] for line in head[:2])
    serial = any(_SERIAL.search(line) for line in head[:5])
    return 0.3 * title + 0.3 * serial + 0.4 * (_header_row(head) is not None)


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    if row is None:
        draft.refuse("HEADER_NOT_FOUND", expected='"#","Date Time, GMT+08:00",…')
    header = header_at(draft, head, row, row, delimiter_of(head[row - 1]))
    time_at = next(at for at, cell in enumerate(header.cells) if _TIME.search(cell))
    serial = _SERIAL.search(head[row - 1])
    if serial:
        draft.facts["serial"] = serial[1]
    candidates, events = [], []
    for position, cell in enumerate(header.cells):
        if position <= time_at or not cell:
            continue
        name, unit = _name_and_unit(cell)
        parameter = None if _EVENT.search(name) else _parameter(name)
        if parameter is None:
            events.append(position)
        candidates.append(Candidate(position, name, unit, parameter))
    stated = _GMT.search(header.cells[time_at])
    zone, certain = zone_meant(stated[0]) if stated else (None, False)
    event_names = [header.cells[at].split(" (")[0] for at in events]
    return LoggerPlan(
        header=header,
        time_positions=(time_at,),
        values=choose(draft, row, candidates, ignored=[_name_and_unit(name)[0] for name in event_names]),
        foreign=True,
        events=tuple(events),
        rules=ClockRules(
            zone_in_file=stated[0] if stated else None,
            file_zone=zone,
            file_zone_certain=certain,
            order_habit="mdy",
            station_default=None if stated else "Asia/Shanghai",
        ),
    )


def _name_and_unit(cell: str) -> tuple[str, str | None]:
    """``Low Range, μS/cm (LGR S/N: 1, SEN S/N: 1)`` -> Low Range, μS/cm."""
    plain = cell.split(" (LGR", maxsplit=1)[0].split(" (Logger", maxsplit=1)[0].strip().strip('"')
    name, comma, unit = plain.partition(", ")
    return name.strip(), unit.split(" (")[0].strip() if comma else None


def _parameter(name: str) -> str | None:
    plain = name.lower()
    if "abs pres" in plain:
        return "barometric_pressure" if "barom" in plain else "absolute_pressure_head"
    return parameter_of(name)


LAYOUT = Layout(
    name="onset_hobo_csv",
    kind="logger",
    signature='"Plot Title: …" / "#","Date Time, GMT+08:00","Temp, °C (LGR S/N: …)",…',
    recognise=recognise,
    plan=plan,
)
