from __future__ import annotations

from typing import Any

from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import methodologies_beside
from mrv.periods.models import MonitoringPeriod
from mrv.periods.states import PERIOD
from mrv.runs import selectors, states
from mrv.runs.models import Run
from mrv.runs.presentation import presented
from mrv.runs.springs import together
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects.models import Project

MOST_LISTED = 200


def step_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any]:
    """What comes after sealing: calculate, wait, or submit."""
    blank = Run(period=period, kind=Run.Kind.OFFICIAL)
    return {
        "period": period,
        "official": selectors.newest_official(period),
        "can_calculate": may(actor, "runs.request_official", blank),
        "can_submit": "submit" in {line.action for line in PERIOD.actions_of(actor, period)},
    }


def result_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    run = period.official_run or selectors.newest_official(period)
    if run is None or run.state != "succeeded" or not may(actor, "runs.view", run):
        return None
    return {"run": run, **presented(run)}


def runs_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    runs = list(selectors.runs_of(actor, period))
    return {"runs": runs, "machine": states.RUN} if runs else None


def beside_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """Reporting lines, pilots and screenings that the proponent may try on the period's evidence."""
    if not may(actor, "runs.request_preview", Run(period=period, kind=Run.Kind.PREVIEW)):
        return None
    return {"period": period, "versions": list(methodologies_beside())}


def computed_with(actor: Actor, version: MethodologyVersion) -> dict[str, Any] | None:
    """The periods whose official result follows this version, for whoever may see them."""
    found = list(selectors.official_with(actor, version)[: MOST_LISTED + 1])
    return {"periods": found[:MOST_LISTED], "more": len(found) > MOST_LISTED, "machine": PERIOD}


def springs_panel(actor: Actor, project: Project) -> dict[str, Any] | None:
    spans = together(actor, project)
    return {"spans": spans} if spans else None


panels.register("methodology", "runs/_computed_with.html", computed_with)
panels.register("project", "runs/_springs_together.html", springs_panel, order=20)
panels.register("period_step", "runs/_step_of_period.html", step_panel)
panels.register("period", "runs/_result.html", result_panel, order=10)
panels.register("period_side", "runs/_of_period.html", runs_panel)
panels.register("period_side", "runs/_beside.html", beside_panel, order=110)
