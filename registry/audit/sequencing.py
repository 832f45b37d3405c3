"""The sequencer: gives every committed event its place in the tree, one writer at a time.

Writers only put a row beside their event (a trigger does) and wait for nobody. Reading events by ``id > last`` instead
would lose those whose transaction commits after a later id was seen; a chain locked by each writer would make all
requests wait for one another. Here whatever row is in the queue is committed, and stays until its leaf is.
"""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit import tiles
from registry.audit.models import Tile
from registry.core.errors import Refusal

BATCH = 20_000
LOCK = "audit.sequencer"

TAKE = """
    WITH taken AS (
        DELETE FROM audit_pending
         WHERE event_id IN (SELECT event_id FROM audit_pending ORDER BY event_id LIMIT %(batch)s)
        RETURNING event_id
    ), placed AS (
        INSERT INTO audit_leaf (index, event_id, hash)
        SELECT %(size)s + row_number() OVER (ORDER BY e.id) - 1, e.id, sha256('\\x00'::bytea || e.body)
          FROM taken JOIN audit_event e ON e.id = taken.event_id
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM placed)
"""


def log_broken(message: object, **params: object) -> Refusal:
    """Something signed does not fit what is stored: everything stops, nothing is changed, people are told."""
    return Refusal("LOG_BROKEN", message, **params)


def sequence() -> int:
    """Put every event that waits into the tree; returns how many. Each batch is a transaction of its own."""
    placed = 0
    while count := sequence_batch():
        placed += count
        if count < BATCH:
            break
    return placed


@transaction.atomic(durable=True)
def sequence_batch() -> int:
    """One batch: leaves, then the tiles that they complete. Raises Refusal ``LOG_BROKEN``."""
    take_lock()
    size = tiles.stored_size()
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, {"batch": BATCH, "size": size})
            taken, placed = cursor.fetchone()
    except IntegrityError as error:  # the table's own triggers
        raise _unplaceable(error) from error
    if taken != placed:
        raise _unplaceable(f"{taken - placed} / {taken}")
    if placed:
        Tile.objects.bulk_create(tiles.complete_tiles(size, size + placed), batch_size=200)
    return placed


def _unplaceable(why: object) -> Refusal:
    return log_broken(
        _(
            "Stopped; nothing changed. An event that waits for its place in the audit log is gone or was given one "
            "before (%(why)s). Tell the operator."
        ),
        why=why,
    )


def take_lock() -> None:
    """Until the transaction ends nobody else sequences or signs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
