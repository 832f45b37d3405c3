"""What a project's public page says of its periods' outcomes: estimated beside issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from registry.core.compiled import Compiled
from registry.credits.models import Allotment, Issuance
from registry.credits.selectors.holdings import LENGTH
from registry.projects.models import Comment, Declaration, Project, ProjectDocument, Validation

NOTHING = Decimal(0)
documents_of = Compiled(lambda project: ProjectDocument.objects.filter(project=project))
validations_of = Compiled(lambda project: Validation.objects.filter(project=project).select_related("body"))
comments_of = Compiled(lambda project: Comment.objects.filter(project=project))
issuances_of = Compiled(
    lambda project: Issuance.objects.filter(project=project).select_related("request").order_by("period_start")
)
_estimates_of = Compiled(
    lambda project: (
        Declaration.objects.filter(project=project, subject=Declaration.Subject.ESTIMATES)
        .order_by("-id")
        .values_list("content", flat=True)[:1]
    )
)


@dataclass(frozen=True)
class Outcome:
    """One issued period: what was estimated, what the lower bound left of it, what was issued."""

    issuance: Issuance
    first_day: date
    last_day: date
    gross_t: Decimal
    net_t: Decimal
    """The central estimate of the net quantity."""
    lower_t: Decimal
    """The bound that is credited."""
    issued_t: int

    @property
    def share_pct(self) -> Decimal | None:
        return 100 * Decimal(self.issued_t) / self.net_t if self.net_t > NOTHING else None


def facts_of(project: Project) -> tuple[Any, ...]:
    """Everything that the page's facts and map say of the project: equal facts are drawn alike."""
    proponent = project.proponent
    own = (getattr(project, field.attname) for field in Project._meta.concrete_fields if field.name != "boundary")
    return (*own, proponent.name_zh, proponent.name_en, proponent.registration_code)


def outcomes_of(issuances: Iterable[Issuance]) -> list[Outcome]:
    """Reads each issuance's request, which must be selected with it."""
    made = []
    for issuance in issuances:
        outcome = issuance.request.verified_outcome
        made.append(
            Outcome(
                issuance=issuance,
                first_day=issuance.first_day,
                last_day=issuance.last_day,
                gross_t=outcome.gross_t,
                net_t=outcome.net_t,
                lower_t=outcome.p10_t,
                issued_t=issuance.quantity_t,
            )
        )
    return made


@dataclass(frozen=True)
class Year:
    """A calendar year: what the proponent estimated for it (None: nothing), and the credits of its vintage."""

    year: int
    estimated_t: Decimal | None
    issued_t: int


def years_of(project: Project) -> list[Year]:
    """The proponent's estimate by year, where one was declared, beside what was issued of each vintage."""
    newest = _estimates_of(project.pk)
    if not newest or not (declared := newest[0]):
        return []
    vintages = Allotment.objects.filter(issuance__project=project).order_by().values("vintage")
    issued = dict(vintages.annotate(t=Sum(LENGTH)).values_list("vintage", "t"))
    estimated = {int(year): Decimal(tonnes) for year, tonnes in declared.items()}
    return [Year(year, estimated.get(year), issued.get(year, 0)) for year in sorted({*estimated, *issued})]
