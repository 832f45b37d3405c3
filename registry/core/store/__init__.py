"""The evidence store: files addressed by their SHA-256, written once, never changed.

A folder by default. With ``EVIDENCE_BUCKET`` set, an S3-compatible bucket holds the files and the folder is only
a copy of what this machine needed; every copy is checked against its address before anything reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.core.errors import Refusal
from registry.core.store import folder

__all__ = ["MISSING", "addresses", "path", "problem_of", "put", "read"]

MISSING, ALTERED = "missing", "altered"


def put(source: bytes | BinaryIO) -> str:
    """Keep the bytes and return their SHA-256 in hex. The same bytes twice are kept once."""
    with folder.incoming() as arrived:
        sha256 = arrived.fill(folder.blocks_of(source))
        if settings.EVIDENCE_BUCKET:
            _bucket().keep(arrived.path, sha256)
        arrived.keep_as(sha256)
    return sha256


def path(sha256: str) -> Path:
    """Where the file lies on this machine; raises :class:`Refusal` ``EVIDENCE_MISSING`` when it is gone."""
    found = folder.path_of(sha256)
    if found.exists():
        return found
    if settings.EVIDENCE_BUCKET:
        _copy_from_bucket(sha256)
        return found
    raise _missing(sha256)


def read(sha256: str) -> bytes:
    """The bytes, checked against their address; raises :class:`Refusal` ``EVIDENCE_ALTERED`` when they differ."""
    data = path(sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _altered(sha256)
    return data


def problem_of(sha256: str) -> str | None:
    """What is wrong with the kept file: ``missing``, ``altered`` or nothing. Reads every byte of it where it is kept,
    not a copy."""
    blocks = _bucket().blocks(sha256) if settings.EVIDENCE_BUCKET else folder.blocks(sha256)
    if blocks is None:
        return MISSING
    return None if folder.digest_of(blocks) == sha256 else ALTERED


def addresses() -> Iterator[str]:
    """The address of every file that is kept, in no order."""
    return _bucket().addresses() if settings.EVIDENCE_BUCKET else folder.addresses()


def _copy_from_bucket(sha256: str) -> None:
    blocks = _bucket().blocks(sha256)
    if blocks is None:
        raise _missing(sha256)
    with folder.incoming() as arrived:
        if arrived.fill(blocks) != sha256:
            raise _altered(sha256)
        arrived.keep_as(sha256)


def _missing(sha256: str) -> Refusal:
    return Refusal(
        "EVIDENCE_MISSING",
        _("The stored file %(sha256)s is missing. Nothing was changed; tell the operator."),
        sha256=sha256,
    )


def _altered(sha256: str) -> Refusal:
    return Refusal(
        "EVIDENCE_ALTERED",
        _("The stored file %(sha256)s was altered on disk. Nothing was changed; tell the operator."),
        sha256=sha256,
    )


def _bucket() -> ModuleType:
    """Its client is a large library, which takes half a second to read: only where there is a bucket."""
    from registry.core.store import bucket  # noqa: PLC0415

    return bucket
