"""Step 3: text to lines and cells. Line ends, the header wherever it stands, the delimiter, rows of one width."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.text import Text

DELIMITERS = (",", ";", "\t")
HEAD_LINES = 100  # a layout decides by these
HEADER_WITHIN = 20  # our own templates have their header among these
BLOCK_ROWS = 4_096  # rows held as Python strings at one time: few enough to stay in the processor's cache
_LONGEST_HEAD_LINE = 20_000
_FEW_BYTES, _HEAD_BYTES = 1 << 14, 1 << 21
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Header:
    """The header row: where it is, how it is cut, and which of the wanted names stand in it.

    ``places`` maps canonical name -> positions of the columns with that name.
    """

    row: int
    delimiter: str
    cells: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Block:
    """Some rows of equal width, turned into columns. ``rows`` are their numbers in the file."""

    rows: npt.NDArray[np.int64]
    columns: list[Sequence[str]]


class NotPlainError(Exception):
    """The rows are not all plain rows of one width: they must be read one by one."""


def note_line_ends(draft: Draft, text: Text) -> None:
    crlf = text.count_crlf()
    kinds = {"crlf": crlf, "lf": text.count(b"\n") - crlf, "cr": text.count(b"\r") - crlf}
    present = [name for name, count in kinds.items() if count]
    if len(present) > 1:
        draft.newline = "mixed"
        draft.info("MIXED_LINE_ENDS")
    elif present:
        draft.newline = present[0]


def head_of(text: Text) -> list[str]:
    """The first lines, without their line ends. (Only ``\\n``, ``\\r`` and ``\\r\\n`` end a line.)"""
    lines: list[str] = []
    for size in (_FEW_BYTES, _HEAD_BYTES):
        start = text.start(size)
        stream = io.StringIO(start.decode("utf-8", "ignore"), newline=None)
        lines = [line.rstrip("\n")[:_LONGEST_HEAD_LINE] for line in islice(stream, HEAD_LINES + 1)]
        if len(lines) > HEAD_LINES or len(start) < size:
            break
    return lines[:HEAD_LINES]


def _lines(text: Text) -> io.TextIOWrapper:
    return io.TextIOWrapper(text.open(), encoding="utf-8", newline=None)


def start_of_row(text: Text, row: int) -> int:
    """The place of the byte with which line ``row`` (from 1) begins."""
    position = 0
    with text.open() as stream:
        buffer = stream.read(_HEAD_BYTES)
        for _ in range(row - 1):
            match = _LINE_END.search(buffer, position)
            if match is None:
                return len(buffer)
            position = match.end()
    return position


def plain_name(name: str) -> str:
    """A column name without what people and programs add to it: case, padding, full-width letters."""
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return " ".join(plain.strip().strip('"').lower().split())


def find_header(head: Sequence[str], names: Mapping[str, str]) -> Header | None:
    """The line and delimiter under which the most of ``names`` (spelling -> canonical name) are found."""
    best: Header | None = None
    for index, line in enumerate(head[:HEADER_WITHIN]):
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            cells = _cells_of(line, delimiter)
            places: dict[str, list[int]] = {}
            for position, cell in enumerate(cells):
                canonical = names.get(plain_name(cell))
                if canonical is not None:
                    places.setdefault(canonical, []).append(position)
            if places and (best is None or len(places) > len(best.places)):
                found = {name: tuple(positions) for name, positions in places.items()}
                best = Header(row=index + 1, delimiter=delimiter, cells=tuple(cells), places=found)
    return best


def _cells_of(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line.split(delimiter)


def check_header(draft: Draft, head: Sequence[str], header: Header, *, required: Sequence[str]) -> None:
    """Facts of the header into the report; missing columns refuse, doubled ones are errors, foreign ones warned of."""
    draft.delimiter = "tab" if header.delimiter == "\t" else header.delimiter
    draft.header_rows = header.row
    found = [printable(cell.strip()) for cell in header.cells]
    missing = [name for name in required if name not in header.places]
    if missing:
        draft.refuse("MISSING_COLUMN", row=header.row, columns=missing, found=found[:FIRST_CELLS])
    for name, positions in header.places.items():
        if len(positions) > 1:
            draft.refuse("DUPLICATE_COLUMN", row=header.row, column=name, count=len(positions))
    known = {position for positions in header.places.values() for position in positions}
    foreign = [name for position, name in enumerate(found) if position not in known and name]
    if foreign:
        draft.warning("UNKNOWN_COLUMN", row=header.row, columns=foreign[:FIRST_CELLS])
    before = [line for line in head[: header.row - 1] if line.strip() and not line.lower().startswith("sep=")]
    if before:
        draft.info("HEADER_LINES_SKIPPED", row=1, count=len(before))


class Rows:
    """The rows below the header, block by block; what is wrong with their form goes into the draft at the end.

    ``padded``: programs of this layout leave out empty cells at the end of a row, and write remarks between the rows;
    a short row is then filled up, and a line of one cell is a remark.
    """

    def __init__(self, draft: Draft, text: Text, header: Header, *, padded: bool = False) -> None:
        self.draft = draft
        self.padded = padded
        self.text = text
        self.header = header
        self.width = len(header.cells)
        self.kept = 0
        self._last_row = header.row
        self._blank_count = 0
        self._first_blank = 0
        self._wrong_count = 0
        self._wrong: list[dict[str, Any]] = []
        self._last_wrong: tuple[int, list[str]] | None = None
        self.remarks: list[tuple[int, str]] = []
        self._has_line_end = text.end(1) in (b"\n", b"\r")
        self._at_end = False

    def blocks(self) -> Iterator[Block]:
        for block in self._quoted() if self.text.count(b'"') else self._plain():
            if len(block.rows):
                self.kept += len(block.rows)
                yield block
        self._report()

    def _plain(self) -> Iterator[Block]:
        """Without quotation marks a line is a row, and a block of equal rows can be cut in one go."""
        stream = self._below_header()
        start = self.header.row + 1
        while lines := list(islice(stream, BLOCK_ROWS)):
            numbers = range(start, start + len(lines))
            self._last_row = numbers[-1]
            self._at_end = not lines[-1].endswith("\n")
            columns = self._cut(lines)
            if columns is not None:
                yield Block(np.asarray(numbers, dtype=np.int64), columns)
            else:
                yield self._block(numbers, [line.rstrip("\n").split(self.header.delimiter) for line in lines])
            start += len(lines)

    def _cut(self, lines: list[str]) -> list[Sequence[str]] | None:
        """The columns, if every line has exactly the cells of the header and none begins with an empty one.

        Each line end is made a cell of its own; when these marks stand at every (width + 1)th place, and only there,
        all rows have the width of the header.
        """
        delimiter, stride = self.header.delimiter, self.width + 1
        text = "".join(lines)
        if not text.endswith("\n"):
            text += "\n"
        cells = text.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
        del cells[-1]
        if len(cells) != stride * len(lines) or cells[self.width :: stride].count("\n") != len(lines):
            return None
        columns: list[Sequence[str]] = [cells[position::stride] for position in range(self.width)]
        return columns if all(map(str.strip, columns[0])) else None

    def _below_header(self) -> io.TextIOWrapper:
        stream = _lines(self.text)
        next(islice(stream, self.header.row - 1, None), None)
        return stream

    def _quoted(self) -> Iterator[Block]:
        """With quotation marks a cell may hold delimiters and line ends; a row is numbered by its first line."""
        reader = csv.reader(self._below_header(), delimiter=self.header.delimiter, strict=True)
        numbers: list[int] = []
        rows: list[list[str]] = []
        while True:
            number = self.header.row + reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error:
                if not self._has_line_end and number == self._total_lines():
                    self._cut_off_quoted(number)
                    break
                self.draft.refuse("QUOTES_BROKEN", row=number)
            if row is None:
                break
            self._last_row = number
            numbers.append(number)
            rows.append(row)
            if len(rows) == BLOCK_ROWS:
                yield self._block(numbers, rows)
                numbers, rows = [], []
        self._at_end = True
        if rows:
            yield self._block(numbers, rows)

    def _total_lines(self) -> int:
        return self.text.count(b"\n") + self.text.count(b"\r") - self.text.count_crlf() + 1

    def _cut_off_quoted(self, number: int) -> None:
        """The last row is cut inside quotation marks."""
        self._last_row = number
        last = self.text.end(200).decode("utf-8", "ignore").splitlines()[-1:]
        self._wrong_count += 1
        self._wrong.append({"row": number, "found": 0, "expected": self.width})
        self._last_wrong = (number, last)

    def _block(self, numbers: Sequence[int], rows: list[list[str]]) -> Block:
        pairs = [
            (number, kept)
            for number, row in zip(numbers, rows, strict=True)
            if (kept := self._of_width(number, row)) is not None
        ]
        columns: list[Sequence[str]] = list(zip(*(row for _, row in pairs), strict=True))
        return Block(np.array([number for number, _ in pairs], dtype=np.int64), columns)

    def _of_width(self, number: int, row: list[str]) -> list[str] | None:
        """The row if it can be used: not blank, and no cell too few or too many (empty ones at the end are cut)."""
        if not any(cell.strip() for cell in row):
            self._blank_count += 1
            self._first_blank = self._first_blank or number
            return None
        if len(row) > self.width and not any(cell.strip() for cell in row[self.width :]):
            row = row[: self.width]
        if len(row) < self.width and self.padded and not self._may_be_cut(number):
            if len([cell for cell in row if cell.strip()]) == 1:
                self.remarks.append((number, row[0]))
                return None
            return row + [""] * (self.width - len(row))
        if len(row) != self.width:
            self._wrong_count += 1
            if len(self._wrong) < FIRST_CELLS + 1:
                self._wrong.append({"row": number, "found": len(row), "expected": self.width})
            self._last_wrong = (number, row)
            return None
        return row

    def _may_be_cut(self, number: int) -> bool:
        """Whether this is the last row of a file that ends without a line end."""
        return number == self._last_row and not self._has_line_end and self._at_end

    def _report(self) -> None:
        draft = self.draft
        has_line_end = self._has_line_end
        if self._last_wrong and self._last_wrong[0] == self._last_row and not has_line_end:
            number, row = self._last_wrong
            if len(row) < self.width:
                self._wrong_count -= 1
                self._wrong = [place for place in self._wrong if place["row"] != number]
                text = printable(self.header.delimiter.join(row))
                draft.warning("TRUNCATED_LAST_ROW", row=number, text=text)
        elif not has_line_end and self.kept:
            draft.info("NO_FINAL_LINE_END", row=self._last_row)
        draft.places("error", "WRONG_CELL_COUNT", self._wrong, count=self._wrong_count)
        if self._blank_count:
            draft.info("BLANK_ROWS", row=self._first_blank, count=self._blank_count)
        draft.data_rows = self.kept
        if not self.kept:
            draft.refuse("NO_DATA_ROWS", row=self.header.row)
