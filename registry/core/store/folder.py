"""The folder of the evidence store: a file lies at ``ab/cd/abcd...``, read-only, and appears there whole or not."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

BLOCK = 1 << 20
_ADDRESS = re.compile(r"[0-9a-f]{64}")


def path_of(sha256: str) -> Path:
    return Path(settings.EVIDENCE_STORE) / name_of(sha256)


def name_of(sha256: str) -> str:
    """The name of a file inside the folder, and of its object inside a bucket."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def blocks_of(source: bytes | BinaryIO) -> Iterator[bytes]:
    return iter([source]) if isinstance(source, bytes) else iter(lambda: source.read(BLOCK), b"")


def blocks(sha256: str) -> Iterator[bytes] | None:
    """The file block by block; None when it is not there."""
    found = path_of(sha256)
    return _blocks_at(found) if found.exists() else None


def _blocks_at(found: Path) -> Iterator[bytes]:
    with found.open("rb") as stream:
        yield from blocks_of(stream)


def digest_of(content: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in content:
        digest.update(block)
    return digest.hexdigest()


def addresses() -> Iterator[str]:
    root = Path(settings.EVIDENCE_STORE)
    return (found.name for found in root.glob("??/??/*") if _ADDRESS.fullmatch(found.name))


class Arrived:
    """A file on its way into the folder."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream, self.path = stream, path

    def fill(self, content: Iterable[bytes]) -> str:
        """Write everything, durably; returns the SHA-256."""
        digest = hashlib.sha256()
        for block in content:
            digest.update(block)
            self._stream.write(block)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return digest.hexdigest()

    def keep_as(self, sha256: str) -> None:
        target = path_of(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(self.path, 0o444)
            os.replace(self.path, target)


@contextmanager
def incoming() -> Iterator[Arrived]:
    """A place for a file to arrive in; what was not kept when the block ends is gone."""
    root = Path(settings.EVIDENCE_STORE)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, prefix=".incoming-", delete=False) as stream:
        arrived = Arrived(stream.file, Path(stream.name))
        try:
            yield arrived
        finally:
            arrived.path.unlink(missing_ok=True)
