"""Every write about findings: raised by the body, answered by the proponent, judged by who raised it.

The assignment's row is locked first, then the finding's: raising, judging and signing an opinion never cross. A period
is in ``findings`` exactly while one of its CAR or CL is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods import moves
from mrv.periods.models import MonitoringPeriod
from mrv.verification import anchors, states
from mrv.verification.models import Assignment, Finding, FindingDocument, FindingEntry
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.workdays import add_working_days
from registry.projects.services import PROGRAMME_ZONE

MOST_DOCUMENTS = 10
MOST_BYTES = 50 * 1024**2
MOST_TEXT = 20_000
Act = FindingEntry.Act


@dataclass(frozen=True)
class Document:
    """A file as it came with an answer or a remark: its name and bytes."""

    file_name: str
    data: bytes


def today() -> date:
    return clock.now().astimezone(PROGRAMME_ZONE).date()


def usual_due_day() -> date:
    """The day until which an answer is asked when nobody says another."""
    return add_working_days(today(), settings.FINDING_ANSWER_WORKING_DAYS)


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
        number=_next_number(assignment, kind),
        requirement=requirement.strip(),
        statement=_text(statement),
        severity=severity,
        anchor_kind=anchor_kind,
        anchor=anchors.checked(assignment, anchor_kind, anchor or {}),
        due_on=_due_day(due_on),
        raised_by_id=actor.user_id,
    )
    _refuse_if(states.at_work(finding))
    finding.save()
    _say(actor, finding, Act.RAISE, finding.statement, due_on=finding.due_on)
    record(
        actor,
        "verification.raise_finding",
        finding,
        after={"number": finding.number, "kind": kind, "due_on": finding.due_on, "anchor": finding.anchor},
    )
    _follow_with_the_period(actor, assignment)
    return finding


@transaction.atomic
def answer(*, actor: Actor, finding: Finding, text: str, documents: Sequence[Document] = ()) -> Finding:
    """The proponent answers, with text and files kept by their digest; the raiser judges the answer."""
    finding = _locked(finding)
    require(actor, "verification.answer_finding", finding)
    text = _needed(text, "ANSWER_EMPTY", _("Write the answer."))
    _move(actor, finding, "answer")
    entry = _say(actor, finding, Act.ANSWER, text, documents=documents)
    _record(actor, "verification.answer_finding", finding, "raised", documents=[d.sha256 for d in entry])
    return finding


@transaction.atomic
def close(*, actor: Actor, finding: Finding, reason: str = "") -> Finding:
    """The raiser is content. When the raiser has left, the body's lead verifier closes it and says why."""
    finding = _locked(finding)
    reason = _judged_by(actor, finding, reason)
    before = _move(actor, finding, "close", closed_by_id=actor.user_id, closed_at=clock.now(), closing_reason=reason)
    _say(actor, finding, Act.CLOSE, reason)
    _record(actor, "verification.close_finding", finding, before, reason=reason)
    _follow_with_the_period(actor, finding.assignment)
    return finding


@transaction.atomic
def raise_again(*, actor: Actor, finding: Finding, text: str, due_on: date | None = None) -> Finding:
    """The answer does not settle it: the next round begins, with a new day until which an answer is asked."""
    finding = _locked(finding)
    _judged_by(actor, finding, text)
    text = _needed(text, "REASON_MISSING", _("Say why."))
    before = _move(actor, finding, "raise_again", round=finding.round + 1, due_on=_due_day(due_on))
    _say(actor, finding, Act.RAISE_AGAIN, text, due_on=finding.due_on)
    _record(actor, "verification.raise_again", finding, before, reason=text)
    return finding


@transaction.atomic
def give_up(*, actor: Actor, finding: Finding, reason: str) -> Finding:
    """No answer came in time: the finding ends unresolved, and no positive opinion can follow."""
    finding = _locked(finding)
    _judged_by(actor, finding, reason)
    reason = _needed(reason, "REASON_MISSING", _("Say why."))
    before = _move(actor, finding, "give_up", closed_by_id=actor.user_id, closed_at=clock.now(), closing_reason=reason)
    _say(actor, finding, Act.GIVE_UP, reason)
    _record(actor, "verification.give_up", finding, before, reason=reason)
    _follow_with_the_period(actor, finding.assignment)
    return finding


@transaction.atomic
def remark(*, actor: Actor, finding: Finding, text: str, documents: Sequence[Document] = ()) -> Finding:
    """A word in the thread that settles nothing: a question back, a further file."""
    finding = _locked(finding)
    require(actor, "verification.remark", finding)
    if not finding.is_open:
        raise Refusal("FINDING_ENDED", _("This finding has ended; its thread takes no more entries."))
    entry = _say(actor, finding, Act.REMARK, _needed(text, "ANSWER_EMPTY", _("Write something.")), documents=documents)
    record(actor, "verification.remark", finding, after={"documents": [each.sha256 for each in entry]})
    return finding


@transaction.atomic
def close_carried(*, actor: Actor, finding: Finding, reason: str) -> Finding:
    """The authority closes a FAR that no further period can take up: the project is completed."""
    finding = _locked(finding)
    require(actor, "verification.close_carried", finding)
    if Finding.objects.filter(carried_from=finding).exists():
        raise Refusal("FINDING_CARRIED_ON", _("A later period took this finding up; it is closed there."))
    reason = _needed(reason, "REASON_MISSING", _("Say why."))
    before = _move(
        actor, finding, "close_carried", closed_by_id=actor.user_id, closed_at=clock.now(), closing_reason=reason
    )
    _say(actor, finding, Act.CLOSE_CARRIED, reason)
    _record(actor, "verification.close_carried", finding, before, reason=reason)
    return finding


# --- what the other steps of verification do with findings (called with the assignment locked) -----------


def refuse_open(assignment: Assignment, *, positive: bool) -> None:
    """An opinion waits for every CAR and CL; a positive one cannot follow where one ended unresolved."""
    asked = assignment.findings.exclude(kind=Finding.Kind.FAR)
    waiting = [each.number for each in asked.filter(state__in=states.OPEN_FINDING)]
    if waiting:
        raise Refusal(
            "FINDINGS_OPEN",
            _("These findings are still open: %(numbers)s. The opinion is signed when the last of them is closed."),
            numbers=", ".join(waiting),
        )
    unresolved = [each.number for each in asked.filter(state="unresolved")]
    if positive and unresolved:
        raise Refusal(
            "FINDINGS_UNRESOLVED",
            _("These findings ended unresolved: %(numbers)s. Only a negative opinion can follow."),
            numbers=", ".join(unresolved),
        )


def carry_on(actor: Actor, assignment: Assignment) -> None:
    """With the second signature the open FARs leave this task and wait for the next period."""
    left_open = assignment.findings.filter(kind=Finding.Kind.FAR, state__in=states.OPEN_FINDING)
    for pk in left_open.values_list("pk", flat=True):
        finding = lock(Finding, pk)
        before = states.FINDING.move(finding, "carry")
        _say(actor, finding, Act.CARRY, "")
        _record(actor, "verification.carry_finding", finding, before)


def take_over(actor: Actor, assignment: Assignment) -> list[Finding]:
    """A body accepts a period: the FARs that earlier periods of the project left are raised in it again.

    The same person asks as before where that person still works for the body, otherwise who accepts.
    """
    if assignment.period is None:
        return []
    continued = _continue(actor, assignment)
    left = Finding.objects.filter(
        state="carried", carried_to=None, assignment__project=assignment.project, assignment__period__isnull=False
    ).exclude(assignment=assignment)
    taken = [_raised_again_in(actor, assignment, earlier) for earlier in left.order_by("id")]
    if continued:
        _follow_with_the_period(actor, assignment)
    return [*continued, *taken]


def move_on(actor: Actor, finding: Finding, text: str, following: MonitoringPeriod) -> None:
    """The period's next revision is opened: the open CAR or CL waits for the body that accepts it."""
    before = states.FINDING.move(finding, "move_on")
    _say(actor, finding, Act.REVISE, text)
    _record(actor, "verification.move_finding", finding, before, revision=following.pk)


def _continue(actor: Actor, assignment: Assignment) -> list[Finding]:
    """The findings that led to this revision are open again in it, as answered where the proponent spoke last."""
    period = assignment.period
    assert period is not None
    left = Finding.objects.filter(
        state="moved",
        continued_by=None,
        assignment__period__project=period.project_id,
        assignment__period__number=period.number,
    ).exclude(assignment=assignment)
    return [_continued_in(actor, assignment, earlier) for earlier in left.order_by("id")]


def _continued_in(actor: Actor, assignment: Assignment, earlier: Finding) -> Finding:
    same_person = earlier.assignment.body_id == assignment.body_id and not earlier.raiser_is_gone
    # A row of an old file is read at the old finding; spans and parameters are the same in every revision.
    anchored = earlier.anchor_kind != Finding.AnchorKind.FILE_ROW
    finding = Finding.objects.create(
        assignment=assignment,
        kind=earlier.kind,
        number=_next_number(assignment, earlier.kind),
        requirement=earlier.requirement,
        statement=earlier.statement,
        severity=earlier.severity,
        anchor_kind=earlier.anchor_kind if anchored else Finding.AnchorKind.NONE,
        anchor=earlier.anchor if anchored else {},
        round=earlier.round + 1,
        due_on=usual_due_day(),
        raised_by_id=earlier.raised_by_id if same_person else actor.user_id,
        continues=earlier,
    )
    last = earlier.entries.exclude(act=Act.REMARK).order_by("-id").exclude(text="").first()
    answered = last is not None and last.made_for == "proponent"
    _say(actor, finding, Act.RAISE, "", due_on=None if answered else finding.due_on)
    record(
        actor,
        "verification.continue_finding",
        finding,
        after={"number": finding.number, "from": f"{earlier.assignment_id} {earlier.number}"},
    )
    if answered and last is not None:
        states.FINDING.move(finding, "answer")
        FindingEntry.objects.create(
            finding=finding,
            act=Act.ANSWER,
            round=finding.round,
            text=last.text,
            made_by_id=last.made_by_id,
            made_for=last.made_for,
        )
    return finding


def _raised_again_in(actor: Actor, assignment: Assignment, earlier: Finding) -> Finding:
    same_person = earlier.assignment.body_id == assignment.body_id and not earlier.raiser_is_gone
    finding = Finding.objects.create(
        assignment=assignment,
        kind=Finding.Kind.FAR,
        number=_next_number(assignment, Finding.Kind.FAR),
        requirement=earlier.requirement,
        statement=earlier.statement,
        severity=earlier.severity,
        due_on=usual_due_day(),
        raised_by_id=earlier.raised_by_id if same_person else actor.user_id,
        carried_from=earlier,
    )
    _say(actor, finding, Act.RAISE, finding.statement, due_on=finding.due_on)
    record(
        actor,
        "verification.take_over",
        finding,
        after={"number": finding.number, "from": f"{earlier.assignment_id} {earlier.number}"},
    )
    return finding


# --- the common steps -------------------------------------------------------------------------------------


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
    return _text(reason)


def _move(actor: Actor, finding: Finding, action: str, **changes: Any) -> str:
    return states.FINDING.move(finding, action, **changes)


def _needed(text: str, code: str, message: Any) -> str:
    return _text(needed_text(text, code, message))


def _text(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise InvalidInput(
            "TEXT_TOO_LONG", _("The text is longer than %(limit)s characters; attach a document."), limit=MOST_TEXT
        )
    return text.strip()


def _due_day(asked: date | None) -> date:
    if asked is None:
        return usual_due_day()
    if asked <= today():
        raise InvalidInput("DUE_DAY_PAST", _("%(day)s is not after today. Give a later day."), day=asked)
    return asked


def _next_number(assignment: Assignment, kind: str) -> str:
    return f"{kind.upper()}-{assignment.findings.filter(kind=kind).count() + 1}"


def _side(actor: Actor, finding: Finding) -> str:
    assignment = finding.assignment
    if actor.organisation_id == assignment.body_id:
        return "body"
    return "proponent" if actor.organisation_id == assignment.project.proponent_id else "authority"


def _say(
    actor: Actor,
    finding: Finding,
    act: str,
    text: str,
    *,
    due_on: date | None = None,
    documents: Sequence[Document] = (),
) -> list[FindingDocument]:
    """One entry of the thread; returns the documents that came with it."""
    _check(documents)
    entry = FindingEntry.objects.create(
        finding=finding,
        act=act,
        round=finding.round,
        text=text,
        due_on=due_on,
        made_by_id=actor.user_id,
        made_for=_side(actor, finding),
    )
    return [
        FindingDocument.objects.create(
            entry=entry,
            file_name=each.file_name[:255],
            sha256=store.put(each.data),
            size_bytes=len(each.data),
        )
        for each in documents
    ]


def _check(documents: Sequence[Document]) -> None:
    if len(documents) > MOST_DOCUMENTS:
        raise InvalidInput("TOO_MANY_DOCUMENTS", _("At most %(limit)s documents come with one entry."), limit=10)
    for each in documents:
        if not each.data:
            raise InvalidInput("DOCUMENT_EMPTY", _("“%(file)s” is empty. Choose the file again."), file=each.file_name)
        if len(each.data) > MOST_BYTES:
            raise InvalidInput(
                "DOCUMENT_TOO_LARGE",
                _("“%(file)s” is larger than %(limit)s MB."),
                file=each.file_name,
                limit=MOST_BYTES // 1024**2,
            )


def _record(actor: Actor, action: str, finding: Finding, before: str, *, reason: str = "", **after: Any) -> None:
    record(
        actor,
        action,
        finding,
        before={"state": before},
        after={"state": finding.state, "round": finding.round, **after},
        reason=reason,
    )


def _follow_with_the_period(actor: Actor, assignment: Assignment) -> None:
    """The period is in ``findings`` while a CAR or CL of it is open, and back under verification afterwards."""
    period = assignment.period
    if period is None:
        return
    period.refresh_from_db(fields=["state"])
    blocked = assignment.findings.filter(state__in=states.OPEN_FINDING).exclude(kind=Finding.Kind.FAR).exists()
    if blocked and period.state == "under_verification":
        moves.raise_findings(actor=actor, period=period)
    elif not blocked and period.state == "findings":
        moves.resolve_findings(actor=actor, period=period)
