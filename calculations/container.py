"""A zip file whose every byte is guarded, and a bounded reader for zips that strangers hand in.

Writing is deterministic (sorted names, fixed times, one compression setting). The zip's comment ends the
file with a seal, the SHA-256 of all bytes before it, so that even a changed byte in a header, which no
part's digest covers, is found. A zip without a seal (packed again by another tool) is still readable:
then the digests of the parts alone decide.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from calculations.messages import CalculationError

Source = str | os.PathLike[str] | BinaryIO

MAX_TOTAL_BYTES = 4 * 1024**3
"""Default limit of what a container may unpack to."""

CONTAINER = "zip container"
_CHUNK = 1 << 20
_SEAL = b"karst-seal-v1 sha256:"
_COMMENT_SIZE = len(_SEAL) + 64
_END_RECORD = struct.Struct("<4s4H2LH")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_READ_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    OverflowError,
    KeyError,
)


class BundleError(CalculationError):
    """A bundle, kit or container is not what it says; `code` and `part` name the first broken thing."""

    @property
    def part(self) -> str:
        """The path of the first broken part, or a name for the container itself."""
        return str(self.params.get("part", ""))


@dataclass(frozen=True)
class Member:
    """One file to be written: its path in the container and a function that opens its content."""

    path: str
    open: Callable[[], BinaryIO]

    @staticmethod
    def of_bytes(path: str, data: bytes) -> Member:
        """A member whose content is in memory."""
        return Member(path, lambda: io.BytesIO(data))


def write_zip(target: Source, members: Sequence[Member]) -> None:
    """Write a sealed zip to a path (whole or not at all) or to a binary stream."""
    if isinstance(target, str | os.PathLike):
        path = Path(target)
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            with partial.open("wb+") as stream:
                _write_sealed(stream, members)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return
    buffer = io.BytesIO()
    _write_sealed(buffer, members)
    buffer.seek(0)
    shutil.copyfileobj(buffer, target, _CHUNK)


def write_directory(target: Path, members: Sequence[Member]) -> None:
    """Write the members as plain files under a directory that is new or empty."""
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    for member in members:
        path = target / member.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with member.open() as source, path.open("wb") as out:
            shutil.copyfileobj(source, out, _CHUNK)


def _write_sealed(stream: BinaryIO, members: Sequence[Member]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for member in sorted(members, key=lambda item: item.path):
            info = zipfile.ZipInfo(member.path, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            with member.open() as source, archive.open(info, "w", force_zip64=False) as out:
                shutil.copyfileobj(source, out, _CHUNK)
    # the end record's last two bytes are the comment's length: make room for the seal, then add it
    stream.seek(-2, os.SEEK_END)
    stream.write(struct.pack("<H", _COMMENT_SIZE))
    size = stream.tell()
    stream.seek(0)
    digest = hashlib.sha256()
    remaining = size
    while remaining:
        block = stream.read(min(_CHUNK, remaining))
        digest.update(block)
        remaining -= len(block)
    stream.seek(size)
    stream.write(_SEAL + digest.hexdigest().encode("ascii"))


class Container:
    """Read access to a zip or a directory: the names in it and bounded streams of their content."""

    def __init__(self, source: Source, *, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._source = source
        self._limit = max_total_bytes
        self._opened: zipfile.ZipFile | None = None
        self.is_directory = isinstance(source, str | os.PathLike) and Path(source).is_dir()
        if self.is_directory:
            self.sizes = self._sizes_of_directory()
        else:
            with self._archive() as archive:
                self.sizes = self._sizes_of_zip(archive)
        if sum(self.sizes.values()) > max_total_bytes:
            raise BundleError("BUNDLE_TOO_LARGE", part=CONTAINER, limit=max_total_bytes)

    def chunks(self, path: str) -> Iterator[bytes]:
        """The content of one part in blocks; BundleError when it cannot be unpacked or is too long."""
        expected = self.sizes.get(path)
        if expected is None:
            raise BundleError("BUNDLE_PART_MISSING", part=path)
        seen = 0
        try:
            with self._open(path) as stream:
                while block := stream.read(_CHUNK):
                    seen += len(block)
                    if seen > expected:
                        raise BundleError("BUNDLE_PART_SIZE", part=path, expected=expected)
                    yield block
        except _READ_FAILURES as error:
            raise BundleError("BUNDLE_PART_UNREADABLE", part=path, reason=_reason(error)) from error

    def read(self, path: str) -> bytes:
        """The whole content of one part."""
        return b"".join(self.chunks(path))

    def open_part(self, path: str) -> BinaryIO:
        """A new stream over one part, spooled to disk when large (the part was checked before)."""
        spooled = tempfile.SpooledTemporaryFile(max_size=16 * 1024**2)  # noqa: SIM115  the caller closes it
        for block in self.chunks(path):
            spooled.write(block)
        spooled.seek(0)
        return spooled  # type: ignore[return-value]  # offers all of BinaryIO that readers use

    def check_seal(self) -> bool:
        """True if the zip is sealed and intact, False without a seal; BundleError where bytes changed."""
        if self.is_directory:
            return False
        with self._stream() as stream:
            size = stream.seek(0, os.SEEK_END)
            sealed_size = size - _COMMENT_SIZE
            end_offset = sealed_size - _END_RECORD.size
            if end_offset >= 0:
                stream.seek(sealed_size)
                comment = stream.read(_COMMENT_SIZE)
                stream.seek(end_offset)
                end_record = stream.read(_END_RECORD.size)
                if comment.startswith(_SEAL) and end_record.startswith(b"PK\5\6"):
                    return self._check_digest(stream, sealed_size, comment[len(_SEAL) :])
            # no seal in its place: then nothing at all may follow the end record
            stream.seek(max(0, size - _END_RECORD.size))
            end_record = stream.read(_END_RECORD.size)
            if not end_record.startswith(b"PK\5\6") or end_record[-2:] != b"\0\0":
                raise BundleError("BUNDLE_CONTAINER_CHANGED", part=CONTAINER)
        return False

    @staticmethod
    def _check_digest(stream: BinaryIO, sealed_size: int, stated: bytes) -> bool:
        stream.seek(0)
        digest = hashlib.sha256()
        remaining = sealed_size
        while remaining:
            block = stream.read(min(_CHUNK, remaining))
            digest.update(block)
            remaining -= len(block)
        if digest.hexdigest().encode("ascii") != stated:
            raise BundleError("BUNDLE_CONTAINER_CHANGED", part=CONTAINER)
        return True

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """While this lasts a zip stays open: to look up its directory for each part takes longer than most parts."""
        if self.is_directory or self._opened is not None:
            yield
            return
        with self._archive() as archive:
            self._opened = archive
            try:
                yield
            finally:
                self._opened = None

    @contextmanager
    def _stream(self) -> Iterator[BinaryIO]:
        if isinstance(self._source, str | os.PathLike):
            with Path(self._source).open("rb") as stream:
                yield stream
        else:
            self._source.seek(0)
            yield self._source

    @contextmanager
    def _archive(self) -> Iterator[zipfile.ZipFile]:
        if self._opened is not None:
            yield self._opened
            return
        with self._stream() as stream:
            try:
                archive = zipfile.ZipFile(stream)
            except _READ_FAILURES as error:
                raise BundleError("BUNDLE_NOT_ZIP", part=CONTAINER, reason=_reason(error)) from error
            with archive:
                yield archive

    @contextmanager
    def _open(self, path: str) -> Iterator[BinaryIO]:
        if self.is_directory:
            with (Path(str(self._source)) / path).open("rb") as plain:
                yield plain
        else:
            with self._archive() as archive, archive.open(path) as packed:
                yield packed  # type: ignore[misc]  # a ZipExtFile reads bytes as BinaryIO does

    def _sizes_of_zip(self, archive: zipfile.ZipFile) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for info in archive.infolist():
            name = info.filename
            if info.is_dir():
                continue
            encrypted = bool(info.flag_bits & 0x1)
            known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if not _SAFE_NAME.fullmatch(name) or name in sizes or encrypted or not known:
                raise BundleError("BUNDLE_UNSAFE_NAME", part=ascii(name)[1:-1])
            sizes[name] = info.file_size
        return sizes

    def _sizes_of_directory(self) -> dict[str, int]:
        root = Path(str(self._source))
        sizes: dict[str, int] = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or (path.is_file() and not _SAFE_NAME.fullmatch(name)):
                raise BundleError("BUNDLE_UNSAFE_NAME", part=ascii(name)[1:-1])
            if path.is_file():
                sizes[name] = path.stat().st_size
        return sizes


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
