from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.runs.models import Run
from mrv.runs.selectors import newest_official
from registry.core import todo
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.todo import ToDo


@todo.provider
def calculations_to_start(actor: Actor) -> Iterable[ToDo]:
    """Sealed periods without an official result whose calculation was not started, or failed."""
    if actor.organisation_id is None:
        return
    periods = MonitoringPeriod.objects.filter(
        project__proponent_id=actor.organisation_id, state="sealed", official_run__isnull=True
    )
    for period in periods.select_related("project", "station"):
        run = newest_official(period)
        if run is not None and run.state != "failed":
            continue
        if may(actor, "runs.request_official", Run(period=period, kind=Run.Kind.OFFICIAL)):
            title = _("Start the official calculation") if run is None else _("The official calculation failed")
            since = period.sealed_at or period.opened_at
            yield ToDo(title, str(period), reverse("periods:detail", args=[period.pk]), since)
