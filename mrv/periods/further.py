"""The further stations of a period: named in their role, or taken off, until the evidence is sealed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.methodologies import Methodology
from mrv.methodologies.selectors import methodology_of, read_version
from mrv.periods.further_lines import roles_of
from mrv.periods.models import MonitoringPeriod, PeriodStation, StationRole
from mrv.stations.location import in_catchment
from mrv.stations.models import Station
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import Project


@transaction.atomic
def name_station(*, actor: Actor, period: MonitoringPeriod, role: str, station: Station) -> PeriodStation:
    """Name the station that measures in a role over this period's days; it takes the place of one named before.

    The station belongs to a project of the period's proponent. Raises InvalidInput ROLE_NOT_ASKED,
    STATION_NAMED_ALREADY, CONTROL_INSIDE_CATCHMENT; NotVisible for a station of anybody else; Refusal PERIOD_SEALED.
    """
    period = _open_to(actor, period)
    methodology = read_version(methodology_of(period.project, period.first_day))
    if role not in roles_of(methodology):
        raise InvalidInput(
            "ROLE_NOT_ASKED",
            _("%(methodology)s asks for no station in this role. Nothing was changed."),
            methodology=f"{methodology.id} {methodology.version}",
        )
    if station.project.proponent_id != period.project.proponent_id:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    others = PeriodStation.objects.filter(period=period).exclude(role=role)
    if station.pk == period.station_id or others.filter(station=station).exists():
        raise InvalidInput(
            "STATION_NAMED_ALREADY",
            _("The station %(station)s measures in this period already. Choose another one."),
            station=station.code,
        )
    if role == StationRole.CONTROL and in_catchment(period.project, station.longitude_deg, station.latitude_deg):
        raise InvalidInput(
            "CONTROL_INSIDE_CATCHMENT",
            _(
                "The station %(station)s lies in the project's own catchment: what the project does there would "
                "show in it. A control catchment lies outside; choose another station."
            ),
            station=station.code,
        )
    before = PeriodStation.objects.filter(period=period, role=role).select_related("station").first()
    if before is not None and before.station_id == station.pk:
        return before
    if before is not None:
        before.delete()
    named = PeriodStation.objects.create(period=period, role=role, station=station, named_by_id=actor.user_id)
    record(
        actor,
        "periods.name_station",
        period,
        before={"role": role, "station": before.station.code} if before else None,
        after={"role": role, "station": station.code, "station_id": station.pk},
    )
    return named


@transaction.atomic
def drop_station(*, actor: Actor, period: MonitoringPeriod, role: str) -> None:
    """Take the station of a role off the period. Raises Refusal PERIOD_SEALED, NotVisible where none is named."""
    period = _open_to(actor, period)
    named = PeriodStation.objects.filter(period=period, role=role).select_related("station").first()
    if named is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    named.delete()
    record(actor, "periods.drop_station", period, before={"role": role, "station": named.station.code})


def candidates(actor: Actor, period: MonitoringPeriod) -> list[Station]:
    """The stations that this actor may name: all of the proponent's projects but the period's own station."""
    stations = Station.objects.filter(project__proponent_id=period.project.proponent_id).exclude(pk=period.station_id)
    return list(stations.select_related("project").order_by("project__code", "code"))


def methodology_of_period(period: MonitoringPeriod) -> Methodology | None:
    """The methodology that the period's project follows; None where it follows none that can be used."""
    try:
        return read_version(methodology_of(period.project, period.first_day))
    except Refusal:
        return None


def _open_to(actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """The period, locked (its project's row first: one order everywhere), if this actor may change its stations."""
    lock(Project, period.project_id)
    period = lock(MonitoringPeriod, period.pk)
    require(actor, "periods.name_station", period)
    if period.state != "open":
        raise Refusal(
            "PERIOD_SEALED",
            _("The evidence of this period is sealed, and its stations with it. Nothing was changed."),
        )
    return period
