from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from mrv.decisions import states
from mrv.decisions.models import Review
from mrv.decisions.notice import last_day_of_notice, notice_runs
from mrv.decisions.outcome import outcome_of
from mrv.periods.models import MonitoringPeriod
from mrv.verification.models import Opinion
from mrv.verification.selectors import opinion_on
from registry.audit.models import Event
from registry.audit.selectors import history_of
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may, require
from registry.credits import services as credits
from registry.credits.allotment import Allotment


@dataclass(frozen=True)
class DocketLine:
    """One verified period that waits for the authority."""

    period: MonitoringPeriod
    opinion: Opinion
    review: Review | None
    verified_at: datetime
    days_in_stage: int
    """Calendar days since the opinion, or since the step that the review has reached."""
    notice_until: date
    notice_over: bool
    quantity_t: Decimal | None
    """The verified quantity, before whole tonnes are taken."""


def docket(actor: Actor) -> list[DocketLine]:
    """The verified periods that are not decided yet, the longest waiting first; for the authority alone."""
    require(actor, "decisions.view_docket")
    periods = (
        MonitoringPeriod.objects.filter(state__in=("verified", "issuance_review"))
        .select_related("project__proponent", "station", "verifier", "official_run__methodology")
        .order_by("verified_at", "id")
    )
    now = clock.now()
    lines = []
    for period in periods:
        opinion = opinion_on(period)
        if opinion is not None and period.verified_at is not None:
            lines.append(_line(period, opinion, now))
    return lines


def docket_line(period: MonitoringPeriod) -> DocketLine | None:
    """The same facts of one period; None where it does not wait for a decision."""
    opinion = opinion_on(period)
    if opinion is None or period.verified_at is None or period.state not in ("verified", "issuance_review"):
        return None
    return _line(period, opinion, clock.now())


def _line(period: MonitoringPeriod, opinion: Opinion, now: datetime) -> DocketLine:
    assert period.verified_at is not None
    review = open_review(period)
    since = period.verified_at
    if review is not None:
        since = review.prepared_at or review.begun_at
    last_day = last_day_of_notice(period)
    return DocketLine(
        period=period,
        opinion=opinion,
        review=review,
        verified_at=period.verified_at,
        days_in_stage=(now - since).days,
        notice_until=last_day,
        notice_over=not notice_runs(period),
        quantity_t=opinion.quantity_verified_t,
    )


def open_review(period: MonitoringPeriod) -> Review | None:
    return Review.objects.filter(period=period, state__in=("begun", "prepared")).select_related("begun_by").first()


def review_for(actor: Actor, pk: int) -> Review:
    review = (
        Review.objects.select_related(
            "period__project__proponent", "period__station", "period__verifier", "opinion__assignment", "request"
        )
        .filter(pk=pk)
        .first()
    )
    if review is None or not may(actor, "decisions.view", review):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return review


def acts_now(actor: Actor, review: Review) -> list[str]:
    """What this official may do with the review at this moment: what a page shows as buttons, and no more.

    Nothing is decided during the public notice, and nobody decides on what he or she reviewed or prepared.
    """
    acts = [transition.action for transition in states.REVIEW.actions_of(actor, review)]
    if notice_runs(review.period):
        acts = [act for act in acts if act == "return"]
    if actor.user_id in (review.prepared_by_id, review.begun_by_id):
        acts = [act for act in acts if act not in ("approve", "send_back")]
    if actor.user_id == review.prepared_by_id and review.request is not None:
        acts = [act for act in acts if act not in ("return", "refuse")]  # the issuance is another person's to end
    return acts


def planned_issuance(review: Review) -> Allotment:
    """What approving now would issue: whole tonnes, buffer, carried remainder, shares by vintage."""
    return credits.plan_issuance(review.period.project, outcome_of(review.opinion))


def history_of_review(review: Review) -> list[Event]:
    return history_of(review, review.period, review.opinion, *([review.request] if review.request else []))
