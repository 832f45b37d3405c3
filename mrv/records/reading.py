"""A table of records: bytes to rows and a full report, by the same steps as a logger's file.

Nothing is guessed and nothing half-read: a table with an error gives no rows, and every finding names row and column
with what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import numpy as np

from mrv.records.grids.texts import GRID_TEXTS
from mrv.records.headings import cell_under, expected_of, find_heading, is_marked, names_of, split_unit
from mrv.records.kinds import Column, Fault, Kind, Row
from mrv.records.texts import RECORD_TEXTS
from mrv.uploads.content import instant
from mrv.uploads.readers.messages import TEXTS, Message, one_line, printable
from mrv.uploads.readers.report import Draft, ReadReport, Refused
from mrv.uploads.readers.steps import dates
from mrv.uploads.readers.steps.clock import ClockColumn, ClockRules, zone_of
from mrv.uploads.readers.steps.encoding import to_utf8
from mrv.uploads.readers.steps.lines import (
    Header,
    check_header,
    head_of,
    note_line_ends,
    plain_name,
)
from mrv.uploads.readers.steps.numbers import half_width, read_cell
from mrv.uploads.readers.steps.received import receive
from mrv.uploads.readers.steps.records import Record, RecordTable
from mrv.uploads.readers.steps.units import plain_unit

TEXTS.update(RECORD_TEXTS | GRID_TEXTS)  # a message says itself by the one table of sentences

SIZE_LIMIT_BYTES = 32 * 1024 * 1024
MOST_LINES = 100_000
LONGEST_WORDS = 500
MOST_DIGITS = 24
UNSAID_FROM = 10**7
_FORMULA_STARTS = ("=", "+", "@")


@dataclass(frozen=True)
class Answers:
    """What the user says where the table does not: ``zone`` (else the station's), encoding, order of the date."""

    zone: str | None = None
    encoding: str | None = None
    date_order: dates.Order | None = None
    now: datetime | None = None


def read_table(
    kind: Kind,
    data: bytes | Path,
    *,
    file_name: str,
    answers: Answers | None = None,
    attachments: Mapping[str, str] | None = None,
    size_limit: int = SIZE_LIMIT_BYTES,
) -> tuple[list[Row] | None, ReadReport]:
    """Rows of a kind, each with ``file`` and ``row`` (its number in the file); None exactly when the report has an
    error. ``attachments``: names and SHA-256 of the files that rows may name -> SHA-256. No content raises."""
    if kind.reader is not None:
        return kind.reader(kind, data, file_name=file_name, answers=answers or Answers(), size_limit=size_limit)
    draft = Draft(file_name)
    rows: list[Row] | None = None
    with suppress(Refused):
        rows = _Table(kind, draft, data, answers or Answers(), attachments or {}, size_limit).rows()
    report = draft.report()
    return (rows if report.ok else None), report


class _Table:
    """One reading of one table."""

    def __init__(
        self,
        kind: Kind,
        draft: Draft,
        data: bytes | Path,
        answers: Answers,
        attachments: Mapping[str, str],
        size_limit: int,
    ) -> None:
        self.kind, self.draft, self.answers, self.attachments = kind, draft, answers, attachments
        draft.profile = f"records/{kind.name}"
        zone_of(draft, answers.zone)
        text = to_utf8(draft, receive(draft, data, size_limit=size_limit), chosen=answers.encoding)
        lines = text.count(b"\n") + text.count(b"\r") - text.count_crlf()
        if lines > MOST_LINES:
            draft.refuse("RECORDS_TOO_MANY", count=lines, limit=MOST_LINES)
        note_line_ends(draft, text)
        if draft.nul_bytes is not None:
            draft.warning("NUL_BYTES", row=draft.nul_bytes[1], count=draft.nul_bytes[0])
        head = head_of(text)
        header = find_heading(kind, head)
        if header is None:
            draft.refuse("RECORD_HEADER_NOT_FOUND", **expected_of(kind))
        draft.header_cells = header.cells
        required = [column for column in kind.columns if column.required and column.name not in header.places]
        check_header(draft, head, header, required=())
        if required:
            draft.refuse(
                "MISSING_COLUMN",
                row=header.row,
                columns=[" / ".join(column.title) for column in required],
                found=[printable(cell.strip()) for cell in header.cells[:20]],
            )
        self.columns = [column for column in kind.columns if column.name in header.places]
        self.heading = {column.name: cell_under(header, column.name) for column in self.columns}
        self.factor = {column.name: self._factor(header, column) for column in self.columns if column.what == "number"}
        numeric = [column.name for column in self.columns if column.what == "number"]
        self.table = RecordTable(draft, text, header, numeric=numeric, has_time=())
        self.now = answers.now or datetime.now(UTC)

    def rows(self) -> list[Row]:
        records = self._without_example(self.table.records)
        made = [{"file": self.draft.file, "row": record.row} for record in records]
        for column in self.columns:
            for row, value in zip(made, self._values(column, records), strict=True):
                if value not in (None, "", []):
                    row[column.name] = value
        self._check(made)
        self.table.report()
        return [self.kind.derive(row) for row in made] if self.kind.derive else made

    def _factor(self, header: Header, column: Column) -> Decimal:
        """What makes the column's unit of the heading's; a heading without a unit means the column's own."""
        cell = cell_under(header, column.name)
        unit = None if plain_name(cell) in names_of(self.kind) else split_unit(cell)[1]
        if unit is None or plain_unit(unit) == plain_unit(column.unit):
            return Decimal(1)
        factor = column.factor(plain_unit(unit))
        place: dict[str, Any] = {"row": header.row, "column": printable(cell.strip()), "text": printable(unit)}
        if factor is None:
            known = list(dict.fromkeys([column.unit or "-", *(unit for unit in column.units if unit)]))
            self.draft.error("RECORD_UNIT_UNKNOWN", **place, expected=known)
            return Decimal(1)
        if factor != 1:
            self.draft.warning("RECORD_UNIT_CONVERTED", **place, value=column.unit or "1", factor=f"{factor:f}")
        return factor

    def _without_example(self, records: Sequence[Record]) -> list[Record]:
        if not any(is_marked(column) for column in self.columns):
            return list(records)  # without the marked column an equal row may well be somebody's own
        names = [column.name for column in self.columns]
        examples = {tuple(_plain(column.example_in(language)) for column in self.columns) for language in ("zh", "en")}
        kept = [record for record in records if tuple(_plain(record.cells[name]) for name in names) not in examples]
        left_out = [record for record in records if record not in kept] if len(kept) < len(records) else []
        if left_out and not kept:
            self.draft.refuse("ONLY_THE_EXAMPLE", row=left_out[0].row)
        for record in left_out:
            self.draft.info("EXAMPLE_ROW_SKIPPED", row=record.row)
        return kept

    # --- one column -------------------------------------------------------------------------------------------------

    def _values(self, column: Column, records: Sequence[Record]) -> Iterable[Any]:
        if column.what in ("time", "day"):
            return self._times(column, records)
        read = {
            "number": self._number,
            "words": self._words,
            "choice": self._choice,
            "list": self._list,
            "files": self._files,
        }[column.what]
        return [self._one(column, record, read) for record in records]

    def _one(self, column: Column, record: Record, read: Any) -> Any:
        text = record.cells[column.name].strip()
        if not text:
            if column.required:
                self._note("error", "EMPTY_CELL", record, column)
            return None
        return read(column, record, text)

    def _note(self, level: Any, code: str, record: Record, column: Column, **more: Any) -> None:
        self.table.note(level, code, record.row, self.heading[column.name], record.cells[column.name].strip(), **more)

    def _number(self, column: Column, record: Record, text: str) -> str | None:
        plain = half_width(text).strip()
        below = column.censored and plain.startswith("<")
        cell = read_cell(plain[1:] if below else text, decimal=self.table.decimal)
        if cell.kind in ("empty", "sentinel"):
            code = "EMPTY_CELL" if column.required else "SENTINEL_VALUES"
            self._note("error" if column.required else "warning", code, record, column)
            return None
        if cell.kind != "number":
            code = "NOT_FINITE" if cell.kind in ("nan", "not_finite") else "NOT_A_NUMBER"
            self._note("error", code, record, column)
            return None
        if cell.full_width or plain != text:
            self._note("warning", "FULLWIDTH_DIGITS", record, column)
        if len(cell.value.as_tuple().digits) > MOST_DIGITS or abs(int(cell.value.as_tuple().exponent)) > MOST_DIGITS:
            self._note("error", "TOO_MANY_DECIMALS", record, column)
            return None
        with localcontext(prec=60):
            value = cell.value * self.factor[column.name]
        if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
            self._note("error", "VALUE_OUT_OF_RANGE", record, column, limits=limits_of(column))
            return None
        if column.whole and value != value.to_integral_value():
            self._note("error", "NOT_WHOLE", record, column)
            return None
        written = f"{int(value)}" if column.whole else plain_number(value)
        if below:
            self._note("warning", "BELOW_DETECTION", record, column, value=written)
        return f"<{written}" if below else written

    def _words(self, column: Column, record: Record, text: str) -> str | None:
        if text.startswith(_FORMULA_STARTS) or (text.startswith("-") and text[1:2].isalpha()):
            self._note("error", "FORMULA_IN_WORDS", record, column)
            return None
        if len(text) > LONGEST_WORDS:
            self._note("error", "TEXT_TOO_LONG", record, column, limits=LONGEST_WORDS)
            return None
        return one_line(text, limit=LONGEST_WORDS)

    def _choice(self, column: Column, record: Record, text: str) -> str | None:
        wanted = plain_name(text)
        for code, pair in column.choices:
            if wanted in (code, plain_name(pair[0]), plain_name(pair[1])):
                return code
        shown = [f"{zh} / {en}" for _code, (zh, en) in column.choices]
        self._note("error", "CHOICE_UNKNOWN", record, column, expected=shown)
        return None

    def _list(self, column: Column, record: Record, text: str) -> list[str] | None:
        words = [word for word in _parts(text) if word]
        found = [self._choice(column, record, word) for word in words]
        return None if None in found else list(dict.fromkeys(map(str, found)))

    def _files(self, column: Column, record: Record, text: str) -> list[dict[str, str]] | None:
        found = []
        for name in (word for word in _parts(text, ";；\n") if word):
            sha256 = self.attachments.get(name) or self.attachments.get(name.lower())
            if sha256 is None:
                self.table.note("error", "ATTACHMENT_UNKNOWN", record.row, self.heading[column.name], name)
                continue
            found.append({"name": one_line(name), "sha256": sha256})
        return found

    def _times(self, column: Column, records: Sequence[Record]) -> list[str | None]:
        """A column of times (ISO 8601 UTC) or of days (YYYY-MM-DD), judged as a whole."""
        texts = [half_width(record.cells[column.name].strip()) for record in records]
        keep = np.array([bool(text) for text in texts], dtype=bool)
        for record, text in zip(records, texts, strict=True):
            if not text and column.required:
                self._note("error", "EMPTY_CELL", record, column)
        if not keep.any():
            return [None] * len(records)
        whole = [self._with_time_of_day(column, record, text) for record, text in zip(records, texts, strict=True)]
        clock = ClockColumn(self.heading[column.name])
        clock.add(whole)
        rows = np.array([record.row for record in records], dtype=np.int64)
        scratch = replace(self.draft, messages=[]) if column.what == "day" else self.draft
        read = clock.finish(scratch, rows, self._rules(column), keep)
        if column.what == "day":
            self.draft.messages += [message for message in scratch.messages if message.code != "TZ_FROM_STATION"]
        else:
            self._no_repeated_zone_notes()
        found: list[str | None] = []
        for record, second, ok in zip(records, read.epoch_s.tolist(), read.ok.tolist(), strict=True):
            if not ok:
                found.append(None)
                continue
            at = datetime.fromtimestamp(second, UTC)
            if at > self.now:
                self._note("error", "TIME_IN_FUTURE", record, column)
            found.append(at.date().isoformat() if column.what == "day" else instant(at))
        return found

    def _rules(self, column: Column) -> ClockRules:
        name = "UTC" if column.what == "day" else self.answers.zone
        zone = zone_of(self.draft, name)
        return ClockRules(zone=zone, zone_name=name, order=self.answers.date_order, now=self.answers.now)

    def _with_time_of_day(self, column: Column, record: Record, text: str) -> str:
        """A bare date with midnight behind it; of a column of days only the date."""
        day, clock = dates.split(text)
        if clock and column.what == "day":
            return f"{day.removesuffix('T')} 00:00" if dates.read_time(clock) else text
        if not clock and dates.read_date(text):
            if column.what == "time":
                self._note("info", "MIDNIGHT_TAKEN", record, column)
            return f"{text} 00:00"
        return text

    def _no_repeated_zone_notes(self) -> None:
        seen = False
        kept: list[Message] = []
        for message in self.draft.messages:
            if message.code == "TZ_FROM_STATION":
                if seen:
                    continue
                seen = True
            kept.append(message)
        self.draft.messages[:] = kept

    # --- rows and the whole -----------------------------------------------------------------------------------------

    def _check(self, rows: list[Row]) -> None:
        if self.draft.has_errors or self._noted_errors():
            return  # what is said of whole rows needs all of their cells
        for row in rows:
            for fault in self.kind.check(row) if self.kind.check else ():
                self._fault(row, fault)
        if rows and self.kind.check_all and not self._noted_errors():
            for row, fault in self.kind.check_all(rows):
                self._fault(row, fault)
        if self.kind.shape == "object" and self.kind.timing == "always" and not self.kind.assemble and len(rows) > 1:
            self._fault(rows[1], Fault("ONE_ROW_ONLY", self.columns[0].name))
        self._no_repeats(rows)

    def _noted_errors(self) -> bool:
        return any(level == "error" for level, _code in self.table._places)

    def _fault(self, row: Row, fault: Fault) -> None:
        heading = self.heading.get(fault.column, fault.column)
        more = dict(fault.params)
        self.table.note("error", fault.code, row["row"], heading, str(more.pop("text", "")), **more)

    def _no_repeats(self, rows: list[Row]) -> None:
        first: dict[tuple[str, ...], int] = {}
        for row in rows:
            key = key_of(self.kind, row)
            kept = first.setdefault(key, row["row"])
            if kept != row["row"]:
                column = self.heading.get(self.kind.key[0], "") if self.kind.key else ""
                shown = ", ".join(part for part in key if part)
                self.table.note("error", "RECORD_REPEATED", row["row"], column, shown, kept_row=kept)


def _plain(text: str) -> str:
    return " ".join(half_width(text).split())


def _parts(text: str, marks: str = ";；,，、\n") -> list[str]:
    for mark in marks[1:]:
        text = text.replace(mark, marks[0])
    return [part.strip() for part in text.split(marks[0])]


def plain_number(value: Decimal) -> str:
    """As written where nothing was converted; a product without the zeros that it gained."""
    text = f"{value:f}"
    return text if len(text) <= MOST_DIGITS else f"{value.normalize():f}"


def limits_of(column: Column) -> str:
    """The range in words: ``0 – 1``; a highest value that only catches slips of the pen is left unsaid."""
    low = None if column.low is None else f"{column.low:f}"
    high = None if column.high is None or column.high >= UNSAID_FROM else f"{column.high:f}"
    unit = f" {column.unit}" if column.unit not in ("", "0–1") else ""
    if low is not None and high is not None:
        return f"{low} – {high}{unit}"
    return f"≥ {low}{unit}" if low is not None else (f"≤ {high}{unit}" if high is not None else "")


def key_of(kind: Kind, row: Row) -> tuple[str, ...]:
    """What makes a row the same thing as another; all its fields where the kind names no key."""
    names = kind.key or tuple(sorted(set(row) - {"file", "row"}))
    return tuple(str(row.get(name, "")) for name in names)
