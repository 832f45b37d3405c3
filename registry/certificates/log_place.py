"""The proof inside a certificate that its issuing stands in the audit log: read, and held against the record.

The event of the issuing names the record's SHA-256; the event's hash is a leaf of the log's tree; the path leads to the
root that a checkpoint signed. So a certificate is bound to the log, and whoever keeps one can tell for ever whether the
log was rewritten. Works offline, like the checker that uses it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.audit import proofs
from registry.audit.notes import Checkpoint, Note, NoteInvalid, VerifierKey
from registry.audit.tree import ProofInvalid, leaf_hash, root_from_inclusion

PROOF_NAME = "log-proof.json"
ISSUED = "certificates.issue"


class OtherRecord(ProofInvalid):
    """The event in the proof is not the issuing of this record."""


@dataclass(frozen=True)
class LogPlace:
    """What the proof says: record ``index`` of ``size`` in the log ``origin``, under a checkpoint of ``root``."""

    origin: str
    index: int
    size: int
    leaf: bytes
    root: bytes
    at: datetime | None
    checkpoint: str
    """The signed note."""
    signed: bool = False
    """Whether a known key of the log signed it."""

    @classmethod
    def of(cls, proof: bytes) -> LogPlace:
        """As the proof says, unchecked. Raises ProofInvalid or NoteInvalid when it cannot be read."""
        return cls._said(_read(proof))

    @classmethod
    def _said(cls, proof: proofs.Inclusion) -> LogPlace:
        checkpoint = Checkpoint.parse(Note.parse(proof.checkpoint).text)
        return cls(
            checkpoint.origin,
            proof.index,
            checkpoint.size,
            proof.leaf,
            checkpoint.root,
            checkpoint.at,
            proof.checkpoint,
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "origin": self.origin,
            "index": self.index,
            "size": self.size,
            "leaf_hash": self.leaf.hex(),
            "root": self.root.hex(),
            "at": self.at.isoformat() if self.at else None,
            "checkpoint": self.checkpoint,
            "signed": self.signed,
        }


def check(proof: bytes, record: bytes, keys: Sequence[VerifierKey]) -> LogPlace:
    """The place that is proven for the certificate with these bytes of ``record``.

    ``keys`` are the log's public keys as far as they are known; with none of this log's the checkpoint's signature is
    left open (``signed`` is False). Raises ProofInvalid or NoteInvalid when anything does not hold.
    """
    read = _read(proof)
    place = LogPlace._said(read)
    if read.record is None or leaf_hash(read.record) != read.leaf:
        raise ProofInvalid("the event in the proof does not give the leaf hash")
    if _record_of(read.record) != hashlib.sha256(record).hexdigest():
        raise OtherRecord("the event in the proof is not the issuing of this certificate")
    if root_from_inclusion(read.leaf, read.index, place.size, read.path) != place.root:
        raise ProofInvalid("the event does not stand in the log at this place")
    own = [key for key in keys if key.name == place.origin]
    if own:
        read.check(own, place.origin)
    return LogPlace(**{**place.__dict__, "signed": bool(own)})


def _read(proof: bytes) -> proofs.Inclusion:
    read = proofs.read(proof)
    if not isinstance(read, proofs.Inclusion):
        raise ProofInvalid("the file is a proof of another kind")
    return read


def _record_of(event: bytes) -> str:
    """The digest of the certificate's record that the event names; empty when it is another kind of event."""
    try:
        content = json.loads(event)
        return str(content["after"]["record_sha256"]) if content["action"] == ISSUED else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


__all__ = ["PROOF_NAME", "LogPlace", "NoteInvalid", "OtherRecord", "ProofInvalid", "check"]
