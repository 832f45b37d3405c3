"""Catchment boundaries: areas on the ellipsoid, and the circle that stands for a boundary nobody surveyed."""

from __future__ import annotations

from decimal import Decimal
from math import pi, sqrt
from typing import Any

from pyproj import Geod
from shapely import Geometry, orient_polygons
from shapely.geometry import shape

ELLIPSOID = Geod(ellps="GRS80")
"""CGCS2000's ellipsoid differs from GRS80 by 0.1 mm in its semi-minor axis."""
VERTICES = 72
SQUARE_METRE = Decimal("0.000001")
"""Areas in km2 are kept to the square metre."""
REFUSED_PERCENT = 5
"""How far the area inside a line may lie from the stated catchment area."""


def area_km2(boundary: dict[str, Any]) -> float:
    """Area of a GeoJSON polygon or multipolygon on the ellipsoid in km2, its holes taken off."""
    return geodesic_km2(shape(boundary))


def geodesic_km2(area: Geometry) -> float:
    """Area on the ellipsoid in km2 of what is polygon in a geometry of degrees; 0 of anything thinner."""
    if area.is_empty:
        return 0.0
    area_m2, _perimeter_m = ELLIPSOID.geometry_area_perimeter(orient_polygons(area))
    return abs(area_m2) / 1e6


def as_km2(area: float) -> Decimal:
    """An area in km2 as it is kept."""
    return Decimal(repr(area)).quantize(SQUARE_METRE)


def percent_off(area: Decimal, stated: Decimal) -> Decimal:
    """How far an area lies from the stated one, in percent of that."""
    return (abs(area - stated) * 100 / stated).quantize(Decimal("0.1"))


def box_of(boundary: dict[str, Any]) -> dict[str, float]:
    """The four columns of a project that hold the box around its boundary, in degrees."""
    west, south, east, north = shape(boundary).bounds
    return {
        "boundary_west_deg": west,
        "boundary_south_deg": south,
        "boundary_east_deg": east,
        "boundary_north_deg": north,
    }


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
