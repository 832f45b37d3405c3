"""Writing to the audit log. Every service calls :func:`record` inside its own transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any

import rfc8785
from django.db import connection, models

from registry.audit import requests, seen
from registry.audit.models import Event
from registry.core import clock
from registry.core.actors import Actor
from registry.core.rows import insert


def record(
    actor: Actor,
    action: str,
    obj: models.Model,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Record that ``actor`` did ``action`` to ``obj``; whom it concerns is told afterwards (``registry.notices``).

    Must run in the transaction of the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event belongs into the transaction of its change")
    seen.refuse_changed(actor, action, obj)
    return _write(actor, action, obj._meta.label, str(obj.pk), before or {}, after or {}, reason, refused=False)


def record_refusal(actor: Actor, action: str, *, object_type: str = "", object_id: str = "", reason: str) -> Event:
    """Record an attempt that was refused; called after the refused transaction was rolled back."""
    return _write(actor, action, object_type, object_id, {}, {}, reason, refused=True)


def record_clock_set(actor: Actor, instant: datetime) -> Event:
    """Record that the demonstration's clock was set forward."""
    return _write(actor, "clock.advance", "clock", "1", {}, {"to": instant}, "", refused=False)


def _write(
    actor: Actor,
    action: str,
    object_type: str,
    object_id: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    *,
    refused: bool,
) -> Event:
    at, ahead = clock.reading()
    offset = int(ahead.total_seconds())
    body = {
        "at": at.isoformat(),
        "clock_offset_s": offset,
        "actor": actor.user_id,
        "organisation": actor.organisation_id,
        "roles": sorted(actor.roles),
        "action": action,
        "object": {"type": object_type, "id": object_id},
        "before": _plain(before),
        "after": _plain(after),
        "reason": reason,
        "refused": refused,
        "request": requests.current(),
        "nonce": secrets.token_hex(16),
    }
    return insert(
        Event(
            at=at,
            clock_offset_s=offset,
            actor_id=actor.user_id,
            organisation_id=actor.organisation_id,
            roles=",".join(sorted(actor.roles))[:200],
            action=action,
            object_type=object_type,
            object_id=object_id,
            refused=refused,
            reason=reason,
            body=rfc8785.dumps(body),
        )
    )


def _plain(value: Any) -> Any:
    """JSON without surprises: decimals and times as text, floats refused by being text too."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
