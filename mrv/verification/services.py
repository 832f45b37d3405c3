"""Every write of verification: a body is proposed, confirmed and accepts; two of its people sign an opinion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods import moves
from mrv.periods.models import MonitoringPeriod
from mrv.runs.models import Run
from mrv.verification import carrying, checking, independence, revisions, statements, states
from mrv.verification.models import Assignment, Consultancy, Opinion, Recomputation
from mrv.verification.quantities import quantity_of
from registry.audit.services import record
from registry.certificates import services as certificates
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation
from registry.projects import services as projects
from registry.projects.handover import ValidatedProject
from registry.projects.models import Project

OPEN_TO_VALIDATION = ("submitted", "public_comment", "under_validation")


@transaction.atomic
def propose_validation(*, actor: Actor, project: Project, body: Organisation) -> Assignment:
    """The proponent proposes who shall validate its project; the authority confirms."""
    project = lock(Project, project.pk)
    if project.state not in OPEN_TO_VALIDATION:
        raise Refusal("PROJECT_NOT_SUBMITTED", _("A body is proposed once the project has been submitted."))
    return _propose(actor, Assignment(task=Assignment.Task.VALIDATION, project=project, body=body))


@transaction.atomic
def propose_verification(*, actor: Actor, period: MonitoringPeriod, body: Organisation) -> Assignment:
    """The proponent proposes who shall verify a submitted period; the authority confirms."""
    period = lock(MonitoringPeriod, period.pk)
    if period.state != "submitted":
        raise Refusal("PERIOD_NOT_SUBMITTED", _("A body is proposed once the period has been submitted."))
    revisions.refuse_other_body(body, period)
    return _propose(
        actor, Assignment(task=Assignment.Task.VERIFICATION, project=period.project, period=period, body=body)
    )


def _propose(actor: Actor, assignment: Assignment) -> Assignment:
    require(actor, "verification.propose", assignment)
    of_task = Assignment.objects.filter(task=assignment.task, project=assignment.project, period=assignment.period)
    open_states = [s for s in states.LIVE if assignment.period or s != "done"]
    if of_task.filter(state__in=open_states).exists():
        raise Refusal("ALREADY_ASSIGNED", _("A body is already proposed or at work here. Withdraw that one first."))
    independence.check(body=assignment.body, project=assignment.project, task=assignment.task)
    assignment.proposed_by_id = actor.user_id
    assignment.save()
    record(
        actor,
        "verification.propose",
        assignment,
        after={"task": assignment.task, "body": assignment.body_id, "period": assignment.period_id},
    )
    return assignment


def _move(actor: Actor, assignment: Assignment, action: str, why: str = "", /, **changes: Any) -> None:
    """The common step on a locked assignment: change the state and record it."""
    before = states.ASSIGNMENT.move(assignment, action, **changes)
    record(
        actor,
        f"verification.{action}",
        assignment,
        before={"state": before},
        after={"state": assignment.state},
        reason=why,
    )


def _locked(assignment: Assignment) -> Assignment:
    return lock(Assignment, assignment.pk)


@transaction.atomic
def confirm(*, actor: Actor, assignment: Assignment) -> Assignment:
    """The authority confirms the body; from now on the body sees the task and, of a period, the evidence."""
    assignment = _locked(assignment)
    require(actor, "verification.confirm", assignment)
    independence.check(body=assignment.body, project=assignment.project, task=assignment.task)
    _move(actor, assignment, "confirm", confirmed_by_id=actor.user_id, confirmed_at=clock.now())
    if assignment.period is not None:
        moves.assign_verifier(actor=actor, period=assignment.period, body=assignment.body)
    return assignment


@transaction.atomic
def accept(*, actor: Actor, assignment: Assignment, declaration: str) -> Assignment:
    """The body's lead verifier accepts and declares independence; the verification of a period begins."""
    assignment = _locked(assignment)
    require(actor, "verification.accept", assignment)
    said = needed_text(declaration, "DECLARATION_MISSING", _("State the independence of the body before you accept."))
    independence.check(body=assignment.body, project=assignment.project, task=assignment.task)
    _move(
        actor,
        assignment,
        "accept",
        accepted_by_id=actor.user_id,
        accepted_at=clock.now(),
        declaration=said,
    )
    if assignment.period is not None:
        moves.begin_verification(actor=actor, period=assignment.period)
        carrying.take_over(actor, assignment)
    return assignment


@transaction.atomic
def decline(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """The body declines; the proponent may propose another one."""
    return _give_up(actor, assignment, "decline", "verification.accept", reason)


@transaction.atomic
def withdraw(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """The proponent withdraws its proposal before the body has accepted."""
    return _give_up(actor, assignment, "withdraw", "verification.withdraw", reason)


def _give_up(actor: Actor, assignment: Assignment, action: str, permission: str, reason: str) -> Assignment:
    assignment = _locked(assignment)
    require(actor, permission, assignment)
    reason = _reason(reason)
    _move(actor, assignment, action, reason, reason=reason)
    period = assignment.period
    if period is not None and period.verifier_id is not None:
        moves.release_verifier(actor=actor, period=period, reason=reason)
    return assignment


def _reason(text: str) -> str:
    return needed_text(text, "REASON_MISSING", _("Say why."))


@transaction.atomic
def record_consultancy(*, actor: Actor, project: Project, body: Organisation, description: str) -> Consultancy:
    """A body consulted this project: from now on it may not judge it. By that body itself, or by the authority."""
    consultancy = Consultancy(body=body, project=lock(Project, project.pk), description=description.strip())
    require(actor, "verification.record_consultancy", consultancy)
    if body.kind != OrganisationKind.VERIFICATION_BODY:
        raise InvalidInput("NOT_A_VERIFICATION_BODY", _("A consultancy is recorded of a verification body."))
    if not consultancy.description:
        raise InvalidInput("REASON_MISSING", _("Say what the body did for the project, and when."))
    consultancy.recorded_by_id = actor.user_id
    consultancy.save()
    record(
        actor,
        "verification.record_consultancy",
        consultancy,
        after={"body": body.pk, "project": project.code},
        reason=consultancy.description,
    )
    return consultancy


# ---- the verifier's own recomputation


@transaction.atomic
def record_recomputation(*, actor: Actor, assignment: Assignment, result_digest: str, note: str = "") -> Recomputation:
    """Record the result digest that the verifier got from the downloaded kit outside the server.

    Refused with ``VERIFIER_DIGEST_DIFFERS`` unless it is the digest of the period's official run.
    """
    assignment = _locked(assignment)
    require(actor, "verification.recompute", assignment)
    run = _official_run(assignment)
    digest = result_digest.strip().lower()
    if digest != run.result_digest:
        raise Refusal(
            "VERIFIER_DIGEST_DIFFERS",
            _(
                "Your recomputation gave %(found)s, the official run %(expected)s. Download the kit again and "
                "recompute; if they still differ, do not sign and tell the authority."
            ),
            found=digest or "–",
            expected=run.result_digest,
        )
    recomputation = Recomputation.objects.create(
        assignment=assignment, run=run, result_digest=digest, note=note.strip(), recorded_by_id=actor.user_id
    )
    record(actor, "verification.recompute", assignment, after={"run": run.pk, "result_digest": digest})
    return recomputation


def _official_run(assignment: Assignment) -> Run:
    if assignment.state != "accepted" or assignment.period is None or assignment.period.official_run is None:
        raise Refusal("NOT_UNDER_VERIFICATION", _("This period is not under verification by your body now."))
    return assignment.period.official_run


# ---- the opinion


@transaction.atomic
def sign_opinion(
    *,
    actor: Actor,
    assignment: Assignment,
    positive: bool,
    reasons_zh: str,
    reasons_en: str,
    assurance: str = Opinion.Assurance.REASONABLE,
    materiality_pct: Decimal = Decimal("5"),
) -> Opinion:
    """The lead verifier states and signs the opinion. Of a period its quantity is the official run's, never typed."""
    assignment = _locked(assignment)
    require(actor, "verification.sign", assignment)
    if assignment.state != "accepted":
        raise Refusal("NOT_ACCEPTED", _("An opinion is signed after the body has accepted the task."))
    if not reasons_zh.strip() or not reasons_en.strip():
        raise InvalidInput("REASON_MISSING", _("Give the reasons of the opinion in Chinese and in English."))
    independence.check(body=assignment.body, project=assignment.project, task=assignment.task)
    carrying.refuse_open(assignment, positive=positive)
    if positive:
        checking.refuse_unlooked(assignment)
    opinion = Opinion(
        assignment=assignment,
        number=_next_number(assignment),
        positive=positive,
        reasons_zh=reasons_zh.strip(),
        reasons_en=reasons_en.strip(),
        assurance=assurance,
        materiality_pct=materiality_pct,
        lead_signed_by_id=actor.user_id,
        **_of_run(assignment),
    )
    # Typed by the person; the rest is taken from the run and guarded by the table's own constraints.
    opinion.clean_fields(exclude={field.name for field in Opinion._meta.fields} - {"assurance", "materiality_pct"})
    if assignment.opinions.filter(state__in=("lead_signed", "signed")).exists():
        raise Refusal("OPINION_WAITS", _("An opinion on this task is already signed and waits for its next step."))
    opinion.save()
    record(
        actor,
        "verification.sign",
        opinion,
        after={
            "number": opinion.number,
            "positive": positive,
            "quantity_t": opinion.quantity_verified_t,
            "result_digest": opinion.result_digest,
        },
    )
    return opinion


def _of_run(assignment: Assignment) -> dict[str, Any]:
    """What an opinion on a period takes from the official run; refused until the verifier has recomputed it."""
    if assignment.period is None:
        return {}
    run = _official_run(assignment)
    if not assignment.recomputations.filter(run=run, result_digest=run.result_digest).exists():
        raise Refusal(
            "NOT_RECOMPUTED",
            _("First download the recompute kit, compute it outside the server and record the digest you got."),
        )
    quantity_t = quantity_of(run)
    return {
        "run": run,
        "bundle_digest": run.bundle_digest,
        "result_digest": run.result_digest,
        "quantity_claimed_t": quantity_t,
        "quantity_verified_t": quantity_t,
    }


def _next_number(assignment: Assignment) -> str:
    period = assignment.period
    if period is None:
        earlier = Opinion.objects.filter(assignment__project=assignment.project, assignment__period=None).count()
        return f"VAL-{assignment.project.code}-{earlier + 1}"
    earlier = Opinion.objects.filter(assignment__period=period).count()
    return f"VER-{assignment.project.code}-{period.number}.{period.revision}-{earlier + 1}"


@transaction.atomic
def countersign_opinion(*, actor: Actor, opinion: Opinion) -> Opinion:
    """The independent reviewer signs; the outcome takes effect in the same transaction."""
    assignment = _locked(opinion.assignment)
    opinion = lock(Opinion, opinion.pk)
    _require_independent_reviewer(actor, assignment, opinion)
    independence.check(body=assignment.body, project=assignment.project, task=assignment.task)
    before = states.OPINION.move(
        opinion, "countersign", reviewer_signed_by_id=actor.user_id, reviewer_signed_at=clock.now()
    )
    record(actor, "verification.countersign", opinion, before={"state": before}, after={"state": opinion.state})
    _move(actor, assignment, "finish")
    carrying.carry_on(actor, assignment)
    if assignment.period is None:
        projects.receive_validation(actor=actor, outcome=_validated_project(opinion))
    elif opinion.positive:
        moves.mark_verified(actor=actor, period=assignment.period)
    else:
        moves.mark_not_verified(actor=actor, period=assignment.period, reason=opinion.reasons_en)
    statements.certify(actor, opinion)
    return opinion


@transaction.atomic
def send_back_opinion(*, actor: Actor, opinion: Opinion, reason: str) -> Opinion:
    """The independent reviewer does not sign and says why; the lead verifier may sign another opinion."""
    assignment = _locked(opinion.assignment)
    opinion = lock(Opinion, opinion.pk)
    _require_independent_reviewer(actor, assignment, opinion)
    reason = _reason(reason)
    before = states.OPINION.move(opinion, "send_back", sent_back_because=reason)
    record(
        actor,
        "verification.send_back",
        opinion,
        before={"state": before},
        after={"state": opinion.state},
        reason=reason,
    )
    return opinion


def _require_independent_reviewer(actor: Actor, assignment: Assignment, opinion: Opinion) -> None:
    require(actor, "verification.countersign", opinion)
    took_part = {opinion.lead_signed_by_id, assignment.accepted_by_id}
    took_part |= set(assignment.recomputations.values_list("recorded_by", flat=True))
    took_part |= set(assignment.findings.values_list("raised_by", flat=True))
    took_part |= set(assignment.checklist_answers.values_list("made_by", flat=True))
    if actor.user_id in took_part:
        raise Refusal(
            "SAME_PERSON",
            _("You took part in this work yourself. Another person of your body reviews it."),
        )


def _validated_project(opinion: Opinion) -> ValidatedProject:
    assert opinion.reviewer_signed_at is not None
    return ValidatedProject(
        project_code=opinion.assignment.project.code,
        body_id=opinion.assignment.body_id,
        statement_number=opinion.number,
        positive=opinion.positive,
        conclusion_zh=opinion.reasons_zh,
        conclusion_en=opinion.reasons_en,
        signed_by=(opinion.lead_signed_by_id, opinion.reviewer_signed_by_id),
        signed_at=opinion.reviewer_signed_at,
    )


@transaction.atomic
def reopen(*, actor: Actor, period: MonitoringPeriod, reason: str) -> Assignment:
    """The authority returned the verified period: its opinion is set aside, the same body takes the task up again."""
    assignment = lock(Assignment, Assignment.objects.get(period=period, state="done").pk)
    opinion = lock(Opinion, assignment.opinions.get(state="signed").pk)
    require(actor, "verification.reopen", assignment)
    before = states.OPINION.move(opinion, "return")
    record(
        actor,
        "verification.return",
        opinion,
        before={"state": before},
        after={"state": opinion.state},
        reason=reason,
    )
    certificates.set_aside_opinion(actor=actor, statement_number=opinion.number, reason=reason)
    _move(actor, assignment, "reopen", reason)
    return assignment
