"""The page of a finding with its thread, and the acts of both sides upon it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.verification import anchors, finding_thread, findings, revisions, selectors, states
from mrv.verification.models import Assignment, Finding, FindingEntry
from registry.audit.selectors import history_of
from registry.core import clock, store
from registry.core.errors import InvalidInput
from registry.core.permissions import may
from registry.core.web import take_act


def finding_page(request: HttpRequest, pk: int) -> HttpResponse:
    finding = selectors.finding_for(request.actor, pk)
    sees_documents = may(request.actor, "verification.view_evidence", finding)
    return render(
        request,
        "verification/finding.html",
        {
            "finding": finding,
            "assignment": finding.assignment,
            "period": finding.assignment.period,
            "machine": states.FINDING,
            "place": anchors.said(finding),
            "place_address": anchors.address(finding) if sees_documents else "",
            "entries": FindingEntry.objects.filter(finding__in=revisions.thread_of(finding))
            .select_related("made_by", "finding__assignment__period")
            .prefetch_related("documents")
            .order_by("id"),
            "following": revisions.following(finding),
            "can_revise": states.blocking(finding) is None
            and finding.is_open
            and may(request.actor, "verification.open_revision", finding),
            "sees_documents": sees_documents,
            "actions": [line.action for line in states.FINDING.actions_of(request.actor, finding)],
            "can_remark": finding.is_open and may(request.actor, "verification.remark", finding),
            "stands_in": request.actor.user_id != finding.raised_by_id,
            "overdue": finding.state == "raised" and finding.due_on < clock.today(),
            "usual_due_day": finding_thread.usual_due_day(),
            "history": history_of(finding),
        },
    )


@require_POST
def raise_finding(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = selectors.assignment_for(request.actor, pk)
    finding = raise_from_form(request, assignment)
    messages.success(request, _("%(number)s is raised; the proponent sees it now.") % {"number": finding.number})
    return redirect("verification:finding", pk=finding.pk)


def raise_from_form(request: HttpRequest, assignment: Assignment) -> Finding:
    post = request.POST
    kind = post.get("anchor_kind", "") or Finding.AnchorKind.NONE
    quantity = post.get("quantity" if kind == Finding.AnchorKind.SPAN else "parameter", "")
    return findings.raise_finding(
        actor=request.actor,
        assignment=assignment,
        kind=post.get("kind", ""),
        requirement=post.get("requirement", ""),
        statement=post.get("statement", ""),
        severity=post.get("severity", "") or Finding.Severity.MATERIAL,
        anchor_kind=kind,
        anchor={
            "sha256": post.get("sha256", ""),
            "row": post.get("row", ""),
            "from": post.get("from", ""),
            "to": post.get("to", ""),
            "parameter": quantity,
        },
        due_on=day_or_none(post.get("due_on", "")),
    )


def day_or_none(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(
            "DATE_UNREADABLE", _("“%(text)s” is not a date. Write it as 2021-05-01."), text=text
        ) from error


def _documents(request: HttpRequest) -> list[finding_thread.Document]:
    files = request.FILES.getlist("documents")
    too_large = next((file for file in files if (file.size or 0) > finding_thread.MOST_BYTES), None)
    if too_large is not None:  # refused before it is read into memory
        raise InvalidInput(
            "DOCUMENT_TOO_LARGE",
            _("“%(file)s” is larger than %(limit)s MB."),
            file=too_large.name,
            limit=finding_thread.MOST_BYTES // 1024**2,
        )
    return [finding_thread.Document(file.name or "", file.read()) for file in files]


def _answer(request: HttpRequest, finding: Finding) -> None:
    findings.answer(
        actor=request.actor, finding=finding, text=request.POST.get("text", ""), documents=_documents(request)
    )


def _remark(request: HttpRequest, finding: Finding) -> None:
    findings.remark(
        actor=request.actor, finding=finding, text=request.POST.get("text", ""), documents=_documents(request)
    )


def _raise_again(request: HttpRequest, finding: Finding) -> None:
    findings.raise_again(
        actor=request.actor,
        finding=finding,
        text=request.POST.get("text", ""),
        due_on=day_or_none(request.POST.get("due_on", "")),
    )


def _with_reason(service: Callable[..., Any]) -> Callable[[HttpRequest, Finding], None]:
    def act(request: HttpRequest, finding: Finding) -> None:
        service(actor=request.actor, finding=finding, reason=request.POST.get("reason", ""))

    return act


def _revise(request: HttpRequest, finding: Finding) -> None:
    revisions.revise_period(actor=request.actor, finding=finding, text=request.POST.get("text", ""))


ACTS: dict[str, Callable[[HttpRequest, Finding], None]] = {
    "answer": _answer,
    "close": _with_reason(findings.close),
    "raise_again": _raise_again,
    "give_up": _with_reason(findings.give_up),
    "close_carried": _with_reason(findings.close_carried),
    "remark": _remark,
    "revise": _revise,
}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    finding = selectors.finding_for(request.actor, pk)
    take_act(request, ACTS, action, finding)
    return redirect("verification:finding", pk=pk)


def document(request: HttpRequest, pk: int) -> FileResponse:
    """A document of the thread, with the bytes as they came; never shown inside the site."""
    found = selectors.document_for(request.actor, pk)
    return FileResponse(
        store.path(found.sha256).open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )
