from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Deployment
from registry.core import clock, deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.core.permissions import may


@deadlines.provider
def calibrations(actor: Actor) -> Iterator[Deadline]:
    """Sensors that hang at the proponent's stations and whose newest calibration ends soon or has ended."""
    if actor.organisation_id is None or not actor.organisation_approved:
        return
    hanging = (
        Deployment.objects.filter(
            deployed_to=None,
            station__project__proponent_id=actor.organisation_id,
            station__project__state="registered",
        )
        .annotate(counts_until=Max("sensor__calibrations__expires_on"))
        .filter(counts_until__lte=clock.today() + deadlines.SOON)
        .select_related("sensor__project", "station__project")
        .order_by("counts_until")
    )
    for deployment in hanging[: deadlines.MOST]:
        yield Deadline(
            kind="calibration_end",
            subject=deadlines.subject_of(deployment.sensor),
            title=_("The calibration of a sensor ends"),
            detail=f"{deployment.sensor} · {deployment.station.code}",
            url=reverse("stations:detail", args=[deployment.station_id]),
            due=deadlines.end_of(deployment.counts_until),
            acts=may(actor, "stations.equip", deployment.station),
        )
