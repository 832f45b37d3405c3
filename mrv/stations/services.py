"""Stations of a project."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mrv.stations.location import check_location
from mrv.stations.models import Station
from mrv.stations.region_names import region_of
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import Project

CLOSED_PROJECT_STATES = ("withdrawn", "rejected", "revoked", "completed")


def require_working_project(project: Project) -> None:
    """Refuse when the project has ended: nothing more is measured for it."""
    if project.state in CLOSED_PROJECT_STATES:
        raise Refusal(
            "PROJECT_ENDED",
            _("The project %(project)s has ended (%(state)s); nothing can be added to it."),
            project=project.code,
            state=project.get_state_display(),
        )


@transaction.atomic
def create_station(
    *,
    actor: Actor,
    project: Project,
    code: str,
    name_zh: str,
    name_en: str,
    longitude_deg: Decimal,
    latitude_deg: Decimal,
    zone: str,
    catchment_area_km2: Decimal,
    kind: str = Station.Kind.SPRING,
    region: str = "",
) -> Station:
    """A station of the proponent's project. ``zone`` is an IANA name; the catchment lies within the project's,
    but for the kinds ``Station.BEYOND_PROJECT``."""
    project = lock(Project, project.pk)
    station = Station(
        project=project,
        code=code.strip(),
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        longitude_deg=longitude_deg,
        latitude_deg=latitude_deg,
        zone=zone,
        catchment_area_km2=catchment_area_km2,
        region=region_of(region),
    )
    require(actor, "stations.create", station)
    require_working_project(project)
    _check_area(station)
    if zone not in available_timezones():
        raise InvalidInput(
            "ZONE_UNKNOWN",
            _("“%(zone)s” is not a known time zone. Give an IANA name such as Asia/Shanghai."),
            zone=zone,
        )
    station.clean_fields(exclude=["project"])
    check_location(project, longitude_deg, latitude_deg, beyond_project=kind in Station.BEYOND_PROJECT)
    try:
        with transaction.atomic():
            station.save()
    except IntegrityError as error:
        raise InvalidInput(
            "STATION_CODE_TAKEN",
            _("The project already has a station with the code %(station)s. Choose another code."),
            station=station.code,
        ) from error
    record(
        actor,
        "stations.create",
        station,
        after={"code": station.code, "project": project.code, "catchment_area_km2": catchment_area_km2, "zone": zone},
    )
    return station


def _check_area(station: Station) -> None:
    area = station.catchment_area_km2
    if area <= 0:
        raise InvalidInput(
            "AREA_NOT_POSITIVE",
            _("The catchment area is %(area)s km²; it must be greater than zero. Correct the area."),
            area=area,
        )
    if area > station.project.area_km2 and station.kind not in Station.BEYOND_PROJECT:
        raise InvalidInput(
            "AREA_BEYOND_PROJECT",
            _(
                "The station's catchment (%(area)s km²) is larger than the project's (%(project_area)s km²). "
                "Correct the area."
            ),
            area=area,
            project_area=station.project.area_km2,
        )
