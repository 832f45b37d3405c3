"""The log's keys: one that signs now, and the public keys of all that ever signed.

``LOG_SIGNING_KEY`` (``log.key`` in ``KEYS_DIR``) is an Ed25519 key in PKCS#8 that only its owner may read. A
demonstration makes its own; production never does. ``log-keys.txt`` beside the certificates' keys holds the public
keys, one a line, newest last: they are what strangers verify with, so a key that signs no more stays in it.
"""

from __future__ import annotations

import fcntl
import os
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.audit.command import KEYS_FILE
from registry.audit.notes import NoteInvalid, SigningKey, VerifierKey, read_keys
from registry.core.errors import Refusal

DEMO_MARK = "Demonstration key: production does not sign with it."
WITNESSES_FILE = "witness-keys.txt"


def signing_key(origin: str) -> SigningKey:
    """The key that signs checkpoints of ``origin``, its public key being published.

    Raises :class:`Refusal` ``LOG_KEY_MISSING``, ``LOG_KEY_IS_DEMO``, ``LOG_KEY_UNUSABLE``, ``LOG_KEY_UNPUBLISHED``.
    """
    path = settings.LOG_SIGNING_KEY
    if not path.exists():
        if settings.PRODUCTION:
            raise Refusal(
                "LOG_KEY_MISSING",
                _(
                    "There is no key for the audit log at %(path)s. Make one with “manage.py log new-key” and keep "
                    "a copy of it; no checkpoint is signed until then."
                ),
                path=path,
            )
        make_key(path, demo=True)
    key = SigningKey(origin, _load(path, path.stat().st_mtime_ns))
    publish(key.verifier)
    return key


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: int) -> Ed25519PrivateKey:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ValueError("others may read it; run chmod 600")
        data = path.read_bytes()
        private = serialization.load_pem_private_key(data, None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")
    except (OSError, ValueError, TypeError) as error:
        raise Refusal(
            "LOG_KEY_UNUSABLE",
            _("The key of the audit log at %(path)s cannot be used: %(why)s."),
            path=path,
            why=error,
        ) from error
    if settings.PRODUCTION and DEMO_MARK.encode() in data:
        raise Refusal(
            "LOG_KEY_IS_DEMO",
            _("The key of the audit log at %(path)s is a demonstration key; production does not sign with it."),
            path=path,
        )
    return private


def make_key(path: Path, *, demo: bool) -> None:
    """Write a new private key; an existing file is never overwritten. Two processes at once make one key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    if demo:
        data = f"{DEMO_MARK}\n".encode() + data
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)  # refuses where a key is already
        except FileExistsError:
            return
    finally:
        aside.unlink()


def verifier_keys() -> list[VerifierKey]:
    """All public keys of this installation's logs, oldest first; none before the first checkpoint."""
    path = settings.KEYS_DIR / KEYS_FILE
    return read_keys(path.read_text("utf-8")) if path.is_file() else []


def witness_keys() -> list[VerifierKey]:
    """The witnesses whose cosignatures are taken."""
    path = settings.KEYS_DIR / WITNESSES_FILE
    return read_keys(path.read_text("utf-8")) if path.is_file() else []


def publish(key: VerifierKey) -> None:
    """Add a public key to the published ones, once."""
    path = settings.KEYS_DIR / KEYS_FILE
    try:
        if key in verifier_keys():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if str(key) not in file.read().split():
                file.write(f"{key}\n")
    except (OSError, NoteInvalid) as error:
        raise Refusal(
            "LOG_KEY_UNPUBLISHED",
            _("The public key of the audit log cannot be added to %(path)s (%(why)s). Add this line: %(key)s"),
            path=path,
            why=error,
            key=key,
        ) from error
