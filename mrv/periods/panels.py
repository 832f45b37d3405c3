from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mrv.periods import further, states
from mrv.periods.equipment_page import shown
from mrv.periods.further_lines import roles_of
from mrv.periods.models import MonitoringPeriod, StationRole
from mrv.periods.records_panel import records_panel
from mrv.periods.selectors import equipment_of, periods_of, photos_of
from mrv.stations.models import Station
from mrv.stations.selectors import stations_of
from registry.complaints import subjects
from registry.complaints.panels import panel_of
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects.models import Project


def periods_panel(actor: Actor, project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "periods": periods_of(actor, project),
        "machine": states.PERIOD,
        "stations": stations_of(actor, project).exclude(kind__in=Station.BEYOND_PROJECT),
        "can_open": project.state == "registered" and may(actor, "periods.open", MonitoringPeriod(project=project)),
    }


def stations_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """The stations of a period by role, and where its proponent names them; nothing where no role is asked for."""
    if not may(actor, "periods.view_evidence", period):
        return None
    named = {item.role: item for item in period.further_stations.select_related("station__project")}
    methodology = further.methodology_of_period(period)
    asked = roles_of(methodology) if methodology is not None else {}
    if not named and not asked:
        return None
    can_name = period.state == "open" and may(actor, "periods.name_station", period)
    return {
        "period": period,
        "roles": [
            {"role": role, "label": role.label, "named": named.get(role), "required": asked.get(role, False)}
            for role in StationRole
            if role in asked or role in named
        ],
        "can_name": can_name,
        "candidates": further.candidates(actor, period) if can_name else [],
    }


def equipment_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """What the readings were made with, station by station: as sealed, or as it would be sealed now."""
    if not may(actor, "periods.view_evidence", period):
        return None
    stations = [
        {"role": role, "station": station, **shown(record, photos_of(actor, station))}
        for role, station, record in equipment_of(period)
        if record
    ]
    return {"period": period, "stations": stations} if stations else None


panels.register("period", "periods/_equipment.html", equipment_panel, order=30)
panels.register("period", "periods/_stations.html", stations_panel, order=20)
panels.register("project", "periods/_of_project.html", periods_panel, order=10)
panels.register("period", "periods/_records.html", records_panel, order=30)
subjects.register("period", _("Monitoring period"), "periods.MonitoringPeriod", key="pk", page="periods:detail")
panels.register("period", "complaints/_of_record.html", panel_of("period", "pk"), order=900)
