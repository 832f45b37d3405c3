from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.province.models import DemonstrationArea
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import Refusal, text_between
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import BEFORE_PUBLIC, Project

SHORTEST, LONGEST = 10, 2000


@transaction.atomic
def name_area(*, actor: Actor, project: Project, note_zh: str, note_en: str) -> DemonstrationArea:
    """Name a public project a demonstration area, with what it is to show in both languages.

    Raises Refusal PROJECT_NOT_PUBLIC, ALREADY_NAMED; InvalidInput TEXT_LENGTH.
    """
    project = lock(Project, project.pk)
    require(actor, "province.name_area", DemonstrationArea(project=project))
    if project.state in BEFORE_PUBLIC:
        raise Refusal("PROJECT_NOT_PUBLIC", _("Only a project that everybody may see can be a demonstration area."))
    if DemonstrationArea.objects.filter(project=project, ended_at__isnull=True).exists():
        raise Refusal("ALREADY_NAMED", _("The project is a demonstration area already."))
    area = DemonstrationArea.objects.create(
        project=project,
        note_zh=text_between(note_zh, SHORTEST, LONGEST),
        note_en=text_between(note_en, SHORTEST, LONGEST),
        named_by_id=actor.user_id,
    )
    record(actor, "province.name_area", area, after={"project": project.code})
    return area


@transaction.atomic
def end_area(*, actor: Actor, area: DemonstrationArea, reason: str) -> DemonstrationArea:
    """Take the name away again, with a reason that everybody reads. Raises Refusal ALREADY_ENDED."""
    area = lock(DemonstrationArea, area.pk)
    require(actor, "province.name_area", area)
    if area.ended_at is not None:
        raise Refusal("ALREADY_ENDED", _("This was ended already."))
    area.ended_at, area.ended_by_id = clock.now(), actor.user_id
    area.end_reason = text_between(reason, SHORTEST, LONGEST)
    area.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record(actor, "province.end_area", area, after={"project": area.project.code}, reason=area.end_reason)
    return area
