"""Small tables written by people (gaugings, lab samples): a header, then one record per row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft, Refused
from mrv.uploads.readers.steps.clock import ClockColumn, ClockRules
from mrv.uploads.readers.steps.lines import Header, Rows, check_header, find_header
from mrv.uploads.readers.steps.numbers import MOST_DECIMALS, Cell, decimal_mark, read_cell
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import LARGEST


@dataclass(frozen=True)
class Record:
    """One row: its number in the file and its cells by canonical column name."""

    row: int
    cells: Mapping[str, str]


class RecordTable:
    """The records of a small table, and one place to gather what is wrong in their cells."""

    def __init__(
        self, draft: Draft, text: Text, header: Header, *, numeric: Iterable[str], has_time: Sequence[str]
    ) -> None:
        self.draft = draft
        self.header = header
        self.records: list[Record] = []
        for block in Rows(draft, text, header).blocks():
            for row, cells in zip(block.rows.tolist(), zip(*block.columns, strict=True), strict=True):
                named = {name: cells[positions[0]] for name, positions in header.places.items()}
                self.records.append(Record(row, named))
        self._time_columns = has_time
        texts = [
            (name, [(record.row, record.cells[name]) for record in self.records])
            for name in numeric
            if name in header.places
        ]
        self.decimal = decimal_mark(draft, texts, header.delimiter)
        self._places: dict[tuple[Level, str], list[dict[str, Any]]] = {}

    def note(self, level: Level, code: str, row: int, column: str, text: str, **more: Any) -> None:
        place = {"row": row, "column": column, "text": printable(text), **more}
        self._places.setdefault((level, code), []).append(place)

    def report(self) -> None:
        """Write what was noted into the draft, one message per code; refuse when any of it is an error."""
        for (level, code), places in self._places.items():
            self.draft.places(level, code, places, count=len(places))
        if self.draft.has_errors:
            raise Refused

    def instants(
        self, zone: tzinfo | None, zone_name: str | None, *, without_asking: str | None = None
    ) -> list[datetime | None]:
        """The instant of each record, None where its date cannot be read or placed (an error in the draft).

        ``without_asking``: the zone of sheets of this kind that state none.
        """
        clock = ClockColumn(",".join(self._time_columns))
        clock.add([" ".join(record.cells[name].strip() for name in self._time_columns) for record in self.records])
        rows = np.array([record.row for record in self.records], dtype=np.int64)
        read = clock.finish(self.draft, rows, ClockRules(zone=zone, zone_name=zone_name, without_asking=without_asking))
        return [
            datetime.fromtimestamp(int(second), UTC) if ok else None
            for second, ok in zip(read.epoch_s, read.ok, strict=True)
        ]

    def number(self, record: Record, column: str) -> Cell:
        """The cell as an exact number; what is none (or too large to be one) is noted as an error."""
        text = record.cells.get(column, "")
        cell = read_cell(text, decimal=self.decimal)
        finding = {
            "bad": "NOT_A_NUMBER",
            "mark": "NOT_A_NUMBER",
            "grouped": "NOT_A_NUMBER",
            "not_finite": "NOT_FINITE",
        }.get(cell.kind)
        if cell.kind == "number" and abs(cell.value) > LARGEST:
            finding = "NUMBER_TOO_LARGE"
        elif cell.kind == "number" and cell.decimals > MOST_DECIMALS:
            finding = "TOO_MANY_DECIMALS"
        if finding:
            self.note("error", finding, record.row, column, text)
            return Cell("bad")
        if cell.kind == "sentinel":
            self.note("warning", "SENTINEL_VALUES", record.row, column, text)
        if cell.full_width:
            self.note("warning", "FULLWIDTH_DIGITS", record.row, column, text)
        return cell

    def required_number(self, record: Record, column: str) -> Decimal | None:
        """The number, or None after an error because it is absent or unreadable."""
        cell = self.number(record, column)
        if cell.kind in ("empty", "sentinel"):
            self.note("error", "EMPTY_CELL", record.row, column, record.cells.get(column, ""))
        return cell.value if cell.kind == "number" else None

    def within(
        self, record: Record, column: str, value: Decimal | None, *, lowest: int | None, highest: int | None
    ) -> None:
        """Note an error when ``value`` lies outside the limits (both allowed themselves)."""
        if value is None:
            return
        too_low = lowest is not None and value < lowest
        if too_low or (highest is not None and value > highest):
            limits = f"{'' if lowest is None else lowest} .. {'' if highest is None else highest}".strip()
            self.note("error", "VALUE_OUT_OF_RANGE", record.row, column, record.cells[column], limits=limits)


Level = Literal["error", "warning", "info"]


def small_table(
    draft: Draft,
    text: Text,
    head: Sequence[str],
    *,
    names: Mapping[str, str],
    required: Sequence[str],
    numeric: Sequence[str],
    time_columns: Sequence[str] | None = None,
) -> RecordTable:
    """Header checked, rows read. ``time_columns``: the column or columns that hold the instant."""
    header = find_header(head, names)
    assert header is not None, "only called for a file that was recognised"
    times = tuple(time_columns or ("timestamp",))
    check_header(draft, head, header, required=(*times, *required))
    return RecordTable(draft, text, header, numeric=numeric, has_time=times)


def iterate(table: RecordTable, instants: Sequence[datetime | None]) -> Iterator[tuple[Record, datetime | None]]:
    return zip(table.records, instants, strict=True)
