"""ESRI shapefiles: rings by their direction (outer clockwise, holes against it), the system from the ``.prj``."""

from __future__ import annotations

import io
import itertools
import struct
from typing import Any

import shapefile
from django.utils.translation import gettext_lazy as _
from shapely import Polygon

from registry.core.errors import InvalidInput
from registry.projects.boundary_files.raw import RawBoundary, RawPolygon, Ring

POLYGONS = (shapefile.POLYGON, shapefile.POLYGONZ, shapefile.POLYGONM)


def read(shp: bytes, shx: bytes | None, prj: bytes) -> RawBoundary:
    polygons: list[RawPolygon] = []
    stray: list[Ring] = []
    aside = 0
    try:
        with shapefile.Reader(shp=io.BytesIO(shp), shx=io.BytesIO(shx) if shx else None) as reader:
            for number, record in enumerate(reader.iterShapes(), start=1):
                if record.shapeType not in POLYGONS:
                    aside += record.shapeType != shapefile.NULL
                    continue
                found, left = _polygons(record, number)
                polygons += found
                stray += left
    except (shapefile.ShapefileException, struct.error, ValueError, IndexError, EOFError, OverflowError, OSError,
            TypeError, AttributeError, KeyError) as error:  # fmt: skip
        raise InvalidInput(
            "BOUNDARY_SHAPEFILE",
            _("The shapefile cannot be read: its .shp is damaged or cut short. Export it anew."),
        ) from error
    return RawBoundary("shapefile", tuple(polygons), crs=_text(prj), left_aside=aside, stray_holes=tuple(stray))


def _text(prj: bytes) -> str:
    return prj.decode("utf-8-sig", errors="replace").replace("\0", "").strip()


def _polygons(record: Any, feature: int) -> tuple[list[RawPolygon], list[Ring]]:
    """The record's polygons, and the holes that lie in none of them."""
    starts = [*record.parts, len(record.points)]
    rings = [
        Ring([(float(point[0]), float(point[1])) for point in record.points[start:end]], feature, number)
        for number, (start, end) in enumerate(itertools.pairwise(starts), start=1)
    ]
    outers = [ring for ring in rings if _twice_area(ring) < 0] or rings  # some writers turn all of them about
    holes: dict[int, list[Ring]] = {ring.number: [] for ring in outers}
    stray = []
    for ring in rings:
        if ring.number in holes:
            continue
        around = [outer for outer in outers if _inside(ring, outer)]
        if around:
            holes[min(around, key=lambda outer: abs(_twice_area(outer))).number].append(ring)
        else:
            stray.append(ring)
    return [RawPolygon(outer, tuple(holes[outer.number])) for outer in outers], stray


def _twice_area(ring: Ring) -> float:
    """Positive against the clock; from the first point, so that seven-digit coordinates keep their decimals."""
    if not ring.points:
        return 0.0
    x0, y0 = ring.points[0]
    pairs = zip(ring.points, ring.points[1:], strict=False)
    return sum((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0) for (x1, y1), (x2, y2) in pairs)


def _inside(hole: Ring, outer: Ring) -> bool:
    if len(hole.points) < 4 or len(outer.points) < 4:
        return False
    return bool(Polygon(outer.points).buffer(0).intersects(Polygon(hole.points).representative_point()))
