"""Deadlines that draw near: everybody who is to act is told once, some days before (``registry.core.deadlines``)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from registry.celery import tell as tell_workers
from registry.core import clock, deadlines, told
from registry.core.actors import Actor
from registry.notices.models import Notice
from registry.notices.telling import MAIL_TASK, wants_mail
from registry.organisations.models import User
from registry.organisations.selectors import actor_of

AHEAD = timedelta(days=3)


def tell() -> int:
    """Go through everybody who works for an approved organisation; how many notices were written or stood already."""
    working = User.objects.filter(
        is_active=True, memberships__ended_at=None, memberships__organisation__state="approved"
    ).distinct()
    return sum(remind(user) for user in working.select_related("notice_preference").order_by("pk"))


def remind(user: User) -> int:
    """Tell one person of what is to be done within the next days; each deadline once, by its key."""
    actor, now = actor_of(user), clock.now()
    said = [_near(actor, language) for language, _name in settings.LANGUAGES]
    rows = []
    for key, chinese in said[0].items():
        english = said[1].get(key, chinese)
        label, _colon, pk = chinese.subject.partition(":")
        rows.append(
            Notice(
                user=user,
                organisation_id=actor.organisation_id,
                key=f"deadline:{key}"[:200],
                kind=told.Kind.DEADLINES,
                action="deadline",
                object_type=label,
                object_id=pk,
                url=chinese.url,
                text_zh=_sentence(chinese, "zh-hans"),
                text_en=_sentence(english, "en"),
                name_zh=chinese.detail[:500],
                name_en=english.detail[:500],
                mail=Notice.Mail.WAITING if wants_mail(user, told.Kind.DEADLINES) else Notice.Mail.NONE,
                at=now,
            )
        )
    told_before = set(Notice.objects.filter(user=user, key__in=[row.key for row in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in told_before]
    with transaction.atomic():
        Notice.objects.bulk_create(fresh, ignore_conflicts=True)
        for row in fresh:
            if row.mail == Notice.Mail.WAITING:
                transaction.on_commit(partial(tell_workers, MAIL_TASK, [row.key]))
    return len(rows)


def _near(actor: Actor, language: str) -> dict[str, deadlines.Deadline]:
    now = clock.now()
    with override(language):
        return {
            each.key: each for each in deadlines.deadlines_of(actor) if each.acts and now <= each.due <= now + AHEAD
        }


def _sentence(deadline: deadlines.Deadline, language: str) -> str:
    """What is due, and the day: the title alone says it on a page that shows the day beside it."""
    with override(language):
        return f"{deadline.title} · {deadline.due.astimezone(clock.PROGRAMME_ZONE):%Y-%m-%d}"[:500]
