"""What the other steps of verification do with findings; called with the assignment locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.verification import states
from mrv.verification.finding_thread import follow_with_the_period, next_number, record_move, say, usual_due_day
from mrv.verification.models import Assignment, Finding, FindingEntry
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import Refusal
from registry.core.locking import lock

Act = FindingEntry.Act


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
        say(actor, finding, Act.CARRY, "")
        record_move(actor, "verification.carry_finding", finding, before)


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
        follow_with_the_period(actor, assignment)
    return [*continued, *taken]


def move_on(actor: Actor, finding: Finding, text: str, following: MonitoringPeriod) -> None:
    """The period's next revision is opened: the open CAR or CL waits for the body that accepts it."""
    before = states.FINDING.move(finding, "move_on")
    say(actor, finding, Act.REVISE, text)
    record_move(actor, "verification.move_finding", finding, before, revision=following.pk)


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
        number=next_number(assignment, earlier.kind),
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
    say(actor, finding, Act.RAISE, "", due_on=None if answered else finding.due_on)
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
        number=next_number(assignment, Finding.Kind.FAR),
        requirement=earlier.requirement,
        statement=earlier.statement,
        severity=earlier.severity,
        due_on=usual_due_day(),
        raised_by_id=earlier.raised_by_id if same_person else actor.user_id,
        carried_from=earlier,
    )
    say(actor, finding, Act.RAISE, finding.statement, due_on=finding.due_on)
    record(
        actor,
        "verification.take_over",
        finding,
        after={"number": finding.number, "from": f"{earlier.assignment_id} {earlier.number}"},
    )
    return finding
