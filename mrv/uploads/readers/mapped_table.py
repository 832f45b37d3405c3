"""A table whose columns a person has named: what was answered once, and the station keeps.

A mapping is ``{"time": ["Date", "Time"], "columns": [{"source": "C1", "parameter": "stage", "unit": "cm"}],
"header_row": 3, "zone": "+08:00", "date_order": "dmy", "decimal": ","}``. Only ``time`` and ``columns`` are needed.
A column without a name, or with one that occurs twice, is called by its place: ``#4``. ``header_row`` 0 is a table
that begins with its first reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mrv.uploads.readers.generic_table import find_table
from mrv.uploads.readers.layouts import Layout, LoggerPlan, ValueColumn
from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft, Refused
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import cells_of, delimiter_of, header_at
from mrv.uploads.readers.steps.dates import read_date, read_time, split
from mrv.uploads.readers.steps.encoding import to_utf8
from mrv.uploads.readers.steps.lines import DELIMITERS, Header, head_of, plain_name
from mrv.uploads.readers.steps.received import receive
from mrv.uploads.readers.steps.units import SAME, conversion, name_and_unit, parameter_of, suffix_unit
from mrv.uploads.readers.steps.zones import zone_meant
from mrv.uploads.readers.tables import PARAMETERS

SHOWN_ROWS = 6
SHOWN_COLUMNS = 40
_MOST_ROWS_OF_HEADER = 4


class MappingError(ValueError):
    """The mapping itself cannot be used; the text says why."""


def checked_mapping(mapping: Any) -> Mapping[str, Any]:
    """The mapping if it has the right form; raises MappingError."""
    if not isinstance(mapping, dict) or not isinstance(mapping.get("columns"), list) or not mapping.get("time"):
        raise MappingError('a mapping is {"time": ..., "columns": [{"source": ..., "parameter": ...}]}')
    times = _times(mapping)
    if not 1 <= len(times) <= 2 or not all(isinstance(name, str) for name in times):
        raise MappingError('"time" is the name of one column, or of a date and a time column')
    for column in mapping["columns"]:
        _check_column(column)
    if mapping.get("date_order") not in (None, "dmy", "mdy", "ymd"):
        raise MappingError('"date_order" is dmy, mdy or ymd')
    if mapping.get("decimal") not in (None, ".", ","):
        raise MappingError('"decimal" is "." or ","')
    row = mapping.get("header_row")
    if row is not None and (not isinstance(row, int) or isinstance(row, bool) or not 0 <= row <= 100):
        raise MappingError('"header_row" is a number of a row, or 0')
    return mapping


def _check_column(column: Any) -> None:
    if not isinstance(column, dict) or not isinstance(column.get("source"), str):
        raise MappingError('every column has a "source"')
    parameter = column.get("parameter")
    if parameter not in PARAMETERS:
        raise MappingError(f'"{parameter}" is not one of {", ".join(PARAMETERS)}')
    unit = column.get("unit")
    if unit is not None and (not isinstance(unit, str) or conversion(parameter, unit) is None):
        raise MappingError(f'the unit "{unit}" of "{column["source"]}" is not known')


def _times(mapping: Mapping[str, Any]) -> list[Any]:
    return mapping["time"] if isinstance(mapping["time"], list) else [mapping["time"]]


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
    times = _times(mapping)
    wanted = [*times, *(column["source"] for column in mapping["columns"])]
    header = _header_with(draft, head, wanted, mapping.get("header_row"))
    places = {plain_name(name): position for position, name in enumerate(column_names(header.cells))}
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
    time_positions = tuple(places[plain_name(name)] for name in times)
    header = _with_rows_of_units(draft, head, header, time_positions[0])
    zone, certain = zone_meant(mapping["zone"]) if mapping.get("zone") else (None, False)
    return LoggerPlan(
        header=header,
        time_positions=time_positions,
        values=tuple(values),
        foreign=True,
        label=0 if 0 not in time_positions else None,
        decimal=mapping.get("decimal"),
        rules=ClockRules(
            zone_in_file=mapping.get("zone"),
            file_zone=zone,
            file_zone_certain=certain or zone is not None,
            order=mapping.get("date_order"),
        ),
    )


def _with_rows_of_units(draft: Draft, head: Sequence[str], header: Header, time_position: int) -> Header:
    """The header down to the first row with a date: units may stand in rows of their own below the names."""
    last = header.row
    while header.row and last < min(len(head), header.row + _MOST_ROWS_OF_HEADER):
        cells = cells_of(head[last], header.delimiter)
        cell = cells[time_position] if time_position < len(cells) else ""
        if read_date(split(cell)[0]) is not None:
            break
        last += 1
    else:
        last = header.row  # no date near by: the steps say what is wrong with the rows
    draft.header_rows = last
    return Header(last, header.delimiter, header.cells, header.places)


def column_names(cells: Sequence[str]) -> list[str]:
    """What a mapping calls each column: its name, or its place where the name is empty or occurs twice."""
    plain = [plain_name(cell) for cell in cells]
    return [
        cell.strip() if plain[at] and plain.count(plain[at]) == 1 else f"#{at + 1}" for at, cell in enumerate(cells)
    ]


def _header_with(draft: Draft, head: Sequence[str], wanted: Sequence[str], row: int | None) -> Header:
    """The line that has the most of the names; the row that was answered first, if it has as many."""
    if row == 0:
        return _no_header(draft, head)
    names = {plain_name(name) for name in wanted}
    best, row_of_best, delimiter_of_best = 0, 0, ","
    numbered = sorted(enumerate(head, start=1), key=lambda pair: pair[0] != row)
    for number, line in numbered:
        for delimiter in DELIMITERS:
            cells = cells_of(line, delimiter)
            here = {plain_name(one) for cell in cells for one in (cell, name_and_unit(cell)[0])}
            by_place = {plain_name(name) for name in column_names(cells)} if number == row else set()
            found = len(names & (here | by_place))
            if found > best:
                best, row_of_best, delimiter_of_best = found, number, delimiter
    if not best:
        draft.refuse("HEADER_NOT_FOUND", expected=", ".join(wanted))
    return header_at(draft, head, row_of_best, row_of_best, delimiter_of_best)


def _no_header(draft: Draft, head: Sequence[str]) -> Header:
    first = next((line for line in head if line.strip()), "")
    delimiter = delimiter_of(first)
    draft.delimiter = "tab" if delimiter == "\t" else delimiter
    draft.header_rows = 0
    cells = tuple(f"#{number}" for number in range(1, len(cells_of(first, delimiter)) + 1))
    return Header(row=0, delimiter=delimiter, cells=cells, places={})


# --- a first look, from which a person makes a mapping ----------------------------------------------------------------


@dataclass(frozen=True)
class Glance:
    """The beginning of a table before anybody has said what its columns are.

    ``names`` are those a mapping uses, ``titles`` the cells as written, ``guesses`` what each column seems to be:
    ``time``, ``date``, ``clock``, a parameter with its unit (``stage|cm``) or nothing.
    """

    header_row: int
    names: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guesses: tuple[str, ...]


def glance(
    data: bytes | Path, *, file_name: str, encoding: str | None, header_row: int | None, size_limit: int
) -> Glance | None:
    """The first rows of any table; None where the file is no text with columns. ``header_row``: as a person said."""
    draft = Draft(file_name)
    try:
        head = head_of(to_utf8(draft, receive(draft, data, size_limit=size_limit), chosen=encoding))
    except Refused:
        return None
    row = header_row if header_row is not None and header_row <= len(head) else _likely_header(head)
    if row is None:
        return None
    first = head[row - 1] if row else next((line for line in head if line.strip()), "")
    delimiter = delimiter_of(first)
    titles = cells_of(first, delimiter) if row else [""] * len(cells_of(first, delimiter))
    below = [line for line in head[row:] if line.strip()]
    start = next((at for at, line in enumerate(below[:_MOST_ROWS_OF_HEADER]) if _has_time(line)), 0)
    rows = [cells for line in below[start:] if len(cells := cells_of(line, delimiter)) > 1][:SHOWN_ROWS]
    width = min(len(titles), SHOWN_COLUMNS)
    if not rows:
        return None
    padded = tuple(tuple((cells + [""] * width)[:width]) for cells in rows)
    names = column_names(titles)[:width]
    guesses = tuple(_guess(titles[at], [cells[at] for cells in padded]) for at in range(width))
    return Glance(row, tuple(names), tuple(titles[:width]), padded, _one_clock(guesses))


def _likely_header(head: Sequence[str]) -> int | None:
    """The line of names: the one of a known table, else the last line of words before the rows begin."""
    found = find_table(head)
    if found is not None:
        return found[0]
    widths = [len(cells_of(line, delimiter_of(line))) for line in head]
    usual = max(widths, default=0)
    if usual < 2:
        return None
    first = next((row for row, line in enumerate(head, start=1) if widths[row - 1] >= usual and _has_time(line)), None)
    if first is None:
        return widths.index(usual) + 1
    above = [row for row in range(max(1, first - _MOST_ROWS_OF_HEADER), first) if widths[row - 1] == usual]
    return max(above, key=lambda row: (_known_names(head[row - 1]), row), default=0)


def _has_time(line: str) -> bool:
    return any(read_date(split(cell)[0]) is not None for cell in cells_of(line, delimiter_of(line)) if cell)


def _known_names(line: str) -> int:
    return sum(parameter_of(name_and_unit(cell)[0]) is not None for cell in cells_of(line, delimiter_of(line)) if cell)


def _guess(title: str, cells: Sequence[str]) -> str:
    name, unit = name_and_unit(title)
    filled = [cell for cell in cells if cell]
    if filled and all(read_date(split(cell)[0]) is not None and read_time(split(cell)[1]) for cell in filled):
        return "time"
    if filled and all(":" in cell and read_time(cell) for cell in filled):
        return "clock"
    if filled and all(read_date(cell) is not None and not cell.isdigit() for cell in filled):
        return "date"
    parameter = parameter_of(name)
    if parameter is None:
        return ""
    unit = unit if unit is not None else suffix_unit(name)
    known = unit is not None and conversion(parameter, unit) is not None
    return f"{parameter}|{unit if known else ''}"


def _one_clock(guesses: Sequence[str]) -> tuple[str, ...]:
    """A date is only half an instant; a whole one makes both halves needless. Each quantity is guessed once."""
    kept: list[str] = []
    for guess in guesses:
        parameter = guess.partition("|")[0]
        needless = guess in ("date", "clock") and "time" in guesses
        seen = parameter != "" and any(one.partition("|")[0] == parameter for one in kept)
        kept.append("" if needless or seen else guess)
    return tuple(kept)
