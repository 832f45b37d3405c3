"""The project cycle: submission, public comment, validation outcome, registration, and what can end it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock, workdays
from registry.core.actors import Actor
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects import selectors
from registry.projects.file_parts import readiness
from registry.projects.handover import ValidatedProject
from registry.projects.models import Project, Revocation, Validation
from registry.projects.overlaps import Overlap, find
from registry.projects.states import PROJECT, REVOCATION


def _move(actor: Actor, project: Project, action: str, permission: str, *, reason: str = "", **changes: Any) -> Project:
    """The common step: lock, ask the table, change the state, record. Runs inside the caller's transaction."""
    project = lock(Project, project.pk)
    require(actor, permission, project)
    before = PROJECT.move(project, action, **changes)
    record(
        actor, f"projects.{action}", project, before={"state": before}, after={"state": project.state}, reason=reason
    )
    return project


def _reasoned(reason: str) -> str:
    return needed_text(reason, "REASON_MISSING", _("Give the reason: the proponent and the public will read it."))


@transaction.atomic
def submit(*, actor: Actor, project: Project) -> Project:
    """Hand the file in. Raises Refusal ``PROJECT_INCOMPLETE`` with every open line of its readiness list."""
    project = lock(Project, project.pk)
    require(actor, "projects.submit", project)
    PROJECT.target(project.state, "submit")
    _refuse_incomplete(project, selectors.overlaps_of(project, actor))
    return _move(actor, project, "submit", "projects.submit")


def _refuse_incomplete(project: Project, found: list[Overlap]) -> None:
    missing = tuple(need for need in readiness(project, found) if need.blocking and not need.ok)
    if missing:
        raise InvalidInput(
            "PROJECT_INCOMPLETE",
            _("The project's file is not complete: %(first)s %(count)s points are open; the draft's page lists them."),
            messages=missing,
            first=missing[0],
            count=len(missing),
        )


def _refuse_unjustified(project: Project) -> None:
    """A project may have become public after this one was submitted: it is asked again before it is registered."""
    waiting = [overlap.code for overlap in find(project) if overlap.needs_justification]
    if waiting:
        raise Refusal(
            "OVERLAP_NOT_JUSTIFIED",
            _("The boundary lies over %(codes)s in the same years without a justification. The proponent gives one."),
            codes=", ".join(waiting),
        )


@transaction.atomic
def open_comment(*, actor: Actor, project: Project) -> Project:
    """Open the public comment period: the published number of working days, counted from the day after."""
    today = clock.today()
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
    today = clock.today()
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
    return datetime.combine(project.comment_closes_on, time.max, clock.PROGRAMME_ZONE)


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
    """Register it: every public comment has its answer by now, for the answers are part of the file."""
    project = lock(Project, project.pk)
    require(actor, "projects.register", project)
    if waiting := project.comments.filter(answered_at=None).count():
        raise Refusal(
            "COMMENTS_UNANSWERED",
            _("%(count)s public comments have no answer yet. The proponent answers them first."),
            count=waiting,
        )
    _refuse_unjustified(project)
    return _move(actor, project, "register", "projects.register", registered_at=clock.now())


@transaction.atomic
def return_to_draft(*, actor: Actor, project: Project, reason: str) -> Project:
    """Give it back to the proponent, who may change the draft and submit it again."""
    return _move(actor, project, "return", "projects.return", reason=_reasoned(reason))


@transaction.atomic
def reject(*, actor: Actor, project: Project, reason: str) -> Project:
    """Refuse the registration, for good."""
    return _move(actor, project, "reject", "projects.reject", reason=_reasoned(reason))


@transaction.atomic
def withdraw(*, actor: Actor, project: Project, reason: str) -> Project:
    """The proponent takes the project out before it is registered."""
    return _move(actor, project, "withdraw", "projects.withdraw", reason=_reasoned(reason))


@transaction.atomic
def suspend(*, actor: Actor, project: Project, reason: str) -> Project:
    """From now on it submits and issues nothing; findings are still answered."""
    return _move(actor, project, "suspend", "projects.suspend", reason=_reasoned(reason))


@transaction.atomic
def reinstate(*, actor: Actor, project: Project, reason: str) -> Project:
    return _move(actor, project, "reinstate", "projects.suspend", reason=_reasoned(reason))


@transaction.atomic
def complete(*, actor: Actor, project: Project, reason: str) -> Project:
    """Its crediting is over: what was issued stays, nothing new begins."""
    return _move(actor, project, "complete", "projects.complete", reason=_reasoned(reason))


@transaction.atomic
def ask_revocation(*, actor: Actor, project: Project, reason: str) -> Revocation:
    """The first of two persons: asks that a registration be revoked. Nothing changes until another one confirms."""
    project = lock(Project, project.pk)
    require(actor, "projects.revoke", project)
    PROJECT.target(project.state, "revoke")
    said = _reasoned(reason)
    if project.revocations.filter(state="asked").exists():
        raise Refusal("REVOCATION_ASKED", _("The revocation was asked for already; another person confirms it."))
    asked = Revocation.objects.create(project=project, reason=said, asked_by_id=_person(actor))
    record(actor, "projects.ask_revocation", project, after={"revocation": asked.pk}, reason=said)
    return asked


@transaction.atomic
def confirm_revocation(*, actor: Actor, project: Project) -> Project:
    """The second person: the registration is revoked."""
    project, asked = _asked(actor, project)
    if asked.asked_by_id == actor.user_id:
        raise NotAllowed("SEPARATION_OF_DUTIES", _("You asked for this revocation; another person confirms it."))
    REVOCATION.move(asked, "confirm", decided_by_id=_person(actor), decided_at=clock.now())
    return _move(actor, project, "revoke", "projects.revoke", reason=asked.reason)


@transaction.atomic
def drop_revocation(*, actor: Actor, project: Project) -> Project:
    """The registration stands after all."""
    project, asked = _asked(actor, project)
    REVOCATION.move(asked, "drop", decided_by_id=_person(actor), decided_at=clock.now())
    record(actor, "projects.drop_revocation", project, after={"revocation": asked.pk})
    return project


def _asked(actor: Actor, project: Project) -> tuple[Project, Revocation]:
    project = lock(Project, project.pk)
    require(actor, "projects.revoke", project)
    asked = project.revocations.filter(state="asked").first()
    if asked is None:
        raise IllegalTransition("REVOCATION_NOT_ASKED", _("Nobody asked for a revocation. Reload the page."))
    return project, asked


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise RuntimeError("a revocation names the persons who decide it")
    return actor.user_id
