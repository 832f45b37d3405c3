"""Revision n+1 of a period whose data must change while it is verified; revision n stays as it was, for reading."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod, PeriodStation
from mrv.periods.selectors import live_periods
from mrv.periods.states import PERIOD
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.crediting import in_force
from registry.projects.models import Project

ONE_DAY = timedelta(days=1)
KEPT = ("project", "station", "number", "first_day", "last_day", "start", "end", "zone")


@transaction.atomic
def open_revision(*, actor: Actor, period: MonitoringPeriod, reason: str) -> MonitoringPeriod:
    """End this revision and open the next one over exactly its days, at the same stations.

    The old bundle, run and findings stay readable. Raises IllegalTransition unless the period has findings to answer,
    Refusal PROJECT_ENDED where the project is neither registered nor suspended, InvalidInput REASON_MISSING.
    """
    project = lock(Project, period.project_id)
    period = lock(MonitoringPeriod, period.pk)
    require(actor, "periods.revise", period)
    reason = needed_text(reason, "REASON_MISSING", _("Say why."))
    if project.state not in ("registered", "suspended"):  # a suspended project goes on answering its findings
        raise Refusal(
            "PROJECT_ENDED",
            _("The project is “%(state)s”; its periods are not revised any more."),
            state=project.get_state_display(),
        )
    before = PERIOD.move(period, "replace")
    following = MonitoringPeriod.objects.create(
        revision=period.revision + 1, **{name: getattr(period, name) for name in KEPT}
    )
    for further in period.further_stations.all():
        PeriodStation.objects.create(
            period=following, station=further.station, role=further.role, named_by_id=further.named_by_id
        )
    record(
        actor,
        "periods.replace",
        period,
        before={"state": before, "bundle_digest": period.bundle_digest},
        after={"state": period.state, "revision": following.pk},
        reason=reason,
    )
    record(
        actor,
        "periods.open",
        following,
        after={"number": following.number, "revision": following.revision, "instead_of": period.pk},
        reason=reason,
    )
    return following


def refuse_gap(period: MonitoringPeriod) -> None:
    """The periods of a project follow each other from the start of its crediting period: none is submitted before the
    days ahead of it have one. Refusal ``DAYS_BEFORE_MISSING`` names the first day without a period."""
    missing = in_force(period.project, period.first_day).start
    for first_day, last_day in (
        live_periods(period.project)
        .filter(first_day__gte=missing, last_day__lt=period.first_day)
        .order_by("first_day")
        .values_list("first_day", "last_day")
    ):
        if first_day > missing:
            break
        missing = max(missing, last_day + ONE_DAY)  # springs may share days
    if missing < period.first_day:
        raise Refusal(
            "DAYS_BEFORE_MISSING",
            _("No period of this project holds %(day)s, which lies before this one. Open a period over it first."),
            day=f"{missing:%Y-%m-%d}",
        )
