"""The stored log as blocks of records: for a complete check inside the database, and for the exported file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import psycopg
from django.db import connection
from django.db.models import Max
from django.db.models.functions import TruncDate

from registry.audit import checkpoints, keys, logfile, notes, tiles, verifying
from registry.audit.models import Checkpoint, Tile
from registry.audit.tree import HASH_BYTES, TILE_WIDTH
from registry.audit.verifying import MISSING, Block, Fault, Outcome
from registry.core import clock

CHUNK = 64 * TILE_WIDTH
RECENT = timedelta(days=2)
"""Of older days the last checkpoint of each is taken along, of these days every one."""

TEXTS = {
    "TREE_CHANGED": (
        "存储的树与记录不符（第 {record} 条附近）：树的存储内容被改动。",
        "The stored tree does not fit the records (near record {record}): what is stored of the tree was changed.",
    ),
    "EVENTS_UNLOGGED": (
        "有 {count} 条事件既不在日志中也不在等待（首个编号 {record}）：绕过日志写入，或从等待队列中删除。",
        "{count} event(s) are neither in the log nor waiting for it (the first has the number {record}): written past "
        "it, or taken out of the queue.",
    ),
    "CHECKPOINT_UNSIGNED": (
        "数据库中的检查点（{size} 条记录）签名不符：{why}。",
        "A checkpoint in the database (of {size} records) is not signed as it should be: {why}.",
    ),
}  # fmt: skip

READ = """
    SELECT l.index / 256, string_agg(coalesce(e.body, ''), '\\x0a'::bytea ORDER BY l.index),
           string_agg(l.hash, ''::bytea ORDER BY l.index)
      FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id
     WHERE l.index >= %s AND l.index < %s
  GROUP BY 1 ORDER BY 1
"""
READ_SINGLY = """
    SELECT l.index, e.body, l.hash FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id
     WHERE l.index >= %s AND l.index < %s
"""
UNLOGGED = """
    SELECT count(*), min(e.id) FROM audit_event e
     WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = e.id)
       AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.event_id = e.id)
"""


def verify_stored() -> tuple[Outcome, float]:
    """Check every stored record, the tree and the checkpoints; the outcome and the seconds it took.

    Records are hashed here, not by the database: whoever may rewrite its rows may rewrite its functions too.
    """
    start = time.perf_counter()
    log = checkpoints.this_log()
    signed, faults = opened(log.origin)
    outside = checkpoints.kept_outside(log)
    size = tiles.stored_size()
    promised = max([size, *(each.size for each in signed)])
    outcome = verifying.verify(
        stored_blocks(size, faults), [*signed, *([outside] if outside else [])], promised=promised
    )
    faults += _tree(size, outcome.root) + _unlogged()
    outcome = Outcome(outcome.records, outcome.root, (*outcome.faults, *faults), outcome.confirmed, outcome.checkpoints)
    return outcome, time.perf_counter() - start


def export() -> tuple[logfile.Header, Iterator[bytes]]:
    """The header of the exported log as it is now, and the file piece by piece."""
    log = checkpoints.this_log()
    rows = _kept_checkpoints()
    size = tiles.stored_size()
    header = logfile.header_of(log.origin, size, keys.verifier_keys(), [row.note for row in rows])
    return header, logfile.write(header, stored_blocks(size))


def _kept_checkpoints() -> list[Checkpoint]:
    since = clock.now() - RECENT
    older = Checkpoint.objects.filter(at__lt=since).annotate(day=TruncDate("at")).order_by().values("day")
    chosen = set(older.annotate(last=Max("id")).values_list("last", flat=True))
    chosen |= set(Checkpoint.objects.filter(at__gte=since).values_list("id", flat=True))
    return list(Checkpoint.objects.filter(pk__in=chosen).order_by("id"))


def opened(origin: str) -> tuple[list[notes.Checkpoint], list[Fault]]:
    """The stored checkpoints whose signature is good, and a fault for each other one."""
    known, signed, faults = keys.verifier_keys(), [], []
    for row in _kept_checkpoints():
        try:
            signed.append(notes.open_checkpoint(row.note, known, origin))
        except notes.NoteInvalid as error:
            faults.append(_fault("CHECKPOINT_UNSIGNED", None, size=row.size, why=error))
    return signed, faults


def stored_blocks(size: int, faults: list[Fault] | None = None) -> Iterator[Block]:
    """The first ``size`` records, tile by tile, with the hashes that the tree keeps of them.

    A record that is not there is MISSING. Where leaf and tile disagree about a hash, a fault is added.
    """
    for start in range(0, size, CHUNK):
        end = min(start + CHUNK, size)
        kept = _tiles(start, end)
        rows = dict(_rows(start, end))
        for first in range(start, end, TILE_WIDTH):
            count = min(TILE_WIDTH, end - first)
            bodies, hashes = rows.get(first // TILE_WIDTH) or _singly(first, count)
            if len(bodies) != count or len(hashes) != count * HASH_BYTES:
                bodies, hashes = _singly(first, count)
            tile = kept.get(first // TILE_WIDTH)
            if tile is not None and tile != hashes and faults is not None:
                same = next(i for i, (one, other) in enumerate(zip(tile, hashes, strict=True)) if one != other)
                faults.append(_fault("TREE_CHANGED", first + same // HASH_BYTES))
            yield Block(first, bodies, hashes if tile is None else tile)


def _rows(start: int, end: int) -> Iterator[tuple[int, tuple[list[bytes], bytes]]]:
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(READ, [start, end], binary=True)  # as text the bytes would come in hexadecimal
        for tile, bodies, hashes in cursor.fetchall():
            yield tile, (bytes(bodies).split(b"\n"), bytes(hashes))


def _singly(first: int, count: int) -> tuple[list[bytes], bytes]:
    """Where something is missing or is no line any more: each place for itself."""
    bodies, hashes = [MISSING] * count, [b"\0" * HASH_BYTES] * count
    with connection.cursor() as cursor:
        cursor.execute(READ_SINGLY, [first, first + count])
        for index, body, hash_ in cursor.fetchall():
            bodies[index - first] = MISSING if body is None else bytes(body)
            hashes[index - first] = bytes(hash_)[:HASH_BYTES].ljust(HASH_BYTES, b"\0")
    return bodies, b"".join(hashes)


def _tiles(start: int, end: int) -> dict[int, bytes]:
    rows = Tile.objects.filter(level=0, index__gte=start // TILE_WIDTH, index__lt=end // TILE_WIDTH)
    return {index: bytes(hashes) for index, hashes in rows.values_list("index", "hashes")}


def _tree(size: int, root: bytes) -> list[Fault]:
    """Whether the tiles from which proofs are made lead to the same root as the records."""
    try:
        same = tiles.stored_tree(size).root() == root
    except LookupError:
        same = False
    return [] if same else [_fault("TREE_CHANGED", max(size - 1, 0))]


def _unlogged() -> list[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(UNLOGGED)
        count, first = cursor.fetchone()
    return [_fault("EVENTS_UNLOGGED", first, count=count)] if count else []


def _fault(code: str, record: int | None, **values: object) -> Fault:
    zh, en = TEXTS[code]
    return Fault(code, zh.format(record=record, **values), en.format(record=record, **values), record)
