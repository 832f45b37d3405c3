"""The crediting periods of a project, one after the other: the registered one, then each approved renewal's.

A project's own columns are its first crediting period and never change; every renewal stands in a row of its own
(:class:`registry.projects.models.Renewal`) with the methodology version, baseline and additionality of its span.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.errors import InvalidInput
from registry.projects.models import Project, ProjectDocument


@dataclass(frozen=True)
class CreditingPeriod:
    """Whole days, both inside, and what is counted by in them."""

    number: int
    start: date
    end: date
    methodology_id: str
    methodology_version: str
    methodology_digest: str
    renewal_id: int | None = None
    """None for the one of the registration."""

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True)
class MethodologyInForce:
    identifier: str
    version: str
    digest: str


InForce = Callable[[str], MethodologyInForce | None]
_in_force: list[InForce] = []


def tell_in_force(function: InForce) -> InForce:
    """Decorator: the work floor tells which version of a methodology is in force today; the record knows none."""
    _in_force[:] = [function]
    return function


def methodology_in_force(identifier: str) -> MethodologyInForce | None:
    """The version of this methodology that is in force today, or None."""
    return next((function(identifier) for function in _in_force), None)


def crediting_periods(project: Project) -> list[CreditingPeriod]:
    """All of them in order of time, without gap or overlap; the database holds that (``renewal_follows``)."""
    first = CreditingPeriod(
        1,
        project.crediting_start,
        project.crediting_end,
        project.methodology_id,
        project.methodology_version,
        project.methodology_digest,
    )
    renewals = project.renewals.filter(state="approved").order_by("starts_on")
    renewed = renewals.values_list(
        "starts_on", "ends_on", "methodology_id", "methodology_version", "methodology_digest", "pk"
    )
    return [first, *(CreditingPeriod(number, *each) for number, each in enumerate(renewed, start=2))]


def in_force(project: Project, day: date | None = None) -> CreditingPeriod:
    """The crediting period that holds ``day`` (today without one); the nearest one where none holds it."""
    spans = crediting_periods(project)
    if len(spans) == 1:
        return spans[0]
    asked = day or clock.today()
    begun = [span for span in spans if span.start <= asked]
    return begun[-1] if begun else spans[0]


def require_inside(project: Project, first_day: date, last_day: date) -> CreditingPeriod:
    """The crediting period that holds both days.

    Raises InvalidInput PERIOD_OUTSIDE_CREDITING, PERIOD_ACROSS_RENEWAL.
    """
    spans = crediting_periods(project)
    for span in spans:
        if span.holds(first_day) and span.holds(last_day):
            return span
    if spans[0].start <= first_day and last_day <= spans[-1].end:
        span = next(each for each in spans if each.holds(first_day))
        raise InvalidInput(
            "PERIOD_ACROSS_RENEWAL",
            _("%(first)s to %(last)s lies in two crediting periods; one ends on %(end)s. Make two periods of it."),
            first=f"{first_day:%Y-%m-%d}",
            last=f"{last_day:%Y-%m-%d}",
            end=f"{span.end:%Y-%m-%d}",
        )
    raise InvalidInput(
        "PERIOD_OUTSIDE_CREDITING",
        _("%(first)s to %(last)s is not inside the crediting period %(start)s to %(end)s. Correct the dates."),
        first=f"{first_day:%Y-%m-%d}",
        last=f"{last_day:%Y-%m-%d}",
        start=f"{spans[0].start:%Y-%m-%d}",
        end=f"{spans[-1].end:%Y-%m-%d}",
    )


def baseline_of(project: Project, first_day: date) -> ProjectDocument | None:
    """The baseline document that counts for a period from ``first_day`` on: a renewal has re-stated it."""
    span = in_force(project, first_day)
    documents = project.documents.filter(kind=ProjectDocument.Kind.BASELINE).order_by("-id")
    if span.renewal_id is not None:
        return documents.filter(renewals=span.renewal_id).first()
    return documents.filter(renewals=None).first()


# --- renewal ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """When a renewal may be asked for, and the crediting period that it would begin."""

    opens_on: date
    closes_on: date
    starts_on: date
    ends_on: date
    renewals_left: int

    @property
    def is_open(self) -> bool:
        return self.renewals_left > 0 and self.opens_on <= clock.today() <= self.closes_on


def window_of(project: Project) -> Window:
    """By the published settings: how long before the end it opens and closes, how long a renewal is, how many."""
    spans = crediting_periods(project)
    end = spans[-1].end
    start = end + timedelta(days=1)
    return Window(
        opens_on=end - timedelta(days=settings.CREDITING_RENEWAL_OPENS_DAYS),
        closes_on=end - timedelta(days=settings.CREDITING_RENEWAL_CLOSES_DAYS),
        starts_on=start,
        ends_on=_years_later(start, settings.CREDITING_RENEWAL_YEARS) - timedelta(days=1),
        renewals_left=max(settings.CREDITING_RENEWALS_LIMIT - (len(spans) - 1), 0),
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year without one
        return date(day.year + years, 3, 1)
