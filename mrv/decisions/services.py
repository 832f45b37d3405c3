"""The authority's docket: a verified period is reviewed, prepared by one official and decided by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.decisions import returning, seen, states
from mrv.decisions.casework import keep_note, refuse_held
from mrv.decisions.models import Review, ReviewNote
from mrv.decisions.notice import refuse_during_notice
from mrv.decisions.outcome import makes_credits, outcome_of, refuse_unissuable
from mrv.periods import moves
from mrv.periods.models import MonitoringPeriod
from mrv.verification import services as verification
from mrv.verification.models import Opinion
from mrv.verification.selectors import opinion_on
from registry.audit.services import record
from registry.certificates.models import Certificate
from registry.certificates.services import issue_certificate, record_issuance_statement
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.credits import services as credits
from registry.credits.handover import VerifiedOutcome
from registry.organisations.selectors import actor_of
from registry.projects.models import Project


@transaction.atomic
def begin_review(*, actor: Actor, period: MonitoringPeriod, note: str = "") -> Review:
    """A reviewer takes a verified period up; it shows from now on whether credits or a statement come of it.

    Refused with ``RETURN_UNANSWERED`` while an item of an earlier return has no answer. ``note`` is for the next
    official, here as in :func:`prepare`.
    """
    period = _locked_period(period)
    require(actor, "decisions.begin_review", period)
    opinion = _opinion(period)
    outcome = outcome_of(opinion)
    credits.refuse_interested(actor, period.project, outcome)
    if Review.objects.filter(period=period, state__in=(*states.OPEN, "decided")).exists():
        raise Refusal("REVIEW_BEGUN", _("The review of this period has begun already. Reload the page."))
    if period.state != "verified":
        raise Refusal("PERIOD_NOT_VERIFIED", _("Only a verified period is reviewed."))
    returning.refuse_unanswered(period)
    credited = makes_credits(outcome) and credits.plan_issuance(period.project, outcome).total_t > 0
    review = Review.objects.create(
        period=period,
        opinion=opinion,
        outcome=Review.Outcome.CREDITS if credited else Review.Outcome.STATEMENT,
        begun_by_id=actor.user_id,
    )
    record(actor, "decisions.begin", review, after={"period": period.pk, "outcome": review.outcome})
    keep_note(actor, review, ReviewNote.Step.BEGIN, note)
    if credited:
        moves.begin_issuance_review(actor=actor, period=period)
    return review


@transaction.atomic
def prepare(*, actor: Actor, review: Review, confirmed_quantity: int | None = None, note: str = "") -> Review:
    """The registrar prepares the decision. Of credits the typed quantity only confirms the official run's.

    Refused with ``NOTICE_NOT_OVER`` before the public notice has passed.
    """
    review = _locked(review)
    require(actor, "decisions.prepare", review)
    states.REVIEW.target(review.state, "prepare")
    refuse_during_notice(review.period)
    refuse_held(review)
    refuse_standing(review.period.project)
    outcome = outcome_of(review.opinion)
    credits.refuse_interested(actor, review.period.project, outcome)
    refuse_unissuable(review.opinion)
    changes: dict[str, Any] = {"prepared_by_id": actor.user_id, "prepared_at": clock.now()}
    if review.outcome == Review.Outcome.CREDITS:
        changes["request"] = credits.prepare_issuance(
            actor=actor, outcome=outcome, confirmed_quantity=_confirmed(confirmed_quantity)
        )
    _move(actor, review, "prepare", **changes)
    keep_note(actor, review, ReviewNote.Step.PREPARE, note)
    return review


@transaction.atomic
def approve(*, actor: Actor, review: Review, confirmed_quantity: int | None = None, note: str = "") -> Certificate:
    """A second official decides: credits and their certificate, or the statement, and the period's end at once."""
    review = _locked(review)
    require(actor, "decisions.approve", review)
    states.REVIEW.target(review.state, "approve")
    _refuse_same_person(actor, review)
    refuse_during_notice(review.period)
    refuse_held(review)
    refuse_standing(review.period.project)
    outcome = outcome_of(review.opinion)
    credits.refuse_interested(actor, review.period.project, outcome)
    keep_note(actor, review, ReviewNote.Step.APPROVE, note)
    if review.outcome == Review.Outcome.CREDITS:
        certificate = _issue(actor, review, outcome, _confirmed(confirmed_quantity))
    else:
        certificate = _state(actor, review, outcome)
    _move(
        actor,
        review,
        "approve",
        decided_by_id=actor.user_id,
        decided_at=clock.now(),
        certificate=certificate,
    )
    return certificate


def _issue(actor: Actor, review: Review, outcome: VerifiedOutcome, confirmed_quantity: int) -> Certificate:
    assert review.request is not None
    if review.request.verified_outcome != outcome:
        raise Refusal(
            "OUTCOME_CHANGED",
            _("The prepared issuance does not state the verified result. Send it back and prepare it again."),
        )
    issuance = credits.approve_issuance(actor=actor, request=review.request, confirmed_quantity=confirmed_quantity)
    certificate = issue_certificate(actor=actor, issuance=issuance)
    moves.mark_issued(actor=actor, period=review.period)
    return certificate


def _state(actor: Actor, review: Review, outcome: VerifiedOutcome) -> Certificate:
    assert review.prepared_by is not None
    preparer = actor_of(review.prepared_by)
    certificate = record_issuance_statement(preparer=preparer, approver=actor, outcome=outcome)
    moves.mark_statement_issued(actor=actor, period=review.period)
    return certificate


@transaction.atomic
def send_back(*, actor: Actor, review: Review, reason: str) -> Review:
    """The approver does not approve what was prepared and says why; it may be prepared again."""
    review = _locked(review)
    require(actor, "decisions.approve", review)
    states.REVIEW.target(review.state, "send_back")
    _refuse_same_person(actor, review)
    reason = _reason(reason)
    _return_request(actor, review, reason)
    _move(actor, review, "send_back", reason, prepared_by=None, prepared_at=None, request=None)
    return review


@transaction.atomic
def return_to_verification(
    *, actor: Actor, review: Review, reason: str = "", items: Mapping[str, str] | None = None
) -> Review:
    """Back to the verification body with the authority's reasons: its opinion is set aside, the same body goes on.

    ``items``: a reason for each line of the case or of the checklist that it is about (:mod:`mrv.decisions.returning`);
    ``reason`` alone speaks of the case as a whole. Each is answered before the period is reviewed again.
    """
    review = _locked(review)
    require(actor, "decisions.return", review)
    reasons = returning.checked(review, reason, items or {})
    reason = returning.in_one(review, reasons)
    _end(actor, review, "return", reason)
    returning.keep(review, reasons)
    moves.return_to_verification(actor=actor, period=review.period, reason=reason)
    verification.reopen(actor=actor, period=review.period, reason=reason)
    return review


@transaction.atomic
def refuse(*, actor: Actor, review: Review, reason: str) -> Review:
    """The authority refuses the period with reasons; its span may be submitted again as a new revision."""
    review = _locked(review)
    require(actor, "decisions.refuse", review)
    reason = _reason(reason)
    refuse_during_notice(review.period)
    refuse_held(review)
    _end(actor, review, "refuse", reason)
    moves.mark_refused(actor=actor, period=review.period, reason=reason)
    return review


def _end(actor: Actor, review: Review, action: str, reason: str) -> None:
    """End a review without a certificate; the period stands in issuance review afterwards."""
    states.REVIEW.target(review.state, action)
    credits.refuse_interested(actor, review.period.project, outcome_of(review.opinion))
    _return_request(actor, review, reason)
    _move(actor, review, action, reason, decided_by_id=actor.user_id, decided_at=clock.now(), reason=reason)
    if review.outcome == Review.Outcome.STATEMENT:
        moves.begin_issuance_review(actor=actor, period=review.period)


def _return_request(actor: Actor, review: Review, reason: str) -> None:
    if review.request is not None and review.request.state == "prepared":
        credits.return_issuance(actor=actor, request=review.request, reason=reason)


# ---- guards and steps in common


def _locked_period(period: MonitoringPeriod) -> MonitoringPeriod:
    """The project's row first, then the period's, as everywhere."""
    lock(Project, period.project_id)
    return lock(MonitoringPeriod, period.pk)


def _locked(review: Review) -> Review:
    _locked_period(review.period)
    return lock(Review, review.pk)


def _opinion(period: MonitoringPeriod) -> Opinion:
    opinion = opinion_on(period)
    if opinion is None or not opinion.positive:
        raise Refusal("NO_POSITIVE_OPINION", _("There is no positive opinion in force on this period."))
    return opinion


def _refuse_same_person(actor: Actor, review: Review) -> None:
    if actor.user_id in (review.prepared_by_id, review.begun_by_id):
        raise NotAllowed(
            "SEPARATION_OF_DUTIES",
            _("You reviewed or prepared this decision; another person decides on it."),
        )


def refuse_standing(project: Project) -> None:
    """Nothing is decided in favour of a proponent that is not approved now; of the project the ledger asks itself."""
    proponent = project.proponent
    if proponent.state != "approved":
        raise Refusal(
            "PROPONENT_NOT_APPROVED",
            _("The proponent %(name)s is “%(state)s” now; nothing is issued to it."),
            name=str(proponent),
            state=proponent.get_state_display(),
        )


def _confirmed(quantity: int | None) -> int:
    if quantity is None:
        raise InvalidInput("QUANTITY_MISSING", _("Type the quantity in whole tonnes to confirm it."))
    return quantity


def _reason(text: str) -> str:
    return needed_text(text, "REASON_MISSING", _("Say why."))


def _move(actor: Actor, review: Review, action: str, why: str = "", /, **changes: Any) -> None:
    """Move the review and keep the six lines that the official saw; their levels and digest stand in the log."""
    lights = seen.keep(actor, review, action)
    before = states.REVIEW.move(review, action, **changes)
    record(
        actor,
        f"decisions.{action}",
        review,
        before={"state": before},
        after={
            "state": review.state,
            "period": review.period_id,
            "lights": seen.levels(lights),
            "lights_digest": lights.digest,
        },
        reason=why,
    )
