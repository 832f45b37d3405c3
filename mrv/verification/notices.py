"""Who is told of assignments, opinions and findings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.notices import period_name
from registry.core import told
from registry.core.languages import local_name
from registry.core.told import Kind, Line
from registry.core.told import organisation as of


def _task(assignment: Any) -> str:
    if assignment.period is not None:
        return period_name(assignment.period)
    return f"{assignment.project.code} {local_name(assignment.project)}"


told.describe("verification.Assignment", name=_task, url=lambda one: reverse("verification:detail", args=[one.pk]))
told.describe(
    "verification.Opinion",
    name=lambda opinion: f"{opinion.number} · {_task(opinion.assignment)}",
    url=lambda opinion: reverse("verification:detail", args=[opinion.assignment_id]),
)
told.describe(
    "verification.Finding",
    name=lambda finding: f"{finding.number} · {_task(finding.assignment)}",
    url=lambda finding: reverse("verification:finding", args=[finding.pk]),
)

BODY, PROPONENT = of("body_id"), of("project.proponent_id")
BODY_OF_PART, PROPONENT_OF_PART = of("assignment.body_id"), of("assignment.project.proponent_id")


def _body(text: Any, may: str, kind: str = Kind.VERIFICATION) -> Line:
    return Line(kind, text, to=BODY, may=may)


def _proponent(text: Any, may: str = "verification.view") -> Line:
    return Line(Kind.VERIFICATION, text, to=PROPONENT, may=may)


def _body_of_part(text: Any, may: str, kind: str) -> Line:
    return Line(kind, text, to=BODY_OF_PART, may=may)


def _proponent_of_part(text: Any, may: str, kind: str = Kind.FINDINGS) -> Line:
    return Line(kind, text, to=PROPONENT_OF_PART, may=may)


# --- assignments ---
told.when(
    "verification.propose",
    Line(
        Kind.VERIFICATION,
        _("A verification body was proposed: confirm it"),
        to=told.the_authority,
        may="verification.confirm",
    ),
)
told.when(
    "verification.confirm",
    _body(_("The authority confirmed your body for a task: accept or decline"), "verification.accept"),
    _proponent(_("The authority confirmed the body that you proposed")),
)
told.when("verification.accept", _proponent(_("The body accepted the task and declared its independence")))
told.when("verification.decline", _proponent(_("The body declined the task: propose another"), "verification.propose"))
told.when(
    "verification.withdraw",
    Line(
        Kind.VERIFICATION,
        _("The proponent withdrew the task from your body"),
        to=lambda assignment: BODY(assignment) if assignment.confirmed_at else told.NOBODY,  # else it never knew
        may="verification.accept",
    ),
)
told.when(
    "verification.reopen",
    _body(_("The authority returned a verified period: take the task up again"), "verification.sign"),
)

# --- opinions ---
told.when(
    "verification.sign",
    _body_of_part(
        _("The lead verifier signed an opinion: review and sign it"), "verification.countersign", Kind.VERIFICATION
    ),
)
told.when(
    "verification.send_back",
    _body_of_part(_("The independent reviewer sent the opinion back"), "verification.sign", Kind.VERIFICATION),
)

told.when(
    "verification.countersign",
    _body_of_part(
        _("The independent reviewer signed: the opinion is in force"), "verification.sign", Kind.VERIFICATION
    ),
)
told.when(
    "verification.replace",
    _body(_("A new revision took the place of the period that your body verifies"), "verification.accept"),
    _proponent(
        _("A new revision of the period was opened: seal it and propose the body again"), "verification.propose"
    ),
)
told.when(
    "verification.record_consultancy",
    Line(
        Kind.VERIFICATION,
        _("It was recorded that a body consulted on a project"),
        to=told.the_authority,
        may="verification.confirm",
        about=lambda consultancy: (consultancy.project,),
    ),
)

# --- findings ---
RAISED = _("A finding was raised: answer it")
told.when("verification.raise_finding", _proponent_of_part(RAISED, "verification.answer_finding"))
told.when(
    "verification.raise_again",
    _proponent_of_part(_("Your answer did not close the finding: answer again"), "verification.answer_finding"),
)
told.when(
    "verification.answer_finding",
    _body_of_part(_("A finding was answered: judge the answer"), "verification.judge_finding", Kind.FINDINGS),
)
told.when("verification.close_finding", _proponent_of_part(_("A finding was closed"), "verification.answer_finding"))
told.when(
    "verification.give_up",
    _proponent_of_part(_("A finding ended without resolution"), "verification.answer_finding"),
)
told.when(
    "verification.carry_finding",
    _proponent_of_part(_("A finding was carried to the next period"), "verification.answer_finding"),
)
told.when("verification.take_over", _proponent_of_part(RAISED, "verification.answer_finding"))
told.when(
    "verification.remark",
    _proponent_of_part(_("A remark was made on a finding"), "verification.answer_finding"),
    _body_of_part(_("A remark was made on a finding"), "verification.judge_finding", Kind.FINDINGS),
)
told.when(
    "verification.close_carried",
    _proponent_of_part(_("A carried finding was closed with the project"), "verification.answer_finding"),
)
told.nobody(
    "verification.recompute",
    "verification.return",  # told by the assignment that is taken up again
    "verification.finish",
    "verification.continue_finding",
    "verification.move_finding",
    "verification.open_revision",  # told by the assignment that it ends
    "verification.check",
    "verification.draw_sample",
    "verification.check_pick",
)
