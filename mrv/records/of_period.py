"""Which records belong to a span of days, in the form that a bundle holds, and what stands against using them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from mrv.records.kinds import Kind, Row, all_kinds
from mrv.records.models import Attachment, RecordFile
from mrv.records.selectors import accepted_files, attachments_of, load_rows
from mrv.stations.models import Station
from mrv.uploads.content import instant

Place = Literal["in", "out", "partly"]


@dataclass(frozen=True)
class Problem:
    """A row that cannot be used as it stands. ``code``: ROW_PARTLY_INSIDE, or MORE_THAN_ONE for a record of one row."""

    code: str
    kind: Kind
    file: RecordFile
    row: int


@dataclass(frozen=True)
class KindInPeriod:
    """The rows of one kind that belong to the span, the tables that they came from, and how many lie outside."""

    kind: Kind
    rows: list[Row]
    files: list[RecordFile]
    outside: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def value(self) -> Any:
        """What the bundle holds under ``records/<name>.json``."""
        if self.kind.assemble is not None:
            return self.kind.assemble(self.rows)
        return self.rows[0] if self.kind.shape == "object" else self.rows


@dataclass(frozen=True)
class PeriodRecords:
    """All records of a span, by name; only kinds of which there is something."""

    kinds: dict[str, KindInPeriod] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """Name -> value of every kind that has a row in the span."""
        return {name: found.value for name, found in sorted(self.kinds.items()) if found.rows}

    @property
    def files(self) -> list[RecordFile]:
        """The tables behind the values, each once."""
        used = {file.pk: file for found in self.kinds.values() if found.rows for file in found.files}
        return [used[pk] for pk in sorted(used)]

    def summary(self) -> list[dict[str, Any]]:
        """By kind, small enough for a row: ``kind``, ``rows`` and ``files`` (``id``, ``file``)."""
        return [
            {
                "kind": name,
                "rows": len(found.rows),
                "files": [{"id": file.pk, "file": file.file_name} for file in found.files],
            }
            for name, found in sorted(self.kinds.items())
            if found.rows
        ]

    @property
    def problems(self) -> list[Problem]:
        return [problem for found in self.kinds.values() for problem in found.problems]


def records_in(station: Station, *, start: datetime, end: datetime, first_day: date, last_day: date) -> PeriodRecords:
    """The accepted records of a station that belong to ``[start, end)``, the days first to last in its zone."""
    kinds: dict[str, KindInPeriod] = {}
    for file in accepted_files(station):
        kind = all_kinds().get(file.kind)
        if kind is None:
            continue
        found = kinds.setdefault(kind.name, KindInPeriod(kind, [], [], 0))
        outside = 0
        for row in load_rows(file):
            place = place_of(kind, row, (instant(start), instant(end)), (first_day.isoformat(), last_day.isoformat()))
            if place == "out":
                outside += 1
                continue
            if place == "partly":
                found.problems.append(Problem("ROW_PARTLY_INSIDE", kind, file, row["row"]))
                continue
            if found.rows and kind.shape == "object" and kind.assemble is None:
                found.problems.append(Problem("MORE_THAN_ONE", kind, file, row["row"]))
                continue
            found.rows.append(row)
            if file not in found.files:
                found.files.append(file)
        kinds[kind.name] = KindInPeriod(kind, found.rows, found.files, found.outside + outside, found.problems)
    return PeriodRecords(kinds, _named_attachments(station, kinds.values()))


def place_of(kind: Kind, row: Row, instants: tuple[str, str], days: tuple[str, str]) -> Place:
    """Whether a row belongs to a span given as ISO times ``[start, end)`` and as ISO days (both inside)."""
    if kind.timing == "always":
        return "in"
    if kind.timing == "instant":
        return "in" if instants[0] <= row["timestamp"] < instants[1] else "out"
    first, last = row[kind.span[0]], row[kind.span[1]]
    low, high = (instants[0], instants[1]) if kind.column(kind.span[0]).what == "time" else days
    if last < low or first > high:
        return "out"
    if kind.timing == "overlap" or (low <= first and last <= high):
        return "in"
    return "partly"


def _named_attachments(station: Station, kinds: Iterable[KindInPeriod]) -> list[Attachment]:
    """The attachments that rows in the span name, each content once."""
    named = {
        item["sha256"]
        for found in kinds
        for column in found.kind.columns
        if column.what == "files"
        for row in found.rows
        for item in row.get(column.name, ())
    }
    by_digest = {made.sha256: made for made in attachments_of(station).order_by("-id") if made.sha256 in named}
    return [by_digest[sha256] for sha256 in sorted(by_digest)]
