"""What the pages of this room read: counts of the self-test, and periods whose credits were issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from mrv.decisions.models import Review
from mrv.learning.models import AnswerCount
from mrv.learning.questions import QUESTIONS, SURVEY_KNEW_PCT, Question
from registry.core.actors import PUBLIC
from registry.credits.models import Holding
from registry.credits.selectors.holdings import LENGTH
from registry.projects.selectors import visible_projects


@dataclass(frozen=True)
class Choice:
    label: Any
    count: int
    share_pct: Decimal | None
    """None while nobody has answered."""
    right: bool
    taken: bool
    """By the reader who asks."""


@dataclass(frozen=True)
class Tally:
    question: Question
    choices: tuple[Choice, ...]
    total: int
    survey_pct: Decimal | None
    """What the survey of nine counties found for the first choice, where it asked the same."""


def tallies(taken: Mapping[str, str]) -> list[Tally]:
    """The counts of every question, with the choices that the reader took marked."""
    counts = {(row.question, row.choice): row.count for row in AnswerCount.objects.all()}
    found = []
    for question in QUESTIONS:
        total = sum(counts.get((question.name, name), 0) for name in question.choices)
        choices = tuple(
            Choice(
                label=label,
                count=counts.get((question.name, name), 0),
                share_pct=_share(counts.get((question.name, name), 0), total),
                right=name == question.right,
                taken=taken.get(question.name) == name,
            )
            for name, label in question.choices.items()
        )
        found.append(Tally(question, choices, total, SURVEY_KNEW_PCT if question.right is None else None))
    return found


def _share(count: int, total: int) -> Decimal | None:
    return (Decimal(100 * count) / total).quantize(Decimal("0.1")) if total else None


@dataclass(frozen=True)
class Case:
    """A period that went the whole way; tonnes are whole credits."""

    review: Review
    issued_t: int
    retired_t: int
    buffer_t: int


def issued_cases() -> QuerySet[Review]:
    """Decided reviews of public projects whose certificate is of credits and in force, newest first."""
    return (
        Review.objects.filter(
            state="decided",
            certificate__state="valid",
            certificate__issuance__isnull=False,
            period__state="issued",
            period__project__in=visible_projects(PUBLIC),
        )
        .select_related(
            "period__project__proponent",
            "period__verifier",
            "period__station",
            "certificate__issuance",
        )
        .defer("certificate__record", "certificate__log_proof")
        .order_by("-id")
    )


def with_tonnes(reviews: list[Review]) -> list[Case]:
    """The cases with where their credits are now: one query for all of them."""
    issuances = [review.certificate.issuance_id for review in reviews if review.certificate]
    rows = (
        Holding.objects.filter(closed_by=None, issuance_id__in=issuances)
        .values("issuance_id")
        .annotate(retired=Sum(LENGTH, filter=Q(status=Holding.Status.RETIRED)))
    )
    retired = {row["issuance_id"]: row["retired"] or 0 for row in rows}
    return [
        Case(
            review=review,
            issued_t=review.certificate.issuance.quantity_t,
            retired_t=retired.get(review.certificate.issuance_id, 0),
            buffer_t=review.certificate.issuance.buffer_t,
        )
        for review in reviews
    ]
