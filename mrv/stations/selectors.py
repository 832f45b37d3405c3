from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Deployment, FieldVisit, Sensor, Station, StationToken, VisitPhoto
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.geography.coarse import coarse
from registry.core.permissions import may, require
from registry.projects.models import Project


def stations_of(actor: Actor, project: Project) -> QuerySet[Station]:
    """The project's stations; none where the actor may not see the project."""
    stations = Station.objects.filter(project=project).select_related("project")
    return stations if may(actor, "projects.view", project) else stations.none()


def station_for(actor: Actor, pk: int) -> Station:
    station = Station.objects.select_related("project").filter(pk=pk).first()
    if station is None or not may(actor, "stations.view", station):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return station


def place_for(actor: Actor, station: Station) -> tuple[Decimal, Decimal]:
    """Longitude and latitude in degrees (CGCS2000); rounded to 0.05 for whom it is not to be told exactly."""
    place = (station.longitude_deg, station.latitude_deg)
    return place if may(actor, "stations.view_place", station) else (coarse(place[0]), coarse(place[1]))


def station_to_equip(actor: Actor, pk: int) -> Station:
    station = station_for(actor, pk)
    require(actor, "stations.equip", station)
    return station


def station_to_visit(actor: Actor, pk: int) -> Station:
    station = station_for(actor, pk)
    require(actor, "stations.visit", station)
    return station


def deployment_for(actor: Actor, pk: int) -> Deployment:
    deployment = Deployment.objects.select_related("sensor", "station__project").filter(pk=pk).first()
    if deployment is None or not may(actor, "stations.view", deployment.station):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return deployment


def deployment_to_end(actor: Actor, pk: int) -> Deployment:
    deployment = deployment_for(actor, pk)
    require(actor, "stations.equip", deployment.station)
    return deployment


def sensors_at(actor: Actor, station: Station) -> QuerySet[Sensor]:
    """The sensors that hang or hung at the station; all of its project's for those who may hang them."""
    sensors = Sensor.objects.filter(project_id=station.project_id)
    if may(actor, "stations.equip", station):
        return sensors
    return sensors.filter(pk__in=station.deployments.values("sensor"))


def sensor_seen(actor: Actor, station: Station, pk: int) -> Sensor:
    sensor = sensors_at(actor, station).filter(pk=pk).first()
    if sensor is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return sensor


def sensor_of(station: Station, pk: int) -> Sensor:
    sensor = Sensor.objects.filter(project_id=station.project_id, pk=pk).first()
    if sensor is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return sensor


def token_to_revoke(actor: Actor, pk: int) -> StationToken:
    token = StationToken.objects.select_related("station__project").filter(pk=pk).first()
    if token is None or not may(actor, "stations.equip", token.station):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return token


def photo_for(actor: Actor, pk: int) -> VisitPhoto:
    photo = VisitPhoto.objects.select_related("visit__station__project").filter(pk=pk).first()
    if photo is None or not may(actor, "stations.view", photo.visit):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return photo


def visit_of(station: Station, pk: int) -> FieldVisit:
    """A visit to this station."""
    visit = FieldVisit.objects.filter(station=station, pk=pk).first()
    if visit is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return visit


def visits_of(station: Station) -> QuerySet[FieldVisit]:
    """The visits that stand: those replaced by a later entry are left out. Newest first."""
    return station.visits.filter(replaced_by__isnull=True).prefetch_related("photos")


def equipment_of(actor: Actor, station: Station) -> dict[str, Any]:
    """What hangs at a station, its calibrations, its visits, and what this actor may add."""
    can_equip = may(actor, "stations.equip", station)
    deployments = list(
        station.deployments.select_related("sensor")
        .annotate(calibrated_until=Max("sensor__calibrations__expires_on"))
        .order_by("-deployed_from", "-pk")
    )
    return {
        "deployments": deployments,
        "has_sensors": can_equip and station.project.sensors.exists(),
        "visits": visits_of(station)[:20],
        "tokens": station.tokens.all() if can_equip else (),
        "can_equip": can_equip,
        "can_visit": may(actor, "stations.visit", station),
        "today": clock.today(ZoneInfo(station.zone)),
    }
