"""Ranges of serials: printed, written by a person, proposed for a quantity, and where they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg.types.multirange import Int8Multirange
from psycopg.types.range import Range

from registry.core.errors import InvalidInput
from registry.credits.fields import Serials, first_of, joined, tonnes_in
from registry.credits.models import Account, Entry, Holding, RangeFact
from registry.credits.serials import Block

MOST_RANGES = 500
"""An act moves at most so many ranges; a larger quantity in smaller pieces takes several acts."""
SPANS = """
    SELECT lower(a.serials), upper(a.serials), a.vintage, p.code, p.division_code
      FROM credits_allotment a
      JOIN credits_issuance i ON i.id = a.issuance_id
      JOIN projects_project p ON p.id = i.project_id
     WHERE i.serials && %s
     ORDER BY a.serials
"""
WRITTEN = re.compile(r"(?:KCR-CN-\d{6}-\d+-\d{4}-)?(\d{1,18})\s*[-–]\s*(\d{1,18})")


def blocks_of(serials: Iterable[Range[int]]) -> list[Block]:
    """Each range as it is printed, cut where issuance or vintage changes."""
    return blocks_of_many([tuple(serials)])[0]


def blocks_of_many(lists: list[Serials]) -> list[list[Block]]:
    """The same for many lists, with one question to the database."""
    ranges = [one for serials in lists for one in serials]
    if not ranges:
        return [[] for _serials in lists]
    with connection.cursor() as cursor:  # for every list of serials: building the query anew would cost more
        cursor.execute(SPANS, [Int8Multirange(ranges)])
        spans = cursor.fetchall()
    return [[block for one in serials for block in _cut(one, spans)] for serials in lists]


def _cut(one: Range[int], spans: list[tuple[int, int, int, str, str]]) -> list[Block]:
    made: list[Block] = []
    for lower, upper, vintage, code, division in spans:
        low, high = max(one.lower, lower), min(one.upper, upper)
        if low >= high:
            continue
        last = made[-1] if made else None
        if last and (last.vintage, last.project_code, last.last + 1) == (vintage, code, low):
            made[-1] = Block(division, code, vintage, last.first, high - 1)
        else:
            made.append(Block(division, code, vintage, low, high - 1))
    return made


def written(text: str) -> Serials:
    """Ranges as a person writes them, ``101-200`` or ``KCR-CN-520621-0001-2021-101-200``, one a line or by commas."""
    ranges = []
    for part in re.split(r"[\n,;，；]+", text):
        if not part.strip():
            continue
        match = WRITTEN.fullmatch(part.strip())
        if match is None or int(match[2]) < int(match[1]):
            raise InvalidInput(
                "SERIALS_UNREADABLE",
                _("“%(text)s” is not a range of serials. Write first and last number, for example 101-200."),
                text=part.strip()[:60],
            )
        ranges.append(Range(int(match[1]), int(match[2]) + 1))
    try:
        return joined(ranges)
    except ValueError:
        raise InvalidInput(
            "SERIALS_UNREADABLE", _("Name at least one range of serials, and no serial twice.")
        ) from None


def propose(account: Account, quantity_t: int, **narrowed: Any) -> Serials:
    """The account's oldest free serials for a quantity; ``narrowed`` are further conditions on holdings.

    Raises :class:`InvalidInput` when there are not as many.
    """
    if quantity_t < 1:
        raise InvalidInput("QUANTITY", _("Type a whole number of tonnes, at least one."))
    held = (
        Holding.objects.filter(account=account, status=Holding.Status.ACTIVE, closed_by__isnull=True, **narrowed)
        .order_by("serials")
        .values_list("serials", flat=True)[:MOST_RANGES]
    )
    taken: list[Range[int]] = []
    for serials in held:
        missing = quantity_t - tonnes_in(taken)
        if missing == 0:
            break
        taken += first_of((serials,), missing)[0]
    if tonnes_in(taken) < quantity_t:
        raise InvalidInput(
            "NOT_ENOUGH",
            _("The account has only %(held)s free credits of this kind in at most %(ranges)s ranges."),
            held=tonnes_in(taken),
            ranges=MOST_RANGES,
        )
    return joined(taken)


def facts_on(serials: Iterable[Range[int]]) -> list[RangeFact]:
    """The facts in force on any of these serials."""
    found: dict[int, RangeFact] = {}
    for one in serials:
        facts = RangeFact.objects.filter(serials__overlap=one, ends__isnull=True, ended_by__isnull=True)
        found |= {fact.pk: fact for fact in facts}
    return sorted(found.values(), key=lambda fact: (fact.holds_from, fact.pk))


def facts_by_holding(holdings: list[Holding]) -> dict[int, list[RangeFact]]:
    """The facts in force on each of these holdings, by holding; one question for the whole page."""
    if not holdings:
        return {}
    issuances = {holding.issuance_id for holding in holdings}
    facts = list(RangeFact.objects.filter(issuance__in=issuances, ends__isnull=True, ended_by__isnull=True))
    return {
        holding.pk: [
            fact
            for fact in facts
            if fact.serials.lower < holding.serials.upper and holding.serials.lower < fact.serials.upper
        ]
        for holding in holdings
    }


def lineage_of(serial: int) -> list[Step]:
    """Every holding that one serial was ever in, in order, with the entry that made it."""
    holdings = (
        Holding.objects.filter(serials__contains=serial)
        .select_related("opened_by", "account__owner", "issuance__project")
        .order_by("opened_by_id")
    )
    return [Step(holding) for holding in holdings]


class Step:
    """One holding of a lineage: where a serial was, in which range, since which entry."""

    def __init__(self, holding: Holding) -> None:
        self.holding = holding

    @property
    def entry(self) -> Entry:
        return self.holding.opened_by

    @property
    def account_id(self) -> int:
        return self.holding.account_id

    @property
    def serials(self) -> Range[int]:
        return self.holding.serials
