"""Signed notes and the checkpoints in them (C2SP signed-note and tlog-checkpoint), signed with Ed25519.

A note is a text, an empty line, and one line for each signature::

    registry.example/log                                origin: which log this is
    18204                                               how many records
    <root of their tree, base64>
    2026-11-01T16:00:00Z                                when (an extension line that other readers pass over)

    — registry.example/log <base64 of key id and signature>

A key is published as ``name+id+base64``; its id is part of every signature, so a log may change its key and old
checkpoints go on naming the one that signed them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.audit.tree import HASH_BYTES

ED25519 = 1
COSIGNATURE = 4
"""Kinds of keys: a log's own, and a witness's (whose signature carries the time at which it saw the checkpoint)."""
MAX_BYTES = 64 * 1024
KEY_ID_BYTES = 4
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NoteInvalid(ValueError):  # noqa: N818  said of a text, not of this program
    """The text is not a note, or not a checkpoint, or no trusted key signed it; ``code`` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name, as published: ``name+id+base64(kind || key)``."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        name, _plus, rest = text.strip().partition("+")
        stated, _plus, encoded = rest.partition("+")
        data = _base64(encoded)
        if not _is_name(name) or len(data) != 1 + HASH_BYTES or data[0] not in (ED25519, COSIGNATURE):
            raise NoteInvalid("KEY_UNREADABLE", f"not a verifier key: {text[:80]!r}")
        key = cls(name, data[0], data[1:])
        if key.id.hex() != stated:
            raise NoteInvalid("KEY_UNREADABLE", f"the id of the key {name} does not belong to it")
        return key

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether ``signature`` (without the key's id) is this key's over ``text``."""
        message = text.encode()
        if self.kind == COSIGNATURE:
            stamp, signature = signature[:8], signature[8:]
            message = _cosigned(int.from_bytes(stamp, "big"), text)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def read_keys(text: str) -> list[VerifierKey]:
    """The keys of a file: one a line; empty lines and those that begin with # are passed over."""
    lines = (line.strip() for line in text.splitlines())
    return [VerifierKey.parse(line) for line in lines if line and not line.startswith("#")]


@dataclass(frozen=True)
class Signature:
    """One line below a note."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.value).decode()}"


@dataclass(frozen=True)
class SigningKey:
    """The log's private key under its name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, ED25519, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.verifier.id, self.private.sign(text.encode()))

    def cosign(self, text: str, at: datetime) -> Signature:
        """As a witness would sign: with the time at which it saw the checkpoint."""
        seconds = int(at.timestamp())
        public = self.private.public_key().public_bytes_raw()
        value = seconds.to_bytes(8, "big") + self.private.sign(_cosigned(seconds, text))
        return Signature(self.name, key_id(self.name, COSIGNATURE, public), value)


@dataclass(frozen=True)
class Note:
    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, note: str) -> Note:
        if len(note.encode()) > MAX_BYTES or any(ord(sign) < 0x20 and sign != "\n" for sign in note):
            raise NoteInvalid("NOT_A_NOTE", "the text is too long or has control characters")
        text, gap, below = note.rpartition("\n\n")
        if not gap or not below.endswith("\n"):
            raise NoteInvalid("NOT_A_NOTE", "the text is no signed note: an empty line and signatures must end it")
        return cls(text + "\n", tuple(_signature(line) for line in below[:-1].split("\n")))

    def signed_by(self, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Those of the keys whose signature is below the note. Raises NoteInvalid where a known key's is wrong."""
        known = {(key.name, key.id): key for key in keys}
        good = []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None or key in good:
                continue
            if not key.verifies(self.text, signature.value):
                raise NoteInvalid("SIGNATURE_WRONG", f"the signature of {signature.name} does not fit the text")
            good.append(key)
        return good


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    data = _base64(found[2]) if found else b""
    if found is None or len(data) <= KEY_ID_BYTES:
        raise NoteInvalid("NOT_A_NOTE", f"not a signature line: {line[:80]!r}")
    return Signature(found[1], data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _base64(text: str) -> bytes:
    """The bytes of the one right way to write them; nothing for any other text (else a note had several forms)."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)


def _cosigned(seconds: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


@dataclass(frozen=True)
class Checkpoint:
    """What a log states: so many records, with this root; ``at`` is None in checkpoints of other makers."""

    origin: str
    size: int
    root: bytes
    at: datetime | None = None

    def text(self) -> str:
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.at is not None:
            lines.append(f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return "\n".join(lines) + "\n"

    def signed(self, *keys: SigningKey) -> Note:
        return Note(self.text(), tuple(key.sign(self.text()) for key in keys))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        origin, _, rest = text.partition("\n")
        lines = rest.split("\n")
        if len(lines) < 3 or not origin or not re.fullmatch(r"0|[1-9]\d{0,18}", lines[0]):
            raise NoteInvalid("NOT_A_CHECKPOINT", "the note is no checkpoint: origin, number of records and root")
        root = _base64(lines[1])
        if len(root) != HASH_BYTES:
            raise NoteInvalid("NOT_A_CHECKPOINT", "the root of the checkpoint is no SHA-256 in base64")
        return cls(origin, int(lines[0]), root, _moment(lines[2]))


def _moment(line: str) -> datetime | None:
    try:
        return datetime.strptime(line, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def open_checkpoint(note: str, keys: Sequence[VerifierKey], origin: str | None = None) -> Checkpoint:
    """The checkpoint of a note that one of the log's keys signed.

    Raises NoteInvalid: ``NOT_A_NOTE``, ``NOT_A_CHECKPOINT``, ``OTHER_LOG``, ``SIGNATURE_WRONG``, ``KEY_UNKNOWN``.
    """
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    if origin is not None and checkpoint.origin != origin:
        raise NoteInvalid("OTHER_LOG", f"the checkpoint is of the log {checkpoint.origin}, not of {origin}")
    own = [key for key in keys if key.kind == ED25519]
    if not parsed.signed_by(own):
        names = ", ".join(f"{each.name}+{each.key_id.hex()}" for each in parsed.signatures)
        raise NoteInvalid("KEY_UNKNOWN", f"no trusted key signed the checkpoint (signed by {names})")
    return checkpoint
