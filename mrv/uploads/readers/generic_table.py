"""Any other table with a time and named columns, in text or a workbook, read by its names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, header_at
from mrv.uploads.readers.steps.dates import read_date, split
from mrv.uploads.readers.steps.lines import DELIMITERS, Header
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import (
    UNITS,
    name_and_unit,
    parameter_of,
    plain_unit,
    suffix_unit,
)
from mrv.uploads.readers.steps.zones import zone_meant

NAME = "generic_csv"
_DATE = re.compile(
    r"^(?:date|datum|day|datetime|date[ _/-]?time|timestamp|time[ _]?stamp|zeitstempel|fecha|data|date and time"
    r"|local time|time|zeit|meas.*time|日期|时间|监测时间)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:time|ura|zeit|uhrzeit|hora|heure|时间|时刻|hh:mm)", re.IGNORECASE)
_ZONE = re.compile(r"(?:time\s*zone|zeitzone|timezone|\btime\b|\btz\b|时区|ura)\s*[:;,=\t ]\s*(.+)", re.IGNORECASE)
_LITTLE = 0.31  # just enough to claim what nobody else knows


def find_table(head: Sequence[str]) -> tuple[int, str] | None:
    """The first line (from 1) with a time and at least one known quantity, and its delimiter."""
    for row, line in enumerate(head, start=1):
        for delimiter in sorted(DELIMITERS, key=lambda one: -line.count(one)):
            cells = cells_of(line.lstrip("#"), delimiter)
            if len(cells) < 2 or any(read_date(split(cell)[0]) for cell in cells if cell):
                continue
            names = [name_and_unit(cell)[0] for cell in cells]
            if any(_DATE.match(name) for name in names) and any(parameter_of(name) for name in names):
                return row, delimiter
    return None


def recognise(head: Sequence[str]) -> float:
    return _LITTLE if find_table(head) is not None else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    found = find_table(head)
    assert found is not None, "only called for a file that was recognised"
    row, delimiter = found
    header, units = _with_units_row(draft, head, row, delimiter)
    names = [name_and_unit(cell)[0].lstrip("#").strip() for cell in header.cells]
    time_positions = _times(names)
    candidates = []
    for position, cell in enumerate(header.cells):
        if position in time_positions or not cell:
            continue
        name, unit = name_and_unit(cell)
        unit = unit if unit is not None else units.get(position)
        if unit is None:
            name, unit = _spaced_unit(cell)
        candidates.append(
            Candidate(position, name, unit, parameter_of(name), suffix_unit(name) if unit is None else None)
        )
    _sep_line(draft, head)
    return LoggerPlan(
        header=header,
        time_positions=time_positions,
        values=choose(draft, row, candidates, ask_units=True),
        foreign=True,
        label=0 if 0 not in time_positions else None,
        rules=_rules(head[: row - 1], delimiter if len(time_positions) > 1 else None),
    )


def _with_units_row(draft: Draft, head: Sequence[str], row: int, delimiter: str) -> tuple[Header, dict[int, str]]:
    """Units may stand in a line of their own below the names."""
    below = cells_of(head[row], delimiter) if row < len(head) else []
    known = [at for at, cell in enumerate(below) if cell and any(plain_unit(cell) in table for table in UNITS.values())]
    numbers = sum(any(letter.isdigit() for letter in cell) for cell in below)
    has_units = bool(known) and not numbers
    header = header_at(draft, head, row + has_units, row, delimiter)
    return header, {at: below[at] for at in known} if has_units else {}


def _spaced_unit(cell: str) -> tuple[str, str | None]:
    """``Temp °C`` -> Temp, °C."""
    for mark in (", ", " "):
        name, found, unit = cell.rpartition(mark)
        parameter = parameter_of(name) if found else None
        if parameter and plain_unit(unit) and plain_unit(unit) in UNITS[parameter]:
            return name.strip(), unit.strip()
    return cell, None


def _times(names: Sequence[str]) -> tuple[int, ...]:
    first = next(at for at, name in enumerate(names) if _DATE.match(name))
    both = re.search(r"time|zeit|时间", names[first], re.IGNORECASE)
    if not both or re.fullmatch(r"date|datum|day|日期", names[first], re.IGNORECASE):
        second = next((at for at, name in enumerate(names) if at != first and _TIME.match(name)), None)
        if second is not None:
            return first, second
    return (first,)


def _rules(above: Sequence[str], joint: str | None) -> ClockRules:
    for line in above:
        match = _ZONE.search(line.strip().strip('"'))
        if match:
            stated = match[1].strip(' "\t;,')
            zone, certain = zone_meant(stated)
            if zone is not None:
                return ClockRules(zone_in_file=stated, file_zone=zone, file_zone_certain=certain, joint=joint)
    return ClockRules(joint=joint, station_default="Asia/Shanghai")


def _sep_line(draft: Draft, head: Sequence[str]) -> None:
    if head and head[0].lower().startswith("sep="):
        draft.warning("SEP_LINE", row=1, text=head[0].strip())


LAYOUT = Layout(
    name=NAME, kind="logger", signature="date;time;stage_cm;temp;pH;…", recognise=recognise, plan=plan, last_resort=True
)
