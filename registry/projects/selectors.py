from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.compiled import Compiled
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.projects import overlaps
from registry.projects.models import BEFORE_PUBLIC, BoundaryVersion, Comment, Project, ProjectDocument


def visible_projects(actor: Actor) -> QuerySet[Project]:
    """The projects that this actor may see: the public ones, its own, and for bodies and authority the submitted."""
    seen = ~Q(state__in=BEFORE_PUBLIC)
    if actor.organisation_id is not None and actor.organisation_approved:
        seen |= Q(proponent_id=actor.organisation_id)
        if actor.organisation_kind in (OrganisationKind.AUTHORITY, OrganisationKind.VERIFICATION_BODY):
            seen |= ~Q(state="draft")
    return Project.objects.filter(seen).select_related("proponent")


def project_for(actor: Actor, code: str) -> Project:
    found: list[Project] = _of_code(code)
    if not found or not may(actor, "projects.view", found[0]):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found[0]


_of_code = Compiled(lambda code: Project.objects.select_related("proponent").filter(code=code))


def developers_of(project: Project) -> frozenset[int]:
    """The organisations that develop or have developed this project: who judges it is apart from all of them."""
    earlier = project.proponent_changes.filter(state="approved").values_list("from_organisation_id", flat=True)
    return frozenset((project.proponent_id, *earlier))


def search(projects: QuerySet[Project], words: str) -> QuerySet[Project]:
    """Narrow to the projects whose code, names or county contain every word."""
    for word in words.split()[:8]:
        projects = projects.filter(
            Q(code__icontains=word)
            | Q(name_zh__icontains=word)
            | Q(name_en__icontains=word)
            | Q(county_zh__icontains=word)
            | Q(county_en__icontains=word)
        )
    return projects


def comment_of(project: Project, number: int) -> Comment:
    found = project.comments.filter(number=number).first()
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def document_of(project: Project, pk: int) -> ProjectDocument:
    found = project.documents.filter(pk=pk).first()
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def boundary_version_of(actor: Actor, project: Project, pk: int) -> BoundaryVersion:
    """One boundary as it was uploaded, for whom the place is to be told exactly."""
    found = project.boundary_versions.filter(pk=pk).first()
    if found is None or not may(actor, "projects.view_place", project):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def overlaps_of(project: Project, actor: Actor | None = None) -> list[overlaps.Overlap]:
    """Where the project lies over others in the same crediting years, the greatest first.

    ``actor`` leaves out the projects that this actor may not see; without one all are listed, for those who judge.
    """
    found = overlaps.find(project)
    return found if actor is None else [overlap for overlap in found if may(actor, "projects.view", overlap.other)]
