"""Distances from a place to an area, on a plane around the place."""

from __future__ import annotations

from pyproj import Transformer
from shapely import Geometry, transform
from shapely.geometry import Point


def distance_m(area: Geometry, place: tuple[float, float]) -> float:
    """Metres from a place (longitude, latitude) to an area in degrees; 0 inside it."""
    longitude, latitude = place
    to_plane = Transformer.from_crs(
        "EPSG:4490", f"+proj=aeqd +lon_0={longitude} +lat_0={latitude} +ellps=GRS80 +units=m", always_xy=True
    )
    return float(transform(area, to_plane.transform, interleaved=False).distance(Point(0, 0)))
