"""The public list of complaints and appeals, their pages, and the forms to file, reply, answer, close and withhold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.audit.selectors import history_of
from registry.complaints import selectors, services, states, subjects
from registry.complaints.decisions import appealable_by, decision_for
from registry.complaints.models import Complaint
from registry.core import attempts
from registry.core.errors import InvalidInput
from registry.core.permissions import may, require
from registry.core.web import take_act

PAGE_SIZE = 25
COMPLAINTS_AN_HOUR, SECRETS_AN_HOUR = 5, 120
HONEYPOT = "website"
"""A field that no person sees; a program that fills in every field fills in this one too."""


@require_safe
def complaint_list(request: HttpRequest) -> HttpResponse:
    """Everybody's list; with days left and late ones marked for the authority, which reads open ones first."""
    state = request.GET.get("state", "")
    found = selectors.visible_complaints(request.actor)
    if state in dict(states.COMPLAINT.choices):
        found = found.filter(state=state)
    is_authority = may(request.actor, "complaints.view_withheld")
    if is_authority and not state:
        found = found.exclude(state="closed").order_by("answer_due_on", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "complaints/list.html",
        {
            "page": page,
            "lines": selectors.with_days_left(page),
            "machine": states.COMPLAINT,
            "states": states.COMPLAINT.choices,
            "state": state,
            "is_authority": is_authority,
            "decisions": appealable_by(request.actor),
            "days": _days(),
        },
    )


def _days() -> dict[str, int]:
    """The published numbers of working days."""
    return {
        "answer": settings.COMPLAINT_ANSWER_WORKING_DAYS,
        "reply": settings.COMPLAINT_REPLY_WORKING_DAYS,
        "appeal": settings.APPEAL_FILING_WORKING_DAYS,
        "decide": settings.APPEAL_DECISION_WORKING_DAYS,
    }


def new(request: HttpRequest) -> HttpResponse:
    """Anybody's complaint; the record may be named by the address (``?about=project&ref=…``)."""
    given = request.POST if request.method == "POST" else request.GET
    kind, ref = given.get("about", ""), given.get("ref", "")
    if request.method == "POST":
        return _file(request, kind, ref)
    named = subjects.subject_of(kind, ref) if kind and ref else None
    return render(
        request,
        "complaints/new.html",
        {"subject": named, "kinds": subjects.choices(), "about": kind, "ref": ref, "days": _days()},
    )


def _file(request: HttpRequest, kind: str, ref: str) -> HttpResponse:
    if request.POST.get(HONEYPOT, ""):
        raise InvalidInput("LEAVE_IT_EMPTY", _("The field “Website” stays empty: it tells programs from people."))
    attempts.count(request, "complaint", limit=COMPLAINTS_AN_HOUR, within_s=3600)
    filed = services.file_complaint(
        actor=request.actor,
        subject_kind=kind,
        subject_ref=ref,
        text=request.POST.get("text", ""),
        author_name=request.POST.get("author_name", ""),
        contact=request.POST.get("contact", ""),
    )
    messages.success(request, _("Your complaint is received. Keep the address of this page: it is the only way back."))
    return redirect("complaints:mine", secret=filed.secret)


def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """A party's appeal against one decision."""
    decision = decision_for(request.actor, pk)
    if request.method == "POST":
        filed = services.appeal(actor=request.actor, decision=decision, text=request.POST.get("text", ""))
        messages.success(request, _("Your appeal is received. Keep the address of this page: by it you may reply."))
        return redirect("complaints:mine", secret=filed.secret)
    if not may(request.actor, "complaints.appeal", decision):
        require(request.actor, "complaints.appeal", decision)
    return render(request, "complaints/appeal.html", {"decision": decision, "days": _days()})


@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    complaint = selectors.complaint_for(request.actor, number)
    return render(request, "complaints/detail.html", _shown(request, complaint))


def _shown(request: HttpRequest, complaint: Complaint, *, own: bool = False) -> dict[str, Any]:
    actor = request.actor
    return {
        "complaint": complaint,
        "machine": states.COMPLAINT,
        "subject_label": subjects.label_of(complaint.subject_kind),
        "reads_words": own or selectors.reads_words(actor, complaint),
        "days_left": selectors.days_left(complaint),
        "actions": [line.action for line in states.COMPLAINT.actions_of(actor, complaint)],
        "heard": states.heard(complaint) if complaint.state == "answered" else None,
        "outcomes": Complaint.Outcome.choices,
        "can_moderate": may(actor, "complaints.moderate", complaint),
        "sees_contact": may(actor, "complaints.view_contact", complaint),
        "is_taker": actor.user_id is not None and actor.user_id in complaint.decided_by_ids,
        "history": history_of(complaint),
        "own": own,
        "may_reply": own and selectors.may_reply(complaint),
    }


def mine(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever has the secret reads the complaint and replies once to the answer."""
    attempts.count(request, "complaint-secret", limit=SECRETS_AN_HOUR, within_s=3600)
    if request.method == "POST":
        services.reply(actor=request.actor, secret=secret, text=request.POST.get("text", ""))
        messages.success(request, _("Your reply is received. The authority closes with a conclusion."))
        return redirect("complaints:mine", secret=secret)
    return render(request, "complaints/mine.html", _shown(request, selectors.complaint_by_secret(secret), own=True))


ACTS: dict[str, Callable[[HttpRequest, Complaint], Any]] = {
    "answer": lambda request, row: services.answer(
        actor=request.actor, complaint=row, outcome=request.POST.get("outcome", ""), text=request.POST.get("text", "")
    ),
    "close": lambda request, row: services.close(
        actor=request.actor, complaint=row, conclusion=request.POST.get("conclusion", "")
    ),
    "withhold": lambda request, row: services.withhold(
        actor=request.actor, complaint=row, reason=request.POST.get("reason", "")
    ),
    "show_again": lambda request, row: services.show_again(actor=request.actor, complaint=row),
}


@require_POST
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    complaint = selectors.complaint_for(request.actor, number)
    take_act(request, ACTS, action, complaint)
    return redirect("complaints:detail", number=number)
