from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from mrv.periods.models import MonitoringPeriod
from mrv.verification import states
from mrv.verification.models import Assignment, Consultancy, Finding
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
        "bodies": _approved_bodies() if can_propose else (),
    }


def _approved_bodies() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=OrganisationKind.VERIFICATION_BODY, state="approved")


def validation_panel(actor: Actor, project: Project) -> dict[str, Any] | None:
    assignments = list(project.assignments.filter(period=None).select_related("body", "project"))
    blank = Assignment(task=Assignment.Task.VALIDATION, project=project)
    return _context(actor, assignments, blank, open_now=project.state in OPEN_TO_VALIDATION)


def verification_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    assignments = list(period.assignments.select_related("body", "project"))
    blank = Assignment(task=Assignment.Task.VERIFICATION, project=period.project, period=period)
    return _context(actor, assignments, blank, open_now=period.state == "submitted")


def consultancy_panel(actor: Actor, project: Project) -> dict[str, Any] | None:
    """What bodies did for the project besides; recorded by themselves or the authority, a bar to judging it."""
    if project.state == "draft":
        return None
    own = Organisation.objects.filter(pk=actor.organisation_id or 0, kind=OrganisationKind.VERIFICATION_BODY).first()
    bodies = [own] if own is not None else [*_approved_bodies()]
    may_record = [b for b in bodies if may(actor, "verification.record_consultancy", Consultancy(body=b))]
    known = [*project.consultancies.select_related("body")]
    if own is not None:
        known = [each for each in known if each.body_id == own.pk]
    elif not may_record:
        known = []
    return {"project": project, "consultancies": known, "bodies": may_record} if known or may_record else None


def findings_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """The findings on a period, for whoever may see the verification of it."""
    found = Finding.objects.filter(assignment__period=period).select_related("assignment__project", "assignment__body")
    shown = [each for each in found if may(actor, "verification.view", each)]
    return {"findings": shown, "finding_machine": states.FINDING} if shown else None


def findings_to_answer(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """What led to this revision and waits for the body that accepts it: sealing answers none of it."""
    left = Finding.objects.filter(
        state="moved",
        continued_by=None,
        assignment__period__project=period.project_id,
        assignment__period__number=period.number,
    ).select_related("assignment__project", "assignment__period")
    shown = [each for each in left if may(actor, "verification.view", each)]
    return {"findings": shown, "finding_machine": states.FINDING} if shown else None


panels.register("project", "verification/_assignments.html", validation_panel, order=40)
panels.register("period", "verification/_assignments_of_period.html", verification_panel, order=40)
panels.register("period", "verification/_findings.html", findings_panel, order=45)
panels.register("period_sealing", "verification/_findings_to_answer.html", findings_to_answer)
panels.register("project", "verification/_consultancies.html", consultancy_panel, order=60)
