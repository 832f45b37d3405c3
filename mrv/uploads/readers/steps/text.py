"""A file's content while it is read: small ones in memory, large ones on disk, so that memory stays bounded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

CHUNK = 1 << 22
IN_MEMORY = 32 * 1024 * 1024  # a larger file stays on disk


class Text:
    """Bytes in memory or in a file. ``keep``: whatever must live as long (a temporary file)."""

    def __init__(self, source: bytes | Path, keep: Any = None) -> None:
        self.source = source
        self._keep = keep
        self.size = len(source) if isinstance(source, bytes) else source.stat().st_size

    def open(self) -> BinaryIO:
        return io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")

    def read(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()

    def start(self, count: int) -> bytes:
        if isinstance(self.source, bytes):
            return self.source[:count]
        with self.open() as stream:
            return stream.read(count)

    def end(self, count: int) -> bytes:
        if isinstance(self.source, bytes):
            return self.source[-count:]
        with self.open() as stream:
            stream.seek(max(0, self.size - count))
            return stream.read(count)

    def chunks(self) -> Iterator[bytes]:
        if isinstance(self.source, bytes):
            yield self.source
            return
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def count(self, byte: bytes) -> int:
        """How often one byte occurs."""
        return sum(int(np.count_nonzero(_letters(chunk) == ord(byte))) for chunk in self.chunks() if byte in chunk)

    def count_crlf(self) -> int:
        """How often a carriage return is followed by a line feed, also across the borders of the chunks."""
        total, before = 0, b""
        for chunk in self.chunks():
            if b"\r" in chunk:
                letters = _letters(chunk)
                total += int(np.count_nonzero((letters[:-1] == ord("\r")) & (letters[1:] == ord("\n"))))
            total += before == b"\r" and chunk[:1] == b"\n"
            before = chunk[-1:]
        return total


def _letters(chunk: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(chunk, dtype=np.uint8)
