"""What a station's readings of a period were made with, as the bundle holds it (``calculations.equipment``)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from mrv.periods.plain import plain_decimal
from mrv.stations.models import Calibration, Deployment, FieldVisit, Station
from mrv.uploads.content import instant


def equipment_record(station: Station, start: datetime, end: datetime) -> dict[str, Any] | None:
    """The sensors that hung there in ``[start, end)``, their calibrations, the visits; None where there is nothing.

    Calibrations count that were made before the end, by the station's days. Visits: those in the span and the nearest
    on either side, for a drift is anchored on them; one that a later record replaced is left out.
    """
    deployments = list(
        Deployment.objects.filter(
            Q(deployed_to__isnull=True) | Q(deployed_to__gt=start), station=station, deployed_from__lt=end
        ).select_related("sensor")
    )
    calibrations = Calibration.objects.filter(
        sensor__in={deployment.sensor_id for deployment in deployments},
        calibrated_on__lt=end.astimezone(ZoneInfo(station.zone)).date(),
    ).select_related("sensor")
    record = {
        "deployments": [_deployment(each) for each in deployments],
        "calibrations": [_calibration(each) for each in calibrations],
        "visits": [_visit(each) for each in _visits(station, start, end)],
    }
    order = {
        "deployments": ("parameter", "from", "serial_number"),
        "calibrations": ("parameter", "serial_number", "calibrated_on", "expires_on"),
        "visits": ("at", "visitor"),
    }
    for name, fields in order.items():
        record[name].sort(key=lambda row, fields=fields: [str(row[field]) for field in fields])
    return record if any(record.values()) else None


def _visits(station: Station, start: datetime, end: datetime) -> list[FieldVisit]:
    standing = FieldVisit.objects.filter(station=station, replaced_by=None).prefetch_related("photos")
    inside = list(standing.filter(visited_at__gte=start, visited_at__lt=end))
    before = standing.filter(visited_at__lt=start).order_by("-visited_at", "-id").first()
    after = standing.filter(visited_at__gte=end).order_by("visited_at", "id").first()
    return [*inside, *(visit for visit in (before, after) if visit is not None)]


def _deployment(deployment: Deployment) -> dict[str, Any]:
    sensor = deployment.sensor
    return {
        "parameter": sensor.parameter,
        "maker": sensor.maker,
        "model": sensor.model,
        "serial_number": sensor.serial_number,
        "unit": sensor.unit,
        "range_low": plain_decimal(sensor.range_low),
        "range_high": plain_decimal(sensor.range_high),
        "resolution": plain_decimal(sensor.resolution),
        "accuracy": plain_decimal(sensor.accuracy),
        "vented": sensor.vented,
        "from": instant(deployment.deployed_from),
        "to": instant(deployment.deployed_to) if deployment.deployed_to else None,
        "datum_m": plain_decimal(deployment.datum_m),
        "note": deployment.note,
    }


def _calibration(calibration: Calibration) -> dict[str, Any]:
    certificate = None
    if calibration.certificate_sha256:
        certificate = {"file": calibration.certificate_name, "sha256": calibration.certificate_sha256}
    return {
        "parameter": calibration.sensor.parameter,
        "serial_number": calibration.sensor.serial_number,
        "calibrated_on": calibration.calibrated_on.isoformat(),
        "expires_on": calibration.expires_on.isoformat(),
        "laboratory": calibration.laboratory,
        "result": calibration.result,
        "certificate": certificate,
    }


def _visit(visit: FieldVisit) -> dict[str, Any]:
    def read(value: Decimal | None) -> str:
        return "" if value is None else plain_decimal(value)

    photographs = [{"file": photo.file_name, "sha256": photo.sha256} for photo in visit.photos.all()]
    return {
        "at": instant(visit.visited_at),
        "visitor": visit.visitor,
        "staff_gauge_m": read(visit.staff_gauge_m),
        "water_temperature_c": read(visit.water_temperature_c),
        "ph": read(visit.ph),
        "ec25_us_cm": read(visit.ec25_us_cm),
        "cleaned": visit.cleaned,
        "note": visit.note,
        "photographs": sorted(photographs, key=lambda item: (item["file"], item["sha256"])),
    }
