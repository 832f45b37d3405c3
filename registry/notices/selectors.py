"""Reads of a person's notices; what became invisible meanwhile is not shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection

from registry.core.actors import Actor
from registry.core.permissions import may
from registry.notices.models import Notice, Preference

UNREAD = """
    SELECT count(*) FROM notices_notice
     WHERE user_id = %s AND (organisation_id = %s OR organisation_id IS NULL) AND read_at IS NULL
"""
"""Asked at every page of who is signed in: written out, since the ORM takes several times as long to say it."""


def unread_count(actor: Actor) -> int:
    """Those of :func:`registry.notices.services.of_person` that were not read."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, [actor.user_id, actor.organisation_id])
        return int(cursor.fetchone()[0])


def still_visible(actor: Actor, notices: Iterable[Notice]) -> set[int]:
    """The numbers of those whose record this actor may see at this moment."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for notice in notices:
        wanted[notice.object_type].add(notice.object_id)
    found: dict[tuple[str, str], Any] = {}
    for label, keys in wanted.items():
        for row in apps.get_model(label)._default_manager.filter(pk__in=keys):
            found[label, str(row.pk)] = row
    seen = {key for key, row in found.items() if sees(actor, row)}
    return {notice.pk for notice in notices if (notice.object_type, notice.object_id) in seen}


def sees(actor: Actor, row: Any) -> bool:
    """A record without rules of its own concerns its person alone."""
    action = getattr(row, "view_action", "")
    return may(actor, action, row) if action else True


def preference_of(actor: Actor) -> Preference:
    """The person's own, or what counts without one; not saved."""
    found = Preference.objects.filter(user_id=actor.user_id).first()
    return found or Preference(user_id=actor.user_id)
