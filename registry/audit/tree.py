"""The Merkle tree of RFC 6962 (section 2.1, the same in RFC 9162), in plain Python over SHA-256.

A leaf is ``SHA-256(0x00 || entry)``, a node ``SHA-256(0x01 || left || right)``: the two prefixes keep anybody from
passing a node off as an entry. A tree of ``n`` leaves splits at the largest power of two below ``n``.

Stored hashes are read through tiles (C2SP tlog-tiles): tile ``(level, index)`` holds up to 256 hashes of complete
subtrees of ``256 ** level`` leaves each, from the ``256 * index``-th on. Whoever can serve tiles can prove anything
about the tree with a handful of reads: see :class:`Tree`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()


class ProofInvalid(Exception):  # noqa: N818  said of a proof, not of this program
    """The proof does not prove what it claims."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """A tree that only grows and remembers only what its root needs: one hash for each bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._waiting: list[bytes | None] = []  # by level: the complete subtree that has no right neighbour yet

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes at the right; about one SHA-256 for each."""
        self.size += len(leaves)
        row, level = list(leaves), 0
        while row:
            if level == len(self._waiting):
                self._waiting.append(None)
            waiting = self._waiting[level]
            if waiting is not None:
                row.insert(0, waiting)
            self._waiting[level] = row.pop() if len(row) % 2 else None
            pairs = iter(row)
            row = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            level += 1

    def root(self) -> bytes:
        root = None
        for hash_ in self._waiting:
            if hash_ is not None:
                root = hash_ if root is None else node_hash(hash_, root)
        return EMPTY_ROOT if root is None else root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree of these leaf hashes."""
    tree = Frontier()
    tree.extend(list(leaves))
    return tree.root()


Wanted = tuple[int, int, int]
"""A tile by level and index, and how many of its hashes are there: those of a tree of a certain size."""
ReadTiles = Callable[[Sequence[Wanted]], Sequence[bytes]]
"""Gives the joined hashes of each wanted tile, all in one go."""


class Tree:
    """A stored tree of ``size`` leaves: its roots and proofs, each by one reading of a few tiles."""

    def __init__(self, size: int, read: ReadTiles) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self, size: int | None = None) -> bytes:
        """The root of the first ``size`` leaves (all by default)."""
        size = self.size if size is None else size
        self._within(size)
        return self._subtrees([(0, size)])[0] if size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        if not 0 <= index < self.size:
            raise ValueError(f"the tree of {self.size} has no leaf {index}")
        return self._subtrees([(index, index + 1)])[0]

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """``PATH(index, D[size])``: the hashes beside the way from a leaf to the root, lowest first."""
        size = self.size if size is None else size
        self._within(size)
        if not 0 <= index < size:
            raise ValueError(f"a tree of {size} has no leaf {index}")
        beside, first, end = [], 0, size
        while end - first > 1:
            middle = first + _split(end - first)
            if index < middle:
                beside.append((middle, end))
                end = middle
            else:
                beside.append((first, middle))
                first = middle
        return self._subtrees(beside[::-1])

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """``PROOF(old, D[new])``: what shows that the first ``old`` leaves are the beginning of the ``new``."""
        new = self.size if new is None else new
        self._within(new)
        if not 0 <= old <= new:
            raise ValueError(f"a tree of {new} has no beginning of {old}")
        if old in (0, new):
            return []
        beside, first, end = [], 0, new
        while old != end:
            middle = first + _split(end - first)
            if old <= middle:
                beside.append((middle, end))
                end = middle
            else:
                beside.append((first, middle))
                first = middle
        if first:  # else the old tree is itself a node of the new one, and known to who asks
            beside.append((first, end))
        return self._subtrees(beside[::-1])

    def _within(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {size}")

    def _subtrees(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """The hash over each range of leaves ``[first, end)``, whose first is where the RFC lets a subtree begin."""
        parts = [list(_complete(first, end)) for first, end in ranges]
        self._fetch({_tile_of(*node) for nodes in parts for node in nodes})
        return [self._folded(nodes) for nodes in parts]

    def _folded(self, nodes: Sequence[tuple[int, int]]) -> bytes:
        *larger, last = (self._node(*node) for node in nodes)
        for left in reversed(larger):
            last = node_hash(left, last)
        return last

    def _node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of ``2 ** level`` leaves from leaf ``index << level`` on."""
        rest = level % TILE_HEIGHT
        offset = (index << rest) % TILE_WIDTH
        data = self._tiles[_tile_of(level, index)][offset * HASH_BYTES :][: HASH_BYTES << rest]
        row = [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]
        while len(row) > 1:
            pairs = iter(row)
            row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
        return row[0]

    def _fetch(self, tiles: set[tuple[int, int]]) -> None:
        """Read what was not read yet. Raises LookupError when hashes are missing."""
        wanted = [(level, index, self._width(level, index)) for level, index in sorted(tiles - self._tiles.keys())]
        for (level, index, width), data in zip(wanted, self._read(wanted) if wanted else (), strict=True):
            if len(data) != width * HASH_BYTES:
                raise LookupError(f"tile {level}/{index} has {len(data)} bytes, not {width} hashes")
            self._tiles[level, index] = data

    def _width(self, level: int, index: int) -> int:
        return min(TILE_WIDTH, (self.size >> TILE_HEIGHT * level) - index * TILE_WIDTH)


def _complete(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees (level, index) of a range of leaves, largest first."""
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _tile_of(level: int, index: int) -> tuple[int, int]:
    """The tile in which the hashes under a node lie."""
    return level // TILE_HEIGHT, (index << level % TILE_HEIGHT) // TILE_WIDTH


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


# --- checking proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2) ----------------------------------------------------


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of the tree of ``size`` in which ``leaf`` stands at ``index``, if ``path`` is right.

    The caller compares it with a root that is signed. Raises :class:`ProofInvalid` on a path of another length.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} has no leaf {index}")
    node, last, root = index, size - 1, leaf
    for hash_ in path:
        if last == 0:
            raise ProofInvalid("the path is too long")
        if node & 1 or node == last:
            root = node_hash(hash_, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, hash_)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofInvalid("the path is too short")
    return root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise :class:`ProofInvalid` unless the tree of ``old`` leaves is the beginning of the tree of ``new``."""
    if not 0 <= old <= new:
        raise ProofInvalid(f"a tree of {new} does not begin with one of {old}")
    if old in (0, new):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofInvalid("the roots do not fit the sizes")
        return
    hashes = list(proof)
    if not old & (old - 1):
        hashes.insert(0, old_root)  # a complete old tree is a node of the new one
    if not hashes:
        raise ProofInvalid("the proof is empty")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    from_old = from_new = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if node & 1 or node == last:
            from_old, from_new = node_hash(hash_, from_old), node_hash(hash_, from_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            from_new = node_hash(from_new, hash_)
        node, last = node >> 1, last >> 1
    if last or from_old != old_root or from_new != new_root:
        raise ProofInvalid("the proof does not lead to both roots")
