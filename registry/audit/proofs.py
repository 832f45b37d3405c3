"""Proofs as files: JSON that says what it proves, together with the signed checkpoints that it proves it against.

``kcr-log-proof/1``: one record stands in the log (``record`` is its text, exactly as hashed; absent where only the
leaf hash is asked about). ``kcr-log-consistency/1``: an older checkpoint's log is the beginning of a newer one's.
Both are checked with the log's public keys and nothing else, here or by any other program that knows RFC 9162.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.audit.notes import Checkpoint, NoteInvalid, VerifierKey, open_checkpoint
from registry.audit.tree import HASH_BYTES, ProofInvalid, check_consistency, leaf_hash, root_from_inclusion

INCLUSION = "kcr-log-proof/1"
CONSISTENCY = "kcr-log-consistency/1"


@dataclass(frozen=True)
class Inclusion:
    """That the record with this leaf hash is number ``index`` of the log of ``checkpoint`` (a signed note)."""

    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    checkpoint: str
    record: bytes | None = None

    def to_dict(self) -> dict[str, Any]:
        content = {
            "schema": INCLUSION,
            "index": self.index,
            "leaf_hash": _text(self.leaf),
            "path": [_text(hash_) for hash_ in self.path],
            "checkpoint": self.checkpoint,
        }
        if self.record is not None:
            content["record"] = self.record.decode()
        return content

    def to_json(self) -> bytes:
        return _json(self.to_dict())

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Inclusion:
        """Raises ProofInvalid when it is no such proof."""
        try:
            if content["schema"] != INCLUSION:
                raise ProofInvalid(f"this is no {INCLUSION}")
            record = content.get("record")
            return cls(
                index=_count(content["index"]),
                leaf=_hash(content["leaf_hash"]),
                path=tuple(_hash(text) for text in content["path"]),
                checkpoint=_string(content["checkpoint"]),
                record=None if record is None else _string(record).encode(),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProofInvalid(f"the proof cannot be read ({error})") from error

    def check(self, keys: Sequence[VerifierKey], origin: str | None = None) -> Checkpoint:
        """The checkpoint that this record is proven to be under. Raises NoteInvalid or ProofInvalid."""
        checkpoint = open_checkpoint(self.checkpoint, keys, origin)
        if self.record is not None and leaf_hash(self.record) != self.leaf:
            raise ProofInvalid("the record does not give the leaf hash: it was changed")
        if root_from_inclusion(self.leaf, self.index, checkpoint.size, self.path) != checkpoint.root:
            raise ProofInvalid("the record does not stand in the log at this place")
        return checkpoint


@dataclass(frozen=True)
class Consistency:
    """That the log of the checkpoint ``old`` is the beginning of the log of ``new`` (both signed notes)."""

    old: str
    new: str
    proof: tuple[bytes, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": CONSISTENCY,
            "old": self.old,
            "new": self.new,
            "proof": [_text(hash_) for hash_ in self.proof],
        }

    def to_json(self) -> bytes:
        return _json(self.to_dict())

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Consistency:
        try:
            if content["schema"] != CONSISTENCY:
                raise ProofInvalid(f"this is no {CONSISTENCY}")
            proof = tuple(_hash(text) for text in content["proof"])
            return cls(_string(content["old"]), _string(content["new"]), proof)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProofInvalid(f"the proof cannot be read ({error})") from error

    def check(self, keys: Sequence[VerifierKey]) -> tuple[Checkpoint, Checkpoint]:
        """Both checkpoints, the newer proven to continue the older. Raises NoteInvalid or ProofInvalid."""
        old = open_checkpoint(self.old, keys)
        new = open_checkpoint(self.new, keys, old.origin)
        check_consistency(old.size, old.root, new.size, new.root, self.proof)
        return old, new


def read(data: bytes) -> Inclusion | Consistency:
    """The proof in a JSON file. Raises ProofInvalid."""
    try:
        content = json.loads(data)
        schema = content["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProofInvalid(f"the file is no proof ({error})") from error
    return Consistency.from_dict(content) if schema == CONSISTENCY else Inclusion.from_dict(content)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()


def _hash(text: Any) -> bytes:
    data = base64.b64decode(_string(text), validate=True)
    if len(data) != HASH_BYTES:
        raise ValueError("a hash has 32 bytes")
    return data


def _string(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("a text is expected")
    value.encode()  # surrogates alone are no text
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 62:
        raise ValueError("a number is expected")
    return value


__all__ = ["Consistency", "Inclusion", "NoteInvalid", "ProofInvalid", "read"]
