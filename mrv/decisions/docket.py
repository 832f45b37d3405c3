"""The docket: which cases wait for the authority, since when, until when, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.decisions.models import Hold, Review, StageLimit
from mrv.decisions.notice import last_day_of_notice
from mrv.decisions.states import OPEN, STAGES
from mrv.periods.models import MonitoringPeriod
from mrv.verification.models import Opinion
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.permissions import require
from registry.core.workdays import Calendar
from registry.projects.models import Project

WAITING = ("verified", "issuance_review")


@dataclass(frozen=True)
class Asked:
    """What the docket is narrowed to; an empty field narrows nothing."""

    county: str = ""
    kind: str = ""
    stage: str = ""
    only_overdue: bool = False

    def __post_init__(self) -> None:
        known = (("kind", Project.Kind.values), ("stage", [name for name, _label in STAGES]))
        for name, values in known:
            value = getattr(self, name)
            if value and value not in values:
                raise InvalidInput("FILTER_UNKNOWN", _("“%(value)s” is no value of this filter."), value=value)


@dataclass(frozen=True)
class DocketLine:
    """One verified period that waits for the authority."""

    period: MonitoringPeriod
    opinion: Opinion
    review: Review | None
    hold: Hold | None
    stage: str
    verified_at: datetime
    days_in_stage: int
    """Calendar days since the opinion, or since the step that the review has reached."""
    working_days_in_stage: int
    """Working days that count against the limit: not those of the public notice, nor those of a hold."""
    limit_working_days: int
    due_on: date
    overdue: bool
    notice_until: date
    notice_over: bool
    quantity_t: Decimal | None
    """The verified quantity, before whole tonnes are taken."""

    @property
    def stage_name(self) -> Any:
        return dict(STAGES)[self.stage]

    @property
    def urgency(self) -> tuple[bool, date, int]:
        """Sorts the most urgent first: what is on hold last, else by the day it is due."""
        return (self.hold is not None, self.due_on, self.period.pk)


def limits() -> dict[str, int]:
    """The published limit of each stage in working days."""
    newest: dict[str, int] = dict(settings.DOCKET_WORKING_DAYS)
    for row in StageLimit.objects.order_by("id"):
        newest[row.stage] = row.working_days
    return {stage: newest[stage] for stage, _label in STAGES}


def docket(actor: Actor, asked: Asked | None = None) -> list[DocketLine]:
    """The verified periods that are not decided yet, the most urgent first; for the authority alone."""
    require(actor, "decisions.view_docket")
    asked = asked or Asked()
    periods = MonitoringPeriod.objects.filter(state__in=WAITING).select_related(
        "project__proponent", "station", "verifier", "official_run__methodology"
    )
    if asked.county:
        periods = periods.filter(project__division_code=asked.county)
    if asked.kind:
        periods = periods.filter(project__kind=asked.kind)
    lines = [
        line
        for line in _lines(periods)
        if (not asked.stage or line.stage == asked.stage) and (not asked.only_overdue or line.overdue)
    ]
    return sorted(lines, key=lambda line: line.urgency)


def counties(actor: Actor) -> list[tuple[str, Project]]:
    """(division code, a project there) of the counties with a waiting case: what the filter offers."""
    require(actor, "decisions.view_docket")
    found = Project.objects.filter(periods__state__in=WAITING).order_by("division_code", "id")
    return list({project.division_code: project for project in found}.items())


def docket_line(period: MonitoringPeriod) -> DocketLine | None:
    """The same facts of one period; None where it does not wait for a decision."""
    return next(iter(_lines([period])), None) if period.state in WAITING else None


def _lines(periods: Iterable[MonitoringPeriod]) -> list[DocketLine]:
    periods = [period for period in periods if period.verified_at is not None]
    opinions = {
        opinion.assignment.period_id: opinion
        for opinion in Opinion.objects.filter(assignment__period__in=periods, state="signed").select_related(
            "assignment__body", "lead_signed_by", "reviewer_signed_by", "run"
        )
    }
    reviews = {
        review.period_id: review
        for review in Review.objects.filter(period__in=periods, state__in=OPEN)
        .select_related("begun_by", "prepared_by")
        .prefetch_related("holds")
    }
    calendar, allowed, now = Calendar(), limits(), clock.now()
    return [
        _line(period, opinions[period.pk], reviews.get(period.pk), calendar, allowed, now)
        for period in periods
        if period.pk in opinions
    ]


def _line(
    period: MonitoringPeriod,
    opinion: Opinion,
    review: Review | None,
    calendar: Calendar,
    allowed: dict[str, int],
    now: datetime,
) -> DocketLine:
    assert period.verified_at is not None
    stage, since = "begin", period.verified_at
    if review is not None:
        stage = "decide" if review.state == "prepared" else "prepare"
        since = review.prepared_at or review.begun_at
    today = _day(now)
    notice_until = last_day_of_notice(period, calendar)
    counted_from = max(_day(since), notice_until) if stage == "prepare" else _day(since)
    holds = list(review.holds.all()) if review is not None else []
    held = _held_days(holds, counted_from, today, calendar)
    hold = next((each for each in holds if each.state == "placed"), None)
    due_on = calendar.add(counted_from, allowed[stage] + held)
    return DocketLine(
        period=period,
        opinion=opinion,
        review=review,
        hold=hold,
        stage=stage,
        verified_at=period.verified_at,
        days_in_stage=(now - since).days,
        working_days_in_stage=max(0, calendar.between(counted_from, today) - held),
        limit_working_days=allowed[stage],
        due_on=due_on,
        overdue=hold is None and today > due_on,
        notice_until=notice_until,
        notice_over=today > notice_until,
        quantity_t=opinion.quantity_verified_t,
    )


def _held_days(holds: list[Hold], counted_from: date, today: date, calendar: Calendar) -> int:
    """Working days after ``counted_from`` on which a hold was in force."""
    days: set[date] = set()
    for hold in holds:
        last = _day(hold.lifted_at) if hold.lifted_at is not None else today
        day = max(_day(hold.placed_at), counted_from) + timedelta(days=1)
        while day <= last:
            if calendar.is_working(day):
                days.add(day)
            day += timedelta(days=1)
    return len(days)


def _day(at: datetime) -> date:
    return clock.day_of(at)
