"""Any other table with a time and named columns, in text or a workbook: read by its names, or by a station's mapping.

A mapping is what a person answered once and the station keeps: ``{"time": ["Date", "Time"], "columns": [{"source":
"C1", "parameter": "stage", "unit": "cm"}], "zone": "+08:00", "date_order": "dmy", "decimal": ","}``. Only ``time``
and ``columns`` are needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mrv.uploads.readers.layouts import Layout, LoggerPlan, ValueColumn
from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, header_at
from mrv.uploads.readers.steps.dates import read_date, split
from mrv.uploads.readers.steps.lines import DELIMITERS, Header, plain_name
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import (
    SAME,
    UNITS,
    conversion,
    name_and_unit,
    parameter_of,
    plain_unit,
    suffix_unit,
)
from mrv.uploads.readers.steps.zones import zone_meant
from mrv.uploads.readers.tables import PARAMETERS

NAME = "generic_csv"
_DATE = re.compile(
    r"^(?:date|datum|day|datetime|date[ _/-]?time|timestamp|time[ _]?stamp|zeitstempel|fecha|data|date and time"
    r"|local time|time|zeit|meas.*time|日期|时间|监测时间)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:time|ura|zeit|uhrzeit|hora|heure|时间|时刻|hh:mm)", re.IGNORECASE)
_ZONE = re.compile(r"(?:time\s*zone|zeitzone|timezone|\btime\b|\btz\b|时区|ura)\s*[:;,=\t ]\s*(.+)", re.IGNORECASE)
_LITTLE = 0.31  # just enough to claim what nobody else knows


def _find(head: Sequence[str]) -> tuple[int, str] | None:
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
    return _LITTLE if _find(head) is not None else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    found = _find(head)
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


# --- a saved mapping ----------------------------------------------------------------------------------------------


class MappingError(ValueError):
    """The mapping itself cannot be used; the text says why."""


def checked_mapping(mapping: Any) -> Mapping[str, Any]:
    """The mapping if it has the right form; raises MappingError."""
    if not isinstance(mapping, dict) or not isinstance(mapping.get("columns"), list) or not mapping.get("time"):
        raise MappingError('a mapping is {"time": ..., "columns": [{"source": ..., "parameter": ...}]}')
    times = mapping["time"] if isinstance(mapping["time"], list) else [mapping["time"]]
    if not 1 <= len(times) <= 2 or not all(isinstance(name, str) for name in times):
        raise MappingError('"time" is the name of one column, or of a date and a time column')
    for column in mapping["columns"]:
        if not isinstance(column, dict) or not isinstance(column.get("source"), str):
            raise MappingError('every column has a "source"')
        parameter = column.get("parameter")
        if parameter not in PARAMETERS:
            raise MappingError(f'"{parameter}" is not one of {", ".join(PARAMETERS)}')
        unit = column.get("unit")
        if unit is not None and (not isinstance(unit, str) or conversion(parameter, unit) is None):
            raise MappingError(f'the unit "{unit}" of "{column["source"]}" is not known')
    if mapping.get("date_order") not in (None, "dmy", "mdy", "ymd"):
        raise MappingError('"date_order" is dmy, mdy or ymd')
    if mapping.get("decimal") not in (None, ".", ","):
        raise MappingError('"decimal" is "." or ","')
    return mapping


def mapped_layout(draft: Draft, head: Sequence[str], mapping: Mapping[str, Any]) -> Layout:
    """A layout that reads by the mapping, wherever the header with its names stands."""
    try:
        checked_mapping(mapping)
    except MappingError as error:
        draft.refuse("MAPPING_UNUSABLE", reason=str(error))
    draft.profile = "mapped_table"
    return Layout(
        name="mapped_table",
        kind="logger",
        signature="",
        recognise=lambda head: 1.0,
        plan=lambda draft, head, text: _mapped_plan(draft, head, mapping),
    )


def _mapped_plan(draft: Draft, head: Sequence[str], mapping: Mapping[str, Any]) -> LoggerPlan:
    times = mapping["time"] if isinstance(mapping["time"], list) else [mapping["time"]]
    wanted = [*times, *(column["source"] for column in mapping["columns"])]
    header = _header_with(draft, head, wanted)
    places: dict[str, int] = {}
    for position, cell in enumerate(header.cells):
        for name in (plain_name(cell), plain_name(name_and_unit(cell)[0])):
            places.setdefault(name, position)
    missing = [name for name in wanted if plain_name(name) not in places]
    if missing:
        found = [printable(cell) for cell in header.cells][:FIRST_CELLS]
        draft.refuse("MISSING_COLUMN", row=header.row, columns=missing, found=found)
    values = []
    for column in mapping["columns"]:
        how = conversion(column["parameter"], column.get("unit")) or SAME
        position = places[plain_name(column["source"])]
        values.append(ValueColumn(position, column["source"], column.get("unit"), column["parameter"], how))
        if how.changes:
            draft.warning("UNIT_CONVERTED", row=header.row, columns=[f"{column['source']} {column['unit']}"])
    zone, certain = zone_meant(mapping["zone"]) if mapping.get("zone") else (None, False)
    return LoggerPlan(
        header=header,
        time_positions=tuple(places[plain_name(name)] for name in times),
        values=tuple(values),
        foreign=True,
        label=0 if 0 not in [places[plain_name(name)] for name in times] else None,
        decimal=mapping.get("decimal"),
        rules=ClockRules(
            zone_in_file=mapping.get("zone"),
            file_zone=zone,
            file_zone_certain=certain or zone is not None,
            order=mapping.get("date_order"),
        ),
    )


def _header_with(draft: Draft, head: Sequence[str], wanted: Sequence[str]) -> Header:
    names = {plain_name(name) for name in wanted}
    best, row_of_best, delimiter_of_best = 0, 0, ","
    for row, line in enumerate(head, start=1):
        for delimiter in DELIMITERS:
            cells = cells_of(line, delimiter)
            found = len(names & {plain_name(one) for cell in cells for one in (cell, name_and_unit(cell)[0])})
            if found > best:
                best, row_of_best, delimiter_of_best = found, row, delimiter
    if not best:
        draft.refuse("HEADER_NOT_FOUND", expected=", ".join(wanted))
    return header_at(draft, head, row_of_best, row_of_best, delimiter_of_best)


LAYOUT = Layout(
    name=NAME, kind="logger", signature="date;time;stage_cm;temp;pH;…", recognise=recognise, plan=plan, last_resort=True
)
