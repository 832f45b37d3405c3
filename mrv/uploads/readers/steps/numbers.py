"""Step 4: cells to exact integers.

A logger column of a year has a few hundred different texts, so every different text is read once, strictly and in
plain Python, and the rows only look it up. Nothing is ever rounded: a column keeps as many decimals as its most
precise cell shows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.plain import Numbers
from mrv.uploads.readers.tables import LARGEST, MISSING

Kind = Literal["number", "empty", "sentinel", "not_finite", "nan", "mark", "bad"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+")
_LONGEST_NUMBER = 40
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
_ONLY_MARKS = re.compile(r"[-—–/*?？]+")  # dashes, slashes, stars alone in a cell: nothing was measured
_WORDS_FOR_NOTHING = frozenset(
    {
        "n/a",
        "na",
        "null",
        "none",
        "缺测",
        "无",
        "离线",
        "停电",
        "故障",
        "eqp",
        "ice",
        "mnt",
        "dis",
        "ssn",
        "bkw",
        "rat",
        "zfl",
    }
)
_ERROR_MARK = re.compile(
    r"(.*)\((?:err|error|stale)\)|#(?:n/a|value!|ref!|div/0!|num!)|err(?:or)?|####+", re.IGNORECASE
)
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "1.#inf", "1.#ind", "1.#qnan"})
MOST_DECIMALS = 9  # the most that an int32 can use
SENTINELS = frozenset(map(Decimal, ("-9999", "-999", "-99999", "-999.99", "-99.99", "-1E+10")))


class Cell(NamedTuple):
    """One different text of a column: what it is, and when a number its exact value and its decimals."""

    kind: Kind
    value: Decimal = Decimal(0)
    decimals: int = 0
    full_width: bool = False


def half_width(text: str) -> str:
    """Full-width digits, letters and marks (as typed on a Chinese keyboard) as ordinary ones."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def read_cell(text: str, *, decimal: str = ".", missing: Iterable[str] = (), tolerant: bool = False) -> Cell:
    """``missing``: further texts (lower case) that stand for "no value" in this layout.

    ``tolerant``: a logger's NAN is no value (in a template of ours, which people fill in, it is a mistake).
    """
    plain = half_width(text.strip()).strip()
    full_width = plain != text.strip()
    if not plain:
        return Cell("empty")
    kind = _no_number(plain, missing, tolerant)
    if kind is not None:
        return Cell(kind)
    if decimal == ",":
        if "." in plain:
            return Cell("bad")
        plain = plain.replace(",", ".", 1)
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        return Cell("bad")
    value = Decimal(plain)
    decimals = max(0, -int(value.as_tuple().exponent))
    return Cell("sentinel" if value in SENTINELS else "number", value, decimals, full_width)


def as_number(text: str) -> Decimal | None:
    """The number that a text is, or None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _no_number(plain: str, missing: Iterable[str], tolerant: bool) -> Kind | None:
    """What a text means that stands where a number could: nothing, a mark of an error, or not a finite one."""
    word = plain.lower()
    if word in missing or word in _WORDS_FOR_NOTHING or _ONLY_MARKS.fullmatch(plain):
        return "empty"
    if word.lstrip("+-") in _NOT_FINITE:
        return "nan" if tolerant and "nan" in word else "not_finite"
    return "mark" if _ERROR_MARK.fullmatch(plain) else None


def decimal_mark(
    draft: Draft, columns: Sequence[tuple[str, Iterable[tuple[int, str]]]], delimiter: str, *, tolerant: bool = False
) -> str:
    """ "." or ",", seen from all numbers of the file together. ``columns``: (name, (row, text) of its texts).

    A comma is only believed where it cannot be the delimiter, and only when no number has a point (where a program's
    marks such as ``0,000(ERR)`` are known, ``tolerant``, the number inside counts).
    """
    draft.decimal = "."
    if delimiter == ",":
        return "."
    commas: list[dict[str, Any]] = []
    points = False
    for name, cells in columns:
        for row, text in cells:
            plain = half_width(text.strip())
            if tolerant and (marked := _ERROR_MARK.fullmatch(plain)):
                plain = marked[1] or ""
            points = points or "." in plain
            if _COMMA_NUMBER.fullmatch(plain):
                commas.append({"row": row, "column": name, "text": printable(text)})
    if not commas:
        return "."
    if points:
        draft.places("error", "DECIMAL_MIXED", commas, count=len(commas))
        return "."
    draft.decimal = ","
    first = min(commas, key=lambda place: place["row"])
    draft.warning("DECIMAL_COMMA", **first, value=half_width(first["text"].strip()).replace(",", "."))
    return ","


Integer = TypeVar("Integer", np.int32, np.int64)


def look_up(known: dict[str, int], texts: Sequence[str], dtype: type[Integer]) -> npt.NDArray[Integer]:
    """``known[text]`` of every text (``__missing__`` included), as an array."""
    if len(texts) < 2:  # itemgetter gives a tuple only from two on
        return np.array([known[text] for text in texts], dtype=dtype)
    return np.array(itemgetter(*texts)(known), dtype=dtype)


class GrowingInts:
    """32-bit integers that grow at their end, in one piece of memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, more: npt.NDArray[np.int32]) -> None:
        self._bytes += memoryview(np.ascontiguousarray(more, dtype=np.int32)).cast("B")

    def array(self) -> npt.NDArray[np.int32]:
        """All of them; nothing more can be added while the array is in use."""
        return np.frombuffer(self._bytes, dtype=np.int32)


class _Codes(dict[str, int]):
    """Text -> number of that text, given at first sight."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


class TextColumn:
    """A column of the file, filled block by block: plain numbers, or codes of its different texts.

    A block of plain numbers stays numbers until somebody asks for its texts, which then have all decimals of the
    block ("17.90" for "17.9"). All rows lie in one growing piece of memory, so that a long file needs no second one.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._known = _Codes()
        self._rows = GrowingInts()
        self._blocks: list[tuple[int, int | None]] = []
        """Number of rows of each block, and its decimals; None where the rows are codes."""

    def add(self, cells: Sequence[str]) -> None:
        self._append(look_up(self._known, cells, np.int32), None)

    def add_numbers(self, numbers: Numbers) -> None:
        self._append(numbers.values, numbers.decimals)

    def _append(self, rows: npt.NDArray[np.int32], decimals: int | None) -> None:
        self._rows.add(rows)
        if self._blocks and self._blocks[-1][1] == decimals:
            self._blocks[-1] = (self._blocks[-1][0] + len(rows), decimals)
        else:
            self._blocks.append((len(rows), decimals))

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Forget all other rows."""
        ends = np.cumsum([count for count, _decimals in self._blocks])
        kept = [int(np.count_nonzero(mask)) for mask in np.split(rows, ends[:-1])]
        self._blocks = [(count, decimals) for count, (_all, decimals) in zip(kept, self._blocks, strict=True)]
        values = self._rows.array()[rows]
        self._rows = GrowingInts()
        self._rows.add(values)

    def forget(self) -> None:
        """Let the rows go: they were read, and a long file has many."""
        self._rows, self._blocks = GrowingInts(), []

    @property
    def codes(self) -> dict[str, int]:
        """Text -> its code."""
        start = 0
        for at, (count, decimals) in enumerate(self._blocks):
            rows = self._rows.array()[start : start + count]
            if decimals is not None:
                codes, texts = Numbers(rows, decimals).texts()
                rows[:] = look_up(self._known, texts, np.int32)[codes]
                self._blocks[at] = (count, None)
            start += count
        return self._known

    def codes_of(self, matches: Callable[[str], bool]) -> list[int]:
        """The codes of the texts of which ``matches`` is true."""
        return [code for code, text in enumerate(self.codes) if matches(text)]

    @property
    def rows(self) -> npt.NDArray[np.int32]:
        """Per row the code of its text."""
        assert self.codes is not None, "makes codes of numbers"
        return self._rows.array()

    @property
    def texts(self) -> list[str]:
        return list(self.codes)

    def numbers(self) -> tuple[npt.NDArray[np.int32], int] | None:
        """Scaled values and decimals where every row is a plain number and all fit together, else None."""
        values, start = self._rows.array(), 0
        decimals = max((decimals or 0 for _count, decimals in self._blocks), default=0)
        factors = []
        for count, own in self._blocks:
            part = values[start : start + count]
            if own is None or not count:
                return None
            factor = 10 ** (decimals - own)
            if max(-int(part.min()), int(part.max())) * factor > LARGEST:
                return None
            factors.append((part, factor))
            start += count
        for part, factor in factors:
            if factor != 1:
                np.multiply(part, np.int32(factor), out=part)
        self._blocks = [(start, decimals)] if start else []
        return (values, decimals) if start else None

    def first_rows(self, file_rows: npt.NDArray[np.int64]) -> list[tuple[int, str]]:
        """(file row, text) of the first place of each different text."""
        codes, first = np.unique(self.rows, return_index=True)
        texts = self.texts
        return [(int(file_rows[at]), texts[code]) for code, at in zip(codes, first, strict=True)]


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
) -> tuple[npt.NDArray[np.int32], int]:
    """Values (int32 per row, MISSING where none) and their number of decimals; what is wrong goes to ``findings``.

    ``convert`` makes canonical units of the file's. ``tolerant``: decimals beyond what can be kept, which programs
    write without meaning them, are rounded and reported.
    """
    quick = column.numbers() if decimal == "." and convert is None else None
    if quick is not None:
        return quick
    row_codes = column.rows
    cells = [read_cell(text, decimal=decimal, missing=missing, tolerant=tolerant) for text in column.texts]
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
