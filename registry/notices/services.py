"""What a person does with the own notices; who is told of what is written by ``registry.notices.telling``."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock, told
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible
from registry.notices.models import Notice, Preference


def mark_read(*, actor: Actor, notice_id: int) -> Notice:
    """The person has seen it. Raises NotVisible for anybody else's."""
    notice = of_person(actor).filter(pk=notice_id).first()
    if notice is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, actor: Actor) -> int:
    return of_person(actor).filter(read_at=None).update(read_at=clock.now())


def of_person(actor: Actor) -> models.QuerySet[Notice]:
    """This person's notices: about the person, or in the name of the organisation of now."""
    if actor.user_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(
        Q(organisation_id=actor.organisation_id) | Q(organisation_id=None), user_id=actor.user_id
    )


@transaction.atomic
def set_preference(*, actor: Actor, language: str, mailed: Iterable[str]) -> Preference:
    """Which kinds are mailed, and in which language (empty: both). What concerns security is always mailed."""
    if actor.user_id is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    if language and language not in dict(settings.LANGUAGES):
        raise InvalidInput("LANGUAGE_UNKNOWN", _("Choose Chinese, English or both."))
    mailed = set(mailed)
    if unknown := mailed - set(told.Kind.values):
        raise InvalidInput("KIND_UNKNOWN", _("There is no such kind of notice: %(kind)s."), kind=sorted(unknown)[0])
    muted = sorted(set(told.Kind.values) - mailed - set(told.ALWAYS_MAILED))
    made, _new = Preference.objects.update_or_create(
        user_id=actor.user_id, defaults={"language": language, "muted": muted}
    )
    record(actor, "people.set_notices", made, after={"language": language, "muted": muted})
    return made
