"""The public notice of a verified result: so many working days must pass before anybody decides on it."""

from __future__ import annotations

from datetime import date, datetime, time

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from registry.core import clock, workdays
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import Refusal


def last_day_of_notice(period: MonitoringPeriod, calendar: workdays.Calendar | None = None) -> date:
    """The last working day of the notice; the day of the verification itself does not count.

    Who asks for many periods gives the ``calendar``, which is then read once.
    """
    assert period.verified_at is not None
    verified_on = clock.day_of(period.verified_at)
    if calendar is not None:
        return calendar.add(verified_on, settings.PUBLIC_NOTICE_WORKING_DAYS)
    return workdays.add_working_days(verified_on, settings.PUBLIC_NOTICE_WORKING_DAYS)


def notice_end(period: MonitoringPeriod) -> datetime:
    """The instant after which the period may be decided."""
    return datetime.combine(last_day_of_notice(period), time.max, PROGRAMME_ZONE)


def notice_runs(period: MonitoringPeriod) -> bool:
    """Whether a verified period is under public notice now; decided or returned ones are not."""
    if period.verified_at is None:
        return False
    return clock.today() <= last_day_of_notice(period)


def refuse_during_notice(period: MonitoringPeriod) -> None:
    if notice_runs(period):
        raise Refusal(
            "NOTICE_NOT_OVER",
            _("The result is under public notice until %(day)s (end of day). Decide after that day."),
            day=last_day_of_notice(period),
        )
