"""The page of a project's requests: crediting periods, renewals, changes of proponent, and their acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.permissions import may
from registry.core.states import StateMachine
from registry.projects import crediting, selectors, services, states
from registry.projects import request_selectors as found
from registry.projects.models import ChangeOfProponent, Renewal

WORDS: dict[str, Any] = {
    "approve": gettext_lazy("Approve"),
    "countersign": gettext_lazy("Sign for the new proponent"),
    "decline": gettext_lazy("Decline"),
    "withdraw": gettext_lazy("Withdraw the request"),
    "return": gettext_lazy("Return with a reason"),
    "refuse": gettext_lazy("Refuse for good"),
}
REASONED = ("return", "refuse")
RENEWAL_ACTS: dict[str, Callable[..., Any]] = {
    "approve": services.approve_renewal,
    "return": services.return_renewal,
    "refuse": services.refuse_renewal,
    "withdraw": services.withdraw_renewal,
}
CHANGE_ACTS: dict[str, Callable[..., Any]] = {
    "countersign": services.countersign_change,
    "decline": services.decline_change,
    "approve": services.approve_change,
    "return": services.return_change,
    "refuse": services.refuse_change,
    "withdraw": services.withdraw_change,
}


def page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that was asked for and is visible to the reader, with the forms of those who may ask."""
    project = selectors.project_for(request.actor, code)
    window = crediting.window_of(project)
    renewals = list(found.visible_renewals(request.actor).filter(project=project))
    changes = list(found.visible_changes(request.actor).filter(project=project))
    is_registered = project.state == "registered"
    return render(
        request,
        "projects/requests.html",
        {
            "project": project,
            "periods": crediting.crediting_periods(project),
            "window": window,
            "opens_days": settings.CREDITING_RENEWAL_OPENS_DAYS,
            "renewals": [(each, _buttons(request.actor, states.RENEWAL, each)) for each in renewals],
            "changes": [(each, _buttons(request.actor, states.PROPONENT_CHANGE, each)) for each in changes],
            "renewal_machine": states.RENEWAL,
            "change_machine": states.PROPONENT_CHANGE,
            "can_renew": is_registered
            and window.is_open
            and may(request.actor, "projects.request_renewal", project)
            and not any(each.state == "requested" for each in renewals),
            "can_pass": is_registered
            and may(request.actor, "projects.request_change", project)
            and not any(each.state in ("requested", "countersigned") for each in changes),
            "needs_file": project.documents.filter(kind="baseline").exists(),
            "developers": found.possible_proponents(project),
        },
    )


def _buttons(actor: Actor, machine: StateMachine, request: Any) -> list[tuple[str, Any, bool]]:
    """Act, words and whether it needs a reason; nobody signs or decides twice."""
    signed = {request.requested_by_id, getattr(request, "countersigned_by_id", None)}
    actions = [line.action for line in machine.actions_of(actor, request)]
    return [
        (action, WORDS[action], action in REASONED)
        for action in actions
        if action == "withdraw" or actor.user_id not in signed
    ]


@require_POST
def request_renewal(request: HttpRequest, code: str) -> HttpResponse:
    project = selectors.project_for(request.actor, code)
    upload: Any = request.FILES.get("file")
    services.request_renewal(
        actor=request.actor,
        project=project,
        baseline=request.POST.get("baseline", ""),
        additionality=request.POST.get("additionality", ""),
        file_name=upload.name if upload else "",
        data=upload.read() if upload else b"",
    )
    messages.success(request, _("The renewal is asked for. The authority decides on it."))
    return redirect("projects:requests", code=code)


@require_POST
def request_change(request: HttpRequest, code: str) -> HttpResponse:
    project = selectors.project_for(request.actor, code)
    chosen = request.POST.get("to_organisation", "")
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 18
    new = found.possible_proponents(project).filter(pk=chosen).first() if known else None
    if new is None and may(request.actor, "projects.request_change", project):
        raise InvalidInput("NEW_PROPONENT", _("Choose the new proponent."))
    services.request_change(
        actor=request.actor,
        project=project,
        to_organisation=new or project.proponent,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("You signed. The new proponent signs next, then the authority decides."))
    return redirect("projects:requests", code=code)


@require_POST
def act_on_renewal(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    renewal: Renewal = found.renewal_for(request.actor, pk)
    return _act(request, RENEWAL_ACTS, action, "renewal", renewal)


@require_POST
def act_on_change(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    change: ChangeOfProponent = found.change_for(request.actor, pk)
    return _act(request, CHANGE_ACTS, action, "change", change)


def _act(
    request: HttpRequest,
    acts: dict[str, Callable[..., Any]],
    action: str,
    name: str,
    record: Renewal | ChangeOfProponent,
) -> HttpResponse:
    if action not in acts:
        raise Http404
    more = {"reason": request.POST.get("reason", "")} if action in REASONED else {}
    acts[action](actor=request.actor, **{name: record}, **more)
    messages.success(request, _("Done. The project's history has the new entry."))
    return redirect("projects:requests", code=record.project.code)
