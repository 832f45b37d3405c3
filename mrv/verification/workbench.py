"""The workbench: the sealed evidence left, what the body has to look at right. Both sides open the same evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.periods.hydrograph import panels_of
from mrv.periods.services import sealed_bundle
from mrv.quality.presentation import NAMES
from mrv.verification import anchors, checking, finding_thread, selectors, states
from mrv.verification.evidence_view import evidence_of, file_of, open_file
from mrv.verification.models import Assignment, ChecklistAnswer, Finding, Pick, PickCheck
from registry.core import store
from registry.core.errors import NotVisible
from registry.core.permissions import may, require


def workbench(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = selectors.assignment_for(request.actor, pk)
    require(request.actor, "verification.view_evidence", assignment)
    period = assignment.period
    return render(
        request,
        "verification/workbench.html",
        {
            "assignment": assignment,
            "period": period,
            "machine": states.ASSIGNMENT,
            "finding_machine": states.FINDING,
            "files": anchors.files_of(assignment),
            "opened": _opened(request, assignment),
            **(evidence_of(period) if period is not None else {}),
            "findings": [*assignment.findings.all()],
            **raising(request, assignment),
            **_side(request, assignment),
        },
    )


def _side(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    """Checklist, recalculation and sample: the body's own, and the authority's to read."""
    if not may(request.actor, "verification.view_checklist", assignment):
        return {"sees_checklist": False}
    lines = checking.lines_of(assignment)
    at_work = states.at_work(Finding(assignment=assignment, kind=Finding.Kind.CAR)) is None
    plan = assignment.sampling_plans.prefetch_related("picks__checks").first()
    return {
        "sees_checklist": True,
        "may_check": at_work and may(request.actor, "verification.check", assignment),
        "may_recompute": at_work and may(request.actor, "verification.recompute", assignment),
        "lines": lines,
        "progress": checking.progress(lines),
        "verdicts": ChecklistAnswer.Verdict.choices,
        "checklist_digest": checking.checklist(assignment).digest,
        "comparison": checking.comparison_of(assignment),
        "recomputations": assignment.recomputations.all(),
        "plan": plan,
        "picks": [_pick(assignment, pick) for pick in plan.picks.all()] if plan else [],
        "outcomes": PickCheck.Outcome.choices,
    }


def _pick(assignment: Assignment, pick: Pick) -> dict[str, Any]:
    """A pick with its words, its address on this page, and what was found."""
    checks = list(pick.checks.all())
    return {
        "pick": pick,
        "said": anchors.place_said(assignment, pick.place),
        "query": anchors.place_query(assignment, pick.place),
        "check": checks[-1] if checks else None,
    }


def _answer(request: HttpRequest, assignment: Assignment) -> None:
    seen = request.POST.get("seen", "")
    named = request.POST.get("finding", "")
    finding = assignment.findings.filter(pk=named).first() if named.isdecimal() else None
    checking.answer_item(
        actor=request.actor,
        assignment=assignment,
        item=request.POST.get("item", ""),
        verdict=request.POST.get("verdict", ""),
        note=request.POST.get("note", ""),
        finding=finding if request.POST.get("verdict") == ChecklistAnswer.Verdict.FINDING else None,
        seen=int(seen) if seen.isdecimal() else None,
    )


def _draw(request: HttpRequest, assignment: Assignment) -> None:
    checking.draw_sample(actor=request.actor, assignment=assignment, seed=request.POST.get("seed", ""))


def _check_pick(request: HttpRequest, assignment: Assignment) -> None:
    named = request.POST.get("pick", "")
    checking.check_pick(
        actor=request.actor,
        pick=checking.pick_for(assignment, int(named) if named.isdecimal() else 0),
        outcome=request.POST.get("outcome", ""),
        note=request.POST.get("note", ""),
    )


def _recompute(request: HttpRequest, assignment: Assignment) -> None:
    checking.recompute_here(actor=request.actor, assignment=assignment)


ACTS: dict[str, tuple[Callable[[HttpRequest, Assignment], None], str]] = {
    "answer": (_answer, "checklist"),
    "draw": (_draw, "sample"),
    "check_pick": (_check_pick, "sample"),
    "recompute": (_recompute, "recompute"),
}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    assignment = selectors.assignment_for(request.actor, pk)
    if action not in ACTS:
        raise Http404
    service, place = ACTS[action]
    service(request, assignment)
    item = request.POST.get("item", "")
    where = f"item-{item}" if action == "answer" else place
    return redirect(f"{reverse('verification:workbench', args=[pk])}#{where}")


def raising(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    """What the form needs that raises a finding; what the address points at is filled in."""
    asked = request.GET
    if not may(request.actor, "verification.raise_finding", assignment):
        return {"can_raise": False}
    blank = Finding(assignment=assignment, kind=Finding.Kind.CAR)
    kind = "file_row" if asked.get("file") else "span" if asked.get("from") else "none"
    return {
        "can_raise": states.at_work(blank) is None,
        "kinds": Finding.Kind.choices,
        "severities": Finding.Severity.choices,
        "anchor_kinds": Finding.AnchorKind.choices if assignment.period else _without_span(),
        "anchor_kind": kind,
        "quantities": NAMES.items(),
        "parameters": anchors.parameters_of(assignment),
        "asked": {name: asked.get(name, "") for name in ("file", "row", "from", "to", "panel")},
        "usual_due_day": finding_thread.usual_due_day(),
        "clause": f"{assignment.crediting.methodology_id} {assignment.crediting.methodology_version}",
    }


def _without_span() -> list[tuple[str, Any]]:
    return [(value, label) for value, label in Finding.AnchorKind.choices if value != Finding.AnchorKind.SPAN]


def _opened(request: HttpRequest, assignment: Assignment) -> Any:
    sha256, row = request.GET.get("file", ""), request.GET.get("row", "1")
    if not sha256:
        return None
    return open_file(assignment, sha256, int(row) if row.isdecimal() and len(row) < 9 else 1)


def series(request: HttpRequest, pk: int) -> JsonResponse:
    """The measured series as they were sealed, on one regular grid; null is a gap."""
    assignment = selectors.assignment_for(request.actor, pk)
    require(request.actor, "verification.view_evidence", assignment)
    if assignment.period is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    evidence = sealed_bundle(assignment.period).evidence
    answer = JsonResponse(panels_of(assignment.period, evidence.epoch_s, evidence.series_by_parameter(), request.GET))
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def evidence_file(request: HttpRequest, pk: int, sha256: str) -> FileResponse:
    """A file under verification, with the bytes that were sealed."""
    assignment = selectors.assignment_for(request.actor, pk)
    require(request.actor, "verification.view_evidence", assignment)
    file = file_of(assignment, sha256)
    return FileResponse(
        store.path(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
