"""A finished month of telemetry becomes a file of its station, received like any other; the hot rows are then gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from mrv.stations.models import Station, StationToken, TelemetryReading
from mrv.stations.telemetry import FIELDS
from mrv.uploads.models import Upload
from mrv.uploads.readers import karst_template
from mrv.uploads.services import receive_upload
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import Refusal
from registry.core.locking import lock

GRACE = timedelta(days=3)
"""How long after its end a month waits for late messages; what comes later becomes another file."""


def months_to_seal() -> list[tuple[Station, datetime, datetime]]:
    """(station, start, end) of every month that is over, grace included, and still has hot readings."""
    now = clock.now()
    found = []
    for station in Station.objects.filter(telemetry__isnull=False).distinct().select_related("project"):
        zone = ZoneInfo(station.zone)
        for start in station.telemetry.datetimes("at", "month", tzinfo=zone):
            end = (start + timedelta(days=32)).replace(day=1)
            if end + GRACE <= now:
                found.append((station, start, end))
    return found


@transaction.atomic
def seal_month(*, station: Station, start: datetime, end: datetime) -> Upload | None:
    """Write the month's readings as a file of our own template and receive it; None when somebody else just did.

    The file is received in the name of whoever issued the station's newest token. The readings leave the hot table
    in the same transaction.
    """
    station = lock(Station, station.pk)
    rows = list(TelemetryReading.objects.filter(station=station, at__gte=start, at__lt=end).order_by("at"))
    if not rows:
        return None
    upload = receive_upload(
        actor=_in_the_name_of(station),
        station=station,
        kind=Upload.Kind.LOGGER,
        file_name=f"telemetry_{station.code}_{start:%Y-%m}_{rows[0].pk}.csv",
        data=_as_file(station, rows),
    )
    TelemetryReading.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return upload


def seal_finished_months() -> list[Upload]:
    """Seal whatever is over; a month that is refused stays in the hot table and is tried again."""
    sealed = []
    for station, start, end in months_to_seal():
        try:
            upload = seal_month(station=station, start=start, end=end)
        except Refusal:
            continue
        if upload is not None:
            sealed.append(upload)
    return sealed


def _as_file(station: Station, rows: list[TelemetryReading]) -> bytes:
    zone = ZoneInfo(station.zone)
    lines = [karst_template.HEADER_LINE]
    for row in rows:
        values = (row.readings.get(name, "") for name in FIELDS)
        lines.append(",".join((row.at.astimezone(zone).isoformat(), *values)))
    return ("\n".join(lines) + "\n").encode()


def _in_the_name_of(station: Station) -> Actor:
    token = StationToken.objects.filter(station=station).select_related("created_by").latest("pk")
    return Actor(
        name=str(token.created_by),
        user_id=token.created_by_id,
        organisation_id=station.project.proponent_id,
        organisation_approved=True,
        roles=frozenset({"system"}),
    )
