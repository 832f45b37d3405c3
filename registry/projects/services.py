"""Every write to a project: draft, submission, public comment, validation outcome, registration."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock, store, workdays
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.organisations.models import Organisation
from registry.projects.boundaries import circle_of_area
from registry.projects.handover import ValidatedProject
from registry.projects.models import Project, ProjectDocument, Validation
from registry.projects.states import PROJECT

PROGRAMME_ZONE = ZoneInfo("Asia/Shanghai")


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


def _move(actor: Actor, project: Project, action: str, permission: str, **changes: Any) -> Project:
    """The common step: lock, ask the table, change the state, record. Runs inside the caller's transaction."""
    project = lock(Project, project.pk)
    require(actor, permission, project)
    before = PROJECT.move(project, action, **changes)
    record(actor, f"projects.{action}", project, before={"state": before}, after={"state": project.state})
    return project


@transaction.atomic
def submit(*, actor: Actor, project: Project) -> Project:
    return _move(actor, project, "submit", "projects.submit")


@transaction.atomic
def open_comment(*, actor: Actor, project: Project) -> Project:
    """Open the public comment period: the published number of working days, counted from the day after."""
    today = clock.now().astimezone(PROGRAMME_ZONE).date()
    closes = workdays.add_working_days(today, settings.PUBLIC_COMMENT_WORKING_DAYS)
    return _move(
        actor,
        project,
        "open_comment",
        "projects.open_comment",
        comment_opens_on=today,
        comment_closes_on=closes,
    )


@transaction.atomic
def close_comment(*, actor: Actor, project: Project) -> Project:
    """Close the comment period; refused before its last working day has passed."""
    project = lock(Project, project.pk)
    require(actor, "projects.close_comment", project)
    today = clock.now().astimezone(PROGRAMME_ZONE).date()
    if project.state == "public_comment" and project.comment_closes_on and today <= project.comment_closes_on:
        raise Refusal(
            "COMMENT_PERIOD_OPEN",
            _("Public comment is open until %(day)s (end of day). Close it after that day."),
            day=project.comment_closes_on,
        )
    return _move(actor, project, "close_comment", "projects.close_comment")


def comment_end(project: Project) -> datetime:
    """The instant after which the comment period may be closed."""
    assert project.comment_closes_on is not None
    return datetime.combine(project.comment_closes_on, time.max, PROGRAMME_ZONE)


@transaction.atomic
def receive_validation(*, actor: Actor, outcome: ValidatedProject) -> Project:
    """Take over a validation outcome from the work floor. A negative one returns the project to its draft."""
    project = lock(Project, Project.objects.get(code=outcome.project_code).pk)
    require(actor, "projects.receive_validation", project)
    Validation.objects.create(
        project=project,
        body_id=outcome.body_id,
        statement_number=outcome.statement_number,
        positive=outcome.positive,
        conclusion_zh=outcome.conclusion_zh,
        conclusion_en=outcome.conclusion_en,
        signed_by=list(outcome.signed_by),
        signed_at=outcome.signed_at,
    )
    action = "validate" if outcome.positive else "return"
    before = PROJECT.move(project, action)
    record(
        actor,
        f"projects.{action}",
        project,
        before={"state": before},
        after={"state": project.state, "statement": outcome.statement_number},
    )
    return project


@transaction.atomic
def register(*, actor: Actor, project: Project) -> Project:
    return _move(actor, project, "register", "projects.register", registered_at=clock.now())


@transaction.atomic
def return_to_draft(*, actor: Actor, project: Project, reason: str) -> Project:
    project = lock(Project, project.pk)
    require(actor, "projects.return", project)
    if not reason.strip():
        raise InvalidInput("REASON_MISSING", _("Say why the project is returned."))
    before = PROJECT.move(project, "return")
    record(
        actor,
        "projects.return",
        project,
        before={"state": before},
        after={"state": project.state},
        reason=reason,
    )
    return project
