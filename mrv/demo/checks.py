"""What the demonstration's verifiers do on the workbench: every item of the checklist, every pick of the sample."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from mrv.verification import checking
from mrv.verification.models import Assignment, ChecklistAnswer, PickCheck
from registry.core.actors import Actor


def look_at_everything(actor: Actor, assignment: Assignment) -> None:
    """Each item that nobody looked at yet is answered as satisfied."""
    for line in checking.lines_of(assignment):
        if line.verdict == ChecklistAnswer.Verdict.OPEN:
            checking.answer_item(
                actor=actor, assignment=assignment, item=line.item.key, verdict=ChecklistAnswer.Verdict.SATISFIED
            )


def look_at_sample(actor: Actor, assignment: Assignment, *, seed: str) -> None:
    """The sample drawn from a seed that anybody can repeat, and each pick compared with the sealed files."""
    if assignment.sampling_plans.exists():
        return
    with override("zh-hans"):
        note = _("Compared with the sealed file.")
    plan = checking.draw_sample(actor=actor, assignment=assignment, seed=seed)
    for pick in plan.picks.all():
        checking.check_pick(actor=actor, pick=pick, outcome=PickCheck.Outcome.AS_STATED, note=note)
