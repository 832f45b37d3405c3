"""The heading of a table of records: found among the first lines, in either language, with any known unit."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import Any

from mrv.records.kinds import Column, Kind
from mrv.uploads.readers.steps.lines import DELIMITERS, HEADER_WITHIN, Header, plain_name

_UNIT_AT_END = re.compile(r"^(.*?)\s*[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*$")


def is_marked(column: Column) -> bool:
    """Whether the column's example says itself that it is one."""
    return any(mark in column.example_in(tongue).lower() for tongue in ("zh", "en") for mark in ("示例", "example"))


def find_heading(kind: Kind, head: Sequence[str]) -> Header | None:
    """The line among the first that has the most of the kind's headings, in either language or by their names."""
    known = names_of(kind)
    best: Header | None = None
    for index, line in enumerate(head[:HEADER_WITHIN]):
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            cells = _cells(line, delimiter)
            places: dict[str, list[int]] = {}
            for position, cell in enumerate(cells):
                name = known.get(plain_name(cell)) or known.get(plain_name(split_unit(cell)[0]))
                if name is not None:
                    places.setdefault(name, []).append(position)
            if len(places) > (1 if best is None else len(best.places)):
                found = {name: tuple(positions) for name, positions in places.items()}
                best = Header(row=index + 1, delimiter=delimiter, cells=tuple(cells), places=found)
    return best


def split_unit(heading: str) -> tuple[str, str | None]:
    """``碱度（以 HCO3 计） (mg/L)`` -> 碱度（以 HCO3 计）, mg/L: the last brackets hold the unit."""
    match = _UNIT_AT_END.match(heading.strip())
    return (match[1], match[2].strip()) if match else (heading.strip(), None)


def names_of(kind: Kind) -> dict[str, str]:
    """Every spelling of a heading, in plain form -> the column's name."""
    names: dict[str, str] = {}
    for column in kind.columns:
        for spelled in (column.name, *column.title, *(column.heading(tongue) for tongue in ("zh", "en"))):
            names[plain_name(spelled)] = column.name
    for column in kind.columns:
        for alias in column.aliases:
            names.setdefault(plain_name(alias), column.name)
    return names


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line.split(delimiter)


def cell_under(header: Header, name: str) -> str:
    """The heading of a column as the file writes it."""
    return header.cells[header.places[name][0]].strip()


def expected_of(kind: Kind) -> dict[str, Any]:
    """What a message says of the kind where no heading was found."""
    return {
        "kind_zh": kind.title[0],
        "kind_en": kind.title[1],
        "expected_zh": [column.heading("zh") for column in kind.columns],
        "expected_en": [column.heading("en") for column in kind.columns],
    }
