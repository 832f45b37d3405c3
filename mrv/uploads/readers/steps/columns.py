"""From the names and units of a foreign header to the columns that are read; each conversion and each doubt is said."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.lines import DELIMITERS, Header
from mrv.uploads.readers.steps.units import SAME, conversion
from mrv.uploads.readers.tables import PARAMETERS

if TYPE_CHECKING:
    from mrv.uploads.readers.layouts import ValueColumn


@dataclass(frozen=True)
class Candidate:
    """A column of the header: its place, its name and unit as written, and what it seems to measure.

    ``unit_known`` is the unit where it is known but not written (a suffix of the name, a code of an agency).
    """

    position: int
    name: str
    unit: str | None
    parameter: str | None
    unit_known: str | None = None
    listed: bool = True


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line, trimmed."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        cells = line.split(delimiter)
    return [cell.strip() for cell in cells]


def delimiter_of(line: str) -> str:
    """The delimiter that cuts this line into most cells."""
    return max(DELIMITERS, key=lambda delimiter: len(cells_of(line, delimiter)))


def header_at(draft: Draft, head: Sequence[str], row: int, names_row: int, delimiter: str) -> Header:
    """The header whose last line is ``row`` and whose names stand in line ``names_row`` (both from 1)."""
    draft.delimiter = "tab" if delimiter == "\t" else delimiter
    draft.header_rows = row
    return Header(row=row, delimiter=delimiter, cells=tuple(cells_of(head[names_row - 1], delimiter)), places={})


def choose(
    draft: Draft, row: int, candidates: Sequence[Candidate], *, ask_units: bool = False, ignored: Sequence[str] = ()
) -> tuple[ValueColumn, ...]:
    """One column per quantity, the first that has it; the others are named as not read.

    ``ask_units``: where no unit is written the usual one is taken and the user asked. An unknown unit is an error.
    """
    from mrv.uploads.readers.layouts import ValueColumn  # noqa: PLC0415 - layouts describe themselves with these steps

    chosen: dict[str, ValueColumn] = {}
    unread, converted, asked = [], [], []
    for one in candidates:
        if one.parameter is None or one.parameter in chosen:
            if one.name and one.name not in ignored:
                unread.append(printable(one.name))
            continue
        unit = one.unit_known if one.unit_known is not None else one.unit
        how = conversion(one.parameter, unit)
        if how is None:
            draft.error("UNIT_UNKNOWN", row=row, column=printable(one.name), text=printable(unit or ""))
            how = SAME
        if not (unit or "").strip() and one.parameter != "ph" and ask_units:
            asked.append(f"{printable(one.name)} ({PARAMETERS[one.parameter].unit})")
        if how.changes:
            converted.append(f"{printable(one.name)} {printable(unit or '')} → {PARAMETERS[one.parameter].unit}")
        shown = one.unit if one.unit is not None or not how.changes else unit
        chosen[one.parameter] = ValueColumn(one.position, one.name, shown, one.parameter, how, one.listed)
    if asked:
        draft.warning("UNIT_ASKED", row=row, columns=asked[:FIRST_CELLS])
    if converted:
        draft.warning("UNIT_CONVERTED", row=row, columns=converted[:FIRST_CELLS])
    if unread:
        draft.info("COLUMNS_NOT_READ", row=row, columns=unread[:FIRST_CELLS])
    if not chosen:
        draft.refuse("NO_KNOWN_COLUMN", row=row, found=[printable(one.name) for one in candidates][:FIRST_CELLS])
    return tuple(chosen.values())


def value_behind(head: Sequence[str], label: str) -> str | None:
    """What stands behind a label of the header: ``Serial Number ,00031207`` or ``Time Zone: UTC``."""
    for line in head:
        plain = line.strip().strip('"').lstrip("#;, \t").strip()
        if plain.lower().startswith(label.lower()):
            rest = plain[len(label) :].lstrip(" \t:：;,=").strip(' "\t;,')
            if rest:
                return rest
    return None
