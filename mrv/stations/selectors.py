from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Station
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
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
