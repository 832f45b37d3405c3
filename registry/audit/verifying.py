"""Verifying a log: are the records those that the tree was built from, and is the tree the one that was signed?

Pure Python without Django or a database: the records come as blocks, from an exported file (:mod:`.logfile`) or from
the tables (:mod:`.checks`). Two things are compared. Each record is hashed and held against the leaf hash that was
kept beside it: this says which record was touched. And the tree over the records as they are is held against signed
checkpoints: this cannot be got round by whoever rewrites the kept hashes too, and the checkpoints between which it
stops fitting say where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from registry.audit.notes import Checkpoint
from registry.audit.tree import EMPTY_ROOT, HASH_BYTES, Frontier

BLOCK = 256
"""Records in a block: those of one tile."""
MISSING = b""
"""Stands in a block for a record that is not there."""
SHOWN = 20
"""So many faults are told one by one."""


@dataclass(frozen=True)
class Block:
    """Records ``first``, ``first + 1``... as they are, and the leaf hashes (joined) that were kept of them."""

    first: int
    bodies: Sequence[bytes]
    kept: bytes


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, in both languages; ``code`` never changes. ``record`` is where, if at one record."""

    code: str
    zh: str
    en: str
    record: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came out: ``confirmed`` is the largest checkpoint that the records agree with."""

    records: int
    root: bytes
    faults: tuple[Fault, ...]
    confirmed: Checkpoint | None
    checkpoints: int = 0
    """How many checkpoints agreed."""

    @property
    def good(self) -> bool:
        return not self.faults


TEXTS = {
    "RECORD_CHANGED": (
        "第 {record} 条记录被改动：其内容与当时存入的摘要不符。",
        "Record {record} was changed: its text does not give the hash that was kept of it.",
    ),
    "RECORD_MISSING": (
        "第 {record} 条记录已被删除：摘要还在，记录不在。",
        "Record {record} was deleted: its hash is there, the record is not.",
    ),
    "RECORDS_DELETED": (
        "从第 {record} 条起删除了 {count} 条记录：其后的记录前移。",
        "{count} record(s) were deleted from record {record} on: what came after them moved up.",
    ),
    "RECORDS_INSERTED": (
        "在第 {record} 条处插入了 {count} 条记录：其后的记录后移。",
        "{count} record(s) were inserted at record {record}: what came after them moved down.",
    ),
    "RECORDS_REORDERED": (
        "第 {record} 至 {last} 条记录的次序被改动：内容相同，位置不同。",
        "Records {record} to {last} were reordered: the same texts in other places.",
    ),
    "LOG_TRUNCATED": (
        "日志被截断：只到第 {count} 条（共应有 {promised} 条）。",
        "The log was cut off: it ends after {count} record(s), {promised} should be there.",
    ),
    "LOG_ROLLED_BACK": (
        "这是较旧的副本：只有 {count} 条记录，而 {date} 签署的检查点为 {promised} 条。",
        "This is an older copy: it has {count} record(s), but the checkpoint of {date} was signed over {promised}.",
    ),
    "LOG_REWRITTEN": (
        "日志被改写：前 {promised} 条记录与 {date} 签署的检查点不符；"
        "第 {record} 至 {last} 条之间有改动、删除、插入或换序。",
        "The log was rewritten: its first {promised} record(s) do not give the root signed on {date}; among records "
        "{record} to {last} something was changed, deleted, inserted or reordered.",
    ),
    "CHECKPOINTS_DISAGREE": (
        "两个已签署的检查点互相矛盾（均为 {promised} 条记录）：日志有过两个版本。",
        "Two signed checkpoints over {promised} record(s) contradict each other: the log had two versions.",
    ),
    "MORE_FAULTS": ("另有 {count} 处不符，未一一列出。", "{count} more fault(s), not listed one by one."),
}  # fmt: skip


def fault(code: str, record: int | None = None, **values: object) -> Fault:
    zh, en = TEXTS[code]
    return Fault(code, zh.format(record=record, **values), en.format(record=record, **values), record)


def day(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.at:%Y-%m-%d %H:%M}Z" if checkpoint.at else "?"


@dataclass
class _State:
    checkpoints: list[Checkpoint]
    promised: int | None
    tree: Frontier = field(default_factory=Frontier)
    faults: list[Fault] = field(default_factory=list)
    confirmed: Checkpoint | None = None
    agreed: int = 0
    shifted: bool = False
    """Records were inserted or deleted: from here on every kept hash belongs to another place."""
    broken: bool = False


def verify(blocks: Iterable[Block], checkpoints: Sequence[Checkpoint], *, promised: int | None = None) -> Outcome:
    """Read all records once and say what is wrong with them.

    ``checkpoints`` are those whose signature was found good (see :func:`registry.audit.notes.open_checkpoint`), in any
    order. ``promised`` is how many records the source itself says it has.
    """
    state = _State(sorted(checkpoints, key=lambda each: each.size), promised)
    _pass_checkpoints(state, 0)
    for block in blocks:
        hashes = [sha256(b"\0" + body).digest() for body in block.bodies]
        if b"".join(hashes) != block.kept:
            _compare(state, block, hashes)
        _grow(state, hashes)
    _end(state)
    return Outcome(state.tree.size, state.tree.root(), _told(state.faults), state.confirmed, state.agreed)


def _grow(state: _State, hashes: list[bytes]) -> None:
    """Add a block to the tree, stopping at every size of which there is a checkpoint."""
    start = state.tree.size
    while state.checkpoints and state.checkpoints[0].size <= start + len(hashes):
        size = state.checkpoints[0].size
        state.tree.extend(hashes[state.tree.size - start : size - start])
        _pass_checkpoints(state, size)
    state.tree.extend(hashes[state.tree.size - start :])


def _pass_checkpoints(state: _State, size: int) -> None:
    """Hold all checkpoints of this size against the tree as it is now."""
    root = state.tree.root() if size else EMPTY_ROOT
    roots: set[bytes] = set()
    while state.checkpoints and state.checkpoints[0].size == size:
        checkpoint = state.checkpoints.pop(0)
        roots.add(checkpoint.root)
        if checkpoint.root == root:
            state.confirmed, state.agreed = checkpoint, state.agreed + 1
        elif not state.broken:
            state.broken = True
            first = state.confirmed.size if state.confirmed else 0
            state.faults.append(
                fault("LOG_REWRITTEN", first, last=max(size - 1, 0), promised=size, date=day(checkpoint))
            )
    if len(roots) > 1:
        state.faults.append(fault("CHECKPOINTS_DISAGREE", promised=size))


def _compare(state: _State, block: Block, hashes: list[bytes]) -> None:
    """Say what happened to a block whose records do not give the kept hashes.

    A record that is missing keeps its place in the tree by the kept hash, so that the checkpoints still tell whether
    the rest is as signed; ``hashes`` is mended accordingly.
    """
    if state.shifted or not block.kept:
        return  # nothing to compare with: the checkpoints and the promised number decide
    kept = [block.kept[i : i + HASH_BYTES] for i in range(0, len(block.kept), HASH_BYTES)]
    for place, body in enumerate(block.bodies):
        if body == MISSING and place < len(kept):
            hashes[place] = kept[place]
            state.faults.append(fault("RECORD_MISSING", block.first + place))
    if hashes == kept:
        return
    found = _shift(hashes, kept) or _shuffle(hashes, kept)
    if found is not None:
        code, place, values = found
        state.shifted = code != "RECORDS_REORDERED"
        last = {"last": block.first + values["last"]} if "last" in values else {}
        state.faults.append(fault(code, block.first + place, **{**values, **last}))
        return
    for place, (is_, was) in enumerate(zip(hashes, kept, strict=False)):
        if is_ != was:
            state.faults.append(fault("RECORD_CHANGED", block.first + place))


Finding = tuple[str, int, dict[str, int]]


def _shift(hashes: list[bytes], kept: list[bytes]) -> Finding | None:
    """Records inserted or deleted: after the first difference both run on alike, but displaced."""
    place = next((i for i, (is_, was) in enumerate(zip(hashes, kept, strict=False)) if is_ != was), None)
    if place is None:
        place = min(len(hashes), len(kept))
        if len(hashes) < len(kept):
            return None  # cut off: said at the end
        return "RECORDS_INSERTED", place, {"count": len(hashes) - len(kept)}
    rest, rest_kept = hashes[place:], kept[place:]
    for by in range(1, max(len(rest), len(rest_kept))):
        displaced = min(len(rest) - by, len(rest_kept))
        if displaced > 0 and rest[by : by + displaced] == rest_kept[:displaced]:
            return "RECORDS_INSERTED", place, {"count": by}
        displaced = min(len(rest_kept) - by, len(rest))
        if displaced > 0 and rest_kept[by : by + displaced] == rest[:displaced]:
            return "RECORDS_DELETED", place, {"count": by}
    return None


def _shuffle(hashes: list[bytes], kept: list[bytes]) -> Finding | None:
    moved = [i for i, (is_, was) in enumerate(zip(hashes, kept, strict=False)) if is_ != was]
    if len(hashes) == len(kept) and sorted(hashes) == sorted(kept):
        return "RECORDS_REORDERED", moved[0], {"last": moved[-1]}
    return None


def _end(state: _State) -> None:
    """What should have come and did not."""
    count = state.tree.size
    cut = state.promised is not None and count < state.promised
    if cut and not state.shifted:
        state.faults.append(fault("LOG_TRUNCATED", count=count, promised=state.promised))
    if state.checkpoints and not cut:
        newest = state.checkpoints[-1]
        state.faults.append(fault("LOG_ROLLED_BACK", count=count, promised=newest.size, date=day(newest)))


def _told(faults: list[Fault]) -> tuple[Fault, ...]:
    if len(faults) <= SHOWN:
        return tuple(faults)
    places = [each for each in faults if each.record is None or each.code == "LOG_REWRITTEN"]
    rest = [each for each in faults if each not in places][: SHOWN - len(places)]
    return (*rest, *places, fault("MORE_FAULTS", count=len(faults) - len(rest) - len(places)))


def blocks_of(bodies: Iterable[bytes], kept: bytes) -> Iterator[Block]:
    """Records and kept hashes that lie in memory, as blocks."""
    together = list(bodies)
    for first in range(0, max(len(together), len(kept) // HASH_BYTES), BLOCK):
        end = first + BLOCK
        yield Block(first, together[first:end], kept[first * HASH_BYTES : end * HASH_BYTES])
