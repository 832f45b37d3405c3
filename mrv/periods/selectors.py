from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.periods import states
from mrv.periods.equipment import equipment_record
from mrv.periods.evidence import sources_of, summary_of
from mrv.periods.models import MonitoringPeriod, StationRole
from mrv.stations.models import Station, VisitPhoto
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may, require
from registry.core.roles import OrganisationKind
from registry.projects.models import Project


def live_periods(project: Project) -> QuerySet[MonitoringPeriod]:
    """The periods whose days are taken: every revision that was not rejected."""
    return MonitoringPeriod.objects.filter(project=project).exclude(state__in=states.REJECTED)


def visible_periods(actor: Actor) -> QuerySet[MonitoringPeriod]:
    """The periods this actor may see: the public ones, its own, its assignments, and all for the authority."""
    seen = Q(state__in=states.PUBLIC)
    if actor.organisation_id is not None and actor.organisation_approved:
        seen |= Q(project__proponent_id=actor.organisation_id) | Q(verifier_id=actor.organisation_id)
        if actor.organisation_kind == OrganisationKind.AUTHORITY:
            return MonitoringPeriod.objects.select_related("project", "station", "verifier")
    return MonitoringPeriod.objects.filter(seen).select_related("project", "station", "verifier")


def verifier_of_station(station: Station, actor: Actor) -> frozenset[str]:
    """``verifier`` for members of a body that is assigned to a period of the station."""
    if actor.organisation_kind != OrganisationKind.VERIFICATION_BODY or station.pk is None:
        return frozenset()
    assigned = MonitoringPeriod.objects.filter(station=station, verifier_id=actor.organisation_id)
    return frozenset({"verifier"}) if assigned.exists() else frozenset()


def periods_of(actor: Actor, project: Project) -> QuerySet[MonitoringPeriod]:
    return visible_periods(actor).filter(project=project)


def revisions_of(actor: Actor, period: MonitoringPeriod) -> list[MonitoringPeriod]:
    """The revisions of the same period that this actor may see, the first one first; this one is among them."""
    return list(visible_periods(actor).filter(project=period.project_id, number=period.number).order_by("revision"))


def period_for(actor: Actor, pk: int) -> MonitoringPeriod:
    period = (
        MonitoringPeriod.objects.select_related("project__proponent", "station__project", "verifier", "official_run")
        .filter(pk=pk)
        .first()
    )
    if period is None or not may(actor, "periods.view", period):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return period


def evidence_of(actor: Actor, period: MonitoringPeriod) -> dict[str, Any]:
    """What stands behind a period (files, curve, models, counts), for its proponent, verifier and the authority.

    Of a sealed period it is what was sealed, whatever was uploaded since. NotAllowed for anybody else.
    """
    require(actor, "periods.view_evidence", period)
    return period.evidence or summary_of(sources_of(period))


def equipment_of(period: MonitoringPeriod) -> list[tuple[str, Station, dict[str, Any] | None]]:
    """(role's name or "", station, what its readings were made with) of the period's stations.

    Of a sealed period it is what was sealed, of an open one what would be sealed now.
    """
    named = list(period.further_stations.select_related("station__project").order_by("role"))
    if period.evidence is None:
        span = (period.start, period.end)
        return [
            ("", period.station, equipment_record(period.station, *span)),
            *((each.get_role_display(), each.station, equipment_record(each.station, *span)) for each in named),
        ]
    further = period.evidence.get("companions", {})
    return [
        ("", period.station, period.evidence.get("equipment")),
        *((StationRole(each.role).label, each.station, further.get(each.role, {}).get("equipment")) for each in named),
    ]


def photos_of(actor: Actor, station: Station) -> dict[str, int]:
    """SHA-256 -> key of the station's photographs, where this actor may see them."""
    if not may(actor, "stations.view", station):
        return {}
    return dict(VisitPhoto.objects.filter(visit__station=station).values_list("sha256", "pk"))
