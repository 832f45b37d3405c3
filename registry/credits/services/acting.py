"""What every act on serials has in common: one transaction, a bounded retry, the right, and the person."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.permissions import Related, require
from registry.core.transactions import in_transaction
from registry.credits.fields import Serials, joined

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Model)

CLOCK_PERSON = 0
"""Stands in the journal for the registry's own clock."""
KEY_LENGTH = 80


def act(service: Callable[P, R]) -> Callable[P, R]:
    """A service in one transaction, tried again when the database broke a deadlock by ending it."""

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return in_transaction(lambda: service(*args, **kwargs))

    return run


def require_act(actor: Actor, action: str, obj: Related | None = None) -> int:
    """The one door of every act that moves, ends, freezes or sells credits; the id of the person who acts."""
    require(actor, action, obj)
    if actor.user_id is None:
        raise RuntimeError("a journal entry names the person who acted")
    return actor.user_id


def own_key(actor: Actor, key: str) -> str:
    """A client's key, apart from the keys of every other organisation."""
    if not key.strip() or len(key) > KEY_LENGTH:
        raise InvalidInput(
            "KEY_MISSING",
            _("Send an idempotency key of 1 to %(length)s characters, a new one for each act."),
            length=KEY_LENGTH,
        )
    return f"{actor.organisation_id}:{key.strip()}"


def done_before(model: type[M], key: str) -> M | None:
    """What an earlier act with this key made. Nearly always nothing, so the question is one plain look at the index."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table} WHERE key = %s", [key])  # noqa: S608  a name of ours
        found = cursor.fetchone()
    return None if found is None else model._default_manager.get(pk=found[0])


def chosen(serials: Serials) -> Serials:
    """The ranges of an act, in order and each serial once."""
    try:
        made = joined(serials)
    except ValueError:
        made = ()
    if not made:
        raise InvalidInput("SERIALS_UNREADABLE", _("Name at least one range of serials, and no serial twice."))
    return made
