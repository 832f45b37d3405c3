from __future__ import annotations

from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.verification import independence
from mrv.verification.models import Assignment, Finding, FindingDocument, Opinion
from mrv.verification.quantities import quantity_of
from registry.audit.models import Event
from registry.audit.selectors import history_of
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation
from registry.projects.models import Project


def visible_assignments(actor: Actor) -> QuerySet[Assignment]:
    """The assignments of the actor's own projects or body; the authority sees all."""
    assignments = Assignment.objects.select_related("project", "period__station", "period__official_run", "body")
    if actor.organisation_id is None or not actor.organisation_approved:
        return assignments.none()
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return assignments
    return assignments.filter(
        Q(project__proponent_id=actor.organisation_id) | Q(body_id=actor.organisation_id) & ~Q(state="proposed")
    )


def assignment_for(actor: Actor, pk: int) -> Assignment:
    assignment = (
        Assignment.objects.select_related(
            "project__proponent", "period__station__project", "period__official_run", "period__verifier", "body"
        )
        .filter(pk=pk)
        .first()
    )
    if assignment is None or not may(actor, "verification.view", assignment):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return assignment


def assignment_of(period: MonitoringPeriod) -> Assignment | None:
    """The assignment that a period's verification goes by, whatever it has reached."""
    return Assignment.objects.filter(period=period, state__in=("proposed", "confirmed", "accepted", "done")).first()


def opinion_on(period: MonitoringPeriod) -> Opinion | None:
    """The opinion in force on a period: signed by both, and not returned by the authority."""
    return (
        Opinion.objects.filter(assignment__period=period, state="signed")
        .select_related("assignment__body", "lead_signed_by", "reviewer_signed_by", "run")
        .first()
    )


def quantity_under_verification(assignment: Assignment) -> Decimal | None:
    """What an opinion signed now would state: the official run's quantity in t CO2; None of a project."""
    period = assignment.period
    return quantity_of(period.official_run) if period is not None and period.official_run is not None else None


def may_sign_now(actor: Actor, assignment: Assignment) -> bool:
    """Whether the lead verifier's signature is the next step: accepted, recomputed, no opinion waiting."""
    if assignment.state != "accepted" or not may(actor, "verification.sign", assignment):
        return False
    if assignment.opinions.filter(state__in=("lead_signed", "signed")).exists():
        return False
    if any(finding.blocks_opinion for finding in assignment.findings.all()):
        return False
    period = assignment.period
    return period is None or assignment.recomputations.filter(run=period.official_run_id).exists()


def bodies_for(project: Project, task: str) -> list[Organisation]:
    """The bodies that no rule keeps from this task today."""
    bodies = Organisation.objects.filter(kind=OrganisationKind.VERIFICATION_BODY, state="approved")
    return [body for body in bodies if not independence.refusals(body=body, project=project, task=task)]


INTERNAL = ("verification.check", "verification.check_pick")
"""The body's own work on its list and its sample, with its notes: on the workbench, not in the history for all."""


def history_of_assignment(assignment: Assignment) -> list[Event]:
    events = history_of(assignment, *assignment.opinions.all(), *assignment.findings.all())
    return [event for event in events if event.action not in INTERNAL]


# --- findings ---------------------------------------------------------------------------------------------


def visible_findings(actor: Actor) -> QuerySet[Finding]:
    """The findings on the actor's own projects or by its own body; the authority sees all."""
    return Finding.objects.filter(assignment__in=visible_assignments(actor)).select_related(
        "assignment__project__proponent", "assignment__period__project", "assignment__body", "raised_by", "carried_from"
    )


def finding_for(actor: Actor, pk: int) -> Finding:
    """One finding; of a published period for everybody."""
    finding = (
        Finding.objects.select_related(
            "assignment__project__proponent", "assignment__period__project", "assignment__body", "raised_by"
        )
        .filter(pk=pk)
        .first()
    )
    if finding is None or not may(actor, "verification.view", finding):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return finding


def document_for(actor: Actor, pk: int) -> FindingDocument:
    """A document of a finding's thread, for the parties and the authority."""
    document = FindingDocument.objects.select_related("entry__finding").filter(pk=pk).first()
    if document is not None:
        finding = finding_for(actor, document.entry.finding_id)
        if may(actor, "verification.view_evidence", finding):
            return document
    raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
