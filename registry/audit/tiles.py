"""The stored tree: complete tiles from their table, the right edge from the leaves and the roots below it."""

from __future__ import annotations

from django.db.models import Max

from registry.audit.models import Leaf, Tile
from registry.audit.tree import TILE_WIDTH, Tree, root_of


def stored_size() -> int:
    """How many events have their leaf."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def stored_tree(size: int | None = None) -> Tree:
    """The tree of all leaves that are there, or of the first ``size``."""
    return Tree(stored_size() if size is None else size, read_tile)


def read_tile(level: int, index: int, width: int) -> bytes:
    """The first ``width`` hashes of a tile, joined; fewer where the tables have fewer. Raises LookupError for none."""
    if width == TILE_WIDTH:
        whole = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
        if whole is not None:
            return bytes(whole)
    hashes = edge(level, index * TILE_WIDTH)[:width]
    if not hashes:
        raise LookupError(f"the tree has no tile {level}/{index}")
    return b"".join(hashes)


def edge(level: int, first: int) -> list[bytes]:
    """The hashes of a level from ``first`` on (at most a tile's width): leaves, or roots of the tiles below."""
    if level == 0:
        rows = Leaf.objects.filter(index__gte=first, index__lt=first + TILE_WIDTH).order_by("index")
        return [bytes(each) for each in rows.values_list("hash", flat=True)]
    below = Tile.objects.filter(level=level - 1, index__gte=first, index__lt=first + TILE_WIDTH)
    return [bytes(each) for each in below.order_by("index").values_list("root", flat=True)]


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
