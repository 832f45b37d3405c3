"""Reads of the log: histories of records, the explorer's search, checkpoints and proofs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.audit import tiles
from registry.audit.models import Checkpoint, Event, Leaf, Pending, Verification
from registry.audit.notes import Note
from registry.audit.proofs import Consistency, Inclusion
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible
from registry.core.permissions import require

PAGE = 50


def history_of(*objects: models.Model) -> list[Event]:
    """The events of these records, newest first, for the history box of a page the reader may already see."""
    wanted = models.Q(pk__in=[])
    for obj in objects:
        wanted |= models.Q(object_type=obj._meta.label, object_id=str(obj.pk))
    return list(Event.objects.filter(wanted, refused=False).order_by("-id")[:100])


# --- the explorer -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What the explorer searches for; None and empty stand for everything."""

    people: Collection[int] | None = None
    object_type: str = ""
    object_id: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    refused: bool | None = None


@dataclass(frozen=True)
class Page:
    """Events newest first; ``older`` and ``newer`` are the cursors of the pages beside this one."""

    events: list[Event]
    older: int | None
    newer: int | None


def events_page(actor: Actor, asked: Asked, *, before: int | None = None, after: int | None = None) -> Page:
    """One page of what fits, from a cursor on (an event's number, which stays right while the log grows).

    ``at`` grows with the numbers but for transactions that ran beside each other, so time narrows by its own index.
    """
    require(actor, "audit.view")
    rows = _narrowed(Event.objects.defer("body").select_related("leaf"), asked)
    if after is not None:
        events = list(rows.filter(pk__gt=after).order_by("id")[: PAGE + 1])
        more, events = len(events) > PAGE, events[:PAGE][::-1]
        return Page(events, older=events[-1].pk if events else after + 1, newer=events[0].pk if more else None)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    events = list(rows.order_by("-id")[: PAGE + 1])
    more, events = len(events) > PAGE, events[:PAGE]
    newer = None if before is None else (events[0].pk if events else before - 1)
    return Page(events, older=events[-1].pk if more else None, newer=newer)


def _narrowed(rows: models.QuerySet[Event], asked: Asked) -> models.QuerySet[Event]:
    if asked.people is not None:
        rows = rows.filter(actor_id__in=asked.people)
    if asked.object_type:
        rows = rows.filter(object_type=asked.object_type)
    if asked.object_id:
        rows = rows.filter(object_id=asked.object_id)
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.since is not None:
        rows = rows.filter(at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(at__lt=asked.until)
    return rows if asked.refused is None else rows.filter(refused=asked.refused)


def event_for(actor: Actor, pk: int) -> Event:
    require(actor, "audit.view")
    event = Event.objects.select_related("leaf").filter(pk=pk).first()
    if event is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return event


@dataclass(frozen=True)
class Standing:
    """How the log is kept at this moment."""

    records: int
    waiting: int
    behind: timedelta
    """How long the oldest event has waited for its place."""
    checkpoint: Checkpoint | None
    verification: Verification | None
    """The newest that ended."""
    under_way: Verification | None

    @property
    def late(self) -> bool:
        return self.behind > timedelta(minutes=5)


def standing() -> Standing:
    oldest = Pending.objects.aggregate(id=models.Min("event_id"))["id"]
    since = Event.objects.filter(pk=oldest).values_list("at", flat=True).first() if oldest else None
    recent = clock.now() - timedelta(hours=1)
    return Standing(
        records=tiles.stored_size(),
        waiting=Pending.objects.count(),
        behind=clock.now() - since if since else timedelta(0),
        checkpoint=Checkpoint.objects.first(),
        verification=Verification.objects.exclude(ended_at=None).first(),
        under_way=Verification.objects.filter(ended_at=None, asked_at__gte=recent).first(),
    )


# --- what anybody may ask ---------------------------------------------------------------------------------------


def newest_checkpoint() -> Checkpoint:
    """Raises NotVisible before the first was signed."""
    found = Checkpoint.objects.first()
    if found is None:
        raise NotVisible("NO_CHECKPOINT", _("No checkpoint was signed yet."))
    return found


def checkpoint_of(size: int) -> Checkpoint:
    """The newest checkpoint over exactly so many records."""
    found = Checkpoint.objects.filter(size=size).first()
    if found is None:
        raise NotVisible("NO_CHECKPOINT", _("There is no checkpoint of this size."))
    return found


def note_of(checkpoint: Checkpoint) -> str:
    """The signed note with the witnesses' lines below it."""
    lines = checkpoint.cosignatures.values_list("line", flat=True)
    return checkpoint.note + "".join(f"{line}\n" for line in lines)


def inclusion_of(index: int, checkpoint: Checkpoint, record: bytes | None = None) -> Inclusion:
    """That leaf ``index`` stands in the log of ``checkpoint``. Raises InvalidInput where it does not."""
    if not 0 <= index < checkpoint.size:
        raise InvalidInput(
            "NO_SUCH_RECORD",
            _("The log of this checkpoint has %(size)s records, counted from 0; there is no record %(index)s."),
            size=checkpoint.size,
            index=index,
        )
    tree = tiles.stored_tree(checkpoint.size)
    path = tuple(tree.inclusion_proof(index))
    return Inclusion(index, tree.leaf(index), path, note_of(checkpoint), record)


def inclusion_of_hash(leaf_hash: bytes, checkpoint: Checkpoint) -> Inclusion:
    """The same for whoever has the record and thereby its hash."""
    index = Leaf.objects.filter(hash=leaf_hash).values_list("index", flat=True).first()
    if index is None or index >= checkpoint.size:
        raise NotVisible("NO_SUCH_RECORD", _("The log of this checkpoint has no record with this hash."))
    return inclusion_of(index, checkpoint)


def consistency_of(old: Checkpoint, new: Checkpoint) -> Consistency:
    """That ``new`` continues ``old``. Raises InvalidInput when it is the older of the two."""
    if old.size > new.size:
        raise InvalidInput("WRONG_ORDER", _("The first checkpoint must not have more records than the second."))
    proof = tiles.stored_tree(new.size).consistency_proof(old.size)
    return Consistency(note_of(old), note_of(new), tuple(proof))


def proof_of(event: Event) -> Inclusion | None:
    """The proof of an event under the newest checkpoint, with its text; None while it waits for its place or that."""
    leaf = Leaf.objects.filter(event=event).first()
    newest = Checkpoint.objects.first()
    if leaf is None or newest is None or leaf.index >= newest.size:
        return None
    return inclusion_of(leaf.index, newest, bytes(event.body))


def text_of(checkpoint: Checkpoint) -> str:
    """What was signed, without the signatures."""
    return Note.parse(checkpoint.note).text
