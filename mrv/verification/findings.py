"""Every write about findings: raised by the body, answered by the proponent, judged by who raised it.

The assignment's row is locked first, then the finding's: raising, judging and signing an opinion never cross. A period
is in ``findings`` exactly while one of its CAR or CL is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.verification import anchors, states
from mrv.verification.finding_thread import (
    Document,
    follow_with_the_period,
    needed_words,
    next_number,
    record_move,
    say,
    usual_due_day,
    words,
)
from mrv.verification.models import Assignment, Finding, FindingEntry
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require

Act = FindingEntry.Act


@transaction.atomic
def raise_finding(
    *,
    actor: Actor,
    assignment: Assignment,
    kind: str,
    requirement: str,
    statement: str,
    severity: str = Finding.Severity.MATERIAL,
    anchor_kind: str = Finding.AnchorKind.NONE,
    anchor: Mapping[str, Any] | None = None,
    due_on: date | None = None,
) -> Finding:
    """The body asks for a correction (CAR), a clarification (CL) or an action for the next period (FAR).

    Raises InvalidInput FINDING_KIND, FINDING_EMPTY, DUE_DAY_PAST, ANCHOR_...; Refusal NOT_UNDER_VERIFICATION.
    """
    assignment = lock(Assignment, assignment.pk)
    require(actor, "verification.raise_finding", assignment)
    if kind not in Finding.Kind.values or severity not in Finding.Severity.values:
        raise InvalidInput("FINDING_KIND", _("A finding is a CAR, a CL or a FAR, material or not material."))
    if not statement.strip() or not requirement.strip() or len(requirement) > 200:
        raise InvalidInput(
            "FINDING_EMPTY",
            _("Say what was found, and which requirement it is about (at most 200 characters)."),
        )
    finding = Finding(
        assignment=assignment,
        kind=kind,
        number=next_number(assignment, kind),
        requirement=requirement.strip(),
        statement=words(statement),
        severity=severity,
        anchor_kind=anchor_kind,
        anchor=anchors.checked(assignment, anchor_kind, anchor or {}),
        due_on=_due_day(due_on),
        raised_by_id=actor.user_id,
    )
    _refuse_if(states.at_work(finding))
    finding.save()
    say(actor, finding, Act.RAISE, finding.statement, due_on=finding.due_on)
    record(
        actor,
        "verification.raise_finding",
        finding,
        after={"number": finding.number, "kind": kind, "due_on": finding.due_on, "anchor": finding.anchor},
    )
    follow_with_the_period(actor, assignment)
    return finding


@transaction.atomic
def answer(*, actor: Actor, finding: Finding, text: str, documents: Sequence[Document] = ()) -> Finding:
    """The proponent answers, with text and files kept by their digest; the raiser judges the answer."""
    finding = _locked(finding)
    require(actor, "verification.answer_finding", finding)
    text = needed_words(text, "ANSWER_EMPTY", _("Write the answer."))
    _move(actor, finding, "answer")
    entry = say(actor, finding, Act.ANSWER, text, documents=documents)
    record_move(actor, "verification.answer_finding", finding, "raised", documents=[d.sha256 for d in entry])
    return finding


@transaction.atomic
def close(*, actor: Actor, finding: Finding, reason: str = "") -> Finding:
    """The raiser is content. When the raiser has left, the body's lead verifier closes it and says why."""
    finding = _locked(finding)
    reason = _judged_by(actor, finding, reason)
    before = _move(actor, finding, "close", closed_by_id=actor.user_id, closed_at=clock.now(), closing_reason=reason)
    say(actor, finding, Act.CLOSE, reason)
    record_move(actor, "verification.close_finding", finding, before, reason=reason)
    follow_with_the_period(actor, finding.assignment)
    return finding


@transaction.atomic
def raise_again(*, actor: Actor, finding: Finding, text: str, due_on: date | None = None) -> Finding:
    """The answer does not settle it: the next round begins, with a new day until which an answer is asked."""
    finding = _locked(finding)
    _judged_by(actor, finding, text)
    text = needed_words(text, "REASON_MISSING", _("Say why."))
    before = _move(actor, finding, "raise_again", round=finding.round + 1, due_on=_due_day(due_on))
    say(actor, finding, Act.RAISE_AGAIN, text, due_on=finding.due_on)
    record_move(actor, "verification.raise_again", finding, before, reason=text)
    return finding


@transaction.atomic
def give_up(*, actor: Actor, finding: Finding, reason: str) -> Finding:
    """No answer came in time: the finding ends unresolved, and no positive opinion can follow."""
    finding = _locked(finding)
    _judged_by(actor, finding, reason)
    reason = needed_words(reason, "REASON_MISSING", _("Say why."))
    before = _move(actor, finding, "give_up", closed_by_id=actor.user_id, closed_at=clock.now(), closing_reason=reason)
    say(actor, finding, Act.GIVE_UP, reason)
    record_move(actor, "verification.give_up", finding, before, reason=reason)
    follow_with_the_period(actor, finding.assignment)
    return finding


@transaction.atomic
def remark(*, actor: Actor, finding: Finding, text: str, documents: Sequence[Document] = ()) -> Finding:
    """A word in the thread that settles nothing: a question back, a further file."""
    finding = _locked(finding)
    require(actor, "verification.remark", finding)
    if not finding.is_open:
        raise Refusal("FINDING_ENDED", _("This finding has ended; its thread takes no more entries."))
    entry = say(
        actor, finding, Act.REMARK, needed_words(text, "ANSWER_EMPTY", _("Write something.")), documents=documents
    )
    record(actor, "verification.remark", finding, after={"documents": [each.sha256 for each in entry]})
    return finding


@transaction.atomic
def close_carried(*, actor: Actor, finding: Finding, reason: str) -> Finding:
    """The authority closes a FAR that no further period can take up: the project is completed."""
    finding = _locked(finding)
    require(actor, "verification.close_carried", finding)
    if Finding.objects.filter(carried_from=finding).exists():
        raise Refusal("FINDING_CARRIED_ON", _("A later period took this finding up; it is closed there."))
    reason = needed_words(reason, "REASON_MISSING", _("Say why."))
    before = _move(
        actor, finding, "close_carried", closed_by_id=actor.user_id, closed_at=clock.now(), closing_reason=reason
    )
    say(actor, finding, Act.CLOSE_CARRIED, reason)
    record_move(actor, "verification.close_carried", finding, before, reason=reason)
    return finding


def _locked(finding: Finding) -> Finding:
    lock(Assignment, finding.assignment_id)
    return lock(Finding, finding.pk)


def _refuse_if(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def _judged_by(actor: Actor, finding: Finding, reason: str) -> str:
    """Only the raiser; a lead verifier who stands in for one who left gives the reason of doing so."""
    require(actor, "verification.judge_finding", finding)
    reason = reason.strip()
    if actor.user_id != finding.raised_by_id and not reason:
        raise InvalidInput("REASON_MISSING", _("You did not raise this finding: say why you decide on it."))
    return words(reason)


def _move(actor: Actor, finding: Finding, action: str, **changes: Any) -> str:
    return states.FINDING.move(finding, action, **changes)


def _due_day(asked: date | None) -> date:
    if asked is None:
        return usual_due_day()
    if asked <= clock.today():
        raise InvalidInput("DUE_DAY_PAST", _("%(day)s is not after today. Give a later day."), day=asked)
    return asked
