"""Project list, project page and the acts of the project cycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from registry.audit.selectors import history_of
from registry.projects import selectors, services, states
from registry.projects.boundaries import as_svg_path
from registry.projects.models import Project, ProjectDocument

PAGE_SIZE = 25
ACTS: dict[str, tuple[Any, Callable[..., Project]]] = {
    "submit": (gettext_lazy("Submit the project"), services.submit),
    "open_comment": (gettext_lazy("Open public comment"), services.open_comment),
    "close_comment": (gettext_lazy("Close public comment"), services.close_comment),
    "register": (gettext_lazy("Register the project"), services.register),
}
"""The acts that a button of the project page can be, with the words on it."""


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
            "document_kinds": ProjectDocument.Kind.choices,
            "boundary_path": as_svg_path(project.boundary),
            "actions": [t.action for t in states.PROJECT.actions_of(request.actor, project)],
            "project_acts": [(name, label) for name, (label, _service) in ACTS.items()],
            "history": history_of(project),
        },
    )


@require_POST
def act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """One step of the project cycle; the service asks the permission table and the state."""
    project = selectors.project_for(request.actor, code)
    if action == "return":
        services.return_to_draft(actor=request.actor, project=project, reason=request.POST.get("reason", ""))
    elif action in ACTS:
        _label, service = ACTS[action]
        service(actor=request.actor, project=project)
    else:
        raise Http404
    messages.success(request, _("Done. The history below has the new entry."))
    return redirect("projects:detail", code=code)


@require_POST
def add_document(request: HttpRequest, code: str) -> HttpResponse:
    project = selectors.project_for(request.actor, code)
    upload: Any = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if upload is None or kind not in ProjectDocument.Kind.values:
        messages.error(request, _("Choose a file and say what it is."))
        return redirect("projects:detail", code=code)
    services.add_document(actor=request.actor, project=project, kind=kind, file_name=upload.name, data=upload.read())
    messages.success(request, _("The document is in the project's file."))
    return redirect("projects:detail", code=code)
