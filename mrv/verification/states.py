from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.errors import Refusal
from registry.core.roles import Role
from registry.core.states import State, StateMachine, Transition

RAISING_ROLES = (Role.VERIFIER, Role.LEAD_VERIFIER)

ASSIGNMENT = StateMachine(
    name="assignment",
    initial="proposed",
    ends=("replaced", "done", "declined", "withdrawn"),
    states=(
        State("proposed", _("Proposed"), "secondary", "…"),
        State("confirmed", _("Confirmed by the authority"), "info", "➤"),
        State("accepted", _("Accepted with declaration"), "warning", "◔"),
        State("declined", _("Declined"), "secondary", "✖"),
        State("done", _("Done"), "success", "✔"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
        State("replaced", _("Goes on with the next revision"), "secondary", "↻"),
    ),
    transitions=(
        Transition("proposed", "confirm", "confirmed", "verification.confirm"),
        Transition("proposed", "withdraw", "withdrawn", "verification.withdraw"),
        Transition("confirmed", "accept", "accepted", "verification.accept"),
        Transition("confirmed", "decline", "declined", "verification.accept"),
        Transition("confirmed", "withdraw", "withdrawn", "verification.withdraw"),
        # Data must change: the work goes on in an assignment to revision n+1 of the period.
        Transition("accepted", "replace", "replaced", "verification.open_revision"),
        Transition("accepted", "finish", "done", "verification.countersign"),
        # The authority returned the verified period: the same body goes on under the same assignment.
        Transition("done", "reopen", "accepted", "verification.reopen"),
    ),
)

LIVE = ("proposed", "confirmed", "accepted", "done")
"""At most one of these per task: a declined or withdrawn assignment makes room for another body."""

OPINION = StateMachine(
    name="opinion",
    initial="lead_signed",
    ends=("sent_back", "returned"),
    states=(
        State("lead_signed", _("Signed by the lead verifier"), "warning", "◑"),
        State("signed", _("Signed by both"), "success", "✔"),
        State("sent_back", _("Sent back by the independent reviewer"), "secondary", "↩"),
        State("returned", _("Returned by the authority"), "secondary", "↩"),
    ),
    transitions=(
        Transition("lead_signed", "countersign", "signed", "verification.countersign"),
        Transition("lead_signed", "send_back", "sent_back", "verification.countersign"),
        Transition("signed", "return", "returned", "verification.reopen"),
    ),
)


def at_work(finding: Any) -> Refusal | None:
    """The body's work on this task is going on: accepted, and no opinion waits for its second signature."""
    assignment = finding.assignment
    if assignment.state == "accepted" and not any(
        opinion.state == "lead_signed" for opinion in assignment.opinions.all()
    ):
        return None
    return Refusal(
        "NOT_UNDER_VERIFICATION",
        _("The body is not at work on this task now: it has not accepted it, or its opinion is signed."),
    )


def overdue(finding: Any) -> Refusal | None:
    """The answer is overdue, and the work is going on. A FAR is never given up: it goes on to the next period."""
    if finding.kind == "far":
        return Refusal("FAR_IS_CARRIED", _("A forward action request is carried to the next period, never given up."))
    if clock.today() <= finding.due_on:
        return Refusal(
            "ANSWER_NOT_OVERDUE",
            _("The proponent may answer until %(day)s. Only after that day may it be ended unresolved."),
            day=finding.due_on,
        )
    return at_work(finding)


def forward_only(finding: Any) -> Refusal | None:
    """Only a FAR goes on to the next period."""
    if finding.kind == "far":
        return None
    return Refusal("ONLY_FAR_IS_CARRIED", _("Only a forward action request goes on to the next period."))


def blocking(finding: Any) -> Refusal | None:
    """Only a CAR or CL goes on in the next revision of a period; a FAR goes on by being carried."""
    if finding.kind == "far":
        return Refusal("FAR_IS_CARRIED", _("A forward action request is carried to the next period, never given up."))
    if finding.assignment.period_id is None:
        return Refusal("NO_PERIOD", _("Only a period has revisions; a project is returned to its draft instead."))
    return at_work(finding)


def completed(finding: Any) -> Refusal | None:
    """The project is completed: no further period will take the FAR up."""
    if finding.assignment.project.state == "completed":
        return None
    return Refusal("PROJECT_NOT_COMPLETED", _("It is closed here only once the project is completed."))


FINDING = StateMachine(
    name="finding",
    initial="raised",
    ends=("moved", "closed", "unresolved"),
    states=(
        State("raised", _("Waits for the proponent's answer"), "warning", "⚑"),
        State("answered", _("Answered, waits for the verifier"), "info", "◑"),
        State("closed", _("Closed"), "success", "✔"),
        State("unresolved", _("Ended unresolved"), "danger", "✖"),
        State("carried", _("Carried to the next period"), "secondary", "➤"),
        State("moved", _("Goes on in the next revision"), "secondary", "↻"),
    ),
    transitions=(
        Transition("raised", "answer", "answered", "verification.answer_finding", at_work),
        Transition("answered", "close", "closed", "verification.judge_finding", at_work),
        Transition("answered", "raise_again", "raised", "verification.judge_finding", at_work),
        # Without this a proponent who never answers would hold the body, and its own project, for ever.
        Transition("raised", "give_up", "unresolved", "verification.judge_finding", overdue),
        Transition("raised", "carry", "carried", "verification.carry_finding", forward_only),
        Transition("answered", "carry", "carried", "verification.carry_finding", forward_only),
        Transition("raised", "move_on", "moved", "verification.move_finding", blocking),
        Transition("answered", "move_on", "moved", "verification.move_finding", blocking),
        Transition("carried", "close_carried", "closed", "verification.close_carried", completed),
    ),
)

OPEN_FINDING = ("raised", "answered")
"""A CAR or CL in one of these blocks the opinion."""
