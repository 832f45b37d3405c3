"""Pages of the project's file: the steps of a draft, overlaps and their justification, kept files as downloads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.permissions import may, require
from registry.projects import drawing, selectors, services
from registry.projects.draft_steps import AFTER, BY_NAME, STEPS, Step
from registry.projects.file_parts import declarations_of, estimates_of, readiness
from registry.projects.models import Project
from registry.projects.services.boundaries import remark
from registry.projects.services.overlaps import UNDECIDED


def step_page(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step of a draft: opened, or saved and then the next."""
    project = selectors.project_for(request.actor, code)
    require(request.actor, "projects.edit", project)
    if step not in BY_NAME:
        raise Http404
    if project.state != "draft":
        raise Refusal("PROJECT_NOT_DRAFT", _("The project is no longer a draft; its file is closed to changes."))
    chosen = BY_NAME[step]
    if request.method != "POST":
        return _show(request, project, chosen, chosen.bind(project, None))
    bound = chosen.bind(project, request)
    if all([form.is_valid() for form in bound]):
        try:
            chosen.save(request.actor, project, bound)
        except InvalidInput as refusal:
            return _show(request, project, chosen, bound, refusal)
        messages.success(request, _("Saved."))
        if step == "documents":
            return redirect("projects:step", code=code, step=step)
        return redirect("projects:step", code=code, step=AFTER[step])
    return _show(request, project, chosen, bound, faulty=True)


def _show(
    request: HttpRequest, project: Project, step: Step, bound: list[Any], refusal: Any = None, *, faulty: bool = False
) -> HttpResponse:
    project = selectors.project_for(request.actor, project.code)  # a refused save may have changed the row in memory
    found = selectors.overlaps_of(project, request.actor)
    needs = readiness(project, found)
    context = {
        "project": project,
        "step": step,
        "steps": [(each, _state_of(each, needs)) for each in STEPS],
        "needs": needs,
        "forms": bound,
        "refusal": refusal,
        "multipart": step.name in ("boundary", "documents"),
        "next": AFTER.get(step.name),
        **boundary_context(request.actor, project),
        "documents": project.documents.select_related("added_by"),
    }
    return render(request, "projects/step.html", context, status=422 if refusal or faulty else 200)


def _state_of(step: Step, needs: list[Any]) -> str:
    """Of what this step is for: ``open`` where something is missing, ``hint``, or ``done``."""
    own = [need for need in needs if need.step == step.name and not need.ok]
    if any(need.blocking for need in own):
        return "open"
    return "hint" if own else "done"


def boundary_context(actor: Actor, project: Project) -> dict[str, Any]:
    """The boundary's pictures, and the file it was read from with what was remarked; to outsiders its shape alone."""
    version = project.boundary_versions.first()
    told = may(actor, "projects.view_place", project)
    return {
        "near": drawing.near(project),
        "in_county": drawing.in_county(project) if told else None,
        "place_is_told": told,
        "boundary_version": version,
        "boundary_remarks": [remark(item) for item in version.remarks] if version else [],
    }


def file_context(actor: Actor, project: Project) -> dict[str, Any]:
    """What the project's page shows of its file to this actor."""
    found = selectors.overlaps_of(project, actor)
    estimates = estimates_of(project)
    can_edit = may(actor, "projects.edit", project)
    return {
        **boundary_context(actor, project),
        "declared": declarations_of(project),
        "estimates": estimates,
        "estimates_total": sum(estimates.values()),
        "overlaps": found,
        "may_justify": can_edit and project.state in UNDECIDED,
        "needs": readiness(project, found) if can_edit and project.state == "draft" else [],
    }


@require_POST
def justify_overlap(request: HttpRequest, code: str, other: str) -> HttpResponse:
    project = selectors.project_for(request.actor, code)
    services.justify_overlap(actor=request.actor, project=project, other_code=other, text=request.POST.get("text", ""))
    messages.success(request, _("The justification is in the project's file."))
    return redirect(f"{reverse('projects:detail', args=[code])}#overlaps")


def document(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """A document as it was added, for those who may see the project."""
    found = selectors.document_of(selectors.project_for(request.actor, code), pk)
    return _download(found.sha256, found.file_name)


def boundary_file(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """A boundary's file as it was uploaded, for whom the place is to be told exactly."""
    found = selectors.boundary_version_of(request.actor, selectors.project_for(request.actor, code), pk)
    return _download(found.sha256, found.file_name)


def _download(sha256: str, file_name: str) -> FileResponse:
    """Never shown by the browser itself: what others uploaded is not a page of this site."""
    return FileResponse(
        store.path(sha256).open("rb"),
        as_attachment=True,
        filename=file_name,
        content_type="application/octet-stream",
    )
