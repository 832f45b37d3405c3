"""The evidence store: files addressed by their SHA-256, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.core.errors import Refusal

BLOCK = 1 << 20


def _path(sha256: str) -> Path:
    return Path(settings.EVIDENCE_STORE) / sha256[:2] / sha256[2:4] / sha256


def put(source: bytes | BinaryIO) -> str:
    """Keep the bytes and return their SHA-256 in hex. The same bytes twice are kept once."""
    root = Path(settings.EVIDENCE_STORE)
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    blocks = [source] if isinstance(source, bytes) else iter(lambda: source.read(BLOCK), b"")
    with tempfile.NamedTemporaryFile(dir=root, prefix=".incoming-", delete=False) as incoming:
        try:
            for block in blocks:
                digest.update(block)
                incoming.write(block)
            incoming.flush()
            os.fsync(incoming.fileno())
        except BaseException:
            Path(incoming.name).unlink(missing_ok=True)
            raise
    sha256 = digest.hexdigest()
    target = _path(sha256)
    if target.exists():
        Path(incoming.name).unlink()
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    os.chmod(incoming.name, 0o444)
    os.replace(incoming.name, target)
    return sha256


def path(sha256: str) -> Path:
    """Where the file lies; raises :class:`Refusal` ``EVIDENCE_MISSING`` when it is gone."""
    found = _path(sha256)
    if not found.exists():
        raise Refusal(
            "EVIDENCE_MISSING",
            _("The stored file %(sha256)s is missing. Nothing was changed; tell the operator."),
            sha256=sha256,
        )
    return found


def read(sha256: str) -> bytes:
    """The bytes, checked against their address; raises :class:`Refusal` ``EVIDENCE_ALTERED`` when they differ."""
    data = path(sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refusal(
            "EVIDENCE_ALTERED",
            _("The stored file %(sha256)s was altered on disk. Nothing was changed; tell the operator."),
            sha256=sha256,
        )
    return data
