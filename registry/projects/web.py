"""Project list, project page and the acts of the project cycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from registry.audit.selectors import history_of
from registry.core import attempts
from registry.core.actors import Actor
from registry.projects import selectors, services, states
from registry.projects.file_web import file_context
from registry.projects.models import Project, Revocation
from registry.projects.services.comments import BEFORE_DECISION, is_open

PAGE_SIZE = 25
ACTS: dict[str, tuple[Any, Callable[..., Project]]] = {
    "submit": (gettext_lazy("Submit the project"), services.submit),
    "open_comment": (gettext_lazy("Open public comment"), services.open_comment),
    "close_comment": (gettext_lazy("Close public comment"), services.close_comment),
    "register": (gettext_lazy("Register the project"), services.register),
    "confirm_revocation": (gettext_lazy("Confirm the revocation"), services.confirm_revocation),
    "drop_revocation": (gettext_lazy("Drop the revocation"), services.drop_revocation),
}
"""The acts that a button can be, with the words on it; all on the project's page, but the submission on its review."""
WITH_REASON: dict[str, tuple[Any, Callable[..., Any]]] = {
    "return": (gettext_lazy("Return to the proponent"), services.return_to_draft),
    "reject": (gettext_lazy("Refuse the registration"), services.reject),
    "suspend": (gettext_lazy("Suspend the project"), services.suspend),
    "reinstate": (gettext_lazy("Reinstate the project"), services.reinstate),
    "complete": (gettext_lazy("Complete the project"), services.complete),
    "revoke": (gettext_lazy("Ask that the registration be revoked"), services.ask_revocation),
    "withdraw": (gettext_lazy("Withdraw the project"), services.withdraw),
}
"""The acts for which a reason is given, which everybody who sees the project reads."""
FINAL = ("reject", "complete", "withdraw")
"""Of these, what nobody can undo; a revocation is, when another official has confirmed it."""
COMMENTS_AN_HOUR = 10


def project_list(request: HttpRequest) -> HttpResponse:
    projects = selectors.search(selectors.visible_projects(request.actor), request.GET.get("q", ""))
    page = Paginator(projects, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "projects/list.html", {"page": page, "query": request.GET.get("q", ""), "machine": states.PROJECT}
    )


def project_page(request: HttpRequest, code: str) -> HttpResponse:
    project = selectors.project_for(request.actor, code)
    return render(
        request,
        "projects/detail.html",
        {
            "project": project,
            "machine": states.PROJECT,
            "documents": project.documents.all(),
            "validations": project.validations.select_related("body"),
            **file_context(request.actor, project),
            "revocation": (revocation := project.revocations.filter(state="asked").first()),
            "actions": (actions := _actions(request.actor, project, revocation)),
            "may_submit": "submit" in actions,
            "project_acts": [
                (name, label) for name, (label, _service) in ACTS.items() if name in actions and name != "submit"
            ],
            "acts_with_reason": [
                (name, label, name in FINAL) for name, (label, _service) in WITH_REASON.items() if name in actions
            ],
            "comments": project.comments.all(),
            "answerable": BEFORE_DECISION,
            "comment_is_open": is_open(project),
            "history": history_of(project),
        },
    )


def _actions(actor: Actor, project: Project, revocation: Revocation | None) -> list[str]:
    """What this actor may do now; a revocation that was asked for is confirmed or dropped by another person."""
    actions = list(dict.fromkeys(t.action for t in states.PROJECT.actions_of(actor, project)))
    if revocation is not None and "revoke" in actions:
        actions.remove("revoke")
        actions += ["drop_revocation"]
        actions += [] if revocation.asked_by_id == actor.user_id else ["confirm_revocation"]
    return actions


@require_POST
def comment(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody's comment, while public comment is open."""
    project = selectors.project_for(request.actor, code)
    attempts.count(request, "comment", limit=COMMENTS_AN_HOUR, within_s=3600)
    services.comment(
        actor=request.actor,
        project=project,
        author_name=request.POST.get("author_name", ""),
        text=request.POST.get("text", ""),
    )
    messages.success(request, _("Your comment is in the project's file. The proponent answers it publicly."))
    return redirect(f"{reverse('projects:detail', args=[code])}#comments")


@require_POST
def answer_comment(request: HttpRequest, code: str, number: int) -> HttpResponse:
    found = selectors.comment_of(selectors.project_for(request.actor, code), number)
    services.answer_comment(actor=request.actor, comment=found, answer=request.POST.get("answer", ""))
    messages.success(request, _("Your answer is public beside the comment."))
    return redirect(f"{reverse('projects:detail', args=[code])}#comments")


@require_POST
def act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """One step of the project cycle; the service asks the permission table and the state."""
    project = selectors.project_for(request.actor, code)
    if action in WITH_REASON:
        _label, service = WITH_REASON[action]
        service(actor=request.actor, project=project, reason=request.POST.get("reason", ""))
    elif action in ACTS:
        _label, service = ACTS[action]
        service(actor=request.actor, project=project)
    else:
        raise Http404
    messages.success(request, _("Done. The history below has the new entry."))
    return redirect("projects:detail", code=code)
