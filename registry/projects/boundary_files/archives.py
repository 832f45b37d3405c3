"""A zip with a shapefile or a KML: opened in memory, bounded in count and size, nothing written anywhere."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput
from registry.projects.boundary_files import kml, shapefiles
from registry.projects.boundary_files.raw import RawBoundary

LIMIT_ENTRIES = 200
LIMIT_UNPACKED_BYTES = 100 * 1024 * 1024
PARTS = (".shp", ".shx", ".prj")


def read(data: bytes) -> RawBoundary:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise InvalidInput(
            "BOUNDARY_ZIP",
            _("The zip cannot be opened: it is damaged, encrypted or packed in an unusual way. Pack it anew."),
        ) from error


def _read(archive: zipfile.ZipFile) -> RawBoundary:
    entries = {name: info for info in archive.infolist() if (name := _name(info)) and not info.is_dir()}
    if len(archive.infolist()) > LIMIT_ENTRIES or sum(i.file_size for i in entries.values()) > LIMIT_UNPACKED_BYTES:
        raise _bomb()
    shapes = [name for name in entries if name.lower().endswith(".shp")]
    maps = [name for name in entries if name.lower().endswith(".kml")]
    if len(shapes) + len(maps) != 1:
        raise InvalidInput(
            "BOUNDARY_ZIP_CONTENT",
            _("The zip must hold one shapefile (.shp with .shx, .dbf, .prj) or one KML; it holds: %(names)s."),
            names=", ".join([*shapes, *maps][:8] or sorted(entries)[:8]) or "–",
        )
    if maps:
        return kml.read(_bytes(archive, entries[maps[0]]))
    stem = shapes[0][:-4].lower()
    parts = {name[-4:].lower(): info for name, info in entries.items() if name[:-4].lower() == stem}
    content = {end: _bytes(archive, parts[end]) for end in PARTS if end in parts}
    return shapefiles.read(content[".shp"], content.get(".shx"), content.get(".prj", b""))


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name as its maker wrote it; empty for what an operating system puts beside. Refuses odd paths."""
    name = info.filename
    if not info.flag_bits & 0x800:  # not marked as UTF-8: zips made in China carry GBK
        name = name.encode("cp437", errors="replace").decode("gb18030", errors="replace")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in name:
        raise InvalidInput(
            "BOUNDARY_ZIP_PATH",
            _("The zip holds a path that points outside it (%(name)s). Pack the files of the shapefile alone."),
            name=name[:80],
        )
    return "" if path.parts[:1] == ("__MACOSX",) else name


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """No more than the limit is ever unpacked, whatever the entry says of its size."""
    with archive.open(info) as stream:
        data = stream.read(LIMIT_UNPACKED_BYTES + 1)
    if len(data) > LIMIT_UNPACKED_BYTES:
        raise _bomb()
    return data


def _bomb() -> InvalidInput:
    return InvalidInput(
        "BOUNDARY_ZIP_TOO_LARGE",
        _("The zip unpacks to more than %(bytes)s bytes or %(entries)s files. Pack the boundary alone."),
        bytes=LIMIT_UNPACKED_BYTES,
        entries=LIMIT_ENTRIES,
    )
