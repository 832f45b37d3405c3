"""Step 4: cells to exact integers.

A logger column of a year has a few hundred different texts, so every different text is read once, strictly and in
plain Python, and the rows only look it up. Nothing is ever rounded: a column keeps as many decimals as its most
precise cell shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.cells import (
    MOST_DECIMALS,
    SENTINELS,
    THOUSANDS,
    Cell,
    as_number,
    decimal_mark,
    half_width,
    read_cell,
)
from mrv.uploads.readers.steps.text_column import GrowingInts, TextColumn, look_up
from mrv.uploads.readers.tables import LARGEST, MISSING

__all__ = [
    "MOST_DECIMALS",
    "SENTINELS",
    "THOUSANDS",
    "Cell",
    "CellFindings",
    "GrowingInts",
    "TextColumn",
    "as_number",
    "decimal_mark",
    "half_width",
    "look_up",
    "read_cell",
    "scaled_column",
]


class CellFindings:
    """Findings at cells of several columns, gathered into one message per code."""

    def __init__(self, draft: Draft, file_rows: npt.NDArray[np.int64]) -> None:
        self.draft = draft
        self.file_rows = file_rows
        self.counts: dict[str, int] = {}
        self.tally: dict[str, Counter[tuple[str, str]]] = {}
        """Per code, how many cells hold which text in which column."""
        self.places: dict[str, list[dict[str, Any]]] = {}

    def add(self, code: str, column: TextColumn, row_codes: npt.NDArray[np.int32], guilty: list[int]) -> None:
        """All rows of ``column`` whose text is one of ``guilty`` (codes of texts)."""
        if not guilty:
            return
        at = np.flatnonzero(np.isin(row_codes, guilty))
        self.counts[code] = self.counts.get(code, 0) + len(at)
        texts = column.texts
        found, cells = np.unique(row_codes[at], return_counts=True)
        self.tally.setdefault(code, Counter()).update(
            {(texts[one].strip(), column.source): int(n) for one, n in zip(found, cells, strict=True)}
        )
        self.places.setdefault(code, []).extend(
            {
                "row": int(self.file_rows[index]),
                "column": column.source,
                "text": printable(texts[row_codes[index]]),
            }
            for index in at[:FIRST_CELLS]
        )

    def told(self, code: str) -> dict[str, Any] | None:
        """The commonest text of a finding, its column where it is one, and how many cells in all."""
        tally = Counter({key: n for key, n in self.tally.get(code, Counter()).items() if key[0]})
        if not tally:
            return None
        text = tally.most_common(1)[0][0][0]
        columns = {column for _text, column in tally}
        return {
            "value": printable(text),
            **({"column": columns.pop()} if len(columns) == 1 else {}),
            "cells": sum(tally.values()),
        }

    def report(self) -> None:
        for code, level in _LEVELS.items():
            self.draft.places(level, code, self.places.get(code, ()), count=self.counts.get(code, 0))


_LEVELS: dict[str, Literal["error", "warning", "info"]] = {
    "NOT_A_NUMBER": "error",
    "THOUSANDS_MARK": "error",
    "NOT_FINITE": "error",
    "NUMBER_TOO_LARGE": "error",
    "TOO_MANY_DECIMALS": "error",
    "SENTINEL_VALUES": "warning",
    "FULLWIDTH_DIGITS": "warning",
    "NAN_VALUES": "warning",
    "LOGGER_ERROR_MARK": "warning",
    "DECIMALS_ROUNDED": "info",
    "MISSING_CELLS": "info",
}


def scaled_column(
    column: TextColumn,
    *,
    decimal: str,
    missing: Iterable[str],
    findings: CellFindings,
    convert: Callable[[Decimal], Decimal] | None = None,
    tolerant: bool = False,
    thousands: str | None = None,
) -> tuple[npt.NDArray[np.int32], int]:
    """Values (int32 per row, MISSING where none) and their number of decimals; what is wrong goes to ``findings``.

    ``convert`` makes canonical units of the file's. ``tolerant``: decimals beyond what can be kept, which programs
    write without meaning them, are rounded and reported.
    """
    quick = column.numbers() if decimal == "." and convert is None else None
    if quick is not None:
        return quick
    row_codes = column.rows
    cells = [
        read_cell(text, decimal=decimal, missing=missing, tolerant=tolerant, thousands=thousands)
        for text in column.texts
    ]
    guilty: dict[str, list[int]] = {}
    if tolerant:
        _round(cells, guilty)
    if convert is not None:
        cells = [_converted(cell, convert) for cell in cells]
    if tolerant:
        _fit(cells, guilty)
    used = np.zeros(len(cells), dtype=bool)
    used[row_codes] = True
    for code, cell in enumerate(cells):
        if not used[code]:
            continue
        finding = _FINDING_OF_KIND.get(cell.kind)
        if finding:
            guilty.setdefault(finding, []).append(code)
        if cell.full_width:
            guilty.setdefault("FULLWIDTH_DIGITS", []).append(code)
    decimals, scaled = _scale([cell if used[code] else Cell("empty") for code, cell in enumerate(cells)], guilty)
    for finding, codes in guilty.items():
        findings.add(finding, column, row_codes, codes)
    lookup = np.array(scaled, dtype=np.int32)
    return (lookup[row_codes] if len(lookup) else np.empty(0, np.int32)), decimals


def _round(cells: list[Cell], guilty: dict[str, list[int]]) -> None:
    """Decimals that no sensor has (17.389999999999997 from a spreadsheet) are cut to six."""
    for code, cell in enumerate(cells):
        if cell.kind == "number" and cell.decimals > _KEPT_WHEN_ROUNDED and abs(cell.value) <= LARGEST:
            digits = 6 if abs(cell.value) < 2000 else 3
            value = round(cell.value, digits).normalize()
            cells[code] = Cell("number", value, max(0, -int(value.as_tuple().exponent)), cell.full_width)
            guilty.setdefault("DECIMALS_ROUNDED", []).append(code)


def _fit(cells: list[Cell], guilty: dict[str, list[int]]) -> None:
    """Decimals that do not fit beside the column's largest number are rounded off."""
    largest = max((abs(cell.value) for cell in cells if cell.kind == "number"), default=Decimal(0))
    if largest > LARGEST:
        return
    fitting = next(n for n in range(MOST_DECIMALS, -1, -1) if largest.scaleb(n) <= LARGEST)
    for code, cell in enumerate(cells):
        if cell.kind == "number" and cell.decimals > fitting:
            cells[code] = Cell("number", round(cell.value, fitting), fitting, cell.full_width)
            guilty.setdefault("DECIMALS_ROUNDED", []).append(code)


def _converted(cell: Cell, convert: Callable[[Decimal], Decimal]) -> Cell:
    if cell.kind != "number" or abs(cell.value) > LARGEST:
        return cell
    value = convert(cell.value)
    decimals = max(0, -int(value.as_tuple().exponent))
    if decimals > _MOST_AFTER_CONVERSION:
        value, decimals = round(value, _MOST_AFTER_CONVERSION), _MOST_AFTER_CONVERSION
    return Cell("number", value, decimals, cell.full_width)


_KEPT_WHEN_ROUNDED = 6
_MOST_AFTER_CONVERSION = 6
_FINDING_OF_KIND: dict[str, str] = {
    "nan": "NAN_VALUES",
    "mark": "LOGGER_ERROR_MARK",
    "bad": "NOT_A_NUMBER",
    "grouped": "THOUSANDS_MARK",
    "not_finite": "NOT_FINITE",
    "sentinel": "SENTINEL_VALUES",
    "empty": "MISSING_CELLS",
}


def _scale(cells: Sequence[Cell], guilty: dict[str, list[int]]) -> tuple[int, list[int]]:
    numbers: dict[int, Cell] = {}
    for code, cell in enumerate(cells):
        if cell.kind == "number":
            if abs(cell.value) > LARGEST:
                guilty.setdefault("NUMBER_TOO_LARGE", []).append(code)
            elif cell.decimals > MOST_DECIMALS or abs(cell.value.scaleb(cell.decimals)) > LARGEST:
                guilty.setdefault("TOO_MANY_DECIMALS", []).append(code)
            else:
                numbers[code] = cell
    decimals = max((cell.decimals for cell in numbers.values()), default=0)
    largest = max((abs(cell.value) for cell in numbers.values()), default=Decimal(0))
    if largest.scaleb(decimals) > LARGEST:  # each fits alone, all together do not: the most precise are at fault
        fitting = next(n for n in range(decimals, -1, -1) if largest.scaleb(n) <= LARGEST)
        too_fine = [code for code, cell in numbers.items() if cell.decimals > fitting]
        guilty.setdefault("TOO_MANY_DECIMALS", []).extend(too_fine)
        for code in too_fine:
            del numbers[code]
        decimals = max((cell.decimals for cell in numbers.values()), default=0)
    scaled = [MISSING] * len(cells)
    for code, cell in numbers.items():
        scaled[code] = int(cell.value.scaleb(decimals))
    return decimals, scaled
