from __future__ import annotations

from typing import Any

from mrv.stations.models import Station
from mrv.stations.selectors import stations_of
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects.models import Project


def stations_panel(actor: Actor, project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "stations": stations_of(actor, project),
        "can_create": may(actor, "stations.create", Station(project=project)),
    }


panels.register("project", "stations/_of_project.html", stations_panel, order=20)
