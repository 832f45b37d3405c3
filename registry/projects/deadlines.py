"""The last days of projects: public comment and crediting periods."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.core import deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.projects import selectors
from registry.projects.models import Project


def named(project: Project) -> str:
    chinese = (get_language() or "").startswith("zh")
    return f"{project.code} {project.name_zh if chinese else project.name_en}"


@deadlines.provider
def comment_ends(actor: Actor) -> Iterator[Deadline]:
    """Public comment that runs, for the proponent (to answer) and the authority (to close)."""
    running = selectors.visible_projects(actor).filter(state="public_comment", comment_closes_on__isnull=False)
    if actor.organisation_kind != OrganisationKind.AUTHORITY:
        running = running.filter(proponent_id=actor.organisation_id)
    for project in running.order_by("comment_closes_on")[: deadlines.MOST]:
        yield Deadline(
            kind="comment_end",
            subject=deadlines.subject_of(project),
            title=_("Public comment ends"),
            detail=named(project),
            url=reverse("projects:detail", args=[project.code]) + "#comments",
            due=deadlines.end_of(project.comment_closes_on),
            acts=may(actor, "projects.close_comment", project),
        )
