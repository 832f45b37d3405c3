"""Telling people: rows written in the transaction of what happened, and what a person does with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from registry.audit.services import record
from registry.celery import tell
from registry.core import clock, told
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible
from registry.core.permissions import may, table
from registry.notices.models import Notice, Preference
from registry.organisations.models import Membership, User

MAIL_TASK = "registry.notices.tasks.send_mails"


@dataclass(frozen=True)
class Receiver:
    user: User
    organisation_id: int | None
    wants_mail: bool


@told.writer
def tell_of_act(happened: told.Happened, line: told.Line) -> None:
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
    params: dict[str, Any] | None = None,
) -> list[Notice]:
    """Tell each receiver once (by ``key``); the mails go out when the transaction is committed."""
    if not receivers:
        return []
    said, names = _in_each(text, params), _in_each(told.described(about).name, None, about)
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


def _in_each(text: Any, params: dict[str, Any] | None, *args: Any) -> list[str]:
    """A lazy text, or what a function says, in Chinese and in English."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            words = str(text(*args)) if callable(text) and args else str(text)
            said.append((words % params if params else words)[:500])
    return said


# --- what a person does with them -------------------------------------------------------------------------------


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
