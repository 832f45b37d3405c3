"""Public comment: anybody speaks while it is open, the proponent answers, both stay in the file."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import Refusal, text_between
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import Comment, Project

SHORTEST, LONGEST = 10, 4000
"""Characters of a comment or an answer."""
BEFORE_DECISION = ("draft", "public_comment", "under_validation", "authority_review")


@transaction.atomic
def comment(*, actor: Actor, project: Project, author_name: str, text: str) -> Comment:
    """Put a comment into the project's file. ``author_name`` may be empty: a comment needs no name."""
    project = lock(Project, project.pk)
    require(actor, "projects.comment", project)
    if not is_open(project):
        raise Refusal("COMMENT_CLOSED", _("Public comment on this project is not open."))
    made = Comment.objects.create(
        project=project,
        number=project.comments.count() + 1,
        author_name=author_name.strip()[:100],
        text=text_between(text, SHORTEST, LONGEST),
        author_id=actor.user_id,
    )
    record(actor, "projects.comment", project, after={"comment": made.number})
    return made


@transaction.atomic
def answer_comment(*, actor: Actor, comment: Comment, answer: str) -> Comment:
    """The proponent's one answer; public beside the comment."""
    project = lock(Project, comment.project_id)
    require(actor, "projects.answer_comment", project)
    comment = lock(Comment, comment.pk)
    if comment.answered_at is not None:
        raise Refusal("COMMENT_ANSWERED", _("This comment has its answer; it is public and stays as it is."))
    if project.state not in BEFORE_DECISION:
        raise Refusal("PROJECT_DECIDED", _("The project is decided; its file is closed."))
    comment.answer = text_between(answer, SHORTEST, LONGEST)
    comment.answered_by_id, comment.answered_at = actor.user_id, clock.now()
    comment.save(update_fields=["answer", "answered_by", "answered_at"])
    record(actor, "projects.answer_comment", project, after={"comment": comment.number})
    return comment


def is_open(project: Project) -> bool:
    """Whether anybody may comment: to the end of the last day, whether or not the authority has closed it yet."""
    if project.state != "public_comment" or project.comment_closes_on is None:
        return False
    return clock.today() <= project.comment_closes_on
