"""Notices follow the log: every few seconds a worker goes on in it where it ended, and writes the rows.

So no act waits for notices, and none fails by them. In the log's order no event is missing, whichever transaction ended
first. Whoever is told is looked up then: who lost the right in between is not.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import override

from registry.audit.models import Event, Leaf
from registry.celery import tell
from registry.core import told
from registry.core.actors import Actor
from registry.core.permissions import may, table
from registry.notices.models import Follower, Notice, Preference
from registry.organisations.models import Membership, User

log = logging.getLogger(__name__)
MAIL_TASK = "registry.notices.tasks.send_mails"
BATCH = 500
"""Events of one transaction of the sweep."""


@dataclass(frozen=True)
class Receiver:
    user: User
    organisation_id: int | None
    wants_mail: bool


@transaction.atomic
def tell_of(event_id: int) -> None:
    """Write what the table says of this event; again, nothing is written twice."""
    event = Event.objects.filter(pk=event_id, refused=False).first()
    record = None if event is None else _record_of(event)
    if event is None or record is None:  # a draft that was thrown away meanwhile
        return
    said = json.loads(bytes(event.body))
    happened = told.Happened(event.pk, event.actor_id, event.action, record, {**said["before"], **said["after"]})
    for line in told.lines(event.action):
        _tell_of_act(happened, line)


def follow() -> int:
    """Tell of what the log holds beyond the last time; how many events were looked at.

    An event that cannot be told of is reported and passed by: the others do not wait for it.
    """
    looked = 0
    while events := _follow_batch():
        looked += events
    return looked


@transaction.atomic
def _follow_batch() -> int:
    Follower.objects.get_or_create(id=1)
    follower = Follower.objects.select_for_update(skip_locked=True).first()
    if follower is None:  # another worker is following: this one has something else to do than to wait
        return 0
    leaves = Leaf.objects.filter(index__gte=follower.next_index).order_by("index")[:BATCH]
    found = list(leaves.values_list("index", "event_id", "event__action"))
    if not found:
        return 0
    for _index, event_id, action in found:
        if told.lines(action):
            _tell_or_report(event_id)
    follower.next_index = found[-1][0] + 1
    follower.save(update_fields=["next_index"])
    return len(found)


def _tell_or_report(event_id: int) -> None:
    try:
        tell_of(event_id)
    except Exception:
        log.exception("nobody was told of event %s", event_id)


def _record_of(event: Event) -> models.Model | None:
    return apps.get_model(event.object_type)._base_manager.filter(pk=event.object_id).first()


def _tell_of_act(happened: told.Happened, line: told.Line) -> None:
    """Write the notices of one line of the table. The person who acted is not told of the own act."""
    for about in line.about(happened.record):
        receivers = (
            _persons(line, happened)
            if line.persons is not None
            else people_who_may(line.may, about, line.to, line.kind)
        )
        if line.persons is None:
            receivers = [each for each in receivers if each.user.pk != happened.actor_id]
        if not line.mailed:
            receivers = [replace(each, wants_mail=False) for each in receivers]
        notify(
            key=f"event:{happened.event_id}:{about._meta.label}:{about.pk}",
            kind=line.kind,
            action=happened.action,
            text=line.text,
            about=about,
            receivers=receivers,
        )


def notify(
    *,
    key: str,
    kind: str,
    action: str,
    text: Any,
    about: models.Model,
    receivers: Sequence[Receiver],
) -> list[Notice]:
    """Tell each receiver once (by ``key``); the mails go out when the transaction is committed."""
    if not receivers:
        return []
    said, names = _in_each(text), _in_each(told.described(about).name, about)
    rows = Notice.objects.bulk_create(
        [
            Notice(
                user=each.user,
                organisation_id=each.organisation_id,
                key=key,
                kind=kind,
                action=action,
                object_type=about._meta.label,
                object_id=str(about.pk),
                url=told.described(about).url(about),
                text_zh=said[0],
                text_en=said[1],
                name_zh=names[0],
                name_en=names[1],
                mail=Notice.Mail.WAITING if each.wants_mail else Notice.Mail.NONE,
            )
            for each in receivers
        ],
        ignore_conflicts=True,
    )
    if any(each.wants_mail for each in receivers):
        transaction.on_commit(partial(tell, MAIL_TASK, [key]))
    return rows


def people_who_may(act: str, about: Any, to: told.People | None, kind: str) -> list[Receiver]:
    """Of the organisations of ``to``: the people whom the permission table gives ``act`` on the record."""
    roles = {role for line in table().get(act, ()) for role in line.roles}
    if to is None or not roles:
        return []
    memberships = (
        Membership.objects.filter(
            to(about), ended_at__isnull=True, user__is_active=True, organisation__state="approved", role__in=roles
        )
        .select_related("user__notice_preference", "organisation")
        .order_by("user_id")
    )
    held: dict[tuple[int, int], list[Membership]] = {}
    for membership in memberships:
        held.setdefault((membership.user_id, membership.organisation_id), []).append(membership)
    return [_receiver(of[0], kind) for of in held.values() if may(_actor(of), act, about)]


def _actor(memberships: Sequence[Membership]) -> Actor:
    first = memberships[0]
    return Actor(
        name=str(first.user),
        user_id=first.user_id,
        organisation_id=first.organisation_id,
        organisation_kind=first.organisation.kind,
        organisation_approved=first.organisation.state == "approved",
        roles=frozenset(each.role for each in memberships),
    )


def _receiver(membership: Membership, kind: str) -> Receiver:
    return Receiver(membership.user, membership.organisation_id, wants_mail(membership.user, kind))


def _persons(line: told.Line, happened: told.Happened) -> list[Receiver]:
    assert line.persons is not None
    wanted = [pk for pk in line.persons(happened) if pk is not None]
    users = User.objects.filter(pk__in=wanted, is_active=True).select_related("notice_preference")
    return [Receiver(user, None, wants_mail(user, line.kind)) for user in users]


def wants_mail(user: User, kind: str) -> bool:
    if kind in told.ALWAYS_MAILED:
        return True
    try:
        return kind not in user.notice_preference.muted
    except Preference.DoesNotExist:
        return True


def _in_each(text: Any, *args: Any) -> list[str]:
    """A lazy text, or what a function says, in Chinese and in English."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append((str(text(*args)) if args else str(text))[:500])
    return said
