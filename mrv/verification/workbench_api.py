"""The workbench for programs: checklist, sample, recalculation on the server, statement."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.verification import checking, selectors, statements
from mrv.verification.models import Assignment, ChecklistAnswer, PickCheck
from registry.api.fields import Facts, Nothing
from registry.api.views import Acts, ApiView, Record
from registry.core.permissions import require


class ItemOut(serializers.Serializer):
    key = serializers.CharField(source="item.key")
    section = serializers.CharField(source="item.section")
    zh = serializers.CharField(source="item.zh")
    en = serializers.CharField(source="item.en")
    verdict = serializers.ChoiceField(choices=ChecklistAnswer.Verdict.choices)
    note = serializers.CharField(source="answer.note", default="")
    finding = serializers.IntegerField(source="answer.finding_id", default=None, allow_null=True)
    seen = serializers.IntegerField(help_text="Send it back with your answer.")


class PickOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    at_random = serializers.BooleanField()
    place = Facts()
    outcome = serializers.CharField()
    note = serializers.CharField()


class SampleOut(serializers.Serializer):
    seed = serializers.CharField()
    method = serializers.CharField()
    bundle_digest = serializers.CharField()
    picks = PickOut(many=True)


class RecomputationOut(serializers.Serializer):
    run = serializers.IntegerField()
    finished = serializers.BooleanField()
    identical = serializers.BooleanField()
    path = serializers.CharField(help_text="The first entry that differs.")
    expected = serializers.CharField()
    found = serializers.CharField()


class WorkbenchOut(serializers.Serializer):
    """What the body has looked at: the checklist with its digest, the sample, the recalculation on the server."""

    checklist_digest = serializers.CharField()
    items = ItemOut(many=True)
    sample = SampleOut(allow_null=True)
    recomputation = RecomputationOut(allow_null=True)


def workbench_of(assignment: Assignment) -> dict[str, Any]:
    return {
        "checklist_digest": checking.checklist(assignment).digest,
        "items": checking.lines_of(assignment),
        "sample": _sample(assignment),
        "recomputation": _recomputation(assignment),
    }


def _sample(assignment: Assignment) -> dict[str, Any] | None:
    plan = assignment.sampling_plans.prefetch_related("picks__checks").first()
    if plan is None:
        return None
    picks = []
    for pick in plan.picks.all():
        check = next(reversed(list(pick.checks.all())), None)
        found = {"outcome": check.outcome if check else "", "note": check.note if check else ""}
        picks.append({"id": pick.pk, "kind": pick.kind, "at_random": pick.at_random, "place": pick.place, **found})
    return {"seed": plan.seed, "method": plan.method, "bundle_digest": plan.bundle_digest, "picks": picks}


def _recomputation(assignment: Assignment) -> dict[str, Any] | None:
    made = checking.comparison_of(assignment)
    if made is None:
        return None
    return {
        "run": made.run.pk,
        "finished": made.finished,
        "identical": made.identical,
        "path": made.path,
        "expected": made.expected,
        "found": made.found,
    }


class Workbench(Record):
    """Checklist, sample and recalculation of an assignment, for its body and the authority."""

    output = WorkbenchOut

    def record(self, pk: int) -> Assignment:
        assignment = selectors.assignment_for(self.actor, pk)
        require(self.actor, "verification.view_checklist", assignment)
        return assignment

    def answer(self, record: Any, status: int = 200) -> Response:
        return Response(WorkbenchOut(workbench_of(record)).data, status=status)


class ItemIn(serializers.Serializer):
    item = serializers.CharField(max_length=40)
    verdict = serializers.ChoiceField(choices=ChecklistAnswer.Verdict.choices)
    note = serializers.CharField(max_length=4000, allow_blank=True, default="")
    finding = serializers.IntegerField(min_value=1, max_value=2**62, required=False, allow_null=True, default=None)
    seen = serializers.IntegerField(min_value=0, max_value=2**62, required=False, allow_null=True, default=None)


class SeedIn(serializers.Serializer):
    seed = serializers.CharField(max_length=64, allow_blank=True, default="", help_text="Made when left empty.")


class CheckIn(serializers.Serializer):
    pick = serializers.IntegerField(min_value=1, max_value=2**62)
    outcome = serializers.ChoiceField(choices=PickCheck.Outcome.choices)
    note = serializers.CharField(max_length=4000)


def _check(actor: Any, row: Assignment, *, finding: int | None, **given: Any) -> None:
    named = selectors.finding_for(actor, finding) if finding is not None else None
    checking.answer_item(actor=actor, assignment=row, finding=named, **given)


def _check_pick(actor: Any, row: Assignment, *, pick: int, **given: Any) -> None:
    checking.check_pick(actor=actor, pick=checking.pick_for(row, pick), **given)


class WorkbenchActs(Acts):
    """Answer an item, draw the sample, say what a pick showed."""

    output = WorkbenchOut
    record = Workbench.record
    answer = Workbench.answer
    acts = {
        "check": (ItemIn, _check),
        "draw-sample": (SeedIn, lambda actor, row, seed: checking.draw_sample(actor=actor, assignment=row, seed=seed)),
        "check-pick": (CheckIn, _check_pick),
    }


class RecomputeHere(ApiView):
    """Calculate the sealed evidence again on the server, in the verifiers' queue; 202 with the run's address."""

    output = RecomputationOut
    takes = Nothing
    success = 202
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        assignment = selectors.assignment_for(self.actor, pk)
        run = checking.recompute_here(actor=self.actor, assignment=assignment)
        answer = Response(RecomputationOut(_recomputation(assignment)).data, status=202)
        answer["Location"] = reverse("api:run", args=[run.pk])
        return answer


class StatementOut(serializers.Serializer):
    """The statement's record, as the PDF carries it."""

    record = Facts()
    record_sha256 = serializers.CharField()
    unsigned_sha256 = serializers.CharField()
    signed_sha256 = serializers.CharField()
    pdf = serializers.CharField(help_text="Where the signed file is; empty while it is drawn.")


class OneStatement(Record):
    """The verification statement of an opinion."""

    output = StatementOut

    def record(self, pk: int) -> Any:
        return statements.statement_for(self.actor, pk)

    @extend_schema(responses=StatementOut)
    def answer(self, record: Any, status: int = 200) -> Response:
        drawn = record.rendered_at is not None
        found = {
            "record": record.content.to_dict(),
            "record_sha256": record.record_sha256,
            "unsigned_sha256": record.unsigned_sha256,
            "signed_sha256": record.signed_sha256,
            "pdf": reverse("certificates:pdf", args=[record.number]) if drawn else "",
        }
        return Response(StatementOut(found).data, status=status)


urlpatterns = [
    path("assignments/<int:pk>/workbench/", Workbench.as_view(), name="workbench"),
    *WorkbenchActs.paths("assignments/<int:pk>/workbench/", "workbench"),
    path("assignments/<int:pk>/workbench/recompute/", RecomputeHere.as_view(), name="workbench_recompute"),
    path("opinions/<int:pk>/statement/", OneStatement.as_view(), name="statement"),
]
