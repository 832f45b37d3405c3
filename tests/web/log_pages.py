"""Who gets what answer on the pages of the audit log."""

from __future__ import annotations

from typing import Any

from registry.audit import checkpoints, sequencing
from registry.audit.models import Checkpoint, Event
from tests.web.world import Journey

AUTHORITY = frozenset({"clerk", "approver", "methodology_editor"})


def newest(_world: Journey) -> Checkpoint:
    """The log of this world under a checkpoint, signed when it is first asked for."""
    found = Checkpoint.objects.first()
    if found is None:
        sequencing.sequence()
        found = checkpoints.sign()
    return found


def of_checkpoint(world: Journey) -> tuple[int]:
    return (newest(world).size,)


def of_event(world: Journey) -> tuple[int]:
    newest(world)
    return (Event.objects.filter(leaf__index=0).get().pk,)


def rows(row: Any, stage: str) -> list[Any]:
    """The lines of the table; ``row`` is its class, ``stage`` the one in which they are opened."""
    official = {"roles": AUTHORITY, "otherwise": 403}
    return [
        row(stage, "transparency:checkpoint_of", where=of_checkpoint),
        row(stage, "transparency:log"),
        row(stage, "transparency:log", query="?leaf=" + "0" * 64),
        row(stage, "transparency:log", query="?checkpoint=00"),
        row(stage, "transparency:checkpoint"),
        row(stage, "transparency:checkpoint_of", where=lambda _: (10**12,), status=404),
        row(stage, "transparency:consistency", where=lambda world: of_checkpoint(world) * 2),
        row(stage, "transparency:keys"),
        row(stage, "transparency:tile", where=lambda _: (0, "000.p/1")),
        row(stage, "transparency:tile", where=lambda _: (3, "000"), status=404),
        row(stage, "transparency:events", **official),
        row(stage, "transparency:events", query="?person=Demo&kind=projects.Project&from=2021-01-01&to=x", **official),
        row(stage, "transparency:event", where=of_event, **official),
        row(stage, "transparency:event_proof", where=of_event, **official),
        row(stage, "transparency:verification", **official),
        row(stage, "transparency:export", **official),
        row(stage, "transparency:verify", status=405),
    ]
