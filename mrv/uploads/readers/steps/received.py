"""Step 1: the bytes as they came. Size limit, digest, a zip with one file, and what is plainly no text."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from pathlib import Path

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft

DEFAULT_SIZE_LIMIT = 512 * 1024 * 1024
MAX_ZIP_RATIO = 100  # logger text packs 4 to 20 times; a bomb a thousand times
ZIP_FREE_BYTES = 1024 * 1024  # below this no ratio is suspicious

_ZIP = b"PK\x03\x04"
_BINARY = {  # first bytes -> what people call it
    _ZIP: "ZIP",
    b"PK\x05\x06": "ZIP",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "XLS",
    b"%PDF": "PDF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf'\x1c": "7Z",
    b"Rar!": "RAR",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"SQLite format 3": "SQLite",
}


def receive(draft: Draft, data: bytes | Path, *, size_limit: int) -> bytes:
    """The bytes to read, at most ``size_limit`` of them, unpacked when they came as a zip with one file.

    The size and the SHA-256 in the report are those of the bytes as received.
    """
    raw = _bytes_within(draft, data, size_limit)
    draft.bytes = len(raw)
    draft.sha256 = hashlib.sha256(raw).hexdigest()
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf"):
        draft.refuse("FILE_EMPTY")
    if raw.startswith(_ZIP):
        raw = _unzip(draft, raw, size_limit)
    for magic, name in _BINARY.items():
        if raw.startswith(magic):
            draft.refuse("BINARY_FILE", format=name)
    return raw


def _bytes_within(draft: Draft, data: bytes | Path, size_limit: int) -> bytes:
    if isinstance(data, Path):
        try:
            size = data.stat().st_size
            raw = data.read_bytes() if size <= size_limit else b""
        except OSError as error:
            draft.refuse("FILE_UNREADABLE", reason=error.strerror or type(error).__name__)
    else:
        size, raw = len(data), bytes(data)
    if size > size_limit:
        draft.bytes = size
        draft.refuse("FILE_TOO_LARGE", size=size, limit=size_limit)
    return raw


def _unzip(draft: Draft, raw: bytes, size_limit: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                draft.refuse("BINARY_FILE", format="XLSX" if any(n.startswith("xl/") for n in names) else "OOXML")
            members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
            if len(members) != 1:
                draft.refuse("ZIP_NOT_ONE_FILE", count=len(members))
            member = members[0]
            if member.flag_bits & 0x1:
                draft.refuse("ZIP_ENCRYPTED")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                # other methods let a small file claim gigabytes of working memory
                draft.refuse("ZIP_DAMAGED", reason=f"compression method {member.compress_type}")
            # What the zip says of its own size may be a lie: read no further than what is allowed.
            allowed = min(size_limit, max(ZIP_FREE_BYTES, MAX_ZIP_RATIO * len(raw)))
            with archive.open(member) as stream:
                inner = stream.read(allowed + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        draft.refuse("ZIP_DAMAGED", reason=printable(str(error) or type(error).__name__, limit=80))
    if len(inner) > allowed:
        draft.refuse("ZIP_TOO_DENSE", size=len(raw), limit=allowed)
    if not inner.strip(b" \t\r\n\0\xef\xbb\xbf"):
        draft.refuse("FILE_EMPTY")
    draft.info(
        "ZIP_UNPACKED",
        inner=printable(member.filename, limit=200),
        size=len(inner),
        sha256=hashlib.sha256(inner).hexdigest(),
    )
    return inner
