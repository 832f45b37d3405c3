"""What the authorised representative reads before a project is submitted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.core.languages import local_name
from registry.core.permissions import require_right
from registry.core.reviews import Linked, Review
from registry.core.templatetags.kcr import number
from registry.projects import selectors, states
from registry.projects.file_parts import Need, estimates_of, readiness
from registry.projects.models import Project


@require_safe
def review_page(request: HttpRequest, code: str) -> HttpResponse:
    project = selectors.project_for(request.actor, code)
    require_right(request.actor, "projects.submit", project)
    states.PROJECT.target(project.state, "submit")
    needs = readiness(project, selectors.overlaps_of(project, request.actor))
    return render(request, "core/review.html", {"review": review_of(project, needs)})


def review_of(project: Project, needs: list[Need]) -> Review:
    page = reverse("projects:detail", args=[project.code])
    return Review(
        title=_("Submit the project"),
        name=f"{project.code} {local_name(project)}",
        above=[(project.code, page)],
        facts=list(_facts(project)),
        missing=[_linked(project, need) for need in needs if need.blocking and not need.ok],
        hints=[_linked(project, need) for need in needs if not need.blocking and not need.ok],
        then=[
            _("The authority checks the file and opens public comment, or returns it to you with a reason."),
            _("In public comment everybody reads the file for %(days)s working days; you answer each comment publicly.")
            % {"days": settings.PUBLIC_COMMENT_WORKING_DAYS},
            _("Then a verification body validates the design, and the authority decides on the registration."),
        ],
        fixed=[
            _("The file is closed: nothing in it can be changed unless the authority returns the project."),
            _("Once public comment is open, the file stays public, whatever is decided."),
            _("You may withdraw the project until the decision. A withdrawn project does not come back."),
            _("Who submitted it, and when, stays in the audit log."),
        ],
        button=_("Submit the project"),
        act_url=reverse("projects:act", args=[project.code, "submit"]),
        back_url=page,
    )


def _facts(project: Project) -> Iterator[tuple[Any, Any]]:
    estimates = estimates_of(project)
    yield _("Proponent"), local_name(project.proponent)
    yield _("Methodology"), f"{project.methodology_id} {project.methodology_version}"
    yield _("Crediting"), f"{project.crediting_start} – {project.crediting_end}"
    yield _("Catchment area"), f"{number(project.area_km2, 2)} km²"
    if estimates:
        yield _("Estimates by year"), f"{min(estimates)}–{max(estimates)}: {number(sum(estimates.values()))} t CO₂"
    yield _("Documents"), number(project.documents.count())


def _linked(project: Project, need: Need) -> Linked:
    url = reverse("projects:detail", args=[project.code]) + "#overlaps"
    if need.step != "overlaps":
        url = reverse("projects:step", args=[project.code, need.step])
    return need, url
