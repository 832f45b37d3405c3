"""Why an overlap with another project may stand."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal, text_between
from registry.core.locking import lock
from registry.core.permissions import may, require
from registry.projects.models import OverlapJustification, Project
from registry.projects.overlaps import find

UNDECIDED = ("draft", "submitted", "public_comment", "under_validation", "authority_review")
SHORTEST, LONGEST = 30, 4000
"""Characters of a justification."""


@transaction.atomic
def justify_overlap(*, actor: Actor, project: Project, other_code: str, text: str) -> OverlapJustification:
    """Say why no tonne is counted twice where the project lies over another one in the same years.

    Until the registration is decided; a newer text takes the older one's place, which stays in the file. Raises
    NotVisible for a project that the actor may not see, InvalidInput ``NO_OVERLAP`` where there is none.
    """
    project = lock(Project, project.pk)
    require(actor, "projects.edit", project)
    if project.state not in UNDECIDED:
        raise Refusal("PROJECT_DECIDED", _("The project is decided; its file is closed."))
    text = text_between(text, SHORTEST, LONGEST)
    other = Project.objects.filter(code=other_code).first()
    if other is None or not may(actor, "projects.view", other):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    overlap = next((item for item in find(project) if item.other == other), None)
    if overlap is None:
        raise InvalidInput(
            "NO_OVERLAP",
            _("This project does not lie over %(other)s in the same years; there is nothing to justify."),
            other=other_code,
        )
    made = OverlapJustification.objects.create(
        project=project, other=overlap.other, area_km2=overlap.area_km2, text=text, given_by_id=actor.user_id
    )
    record(
        actor,
        "projects.justify_overlap",
        project,
        after={"other": other_code, "area_km2": overlap.area_km2, "text": text},
    )
    return made
