"""What verification asks of a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.verification import selectors, states
from mrv.verification.models import Assignment, Finding
from registry.core import deadlines, todo
from registry.core.actors import Actor
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.projects.models import Project


def _named(project: Project, period: MonitoringPeriod | None) -> str:
    name = f"{project.code} {local_name(project)}"
    return f"{name} · {period.first_day}–{period.last_day}" if period else name


def _step(actor: Actor, assignment: Assignment) -> Any:
    """The sentence for this person, or None when the next step is another's."""
    actions = {line.action for line in states.ASSIGNMENT.actions_of(actor, assignment)}
    if assignment.state == "proposed" and "confirm" in actions:
        return _("Confirm the proposed verification body")
    if assignment.state == "confirmed" and "accept" in actions:
        return _("Accept or decline the assignment")
    return _step_of_work(actor, assignment) if assignment.state == "accepted" else None


def _step_of_work(actor: Actor, assignment: Assignment) -> Any:
    waiting = assignment.opinions.filter(state="lead_signed").first()
    if waiting is not None:
        return _("Review and sign the opinion") if may(actor, "verification.countersign", waiting) else None
    if selectors.may_sign_now(actor, assignment):
        return _("Sign the opinion")
    recomputes = may(actor, "verification.recompute", assignment) and not assignment.recomputations.exists()
    return _("Recompute the kit outside the server") if recomputes else None


@todo.provider
def assignments(actor: Actor) -> Iterator[todo.ToDo]:
    for assignment in selectors.visible_assignments(actor).filter(state__in=("proposed", "confirmed", "accepted")):
        title = _step(actor, assignment)
        if title is not None:
            yield todo.ToDo(
                title=title,
                detail=_named(assignment.project, assignment.period),
                url=reverse("verification:detail", args=[assignment.pk]),
                since=assignment.accepted_at or assignment.confirmed_at or assignment.proposed_at,
            )


@todo.provider
def findings(actor: Actor) -> Iterator[todo.ToDo]:
    """Findings to answer, with the day until which; answers to judge."""
    open_now = selectors.visible_findings(actor).filter(state__in=states.OPEN_FINDING)
    open_now = open_now.prefetch_related("entries", "assignment__opinions")
    for finding in open_now if actor.organisation_id is not None else ():
        actions = {line.action for line in states.FINDING.actions_of(actor, finding)}
        title = _finding_step(finding, actions)
        if title is not None:
            newest = max(finding.entries.all(), key=lambda entry: entry.pk, default=None)
            yield todo.ToDo(
                title=title,
                detail=_named(finding.assignment.project, finding.assignment.period),
                url=reverse("verification:finding", args=[finding.pk]),
                since=newest.made_at if newest else finding.raised_at,
                due=deadlines.end_of(finding.due_on) if "answer" in actions else None,
            )


def _finding_step(finding: Finding, actions: set[str]) -> Any:
    facts = {"number": finding.number, "day": f"{finding.due_on:%Y-%m-%d}", "round": finding.round}
    if "answer" in actions:
        return _("Answer the finding %(number)s by %(day)s (round %(round)s)") % facts
    if "close" in actions:
        return _("Judge the answer to %(number)s (round %(round)s)") % facts
    if "give_up" in actions:
        return _("%(number)s was not answered by %(day)s") % facts
    return None


@todo.provider
def bodies_to_propose(actor: Actor) -> Iterator[todo.ToDo]:
    """Projects and periods of the proponent that wait for a body to be proposed."""
    if actor.organisation_id is None:
        return
    busy = ("proposed", "confirmed", "accepted", "done")
    projects = Project.objects.filter(proponent_id=actor.organisation_id, state="under_validation").exclude(
        assignments__in=Assignment.objects.filter(task="validation", state__in=("proposed", "confirmed", "accepted"))
    )
    for project in projects:
        if may(actor, "verification.propose", Assignment(task="validation", project=project)):
            yield todo.ToDo(
                title=_("Propose a body for the validation"),
                detail=_named(project, None),
                url=reverse("projects:detail", args=[project.code]),
                since=project.created_at,
            )
    periods = MonitoringPeriod.objects.filter(project__proponent_id=actor.organisation_id, state="submitted").exclude(
        assignments__in=Assignment.objects.filter(task="verification", state__in=busy)
    )
    for period in periods.select_related("project"):
        if may(actor, "verification.propose", Assignment(task="verification", project=period.project, period=period)):
            yield todo.ToDo(
                title=_("Propose a body for the verification"),
                detail=_named(period.project, period),
                url=reverse("periods:detail", args=[period.pk]),
                since=period.submitted_at or period.opened_at,
            )
