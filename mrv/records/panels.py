from __future__ import annotations

from typing import Any

from mrv.records.presentation import kinds_of_station
from mrv.records.selectors import may_see
from mrv.stations.models import Station
from registry.core import panels
from registry.core.actors import Actor


def station_panel(actor: Actor, station: Station) -> dict[str, Any] | None:
    """What the methodology asks for, and what is there; for those who may see records at all."""
    if not may_see(actor, station):
        return None
    lines = kinds_of_station(actor, station)
    return {
        "station": station,
        "lines": [line for line in lines if line["asked"] or line["accepted"] or line["waiting"]],
    }


panels.register("station", "records/_of_station.html", station_panel, order=12)
