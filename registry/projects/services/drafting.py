"""A project's draft and the documents of its file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.organisations.models import Organisation
from registry.projects.boundaries import circle_of_area
from registry.projects.models import Project, ProjectDocument


@transaction.atomic
def draft_project(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    kind: str,
    division_code: str,
    county_zh: str,
    county_en: str,
    area_km2: Decimal,
    longitude_deg: Decimal,
    latitude_deg: Decimal,
    crediting_start: date,
    crediting_end: date,
    methodology_id: str,
    methodology_version: str,
    methodology_digest: str,
    additionality: str = "",
    is_demo: bool = False,
) -> Project:
    """A draft for the actor's organisation. With only an area known the boundary is a circle, and marked as one."""
    require(actor, "projects.create")
    if area_km2 <= 0:
        raise InvalidInput(
            "AREA_NOT_POSITIVE",
            _("The catchment area is %(area)s km²; it must be greater than zero. Correct the area."),
            area=area_km2,
        )
    if crediting_end <= crediting_start:
        raise InvalidInput("CREDITING_SPAN", _("Crediting must end after it begins. Correct the dates."))
    project = Project(
        code=_next_code(division_code),
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        proponent=Organisation.objects.get(pk=actor.organisation_id),
        division_code=division_code,
        county_zh=county_zh,
        county_en=county_en,
        area_km2=area_km2,
        boundary=circle_of_area(longitude_deg, latitude_deg, area_km2),
        boundary_is_drawn=True,
        crediting_start=crediting_start,
        crediting_end=crediting_end,
        methodology_id=methodology_id,
        methodology_version=methodology_version,
        methodology_digest=methodology_digest,
        additionality=additionality,
        is_demo=is_demo,
    )
    project.save()
    record(actor, "projects.draft", project, after={"code": project.code, "area_km2": area_km2, "kind": kind})
    return project


def _next_code(division_code: str) -> str:
    """Codes count up per county; the advisory lock keeps two drafts at once from taking the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('projects.code'))")
    used = Project.objects.filter(division_code=division_code).count()
    return f"KC-{division_code}-{used + 1:04d}"


@transaction.atomic
def add_document(*, actor: Actor, project: Project, kind: str, file_name: str, data: bytes) -> ProjectDocument:
    project = lock(Project, project.pk)
    require(actor, "projects.edit", project)
    if project.state != "draft":
        raise Refusal("PROJECT_NOT_DRAFT", _("The project is no longer a draft; its file is closed to changes."))
    document = ProjectDocument.objects.create(
        project=project, kind=kind, file_name=file_name, sha256=store.put(data), size_bytes=len(data)
    )
    record(actor, "projects.add_document", project, after={"kind": kind, "sha256": document.sha256})
    return document
