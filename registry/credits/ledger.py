"""Rebuilds every holding from the journal alone and compares it with the table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import connection

from registry.credits.models import Allotment, Entry, Holding

RECORDS = (
    ("retired", "SELECT unnest(serials) AS r FROM credits_retirement"),
    ("in_transfer", "SELECT unnest(serials) AS r FROM credits_transfer WHERE state = 'offered'"),
    ("listed", "SELECT unnest(serials) AS r FROM credits_listing WHERE state = 'open'"),
    (
        "cancelled",
        "SELECT unnest(serials) AS r FROM credits_cancellation UNION ALL "
        "SELECT unnest(buffer_serials) FROM credits_reversal WHERE state = 'confirmed'",
    ),
)
"""By status: which records say why serials are in it."""


@dataclass(frozen=True, order=True)
class Range:
    first: int
    end: int
    """Exclusive."""
    account: int
    status: str
    issuance: int
    vintage: int
    opened_by: int
    closed_by: int | None = None

    def __str__(self) -> str:
        ended = f", closed by entry {self.closed_by}" if self.closed_by else ""
        return (
            f"{self.first}-{self.end - 1} account {self.account} {self.status} vintage {self.vintage} "
            f"(opened by entry {self.opened_by}{ended})"
        )


@dataclass(frozen=True)
class Report:
    entries: int
    holdings: int
    open_t: int
    differences: tuple[str, ...]


def check() -> Report:
    """Replay the journal; ``differences`` is empty when the table says the same."""
    rebuilt, faults = _replay()
    stored = {_of(holding) for holding in Holding.objects.iterator()}
    differences = [
        *faults,
        *_without_record(),
        *(f"the journal makes, the table lacks: {row}" for row in sorted(rebuilt - stored, key=str)),
        *(f"the table has, the journal does not make: {row}" for row in sorted(stored - rebuilt, key=str)),
    ]
    return Report(
        entries=Entry.objects.count(),
        holdings=len(stored),
        open_t=sum(row.end - row.first for row in stored if row.closed_by is None),
        differences=tuple(differences),
    )


def _without_record() -> Iterator[str]:
    """Statuses whose serials are not exactly those that retirements, transfers, listings and cancellations name."""
    for status, records in RECORDS:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT held - said, said - held FROM (
                    SELECT coalesce((SELECT range_agg(serials) FROM credits_holding
                                      WHERE closed_by_id IS NULL AND status = %s), '{{}}') AS held,
                           coalesce((SELECT range_agg(r) FROM ({records}) said), '{{}}') AS said) both_sides""",  # noqa: S608
                [status],
            )
            unsaid, unheld = cursor.fetchone()
        yield from (f"{status} without a record: {r.lower}-{r.upper - 1}" for r in unsaid)
        yield from (f"a record says {status}, the holdings do not: {r.lower}-{r.upper - 1}" for r in unheld)


def _replay() -> tuple[set[Range], list[str]]:
    allotted = defaultdict(list)
    for row in Allotment.objects.iterator():
        allotted[row.issuance_id].append(row)
    live: dict[int, Range] = {}  # by first serial
    firsts: list[int] = []  # the same first serials in order, to find what an entry touches
    ended: set[Range] = set()
    faults: list[str] = []
    for entry in Entry.objects.order_by("id").iterator():
        if entry.kind == Entry.ISSUE:
            made = [
                Range(a.serials.lower, a.serials.upper, a.account_id, a.status, a.issuance_id, a.vintage, entry.pk)
                for a in allotted[entry.issuance_id]
            ]
        else:
            low = max(bisect_right(firsts, entry.serials.lower) - 1, 0)
            high = bisect_left(firsts, entry.serials.upper)
            taken = [live[first] for first in firsts[low:high] if live[first].end > entry.serials.lower]
            if sum(_overlap(r, entry) for r in taken) != entry.serials.upper - entry.serials.lower:
                faults.append(f"entry {entry.pk} moves serials that nobody held")
            for row in taken:
                del live[row.first]
                firsts.pop(bisect_left(firsts, row.first))
                ended.add(replace(row, closed_by=entry.pk))
            made = [piece for row in taken for piece in _split(row, entry)]
        for row in made:
            if row.first in live:
                faults.append(f"entry {entry.pk} opens serial {row.first} a second time")
            else:
                firsts.insert(bisect_left(firsts, row.first), row.first)
            live[row.first] = row
    return ended | set(live.values()), faults


def _overlap(row: Range, entry: Entry) -> int:
    return min(row.end, entry.serials.upper) - max(row.first, entry.serials.lower)


def _split(row: Range, entry: Entry) -> Iterator[Range]:
    low, high = max(row.first, entry.serials.lower), min(row.end, entry.serials.upper)
    yield replace(row, first=low, end=high, account=entry.to_account_id, status=entry.status, opened_by=entry.pk)
    if row.first < low:
        yield replace(row, end=low, opened_by=entry.pk)
    if high < row.end:
        yield replace(row, first=high, opened_by=entry.pk)


def _of(holding: Holding) -> Range:
    return Range(
        holding.serials.lower,
        holding.serials.upper,
        holding.account_id,
        holding.status,
        holding.issuance_id,
        holding.vintage,
        holding.opened_by_id,
        holding.closed_by_id,
    )
