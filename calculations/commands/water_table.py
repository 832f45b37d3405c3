"""A CSV file of water analyses: its encoding, its columns, and every cell that is no usable number."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

import calculations.commands.texts  # noqa: F401  adds its sentences to the table
from calculations.chemistry.speciation import RANGES, Waters
from calculations.messages import CalculationError, Message
from calculations.portable import FloatArray

REQUIRED = {  # column: field of Waters
    "temp_C": "temperature_c",
    "pH": "ph",
    "K_mgL": "potassium_mg_l",
    "Na_mgL": "sodium_mg_l",
    "Ca_mgL": "calcium_mg_l",
    "Mg_mgL": "magnesium_mg_l",
    "Cl_mgL": "chloride_mg_l",
    "SO4_mgL": "sulfate_mg_l",
    "Alk_HCO3_mgL": "alkalinity_hco3_mg_l",
}
OPTIONAL = {"NO3_mgL": "nitrate_mg_l"}
ID = "id"
_MARKS = (  # how a file begins: encoding
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TableError(CalculationError):
    """A file that cannot be read as a table of waters; nothing was computed or written."""


@dataclass(frozen=True)
class WaterTable:
    """The file's header and rows as they stand, its n waters (NaN where a cell cannot be used), and why."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    waters: Waters
    encoding: str
    messages: list[Message] = field(default_factory=list)

    def identity(self, row: int) -> dict[str, object]:
        """Where a row is: its number as a spreadsheet counts it, and its id."""
        return _identity(self.header, self.rows[row], self.numbers[row])


def read_waters(content: bytes, file: str) -> WaterTable:
    """The waters in a CSV file: comma, semicolon or tab; UTF-8, UTF-16 with its mark, or GB 18030.

    Columns as in `REQUIRED` beside `id`, in any order and case; an empty or absent NO3_mgL means not analysed and
    counts as zero. Raises TableError TABLE_NOT_TEXT, TABLE_EMPTY, TABLE_COLUMNS_MISSING or TABLE_COLUMN_TWICE.
    """
    text, encoding = _decoded(content, file)
    header, rows, numbers = _cells(text, file)
    place = _columns(header, file)
    messages = [Message("TABLE_READ_AS", {"file": file, "encoding": "GB 18030"})] if encoding == "gb18030" else []
    values = {name: np.full(len(rows), np.nan) for name in (REQUIRED | OPTIONAL).values()}
    for number, row in enumerate(rows):
        identity = _identity(header, row, numbers[number])
        if len(row) > len(header):
            if any(cell.strip() for cell in row[len(header) :]):
                widths = {"found": len(row), "expected": len(header)}
                messages.append(Message("ROW_TOO_LONG", identity | widths, "error"))
                continue
            del row[len(header) :]
        row.extend([""] * (len(header) - len(row)))
        for column, name in (REQUIRED | OPTIONAL).items():
            cell = row[place[column]].strip() if column in place else ""
            if not cell and column in OPTIONAL:
                values[name][number] = 0.0
                continue
            value, problem = _number(cell, name)
            values[name][number] = value
            if problem is not None:
                facts = {"column": column, **problem.params}
                messages.append(Message(problem.code, identity | facts, "error"))
    return WaterTable(header, rows, numbers, Waters(**values), encoding, messages)


def _decoded(content: bytes, file: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise TableError("TABLE_NOT_TEXT", file=file, reason=error.reason) from error
    if b"\0" in content or content.startswith(b"PK\3\4"):
        reason = "Excel / ZIP" if content.startswith(b"PK\3\4") else "NUL"
        raise TableError("TABLE_NOT_TEXT", file=file, reason=reason)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise TableError("TABLE_NOT_TEXT", file=file, reason="UTF-8, UTF-16, GB 18030")


def _cells(text: str, file: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, the rows that are not blank, and their numbers (the first row of the file is 1)."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [(number, row) for number, row in enumerate(reader, start=1) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise TableError("TABLE_NOT_TEXT", file=file, reason=str(error)) from error
    if not rows:
        raise TableError("TABLE_EMPTY", file=file, columns=[ID, *REQUIRED])
    header, *filled = rows
    return [name.strip() for name in header[1]], [row for _, row in filled], [number for number, _ in filled]


def _columns(header: Sequence[str], file: str) -> dict[str, int]:
    wanted = {name.casefold(): name for name in (ID, *REQUIRED, *OPTIONAL)}
    found = [wanted[name.casefold()] for name in header if name.casefold() in wanted]
    twice = sorted(name for name, times in Counter(found).items() if times > 1)
    if twice:
        raise TableError("TABLE_COLUMN_TWICE", file=file, columns=twice)
    missing = [name for name in (ID, *REQUIRED) if name not in found]
    if missing:
        raise TableError("TABLE_COLUMNS_MISSING", file=file, missing=missing, found=[name for name in header if name])
    return {wanted[name.casefold()]: index for index, name in enumerate(header) if name.casefold() in wanted}


def _identity(header: Sequence[str], row: Sequence[str], number: int) -> dict[str, object]:
    index = next(index for index, name in enumerate(header) if name.casefold() == ID)
    return {"row": number, "id": row[index].strip() if index < len(row) else ""}


def _number(cell: str, name: str) -> tuple[float, Message | None]:
    """The value of a cell, or NaN and what is wrong with it."""
    if not cell:
        return float("nan"), Message("CELL_EMPTY")
    try:
        value = float(cell.replace("_", "x"))  # Python would read 1_000
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        return float("nan"), Message("CELL_NOT_A_NUMBER", {"value": cell})
    low, high = RANGES[name]
    if not low <= value <= high:
        return float("nan"), Message("CELL_OUT_OF_RANGE", {"value": value, "low": low, "high": high})
    return value, None


def written(table: WaterTable, results: dict[str, FloatArray]) -> tuple[str, list[str]]:
    """The table as CSV with the results' columns at its end, and the input's columns that these replace."""
    taken = {name.casefold() for name in results}
    kept = [index for index, name in enumerate(table.header) if name.casefold() not in taken]
    replaced = [table.header[index] for index in range(len(table.header)) if index not in kept]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(table.header[index] for index in kept), *results])
    numbers = [values.tolist() for values in results.values()]
    for number, row in enumerate(table.rows):
        cells = [row[index] if index < len(row) else "" for index in kept]
        writer.writerow([*cells, *(_exactly(values[number]) for values in numbers)])
    return out.getvalue(), replaced


def _exactly(value: float) -> str:
    """The shortest digits that give this very number back; empty for NaN."""
    return "" if math.isnan(value) else repr(value)
