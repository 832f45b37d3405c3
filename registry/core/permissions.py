"""The one permission table: action x role x relation to the object.

Each room writes its lines in its own ``permissions.py`` with :func:`allow`; this module only holds and asks them.
An object says how an actor stands to it by ``relations_of(actor)``, a set of words such as ``proponent`` or
``verifier``; the relation ``any`` needs none. What an actor may not see answers 404, what it may see but not do 403.

An act that signs, decides or moves credits is named in :func:`fresh` besides: :func:`require` then wants the second
factor of a person, shown within the last minutes. Every service asks :func:`require`, so the check is nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.errors import NotAllowed, NotVisible, SecondFactorNeeded

ANY = "any"
PUBLIC_ROLE = "public"
"""Stands for everybody, signed in or not."""


class Related(Protocol):
    view_action: str

    def relations_of(self, actor: Actor) -> frozenset[str]: ...


@dataclass(frozen=True)
class Line:
    action: str
    roles: frozenset[str]
    relation: str


_table: dict[str, list[Line]] = defaultdict(list)
_fresh: set[str] = set()


def allow(action: str, *, roles: set[str] | frozenset[str], relation: str = ANY) -> None:
    line = Line(action, frozenset(str(role) for role in roles), relation)
    if line not in _table[action]:
        _table[action].append(line)


def fresh(*actions: str) -> None:
    """These acts sign, decide or move credits: a person must show the second factor at the act."""
    _fresh.update(actions)


def needs_fresh_factor(action: str) -> bool:
    return action in _fresh


def table() -> dict[str, tuple[Line, ...]]:
    return {action: tuple(lines) for action, lines in sorted(_table.items())}


def may(actor: Actor, action: str, obj: Related | None = None) -> bool:
    """Whether the table gives ``action`` on ``obj`` to ``actor``. An action without a line is nobody's."""
    relations = {ANY} | (set(obj.relations_of(actor)) if obj is not None else set())
    for line in _table.get(action, ()):
        if line.relation not in relations:
            continue
        if PUBLIC_ROLE in line.roles:
            return True
        if actor.organisation_approved and actor.roles & line.roles:
            return True
    return False


def require(actor: Actor, action: str, obj: Related | None = None) -> None:
    """Raise :class:`NotVisible` or :class:`NotAllowed` unless ``actor`` may do ``action`` on ``obj``.

    For an act named in :func:`fresh`, raise :class:`SecondFactorNeeded` unless the person just showed the factor.
    """
    require_right(actor, action, obj)
    if action in _fresh and actor.user_id is not None:
        require_fresh_factor(actor)


def require_right(actor: Actor, action: str, obj: Related | None = None) -> None:
    """:func:`require` without the second factor: for the page on which the act is prepared, before it is done."""
    if may(actor, action, obj):
        return
    if obj is not None and not may(actor, obj.view_action, obj):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    raise NotAllowed(
        "NOT_ALLOWED",
        _("Your role does not include this act (%(action)s). Ask the administrator of your organisation."),
        action=action,
    )


def require_fresh_factor(actor: Actor) -> None:
    """Raise :class:`SecondFactorNeeded` unless the person showed the second factor within the last minutes."""
    age_limit = timedelta(seconds=settings.SECOND_FACTOR_FRESH_S)
    if actor.second_factor_at is None or timezone.now() - actor.second_factor_at > age_limit:
        raise SecondFactorNeeded(
            "SECOND_FACTOR_NEEDED",
            _("This act decides something. Enter the code of your authenticator to do it in your name."),
        )
