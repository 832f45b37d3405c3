"""Writes of the workbench: answers to the checklist, the sampling plan, and the recalculation on the server."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.checklists import Checklist, Item, checklist_of
from calculations.compare import first_difference
from mrv.periods.services import sealed_bundle
from mrv.runs.models import Run
from mrv.runs.selectors import result_of
from mrv.runs.services import request_run
from mrv.verification import picks
from mrv.verification.evidence_view import edits_of
from mrv.verification.models import Assignment, ChecklistAnswer, Finding, Pick, PickCheck, SamplingPlan
from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal, needed_text
from registry.core.languages import is_chinese
from registry.core.locking import lock
from registry.core.permissions import require

Verdict = ChecklistAnswer.Verdict


@dataclass(frozen=True)
class Line:
    """An item with the answer that counts, or None where nobody looked at it yet."""

    item: Item
    answer: ChecklistAnswer | None

    @property
    def text(self) -> str:
        return self.item.zh if is_chinese() else self.item.en

    @property
    def verdict(self) -> str:
        return self.answer.verdict if self.answer else Verdict.OPEN.value

    @property
    def seen(self) -> int:
        """What a form sends back, so that two people do not overwrite one another."""
        return self.answer.pk if self.answer else 0


def checklist(assignment: Assignment) -> Checklist:
    """The list of the project's methodology version."""
    span = assignment.crediting
    return checklist_of(span.methodology_id, span.methodology_version)


def lines_of(assignment: Assignment) -> list[Line]:
    newest = {
        answer.item: answer
        for answer in assignment.checklist_answers.select_related("made_by", "finding").order_by("id")
    }
    return [Line(item, newest.get(item.key)) for item in checklist(assignment).of_task(assignment.task)]


def progress(lines: list[Line]) -> dict[str, int]:
    """How many items have which verdict, and of how many."""
    counted = Counter(line.verdict for line in lines)
    return {**{value: counted[value] for value in Verdict.values}, "all": len(lines)}


@transaction.atomic
def answer_item(
    *,
    actor: Actor,
    assignment: Assignment,
    item: str,
    verdict: str,
    note: str = "",
    finding: Finding | None = None,
    seen: int | None = None,
) -> ChecklistAnswer:
    """Say what was found about one item. ``seen`` is the answer that this person looked at (0 for none).

    Raises InvalidInput CHECKLIST_ITEM, CHECKLIST_VERDICT, CHECKLIST_FINDING, CHECKLIST_NOTE; Refusal
    CHANGED_MEANWHILE, NOT_UNDER_VERIFICATION.
    """
    assignment = _at_work(actor, assignment)
    listed = checklist(assignment)
    asked = next((each for each in listed.of_task(assignment.task) if each.key == item), None)
    if asked is None:
        raise InvalidInput("CHECKLIST_ITEM", _("The checklist of this methodology version has no such item."))
    line = Line(asked, assignment.checklist_answers.filter(item=item).order_by("id").last())
    if verdict not in Verdict.values:
        raise InvalidInput("CHECKLIST_VERDICT", _("Say satisfied, finding raised, not applicable or not looked at."))
    if (verdict == Verdict.FINDING) != (finding is not None) or (finding and finding.assignment_id != assignment.pk):
        raise InvalidInput("CHECKLIST_FINDING", _("Name the finding of this task that the item led to, and only then."))
    if verdict == Verdict.NOT_APPLICABLE and not note.strip():
        raise InvalidInput("CHECKLIST_NOTE", _("Say in the note why the item does not apply."))
    if seen is not None and seen != line.seen:
        raise Refusal(
            "CHANGED_MEANWHILE", _("Somebody else answered this item meanwhile. Reload the page and look again.")
        )
    answer = ChecklistAnswer.objects.create(
        assignment=assignment,
        item=item,
        checklist_digest=listed.digest,
        verdict=verdict,
        note=note.strip(),
        finding=finding,
        made_by_id=actor.user_id,
    )
    record(
        actor,
        "verification.check",
        assignment,
        before={"item": item, "verdict": line.verdict},
        after={"item": item, "verdict": verdict, "finding": finding.number if finding else None},
        reason=answer.note,
    )
    return answer


def refuse_unlooked(assignment: Assignment) -> None:
    """A positive opinion says that everything on the list was looked at."""
    lines = lines_of(assignment)
    waiting = [line for line in lines if line.verdict == Verdict.OPEN]
    if waiting:
        raise Refusal(
            "CHECKLIST_OPEN",
            _(
                "%(count)s of %(all)s items of the checklist were not looked at yet. Answer them on the workbench; "
                "then the opinion can be signed."
            ),
            count=len(waiting),
            all=len(lines),
        )


# --- sampling -----------------------------------------------------------------------------------------------


@transaction.atomic
def draw_sample(*, actor: Actor, assignment: Assignment, seed: str = "") -> SamplingPlan:
    """Draw what is looked at more closely; without a seed one is made. Both are kept with the picks."""
    assignment = _at_work(actor, assignment)
    if assignment.period is None:
        raise Refusal("NO_EVIDENCE_TO_SAMPLE", _("A validation has no measured evidence to sample."))
    if assignment.sampling_plans.exists():
        raise Refusal("SAMPLE_DRAWN", _("The sample of this task is drawn already; drawing again would be choosing."))
    seed = seed.strip() or secrets.token_hex(16)
    if len(seed) > 64 or not seed.isprintable():
        raise InvalidInput("SEED_UNUSABLE", _("The seed has at most 64 printable signs."))
    bundle = sealed_bundle(assignment.period)
    plan = SamplingPlan.objects.create(
        assignment=assignment,
        seed=seed,
        method=picks.METHOD,
        bundle_digest=bundle.digest,
        made_by_id=actor.user_id,
    )
    drawn = picks.draw(bundle.evidence, seed, edits_of(bundle.evidence))
    Pick.objects.bulk_create(
        Pick(plan=plan, kind=each.kind, at_random=each.at_random, place=each.place) for each in drawn
    )
    record(
        actor,
        "verification.draw_sample",
        assignment,
        after={"seed": seed, "method": plan.method, "picks": len(drawn), "bundle_digest": bundle.digest},
    )
    return plan


@transaction.atomic
def check_pick(*, actor: Actor, pick: Pick, outcome: str, note: str) -> PickCheck:
    """Say what was found when a pick was looked at."""
    assignment = _at_work(actor, pick.plan.assignment)
    if outcome not in PickCheck.Outcome.values:
        raise InvalidInput("PICK_OUTCOME", _("Say whether it is as stated or differs."))
    said = needed_text(note, "PICK_NOTE", _("Say what it was compared with."))
    check = PickCheck.objects.create(pick=pick, outcome=outcome, note=said, made_by_id=actor.user_id)
    record(
        actor,
        "verification.check_pick",
        assignment,
        after={"pick": pick.pk, "kind": pick.kind, "outcome": outcome},
        reason=check.note,
    )
    return check


# --- the recalculation on the server ------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """The verifier's own run beside the official one: identical, or the first entry that differs."""

    run: Run
    finished: bool
    identical: bool
    path: str = ""
    expected: str = ""
    found: str = ""


def recompute_here(*, actor: Actor, assignment: Assignment) -> Run:
    """Calculate the sealed evidence again on the server, in the verifiers' own queue."""
    require(actor, "verification.recompute", assignment)
    if assignment.state != "accepted" or assignment.period is None:
        raise Refusal("NOT_UNDER_VERIFICATION", _("This period is not under verification by your body now."))
    return request_run(actor=actor, period=assignment.period, kind=Run.Kind.VERIFIER)


def comparison_of(assignment: Assignment) -> Comparison | None:
    """The newest of the verifier's runs against the official one; None before it was asked for."""
    period = assignment.period
    if period is None or period.official_run is None:
        return None
    run = (
        Run.objects.filter(period=period, kind=Run.Kind.VERIFIER, bundle_digest=period.bundle_digest)
        .select_related("methodology", "period")
        .order_by("-id")
        .first()
    )
    if run is None:
        return None
    if run.state != "succeeded":
        return Comparison(run, run.is_finished, identical=False)
    if run.result_digest == period.official_run.result_digest:
        return Comparison(run, True, identical=True)
    return Comparison(run, True, False, *first_difference_of(result_of(period.official_run), result_of(run)))


def first_difference_of(official: dict[str, Any], ours: dict[str, Any]) -> tuple[str, str, str]:
    """Path, expected and found of the first figure that differs, else of the first other entry."""
    for section in ("engine_version", "figures"):
        difference = first_difference(official.get(section), ours.get(section))
        if difference is not None:
            return f"/{section}{difference[0]}", difference[1], difference[2]
    return first_difference(official, ours) or ("", "", "")


def pick_for(assignment: Assignment, pk: int) -> Pick:
    pick = Pick.objects.select_related("plan__assignment").filter(pk=pk, plan__assignment=assignment).first()
    if pick is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return pick


def _at_work(actor: Actor, assignment: Assignment) -> Assignment:
    assignment = lock(Assignment, assignment.pk)
    require(actor, "verification.check", assignment)
    if assignment.state != "accepted" or assignment.opinions.filter(state="lead_signed").exists():
        raise Refusal(
            "NOT_UNDER_VERIFICATION",
            _("The body is not at work on this task now: it has not accepted it, or its opinion is signed."),
        )
    return assignment
