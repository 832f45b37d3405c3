"""Whether the rings of a boundary bound an area: closed, simple, holes inside, somewhere in China."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from django.utils.translation import gettext_lazy as _
from shapely import Geometry, MultiPolygon, Polygon, orient_polygons
from shapely.validation import explain_validity

from registry.core.errors import InvalidInput
from registry.projects.boundary_files.crs import System
from registry.projects.boundary_files.raw import Point, RawBoundary, Ring

LIMIT_VERTICES = 100_000
DIGITS = 7
"""Decimals of a degree that are kept, a centimetre; the line is judged as it is kept."""
CHINA_DEG = (73.0, 136.0, 3.0, 54.0)
"""West, east, south, north."""


def check_counts(raw: RawBoundary) -> None:
    """What can be said before the coordinates mean anything. Raises :class:`InvalidInput`."""
    if not raw.polygons and not raw.stray_holes:
        raise InvalidInput(
            "BOUNDARY_NO_POLYGON",
            _("The file holds no polygon (%(aside)s points or lines). Draw the catchment as a closed area."),
            aside=raw.left_aside,
        )
    vertices = sum(len(ring.points) for ring in raw.rings())
    if vertices > LIMIT_VERTICES:
        raise InvalidInput(
            "BOUNDARY_TOO_MANY_VERTICES",
            _("The boundary has %(count)s vertices; at most %(limit)s are taken. Simplify the line to a few metres."),
            count=vertices,
            limit=LIMIT_VERTICES,
        )
    for ring in raw.rings():
        _check_ring(ring)


def _check_ring(ring: Ring) -> None:
    for number, point in enumerate(ring.points, start=1):
        if not (isfinite(point[0]) and isfinite(point[1])):
            raise InvalidInput(
                "BOUNDARY_NOT_A_NUMBER",
                _("%(where)s, vertex %(number)s is not a number. Correct it or export the file anew."),
                where=ring.where,
                number=number,
            )
    if ring.points and ring.points[0] != ring.points[-1]:
        raise InvalidInput(
            "BOUNDARY_NOT_CLOSED",
            _("%(where)s is not closed: it begins at %(first)s and ends at %(last)s. Repeat the first point last."),
            where=ring.where,
            first=_spelled(ring.points[0]),
            last=_spelled(ring.points[-1]),
        )
    if len(set(ring.points)) < 3:
        raise InvalidInput(
            "BOUNDARY_RING_EMPTY",
            _("%(where)s has %(count)s different points; three at least bound an area. Delete the ring or draw it."),
            where=ring.where,
            count=len(set(ring.points)),
        )


def checked_area(raw: RawBoundary, system: System) -> Geometry:
    """The area in degrees, outer rings against the clock. Raises :class:`InvalidInput` where it bounds none."""
    if raw.stray_holes:
        raise _hole_outside(raw.stray_holes[0])
    polygons = []
    for polygon in raw.polygons:
        outer = _polygon(polygon.outer, system)
        holes = []
        for ring in polygon.holes:
            hole = _polygon(ring, system)
            if not outer.covers(hole):
                raise _hole_outside(ring)
            holes.append(hole.exterior)
        polygons.append(_valid(Polygon(outer.exterior, holes), polygon.outer.where))
    if len(polygons) == 1:
        return orient_polygons(polygons[0])
    return orient_polygons(_valid(MultiPolygon(polygons), _("the polygons together")))


def _polygon(ring: Ring, system: System) -> Polygon:
    points = system.to_degrees(ring.points)
    for number, (longitude, latitude) in enumerate(points, start=1):
        west, east, south, north = CHINA_DEG
        if not (west <= longitude <= east and south <= latitude <= north):
            raise _outside(ring, number, (longitude, latitude), system)
    return _valid(Polygon([(round(x, DIGITS), round(y, DIGITS)) for x, y in points]), ring.where)


def _outside(ring: Ring, number: int, place: Point, system: System) -> InvalidInput:
    """With the likely reason: degrees exchanged, or metres taken for degrees."""
    x, y = ring.points[number - 1]
    west, east, south, north = CHINA_DEG
    hint: Any = _("Check the coordinate system.")
    if system.is_degrees and west <= y <= east and south <= x <= north:
        hint = _("Longitude and latitude look exchanged: GeoJSON and KML have the longitude first.")
    elif system.is_degrees and max(abs(x), abs(y)) > 360:
        hint = _("These look like metres: choose the Gauss–Krüger zone of the file.")
    return InvalidInput(
        "BOUNDARY_OUTSIDE_CHINA",
        _("%(where)s, vertex %(number)s lies at %(place)s, which is not in China. %(hint)s"),
        where=ring.where,
        number=number,
        place=_spelled(place) if all(map(isfinite, place)) else _spelled((x, y)),
        hint=hint,
    )


def _valid(area: Geometry, where: Any) -> Any:
    if area.is_valid and area.area > 0:
        return area
    reason = explain_validity(area)
    found = re.search(r"\[(\S+) (\S+)\]", reason)
    if found is None or area.convex_hull.area == 0:
        raise InvalidInput(
            "BOUNDARY_RING_EMPTY_AREA", _("%(where)s bounds no area. Delete the ring or draw it."), where=where
        )
    raise InvalidInput(
        "BOUNDARY_SELF_INTERSECTS",
        _("%(where)s crosses or touches itself near %(place)s. Move the line there so that it goes round once."),
        where=where,
        place=_spelled((float(found[1]), float(found[2]))),
    )


def _hole_outside(ring: Ring) -> InvalidInput:
    return InvalidInput(
        "BOUNDARY_HOLE_OUTSIDE",
        _("%(where)s is a hole but lies outside its polygon, near %(place)s. Delete it, or make it a polygon."),
        where=ring.where,
        place=_spelled(ring.points[0]),
    )


def _spelled(point: Point) -> str:
    if max(abs(point[0]), abs(point[1])) > 360:
        return f"{point[0]:.1f}, {point[1]:.1f}"
    return f"{point[0]:.6f}° E, {point[1]:.6f}° N"
