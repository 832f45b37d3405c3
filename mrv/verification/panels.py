from __future__ import annotations

from typing import Any

from mrv.periods.models import MonitoringPeriod
from mrv.verification import states
from mrv.verification.models import Assignment
from mrv.verification.services import OPEN_TO_VALIDATION
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation
from registry.projects.models import Project


def _context(
    actor: Actor, assignments: list[Assignment], blank: Assignment, *, open_now: bool
) -> dict[str, Any] | None:
    shown = [each for each in assignments if may(actor, "verification.view", each)]
    free = all(each.state in ("declined", "withdrawn") for each in assignments)
    can_propose = open_now and free and may(actor, "verification.propose", blank)
    if not shown and not can_propose:
        return None
    return {
        "assignments": shown,
        "machine": states.ASSIGNMENT,
        "can_propose": can_propose,
        "project": blank.project,
        "period": blank.period,
        "bodies": Organisation.objects.filter(kind=OrganisationKind.VERIFICATION_BODY, state="approved")
        if can_propose
        else (),
    }


def validation_panel(actor: Actor, project: Project) -> dict[str, Any] | None:
    assignments = list(project.assignments.filter(period=None).select_related("body", "project"))
    blank = Assignment(task=Assignment.Task.VALIDATION, project=project)
    return _context(actor, assignments, blank, open_now=project.state in OPEN_TO_VALIDATION)


def verification_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    assignments = list(period.assignments.select_related("body", "project"))
    blank = Assignment(task=Assignment.Task.VERIFICATION, project=period.project, period=period)
    return _context(actor, assignments, blank, open_now=period.state == "submitted")


panels.register("project", "verification/_assignments.html", validation_panel, order=40)
panels.register("period", "verification/_assignments_of_period.html", verification_panel, order=40)
