from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.verification import selectors
from registry.core import deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.core.permissions import may


@deadlines.provider
def findings_to_answer(actor: Actor) -> Iterator[Deadline]:
    """Findings that wait for an answer: the proponent's to answer, told to the body and the authority."""
    if actor.organisation_id is None:
        return
    waiting = selectors.visible_findings(actor).filter(state="raised", due_on__isnull=False).order_by("due_on")
    for finding in waiting[: deadlines.MOST]:
        period = finding.assignment.period
        project = finding.assignment.project
        yield Deadline(
            kind="finding_answer",
            subject=deadlines.subject_of(finding),
            title=_("A finding is to be answered"),
            detail=f"{finding.number} · {project.code}"
            + (f" · {period.first_day}–{period.last_day}" if period else ""),
            url=reverse("verification:finding", args=[finding.pk]),
            due=deadlines.end_of(finding.due_on),
            acts=may(actor, "verification.answer_finding", finding),
        )
