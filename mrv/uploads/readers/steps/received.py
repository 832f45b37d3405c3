"""Step 1: the bytes as they came. Size limit, digest, a zip with one file, and what is plainly no text."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from pathlib import Path

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.text import IN_MEMORY, Text
from mrv.uploads.readers.steps.workbook import workbook_text

DEFAULT_SIZE_LIMIT = 512 * 1024 * 1024
MAX_ZIP_RATIO = 100  # logger text packs 4 to 20 times; a bomb a thousand times
ZIP_FREE_BYTES = 1024 * 1024  # below this no ratio is suspicious

MOST_MEMBERS = 200
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SOMETHING = re.compile(rb"[^ \t\r\n\0\xef\xbb\xbf]")
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


def receive(draft: Draft, data: bytes | Path, *, size_limit: int) -> Text:
    """What is to be read, at most ``size_limit`` bytes, unpacked when it came as a zip with one file.

    The size and the SHA-256 in the report are those of the bytes as received. A large file stays on disk; a workbook
    becomes the text of its first sheet that holds something.
    """
    text = _within(draft, data, size_limit)
    digest = hashlib.sha256()
    blank = True
    for chunk in text.chunks():
        digest.update(chunk)
        blank = blank and _SOMETHING.search(chunk) is None
    draft.bytes, draft.sha256 = text.size, digest.hexdigest()
    if blank:
        draft.refuse("FILE_EMPTY")
    if text.start(len(_ZIP)) == _ZIP:
        raw = text.read()
        sheet = workbook_text(draft, raw, size_limit)
        text = Text(_unzip(draft, raw, size_limit) if sheet is None else sheet)
    for magic, name in _BINARY.items():
        if text.start(len(magic)) == magic:
            draft.refuse("BINARY_FILE", format=name)
    return text


def _within(draft: Draft, data: bytes | Path, size_limit: int) -> Text:
    if isinstance(data, Path):
        try:
            size = data.stat().st_size
            text = Text(data.read_bytes() if size <= IN_MEMORY else data)
        except OSError as error:
            draft.refuse("FILE_UNREADABLE", reason=error.strerror or type(error).__name__)
    else:
        text = Text(bytes(data))
        size = text.size
    if size > size_limit:
        draft.bytes = size
        draft.refuse("FILE_TOO_LARGE", size=size, limit=size_limit)
    return text


def zip_members(data: bytes | Path, *, size_limit: int) -> list[tuple[str, bytes]] | None:
    """Name and bytes of every file in a zip of several; None for anything else (one file, a workbook, damage)."""
    try:
        raw = _zip_bytes(data, size_limit)
        if raw is None:
            return None
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = _files_of(archive)
            if len(members) < 2 or len(members) > MOST_MEMBERS or "[Content_Types].xml" in archive.namelist():
                return None
            allowed = min(size_limit, max(ZIP_FREE_BYTES, MAX_ZIP_RATIO * len(raw)))
            found = []
            for member in members:
                if member.flag_bits & 0x1 or member.compress_type not in _PLAIN_METHODS:
                    return None
                with archive.open(member) as stream:
                    inner = stream.read(allowed + 1)
                allowed -= len(inner)
                if allowed < 0:
                    return None
                found.append((member.filename, inner))
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        return None


def _zip_bytes(data: bytes | Path, size_limit: int) -> bytes | None:
    """The bytes if they are a zip's; no other file is read into memory for this."""
    if isinstance(data, Path):
        with data.open("rb") as stream:
            if stream.read(len(_ZIP)) != _ZIP or data.stat().st_size > size_limit:
                return None
        data = data.read_bytes()
    return data if data.startswith(_ZIP) and len(data) <= size_limit else None


def _files_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]


def _unzip(draft: Draft, raw: bytes, size_limit: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = _files_of(archive)
            if len(members) != 1:
                draft.refuse("ZIP_NOT_ONE_FILE", count=len(members))
            member = members[0]
            if member.flag_bits & 0x1:
                draft.refuse("ZIP_ENCRYPTED")
            if member.compress_type not in _PLAIN_METHODS:
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
    if _SOMETHING.search(inner) is None:
        draft.refuse("FILE_EMPTY")
    draft.info(
        "ZIP_UNPACKED",
        inner=printable(member.filename, limit=200),
        size=len(inner),
        sha256=hashlib.sha256(inner).hexdigest(),
    )
    return inner
