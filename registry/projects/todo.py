"""What the project cycle asks of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import todo
from registry.core.actors import Actor
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.projects import request_selectors, selectors, states
from registry.projects.models import Project, Revocation
from registry.projects.services.comments import BEFORE_DECISION

TITLES = {
    "draft": ("submit", _("Complete and submit the project")),
    "submitted": ("open_comment", _("Check the submission and open public comment")),
    "public_comment": ("close_comment", _("Close public comment when its days have passed")),
    "authority_review": ("register", _("Decide on the registration")),
}


def _todo(project: Project, title: object, *, anchor: str = "") -> todo.ToDo:
    return todo.ToDo(
        title=title,
        detail=f"{project.code} {local_name(project)}",
        url=reverse("projects:detail", args=[project.code]) + anchor,
        since=project.created_at,
    )


@todo.provider
def comments_to_answer(actor: Actor) -> Iterator[todo.ToDo]:
    waiting = selectors.visible_projects(actor).filter(comments__isnull=False, comments__answered_at=None).distinct()
    for project in waiting.filter(state__in=BEFORE_DECISION):
        if may(actor, "projects.answer_comment", project):
            yield _todo(project, _("Answer the public comments"), anchor="#comments")


@todo.provider
def revocations(actor: Actor) -> Iterator[todo.ToDo]:
    asked = Revocation.objects.filter(state="asked").exclude(asked_by_id=actor.user_id).select_related("project")
    for revocation in asked:
        if may(actor, "projects.revoke", revocation.project):
            yield _todo(revocation.project, _("Decide on the revocation that was asked for"))


@todo.provider
def project_steps(actor: Actor) -> Iterator[todo.ToDo]:
    for project in selectors.visible_projects(actor).filter(state__in=TITLES):
        action, title = TITLES[project.state]
        if action in {t.action for t in states.PROJECT.actions_of(actor, project)}:
            yield _todo(project, title)


@todo.provider
def renewals_to_decide(actor: Actor) -> Iterator[todo.ToDo]:
    if not may(actor, "projects.decide_request"):
        return
    for renewal in request_selectors.visible_renewals(actor).filter(state="requested"):
        yield _request(renewal.project, _("Decide on the renewal of a crediting period"), renewal.requested_at)


@todo.provider
def changes_of_proponent(actor: Actor) -> Iterator[todo.ToDo]:
    """The new proponent signs, then the authority decides."""
    waiting = request_selectors.visible_changes(actor).filter(state__in=("requested", "countersigned"))
    for change in waiting:
        actions = {line.action for line in states.PROPONENT_CHANGE.actions_of(actor, change)}
        if "countersign" in actions and actor.user_id != change.requested_by_id:
            yield _request(change.project, _("Sign or decline: a project shall pass to you"), change.requested_at)
        if "approve" in actions:
            yield _request(change.project, _("Decide on a change of proponent"), change.countersigned_at)


def _request(project: Project, title: object, since: datetime) -> todo.ToDo:
    plain = _todo(project, title)
    return replace(plain, url=reverse("projects:requests", args=[project.code]), since=since)
