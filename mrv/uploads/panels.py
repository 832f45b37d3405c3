from __future__ import annotations

from typing import Any

from mrv.stations.models import Station
from mrv.uploads.health import health_of
from mrv.uploads.models import ReceivedFile, Upload
from mrv.uploads.selectors import uploads_of
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may


def files_panel(actor: Actor, station: Station) -> dict[str, Any] | None:
    """The station's files, for those who may see them at all."""
    file = Upload(project=station.project, station=station)
    if not may(actor, "uploads.view", file):
        return None
    return {
        "station": station,
        "uploads": uploads_of(actor, station),
        "kinds": [choice for choice in Upload.Kind.choices if choice[0] != Upload.Kind.BASELINE],
        "waiting": ReceivedFile.objects.filter(station=station, state="waiting")[:20]
        if may(actor, "uploads.create", file)
        else (),
        "can_upload": may(actor, "uploads.create", file),
    }


def health_panel(actor: Actor, station: Station) -> dict[str, Any] | None:
    if not may(actor, "uploads.view", Upload(project=station.project, station=station)):
        return None
    return {"station": station, "health": health_of(station)}


panels.register("station", "uploads/_health.html", health_panel, order=5)
panels.register("station", "uploads/_of_station.html", files_panel, order=10)
