from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from registry.core import todo
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.todo import ToDo

_NEXT = {
    "open": ("periods.seal", _("Complete and seal the evidence")),
    "sealed": ("periods.submit", _("Submit the period")),
}


@todo.provider
def periods_to_bring_forward(actor: Actor) -> Iterable[ToDo]:
    """Open periods wait for their evidence, sealed ones with an official result for the representative."""
    if actor.organisation_id is None:
        return
    periods = MonitoringPeriod.objects.filter(project__proponent_id=actor.organisation_id, state__in=_NEXT)
    for period in periods.select_related("project", "station"):
        permission, title = _NEXT[period.state]
        if period.state == "sealed" and period.official_run_id is None:
            continue  # the calculation room asks for that
        if may(actor, permission, period):
            since = period.sealed_at or period.opened_at
            yield ToDo(title, str(period), reverse("periods:detail", args=[period.pk]), since)
