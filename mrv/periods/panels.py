from __future__ import annotations

from typing import Any

from mrv.periods import states
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import periods_of
from mrv.stations.selectors import stations_of
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects.models import Project


def periods_panel(actor: Actor, project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "periods": periods_of(actor, project),
        "machine": states.PERIOD,
        "stations": stations_of(actor, project),
        "can_open": project.state == "registered" and may(actor, "periods.open", MonitoringPeriod(project=project)),
    }


panels.register("project", "periods/_of_project.html", periods_panel, order=10)
