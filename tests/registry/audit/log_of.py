"""A log of so many events for tests."""

from __future__ import annotations

import secrets
from typing import Any

import rfc8785
from django.db import transaction

from registry.audit import checkpoints, sequencing
from registry.audit.models import Checkpoint, Event, Log
from registry.audit.services import record
from registry.core.actors import SYSTEM


def write(count: int) -> list[Event]:
    """Events of a made-up act: a few as services write them, many in one go."""
    with transaction.atomic():
        if count < 10:
            return [record(SYSTEM, "test.act", Log(pk=n), after={"n": n}) for n in range(count)]
        return Event.objects.bulk_create(
            Event(action="test.act", object_type="audit.Log", object_id=str(n), body=rfc8785.dumps(_body(n)))
            for n in range(count)
        )


def _body(n: int) -> dict[str, Any]:
    return {"action": "test.act", "after": {"n": n}, "nonce": secrets.token_hex(16)}


def grown(count: int) -> Checkpoint:
    """So many more events, all in the tree, under a checkpoint."""
    write(count)
    sequencing.sequence()
    return checkpoints.sign()
