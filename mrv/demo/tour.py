"""Six cards that lead a visitor from the readings of a spring to a retired tonne, each to what was really seeded."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.decisions.models import Review
from mrv.periods.models import MonitoringPeriod
from registry.certificates.models import Certificate
from registry.credits.models import Retirement

VISITED = "tour_visited"
"""Key of the session: numbers of the cards that were opened."""


@dataclass(frozen=True)
class Seen:
    """What the cards lead to; missing where nothing was issued yet."""

    period: MonitoringPeriod
    certificate: Certificate
    retirement: Retirement | None

    @property
    def evidence(self) -> str:
        return reverse("publication:evidence", args=[self.period.project.code, self.period.number])


@dataclass(frozen=True)
class Stop:
    """One card: what it is about, what to look at there, and the page it leads to."""

    title: Any
    look_at: Any
    leads_to: Callable[[Seen], str]


STOPS = (
    Stop(
        _("The readings of a spring"),
        _("Rain, stage, conductivity and pH of a year: zoom into one storm and see the conductivity dip."),
        lambda seen: f"{seen.evidence}#hydrograph",
    ),
    Stop(
        _("The evidence of a period"),
        _("The bars from gross flux to the creditable tonnes; move κ in “What if” and see how much hangs on it."),
        lambda seen: f"{seen.evidence}#waterfall",
    ),
    Stop(
        _("The verification"),
        _("What another body asked and found, its signed statement, and the kit with which you can recompute it."),
        lambda seen: f"{seen.evidence}#findings",
    ),
    Stop(
        _("The decision and the issuance"),
        _("Two officials agreed: the project's page says what was issued, held, retired and kept as buffer."),
        lambda seen: reverse("public:project", args=[seen.period.project.code]),
    ),
    Stop(
        _("Is this certificate genuine?"),
        _("What its QR code opens: what the certificate is worth today, and a place to drop the PDF."),
        lambda seen: reverse("certificates:show", args=[seen.certificate.number]),
    ),
    Stop(
        _("Traded and retired"),
        _("Who used up which serials for whom: a tonne that is retired moves never again."),
        lambda seen: (
            reverse("credits:retirement", args=[seen.retirement.pk])
            if seen.retirement is not None
            else reverse("public:retirements")
        ),
    ),
)


@dataclass(frozen=True)
class Card:
    number: int
    stop: Stop
    visited: bool


def cards(visited: Collection[int]) -> list[Card]:
    """All cards, or none where this is no demonstration or nothing was issued in it yet."""
    if not settings.DEMO or seen() is None:
        return []
    return [Card(number, stop, number in visited) for number, stop in enumerate(STOPS, 1)]


def seen() -> Seen | None:
    """The demonstration's period whose credits were retired last, else the newest with credits."""
    retirement = Retirement.objects.order_by("-id").first()
    decided = (
        Review.objects.filter(state="decided", period__state="issued", period__project__is_demo=True)
        .exclude(certificate__issuance=None)
        .select_related("period__project", "certificate__issuance")
        .order_by("-id")
    )
    first_serial = retirement.serials[0].lower if retirement is not None else None
    review = decided.filter(certificate__issuance__serials__contains=first_serial).first() if first_serial else None
    review = review or decided.first()
    if review is None or review.certificate is None:
        return None
    return Seen(review.period, review.certificate, retirement)
