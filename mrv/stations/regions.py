"""Which region a station belongs to."""

from __future__ import annotations

from django.db import transaction

from mrv.stations.models import Station
from mrv.stations.region_names import region_of
from mrv.stations.services import require_working_project
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.locking import lock
from registry.core.permissions import require


@transaction.atomic
def place_in_region(*, actor: Actor, station: Station, region: str) -> Station:
    """Say which region a station belongs to; an empty text takes it out of all."""
    station = lock(Station, station.pk)
    require(actor, "stations.equip", station)
    require_working_project(station.project)
    before, station.region = station.region, region_of(region)
    if station.region != before:
        station.save(update_fields=["region"])
        record(actor, "stations.place", station, before={"region": before}, after={"region": station.region})
    return station
