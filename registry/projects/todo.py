"""What the project cycle asks of a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.core import todo
from registry.core.actors import Actor
from registry.projects import selectors, states

TITLES = {
    "draft": ("submit", _("Complete and submit the project")),
    "submitted": ("open_comment", _("Check the submission and open public comment")),
    "public_comment": ("close_comment", _("Close public comment when its days have passed")),
    "authority_review": ("register", _("Decide on the registration")),
}


@todo.provider
def project_steps(actor: Actor) -> Iterator[todo.ToDo]:
    chinese = (get_language() or "").startswith("zh")
    for project in selectors.visible_projects(actor).filter(state__in=TITLES):
        action, title = TITLES[project.state]
        if action in {t.action for t in states.PROJECT.actions_of(actor, project)}:
            yield todo.ToDo(
                title=title,
                detail=f"{project.code} {project.name_zh if chinese else project.name_en}",
                url=reverse("projects:detail", args=[project.code]),
                since=project.created_at,
            )
