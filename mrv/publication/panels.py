from __future__ import annotations

from typing import Any

from mrv.periods.models import MonitoringPeriod
from mrv.periods.states import PERIOD
from mrv.publication.selectors import published_periods
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects.models import Project


def kit_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """The kit for those who may see the evidence now, and for everybody once the period is verified."""
    ready = period.official_run_id is not None and may(actor, "periods.download_kit", period)
    return {"period": period} if ready else None


def strip_panel(_actor: Actor, project: Project) -> dict[str, Any]:
    """The project's public periods by year, the same for everybody, each with its state and its evidence."""
    periods = published_periods(project.pk)
    by_year: dict[int, list[Any]] = {}
    for period in periods:
        by_year.setdefault(period.first_day.year, []).append(period)
    years = range(min(by_year), max(by_year) + 1) if by_year else ()
    return {
        "project": project,
        "machine": PERIOD,
        "years": [
            {
                "name": year,
                "periods": [
                    {
                        "number": period.number,
                        "first_day": period.first_day,
                        "last_day": period.last_day,
                        "state": period.state,
                        "published": period.official_run_id is not None,
                    }
                    for period in by_year.get(year, ())
                ],
            }
            for year in years
        ],
    }


panels.register("public_project", "publication/_strip.html", strip_panel)
panels.register("period_side", "publication/_kit.html", kit_panel, order=10)
