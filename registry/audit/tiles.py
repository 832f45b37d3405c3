"""The stored tree: complete tiles from their table, the right edge from the leaves and the roots below it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max

from registry.audit.models import Leaf, Tile
from registry.audit.tree import TILE_WIDTH, Tree, Wanted, root_of


def stored_size() -> int:
    """How many events have their leaf."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def stored_tree(size: int | None = None) -> Tree:
    """The tree of all leaves that are there, or of the first ``size``."""
    return Tree(stored_size() if size is None else size, read_tiles)


READ = """
    SELECT coalesce(
        (SELECT substr(t.hashes, 1, w.width * 32) FROM audit_tile t WHERE t.level = w.level AND t.index = w.index),
        CASE w.level WHEN 0 THEN
            (SELECT string_agg(l.hash, ''::bytea ORDER BY l.index) FROM audit_leaf l
              WHERE l.index >= w.index * w.whole AND l.index < w.index * w.whole + w.width)
        ELSE
            (SELECT string_agg(b.root, ''::bytea ORDER BY b.index) FROM audit_tile b
              WHERE b.level = w.level - 1 AND b.index >= w.index * w.whole AND b.index < w.index * w.whole + w.width)
        END, ''::bytea)
      FROM unnest(%s::int[], %s::bigint[], %s::int[], %s::int[]) WITH ORDINALITY w(level, index, width, whole, place)
  ORDER BY w.place
"""


def read_tiles(wanted: Sequence[Wanted]) -> list[bytes]:
    """The joined hashes of each tile, fewer than wanted where the tables have fewer; one question to the database.

    Complete tiles come from their table, the right edge of a level from the leaves or from the roots below it.
    """
    levels, indices, widths = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(levels), list(indices), list(widths), [TILE_WIDTH] * len(wanted)])
        return [bytes(row[0]) for row in cursor.fetchall()]


def complete_tiles(size_before: int, size: int) -> list[Tile]:
    """The tiles that became complete when the tree grew from ``size_before`` to ``size`` leaves, not yet saved."""
    made: list[Tile] = []
    level, before, now = 0, size_before, size
    roots: list[bytes] = []  # of the tiles made on the level below
    while now >= TILE_WIDTH:
        first, end = before // TILE_WIDTH, now // TILE_WIDTH
        waiting = _row(level, first * TILE_WIDTH, before, end * TILE_WIDTH, roots)
        roots = []
        for index in range(first, end):
            hashes = waiting[(index - first) * TILE_WIDTH :][:TILE_WIDTH]
            roots.append(root_of(hashes))
            made.append(Tile(level=level, index=index, hashes=b"".join(hashes), root=roots[-1]))
        level, before, now = level + 1, first, end
    return made


def _row(level: int, first: int, before: int, end: int, roots: list[bytes]) -> list[bytes]:
    """Hashes ``[first, end)`` of a level; above the leaves those from ``before`` on are ``roots``, just made."""
    if first >= end:
        return []
    if level == 0:
        rows = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index")
        return [bytes(each) for each in rows.values_list("hash", flat=True)]
    stored = Tile.objects.filter(level=level - 1, index__gte=first, index__lt=before).order_by("index")
    return [*(bytes(each) for each in stored.values_list("root", flat=True)), *roots][: end - first]
