"""The whole cycle as a simple model: by act, who may do it, when, and what it makes. It knows nothing of the services.

A person is a name of ``people.cast``. ``Model`` says where everything stands in words of its own; an act that the model
does not allow must be refused, whoever tries it and whatever the service's reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

PROPONENT = {"editor", "rep", "rep2"}
SIGNS = {"rep", "rep2"}
REVIEWERS = {"clerk", "chief"}
APPROVERS = {"approver", "chief"}
LEADS = {"lead", "both"}
LIVE = ("proposed", "confirmed", "accepted", "done")


@dataclass
class Task:
    """A validation or a verification."""

    state: str = ""
    opinion: str = ""
    looked: bool = False
    recomputed: bool = False
    finding: str = ""
    raiser: str = ""
    part: set[str] = field(default_factory=set)
    """Who took part and so reviews nothing of it."""


@dataclass
class Model:
    project: str = "draft"
    suspended: bool = False
    waiting: int = 0
    """Comments without an answer."""
    comments: int = 0
    comment_over: bool = False
    validation: Task = field(default_factory=Task)
    period: str = ""
    calculated: bool = False
    verification: Task = field(default_factory=Task)
    review: str = ""
    begun_by: str = ""
    prepared_by: str = ""
    notice_over: bool = False
    transfer: str = ""
    offered_by: str = ""
    bought: int = 0
    """Credits that the buyer holds."""
    retired: int = 0
    unanswered: int = 0
    """Reasons of a return without an answer."""


Rule = tuple[set[str] | None, Callable[[Model, str], bool], Callable[[Model, str], None]]
"""Who (None: everybody), when, and what follows."""


def _project(state: str) -> Callable[[Model, str], None]:
    def follows(m: Model, _who: str) -> None:
        m.project = state

    return follows


def _begins(task: str) -> Callable[[Model, str], None]:
    def follows(m: Model, _who: str) -> None:
        setattr(m, task, Task(state="proposed"))

    return follows


def _task(task: str, state: str) -> Callable[[Model, str], None]:
    def follows(m: Model, who: str) -> None:
        each = getattr(m, task)
        each.state = state
        if state == "accepted":
            each.part.add(who)

    return follows


def _sign(task: str) -> Callable[[Model, str], None]:
    def follows(m: Model, who: str) -> None:
        each = getattr(m, task)
        each.opinion = "lead_signed"
        each.part.add(who)

    return follows


def _countersign(task: str) -> Callable[[Model, str], None]:
    def follows(m: Model, _who: str) -> None:
        each = getattr(m, task)
        each.state, each.opinion = "done", "signed"
        if task == "validation":
            m.project = "authority_review"
        else:
            m.period, m.notice_over = "verified", False

    return follows


def _comment(m: Model, _who: str) -> None:
    m.waiting += 1
    m.comments += 1


def _answer(m: Model, _who: str) -> None:
    m.waiting -= 1


def _open_comment(m: Model, _who: str) -> None:
    m.project, m.comment_over = "public_comment", False


def _suspend(m: Model, _who: str) -> None:
    m.suspended = True


def _reinstate(m: Model, _who: str) -> None:
    m.suspended = False


def _period(state: str) -> Callable[[Model, str], None]:
    def follows(m: Model, _who: str) -> None:
        m.period = state

    return follows


def _calculate(m: Model, _who: str) -> None:
    m.calculated = True


def _accept_period(m: Model, who: str) -> None:
    _task("verification", "accepted")(m, who)
    m.period = "under_verification"


def _recompute(m: Model, who: str) -> None:
    m.verification.recomputed = True
    m.verification.part.add(who)


def _raise(m: Model, who: str) -> None:
    m.verification.finding, m.verification.raiser, m.period = "raised", who, "findings"
    m.verification.part.add(who)


def _answer_finding(m: Model, _who: str) -> None:
    m.verification.finding = "answered"


def _close_finding(m: Model, _who: str) -> None:
    m.verification.finding, m.period = "closed", "under_verification"


def _begin(m: Model, who: str) -> None:
    m.review, m.begun_by, m.period = "begun", who, "issuance_review"


def _prepare(m: Model, who: str) -> None:
    m.review, m.prepared_by = "prepared", who


def _send_back(m: Model, _who: str) -> None:
    m.review, m.prepared_by = "begun", ""


def _return(m: Model, _who: str) -> None:
    m.review, m.begun_by, m.prepared_by, m.period = "", "", "", "under_verification"
    m.verification.state, m.verification.opinion = "accepted", "returned"
    m.unanswered += 1


def _answer_return(m: Model, _who: str) -> None:
    m.unanswered -= 1


def _approve(m: Model, _who: str) -> None:
    m.review, m.period = "decided", "issued"


def _offer(m: Model, who: str) -> None:
    m.transfer, m.offered_by = "offered", who


def _second(m: Model, _who: str) -> None:
    m.transfer = "seconded"


def _accept_transfer(m: Model, _who: str) -> None:
    m.transfer = "accepted"
    m.bought += 1


def _retire(m: Model, _who: str) -> None:
    m.bought -= 1
    m.retired += 1


def registered(m: Model) -> bool:
    return m.project == "registered" and not m.suspended


def unbiased(m: Model, who: str) -> bool:
    return who not in (m.begun_by, m.prepared_by)


RULES: dict[str, Rule] = {
    "submit": (SIGNS, lambda m, _: m.project == "draft", _project("submitted")),
    "open_comment": (REVIEWERS, lambda m, _: m.project == "submitted", _open_comment),
    "comment": (None, lambda m, _: m.project == "public_comment" and not m.comment_over, _comment),
    "answer_comment": (
        PROPONENT,
        lambda m, _: m.waiting > 0 and m.project in ("public_comment", "under_validation", "authority_review"),
        _answer,
    ),
    "close_comment": (
        REVIEWERS,
        lambda m, _: m.project == "public_comment" and m.comment_over,
        _project("under_validation"),
    ),
    "propose_validation": (
        SIGNS,
        lambda m, _: m.project in ("submitted", "public_comment", "under_validation")
        and m.validation.state not in ("proposed", "confirmed", "accepted"),
        _begins("validation"),
    ),
    "confirm_validator": (
        REVIEWERS, lambda m, _: m.validation.state == "proposed", _task("validation", "confirmed")
    ),
    "accept_validation": ({"vlead"}, lambda m, _: m.validation.state == "confirmed", _task("validation", "accepted")),
    "sign_validation": (
        {"vlead"},
        lambda m, _: m.validation.state == "accepted" and m.validation.looked and m.validation.opinion != "lead_signed",
        _sign("validation"),
    ),
    "countersign_validation": (
        {"vrev"},
        lambda m, _: m.validation.opinion == "lead_signed" and m.project == "under_validation",
        _countersign("validation"),
    ),
    "register": (APPROVERS, lambda m, _: m.project == "authority_review" and not m.waiting, _project("registered")),
    "suspend": (APPROVERS, lambda m, _: registered(m), _suspend),
    "reinstate": (APPROVERS, lambda m, _: m.suspended, _reinstate),
    "open_period": (PROPONENT, lambda m, _: registered(m) and not m.period, _period("open")),
    "seal": (PROPONENT, lambda m, _: m.period == "open", _period("sealed")),
    "calculate": (PROPONENT, lambda m, _: m.period == "sealed" and not m.calculated, _calculate),
    "submit_period": (
        SIGNS, lambda m, _: m.period == "sealed" and m.calculated and registered(m), _period("submitted")
    ),
    "propose_verification": (
        SIGNS,
        lambda m, _: m.period == "submitted" and m.verification.state not in LIVE,
        _begins("verification"),
    ),
    "confirm_verifier": (
        REVIEWERS, lambda m, _: m.verification.state == "proposed", _task("verification", "confirmed")
    ),
    "accept_verification": (LEADS, lambda m, _: m.verification.state == "confirmed", _accept_period),
    "recompute": (LEADS, lambda m, _: m.verification.state == "accepted", _recompute),
    "raise_finding": (
        LEADS,
        lambda m, _: m.verification.state == "accepted"
        and m.verification.opinion != "lead_signed"
        and not m.verification.finding,
        _raise,
    ),
    "answer_finding": (PROPONENT, lambda m, _: m.verification.finding == "raised", _answer_finding),
    "close_finding": (
        LEADS,
        lambda m, who: m.verification.finding == "answered" and m.verification.raiser == who,
        _close_finding,
    ),
    "sign_verification": (
        LEADS,
        lambda m, _: m.verification.state == "accepted"
        and m.verification.looked
        and m.verification.recomputed
        and m.verification.finding in ("", "closed")
        and m.verification.opinion != "lead_signed",
        _sign("verification"),
    ),
    "countersign_verification": (
        {"rev", "both"},
        lambda m, who: m.verification.opinion == "lead_signed" and who not in m.verification.part,
        _countersign("verification"),
    ),
    "answer_return": (LEADS | PROPONENT, lambda m, _: m.unanswered > 0, _answer_return),
    "begin_review": (
        REVIEWERS, lambda m, _: m.period == "verified" and not m.review and not m.unanswered, _begin
    ),
    "prepare": (
        REVIEWERS, lambda m, _: m.review == "begun" and m.notice_over and registered(m), _prepare
    ),
    "send_back": (APPROVERS, lambda m, who: m.review == "prepared" and unbiased(m, who), _send_back),
    "return_review": (
        REVIEWERS | APPROVERS, lambda m, _: m.review in ("begun", "prepared"), _return
    ),
    "approve": (
        APPROVERS,
        lambda m, who: m.review == "prepared" and unbiased(m, who) and registered(m),
        _approve,
    ),
    "offer_transfer": (SIGNS, lambda m, _: m.period == "issued" and m.transfer in ("", "accepted"), _offer),
    "second_transfer": (SIGNS, lambda m, who: m.transfer == "offered" and who != m.offered_by, _second),
    "accept_transfer": ({"buyer"}, lambda m, _: m.transfer == "seconded", _accept_transfer),
    "retire": ({"buyer"}, lambda m, _: m.bought > 0, _retire),
}  # fmt: skip
DETOURS = ("comment", "suspend", "raise_finding", "send_back", "return_review")
"""What leads away from the straight way; each comes back to it."""


def allowed(model: Model, act: str, who: str) -> bool:
    people, when, _follows = RULES[act]
    return (people is None or who in people) and when(model, who)


def follow(model: Model, act: str, who: str) -> None:
    RULES[act][2](model, who)


def next_steps(model: Model, people: list[str]) -> list[tuple[str, str]]:
    """Every act with every person who may do it now; not those that begin anew what was done already."""
    acts = [act for act in RULES if act != "offer_transfer" or not model.transfer]
    return [(act, who) for act in acts for who in people if allowed(model, act, who)]
