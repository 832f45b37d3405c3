"""An account's statement over a span of days: every act in order, with a running balance that must end where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from psycopg.types.range import Range

from registry.core.clock import PROGRAMME_ZONE
from registry.credits.models import Account, Allotment, Entry, Holding
from registry.credits.selectors.blocks import blocks_of_many
from registry.credits.selectors.holdings import LENGTH
from registry.credits.serials import Block

FINAL = (Holding.Status.RETIRED, Holding.Status.CANCELLED)
ENDS = ("retire", "cancel", "reverse")
LABELS = dict(Entry.KINDS)
"""Still lazy, so that a document may print both languages."""


@dataclass(frozen=True)
class Line:
    entry: Entry
    label: Any
    blocks: list[Block]
    quantity_t: int
    change_t: int
    """What the act added to, or took from, the credits held; 0 where only their status changed."""
    balance_t: int


@dataclass(frozen=True)
class Statement:
    account: Account
    first_day: date
    last_day: date
    opening_t: int
    closing_t: int
    """Counted from the holdings as they were at the end, not from the lines."""
    lines: list[Line]

    @property
    def reconciles(self) -> bool:
        return self.opening_t + sum(line.change_t for line in self.lines) == self.closing_t

    @property
    def added_t(self) -> int:
        return sum(line.change_t for line in self.lines if line.change_t > 0)

    @property
    def ended_t(self) -> int:
        return -sum(line.change_t for line in self.lines if line.change_t < 0)


def statement_of(account: Account, first_day: date, last_day: date) -> Statement:
    """Both days inside, in the programme's zone. Credits retired or cancelled are no longer held."""
    begin, end = _midnight(first_day), _midnight(last_day + timedelta(days=1))
    opening_t = held_at(account, begin)
    return Statement(
        account=account,
        first_day=first_day,
        last_day=last_day,
        opening_t=opening_t,
        closing_t=held_at(account, end),
        lines=list(_lines(account, entries_of(account, begin, end), opening_t)),
    )


def entries_of(account: Account, begin: datetime, end: datetime) -> QuerySet[Entry]:
    issued = Allotment.objects.filter(account=account).values("issuance")
    return (
        Entry.objects.filter(at__gte=begin, at__lt=end)
        .filter(Q(from_account=account) | Q(to_account=account) | Q(issuance__in=issued))
        .order_by("id")
    )


def held_at(account: Account, instant: datetime) -> int:
    """Credits that the account held at an instant, from the holdings open then."""
    return (
        Holding.objects.filter(account=account, opened_by__at__lt=instant)
        .exclude(closed_by__at__lt=instant)
        .exclude(status__in=FINAL)
        .aggregate(t=Sum(LENGTH))["t"]
        or 0
    )


def _lines(account: Account, entries: QuerySet[Entry], opening_t: int) -> Iterator[Line]:
    found = list(entries)
    allotted: dict[int, list[Range[int]]] = {}
    issuances = [entry.issuance_id for entry in found if entry.issuance_id]
    for allotment in Allotment.objects.filter(account=account, issuance__in=issuances):
        allotted.setdefault(allotment.issuance_id, []).append(allotment.serials)
    ranges = [tuple(allotted[e.issuance_id]) if e.issuance_id else (e.serials,) for e in found]
    balance_t = opening_t
    for entry, serials, blocks in zip(found, ranges, blocks_of_many(ranges), strict=True):
        quantity_t = sum(one.upper - one.lower for one in serials)
        change_t = _change(account, entry, quantity_t)
        balance_t += change_t
        yield Line(entry, LABELS[entry.kind], blocks, quantity_t, change_t, balance_t)


def _change(account: Account, entry: Entry, quantity_t: int) -> int:
    if entry.kind == Entry.ISSUE:
        return quantity_t
    if entry.from_account_id != entry.to_account_id:
        return quantity_t if entry.to_account_id == account.pk else -quantity_t
    return -quantity_t if entry.kind in ENDS else 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PROGRAMME_ZONE)
