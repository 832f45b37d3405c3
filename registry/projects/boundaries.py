"""Catchment boundaries: areas on the ellipsoid, and the circle that stands for a boundary nobody surveyed."""

from __future__ import annotations

from decimal import Decimal
from math import cos, pi, radians, sqrt
from typing import Any

from pyproj import Geod

ELLIPSOID = Geod(ellps="GRS80")
"""CGCS2000's ellipsoid differs from GRS80 by 0.1 mm in its semi-minor axis."""
VERTICES = 72


def area_km2(boundary: dict[str, Any]) -> float:
    """Area of a GeoJSON polygon's outer ring on the ellipsoid in km2."""
    ring = boundary["coordinates"][0]
    area_m2, _perimeter = ELLIPSOID.polygon_area_perimeter([p[0] for p in ring], [p[1] for p in ring])
    return abs(area_m2) / 1e6


def circle_of_area(longitude_deg: Decimal, latitude_deg: Decimal, area: Decimal) -> dict[str, Any]:
    """A GeoJSON polygon of 72 vertices around a point with the given area in km2."""
    # The polygon inside a circle is a little smaller than it; the radius is widened until the areas agree.
    radius_m = sqrt(float(area) * 1e6 / pi)
    for _round in range(3):
        ring = _ring(float(longitude_deg), float(latitude_deg), radius_m)
        polygon = {"type": "Polygon", "coordinates": [ring]}
        radius_m *= sqrt(float(area) / area_km2(polygon))
    return polygon


def _ring(longitude: float, latitude: float, radius_m: float) -> list[list[float]]:
    points = []
    for vertex in range(VERTICES):
        azimuth = -360.0 * vertex / VERTICES  # counter-clockwise, as RFC 7946 asks
        lon, lat, _back = ELLIPSOID.fwd(longitude, latitude, azimuth, radius_m)
        points.append([round(lon, 7), round(lat, 7)])
    return [*points, points[0]]


def as_svg_path(boundary: dict[str, Any], size: float = 100.0) -> str:
    """The outer ring as an SVG path inside a square of ``size`` units, north up, true to shape at its latitude."""
    ring = boundary["coordinates"][0]
    middle = sum(point[1] for point in ring) / len(ring)
    east = [point[0] * cos(radians(middle)) for point in ring]
    north = [point[1] for point in ring]
    scale = (size * 0.92) / max(max(east) - min(east), max(north) - min(north), 1e-9)
    left = size / 2 - scale * (max(east) + min(east)) / 2
    top = size / 2 + scale * (max(north) + min(north)) / 2
    points = (f"{left + scale * x:.2f},{top - scale * y:.2f}" for x, y in zip(east, north, strict=True))
    return "M" + "L".join(points) + "Z"
