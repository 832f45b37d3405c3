"""Sensors of a project, where they hang, and their calibrations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mrv.stations import afterwards
from mrv.stations.models import OLDEST_DEPLOYMENT, Calibration, Deployment, Sensor, Station
from mrv.stations.services import require_working_project
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import Project


@transaction.atomic
def add_sensor(
    *,
    actor: Actor,
    project: Project,
    parameter: str,
    maker: str,
    model: str,
    serial_number: str,
    range_low: Decimal,
    range_high: Decimal,
    resolution: Decimal,
    accuracy: Decimal,
    vented: bool | None = None,
) -> Sensor:
    """A sensor of the proponent's project; range, resolution and accuracy in the quantity's unit."""
    project = lock(Project, project.pk)
    sensor = Sensor(
        project=project,
        parameter=parameter,
        maker=maker,
        model=model,
        serial_number=serial_number.strip(),
        range_low=range_low,
        range_high=range_high,
        resolution=resolution,
        accuracy=accuracy,
        vented=vented,
    )
    require(actor, "stations.equip", sensor)
    require_working_project(project)
    if range_high <= range_low or resolution <= 0 or accuracy <= 0:
        raise InvalidInput(
            "SENSOR_RANGE",
            _("The range must rise, resolution and accuracy must be greater than zero. Copy them from the data sheet."),
        )
    try:
        with transaction.atomic():
            sensor.save()
    except IntegrityError as error:
        raise InvalidInput(
            "SENSOR_KNOWN",
            _("The project already has a sensor %(serial)s for this quantity. Choose it instead of adding it again."),
            serial=sensor.serial_number,
        ) from error
    record(actor, "stations.equip", sensor, after={"serial_number": sensor.serial_number, "parameter": parameter})
    return sensor


@transaction.atomic
def deploy_sensor(
    *,
    actor: Actor,
    station: Station,
    sensor: Sensor,
    deployed_from: datetime,
    datum_m: Decimal = Decimal(0),
    note: str = "",
) -> Deployment:
    """Hang a sensor at a station. A sensor that still hangs somewhere is refused: end that deployment first."""
    station, sensor = lock(Station, station.pk), lock(Sensor, sensor.pk)
    require(actor, "stations.equip", station)
    require_working_project(station.project)
    if sensor.project_id != station.project_id:
        raise InvalidInput("SENSOR_OF_OTHER_PROJECT", _("This sensor belongs to another project. Choose another."))
    _refuse_future(deployed_from)
    if deployed_from < OLDEST_DEPLOYMENT:
        raise InvalidInput("DEPLOYMENT_TOO_EARLY", _("A deployment begins in 1970 or later. Correct the time."))
    try:
        with transaction.atomic():
            deployment = Deployment.objects.create(
                sensor=sensor, station=station, deployed_from=deployed_from, datum_m=datum_m, note=note
            )
    except IntegrityError as error:
        raise Refusal(
            "SENSOR_DEPLOYED",
            _("The sensor %(serial)s hangs at another place at that time. End that deployment first."),
            serial=sensor.serial_number,
        ) from error
    record(
        actor,
        "stations.deploy",
        station,
        after={"sensor": sensor.serial_number, "from": deployed_from.isoformat(), "datum_m": datum_m},
    )
    afterwards.station_changed(actor, station)
    return deployment


@transaction.atomic
def end_deployment(*, actor: Actor, deployment: Deployment, deployed_to: datetime) -> Deployment:
    """The sensor was taken away. Ended once."""
    deployment = lock(Deployment, deployment.pk)
    require(actor, "stations.equip", deployment.station)
    if deployment.deployed_to is not None:
        raise Refusal("DEPLOYMENT_ENDED", _("This deployment has ended already. Nothing was changed."))
    _refuse_future(deployed_to)
    if deployed_to <= deployment.deployed_from:
        raise InvalidInput("DEPLOYMENT_SPAN", _("A deployment ends after it begins. Correct the time."))
    deployment.deployed_to = deployed_to
    deployment.save(update_fields=["deployed_to"])
    record(
        actor,
        "stations.end_deployment",
        deployment.station,
        after={"sensor": deployment.sensor.serial_number, "to": deployed_to.isoformat()},
    )
    afterwards.station_changed(actor, deployment.station)
    return deployment


@transaction.atomic
def record_calibration(
    *,
    actor: Actor,
    sensor: Sensor,
    calibrated_on: date,
    expires_on: date,
    laboratory: str,
    result: str = "",
    certificate_name: str = "",
    certificate: bytes = b"",
) -> Calibration:
    """A calibration with its certificate (any file), kept by digest."""
    sensor = lock(Sensor, sensor.pk)
    require(actor, "stations.equip", sensor)
    if expires_on <= calibrated_on:
        raise InvalidInput("CALIBRATION_SPAN", _("A calibration counts until a day after it. Correct the dates."))
    if calibrated_on > _today_at(sensor):
        raise InvalidInput("IN_THE_FUTURE", _("The time lies in the future. Correct it."))
    calibration = Calibration.objects.create(
        sensor=sensor,
        calibrated_on=calibrated_on,
        expires_on=expires_on,
        laboratory=laboratory,
        result=result,
        certificate_name=certificate_name if certificate else "",
        certificate_sha256=store.put(certificate) if certificate else "",
    )
    record(
        actor,
        "stations.calibrate",
        sensor,
        after={
            "calibrated_on": calibrated_on.isoformat(),
            "expires_on": expires_on.isoformat(),
            "certificate_sha256": calibration.certificate_sha256,
        },
    )
    return calibration


def _today_at(sensor: Sensor) -> date:
    """The day where the sensor hangs or hung last; the programme's before it ever did."""
    newest = sensor.deployments.select_related("station").order_by("-deployed_from", "-pk").first()
    return clock.today(ZoneInfo(newest.station.zone)) if newest is not None else clock.today()


def _refuse_future(moment: datetime) -> None:
    if moment > clock.now():
        raise InvalidInput("IN_THE_FUTURE", _("The time lies in the future. Correct it."))
