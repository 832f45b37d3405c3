"""Boundary files as people have them: GeoJSON, KML (and KMZ), a zipped shapefile; all come out as CGCS2000 degrees.

A file is read from its bytes in memory and never unpacked to disk. Whatever cannot be used is refused with what is
wrong, where it is, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from shapely.geometry import mapping

from registry.core.errors import InvalidInput
from registry.projects.boundary_files import archives, crs, geojson, kml, rings
from registry.projects.boundary_files.raw import RawBoundary

LIMIT_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class ReadBoundary:
    """What a boundary file holds. ``boundary``: a GeoJSON Polygon or MultiPolygon, CGCS2000 degrees, RFC 7946 order."""

    format: str
    crs: str
    boundary: dict[str, Any]
    vertices: int
    left_aside: int
    """Points and lines in the file, which bound nothing."""


def read_boundary(data: bytes, *, stated_crs: str = "") -> ReadBoundary:
    """Read a boundary file by what it holds, not by its name.

    ``stated_crs``: one of ``crs.CHOICES`` or ``EPSG:nnnn``, for files that do not say theirs; a contradiction to the
    file's own is refused. Raises :class:`InvalidInput` with a code ``BOUNDARY_…``.
    """
    if len(data) > LIMIT_BYTES:
        raise InvalidInput(
            "BOUNDARY_FILE_TOO_LARGE",
            _("The file has %(size)s bytes; at most %(limit)s are read. Simplify the line, or leave attributes out."),
            size=len(data),
            limit=LIMIT_BYTES,
        )
    raw = _raw(data)
    rings.check_counts(raw)
    system = crs.system_of(raw, stated_crs)
    area = rings.checked_area(raw, system)
    boundary = _plain(mapping(area))
    vertices = sum(len(ring.points) for ring in raw.rings())
    return ReadBoundary(raw.format, system.name, boundary, vertices, raw.left_aside)


def _raw(data: bytes) -> RawBoundary:
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data[:2] == b"PK":
        return archives.read(data)
    if start[:1] == b"{":
        return geojson.read(data)
    if start[:1] == b"<":
        return kml.read(data)
    raise InvalidInput(
        "BOUNDARY_FORMAT",
        _("This is no GeoJSON, KML or zip with a shapefile. A .shp alone is not enough: zip it with .shx, .dbf, .prj."),
    )


def _plain(found: Any) -> dict[str, Any]:
    """Lists instead of tuples, as JSON gives them back."""

    def listed(item: Any) -> Any:
        return [listed(each) for each in item] if isinstance(item, tuple | list) else float(item)

    return {"type": found["type"], "coordinates": listed(found["coordinates"])}
