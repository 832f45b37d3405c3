"""A project's draft: made, and changed until it is submitted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.printing import refuse_undrawable
from registry.organisations.models import Organisation
from registry.projects.boundaries import box_of, circle_of_area
from registry.projects.models import Project


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
    karst_area_km2: Decimal | None = None,
    additionality: str = "",
    is_demo: bool = False,
) -> Project:
    """A draft for the actor's organisation. With only an area known the boundary is a circle, and marked as one."""
    require(actor, "projects.create")
    check_areas(area_km2, karst_area_km2)
    _check_days(crediting_start, crediting_end)
    refuse_undrawable(name_zh, name_en, county_zh, county_en)
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
        karst_area_km2=karst_area_km2,
        outlet_longitude_deg=longitude_deg,
        outlet_latitude_deg=latitude_deg,
        crediting_start=crediting_start,
        crediting_end=crediting_end,
        methodology_id=methodology_id,
        methodology_version=methodology_version,
        methodology_digest=methodology_digest,
        additionality=additionality,
        is_demo=is_demo,
    )
    draw_circle(project)
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
def change_draft(
    *,
    actor: Actor,
    project: Project,
    name_zh: str,
    name_en: str,
    area_km2: Decimal,
    karst_area_km2: Decimal | None,
    longitude_deg: Decimal,
    latitude_deg: Decimal,
    crediting_start: date,
    crediting_end: date,
) -> Project:
    """Change what was entered in the draft. Its county (the code counts by it), kind and methodology stay.

    While the boundary is a drawn circle it follows the area and the outlet.
    """
    project = lock_draft(actor, project)
    check_areas(area_km2, karst_area_km2)
    _check_days(crediting_start, crediting_end)
    changes: dict[str, Any] = {
        "name_zh": name_zh,
        "name_en": name_en,
        "area_km2": area_km2,
        "karst_area_km2": karst_area_km2,
        "outlet_longitude_deg": longitude_deg,
        "outlet_latitude_deg": latitude_deg,
        "crediting_start": crediting_start,
        "crediting_end": crediting_end,
    }
    before = {name: getattr(project, name) for name in changes}
    for name, value in changes.items():
        setattr(project, name, value)
    if project.boundary_is_drawn:
        draw_circle(project)
    project.save()
    if changed := [name for name in changes if before[name] != changes[name]]:
        record(
            actor,
            "projects.change_draft",
            project,
            before={name: before[name] for name in changed},
            after={name: changes[name] for name in changed},
        )
    return project


def lock_draft(actor: Actor, project: Project) -> Project:
    """The project, locked, if this actor may change its file and it is a draft."""
    project = lock(Project, project.pk)
    require(actor, "projects.edit", project)
    if project.state != "draft":
        raise Refusal("PROJECT_NOT_DRAFT", _("The project is no longer a draft; its file is closed to changes."))
    return project


def draw_circle(project: Project) -> None:
    """Give the unsaved project the circle of its area around its outlet for a boundary."""
    if project.outlet_longitude_deg is None or project.outlet_latitude_deg is None:
        raise RuntimeError("a circle is drawn around an outlet")
    circle = circle_of_area(project.outlet_longitude_deg, project.outlet_latitude_deg, project.area_km2)
    set_shape(project, circle, drawn=True)


def set_shape(project: Project, boundary: dict[str, Any], *, drawn: bool) -> None:
    """The boundary and the box around it, on the unsaved project."""
    project.boundary, project.boundary_is_drawn = boundary, drawn
    for name, value in box_of(boundary).items():
        setattr(project, name, value)


def check_areas(area_km2: Decimal, karst_area_km2: Decimal | None) -> None:
    if area_km2 <= 0:
        raise InvalidInput(
            "AREA_NOT_POSITIVE",
            _("The catchment area is %(area)s km²; it must be greater than zero. Correct the area."),
            area=area_km2,
        )
    if karst_area_km2 is not None and not 0 <= karst_area_km2 <= area_km2:
        raise InvalidInput(
            "KARST_AREA",
            _("The karst area is %(karst)s km², the catchment %(area)s km²; it lies between 0 and that. Correct it."),
            karst=karst_area_km2,
            area=area_km2,
        )


def _check_days(start: date, end: date) -> None:
    if end <= start:
        raise InvalidInput("CREDITING_SPAN", _("Crediting must end after it begins. Correct the dates."))
