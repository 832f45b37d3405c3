"""A reminder before data are lost: a station that fell silent, a calibration that runs out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Deployment, Station
from mrv.uploads.health import SILENT_AFTER, last_readings_of
from registry.core import clock, todo
from registry.core.actors import Actor
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.core.todo import ToDo

CALIBRATION_NOTICE = timedelta(days=30)
MOST_BY_NAME = 3
"""Silent stations that are listed one by one; more of them are one thing to look into."""


@todo.provider
def silent_stations(actor: Actor) -> Iterable[ToDo]:
    """Stations of registered projects from which nothing came for two weeks: storms are being lost."""
    stations, now = _stations_of(actor), clock.now()
    newest = last_readings_of(stations)
    silent = [
        (station, last)
        for station in stations
        if (last := newest.get(station.pk)) is not None and now - last >= SILENT_AFTER
    ]
    if len(silent) > MOST_BY_NAME:
        names = ", ".join(f"{station.project.code} {station.code}" for station, _last in silent)
        yield ToDo(
            _("No data from %(count)s stations") % {"count": len(silent)},
            names,
            reverse("projects:list"),
            min(last for _station, last in silent),
        )
        return
    for station, last in silent:
        detail = _("%(station)s: the last reading is of %(day)s.") % {
            "station": f"{station.code} {local_name(station)}",
            "day": f"{last.astimezone(ZoneInfo(station.zone)):%Y-%m-%d}",
        }
        yield ToDo(_("No data from a station"), detail, reverse("stations:detail", args=[station.pk]), last)


@todo.provider
def calibrations_due(actor: Actor) -> Iterable[ToDo]:
    """Sensors in the water whose calibration ends within a month, or has ended."""
    stations = {station.pk: station for station in _stations_of(actor)}
    today = clock.today()
    hanging = (
        Deployment.objects.filter(station__in=stations, deployed_to__isnull=True)
        .select_related("sensor")
        .annotate(until=Max("sensor__calibrations__expires_on"))
    )
    for deployment in hanging:
        until: date | None = deployment.until
        if until is None or until - today > CALIBRATION_NOTICE:
            continue
        station = stations[deployment.station_id]
        detail = _("%(sensor)s at %(station)s: its calibration counts until %(day)s.") % {
            "sensor": deployment.sensor,
            "station": f"{station.code} {local_name(station)}",
            "day": f"{until:%Y-%m-%d}",
        }
        url = reverse("stations:calibrate", args=[deployment.station_id, deployment.sensor_id])
        yield ToDo(_("Calibration due"), detail, url, deployment.deployed_from)


def _stations_of(actor: Actor) -> list[Station]:
    if actor.organisation_id is None:
        return []
    stations = Station.objects.filter(
        project__proponent_id=actor.organisation_id, project__state="registered"
    ).select_related("project")
    return [station for station in stations if may(actor, "stations.equip", station)]
