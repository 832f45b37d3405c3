"""A finding leads to revision n+1 of its period: the old thread is kept, and goes on in the new revision."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.periods.revisions import open_revision
from mrv.verification import carrying, independence, states
from mrv.verification.models import Assignment, Finding, FindingEntry
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.organisations.models import Organisation
from registry.projects.models import Project

Act = FindingEntry.Act


@transaction.atomic
def revise_period(*, actor: Actor, finding: Finding, text: str) -> MonitoringPeriod:
    """Open the next revision of the finding's period, because its data must change; by the proponent or the verifier.

    ``text`` is the answer (or the verifier's demand) that stands in the thread. Every open CAR and CL goes on in the
    new revision once a body accepts it; open FARs are carried. Returns the new revision.
    """
    lock(Project, finding.assignment.project_id)
    assignment = lock(Assignment, finding.assignment_id)
    finding = lock(Finding, finding.pk)
    require(actor, "verification.open_revision", finding)
    text = needed_text(text, "REASON_MISSING", _("Say what changes in the data."))
    states.FINDING.target(finding.state, "move_on")
    refusal = states.blocking(finding)
    if refusal is not None:
        raise refusal
    period = assignment.period
    assert period is not None  # the guard refuses a project's finding
    following = open_revision(actor=actor, period=period, reason=f"{finding.number}: {text}")
    still_open = assignment.findings.filter(state__in=states.OPEN_FINDING).exclude(kind=Finding.Kind.FAR)
    for pk in still_open.order_by("id").values_list("pk", flat=True):
        carrying.move_on(actor, lock(Finding, pk), text if pk == finding.pk else "", following)
    carrying.carry_on(actor, assignment)
    before = states.ASSIGNMENT.move(assignment, "replace")
    record(
        actor,
        "verification.replace",
        assignment,
        before={"state": before},
        after={"state": assignment.state, "revision": following.pk},
        reason=text,
    )
    return following


def refuse_other_body(body: Organisation, period: MonitoringPeriod) -> None:
    """Nobody leaves a strict verifier by opening a revision: the body that found goes on, unless it declined or a rule
    keeps it from the task now."""
    earlier = (
        Assignment.objects.filter(period__project=period.project_id, period__number=period.number, state="replaced")
        .select_related("body")
        .order_by("-id")
        .first()
    )
    if earlier is None or earlier.body_id == body.pk:
        return
    declined = Assignment.objects.filter(period=period, body=earlier.body, state="declined").exists()
    barred = independence.refusals(body=earlier.body, project=period.project, task=Assignment.Task.VERIFICATION)
    if not declined and not barred:
        raise Refusal(
            "REVISION_OTHER_BODY",
            _("%(body)s raised findings on the revision before and goes on with this one. Propose it again."),
            body=str(earlier.body),
        )


def thread_of(finding: Finding) -> list[Finding]:
    """The finding and what it continues, the oldest first."""
    chain = [finding]
    while chain[0].continues is not None:
        chain.insert(0, chain[0].continues)
    return chain


def following(finding: Finding) -> MonitoringPeriod | None:
    """The revision of the period that a moved finding led to."""
    period = finding.assignment.period
    if finding.state != "moved" or period is None:
        return None
    return MonitoringPeriod.objects.filter(
        project=period.project_id, number=period.number, revision=period.revision + 1
    ).first()
