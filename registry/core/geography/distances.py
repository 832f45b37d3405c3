"""Distances from a place to an area, on a plane around the place."""

from __future__ import annotations

from functools import lru_cache

from pyproj import Transformer
from shapely import Geometry, transform
from shapely.geometry import Point


def distance_m(area: Geometry, place: tuple[float, float]) -> float:
    """Metres from a place (longitude, latitude) to an area in degrees; 0 inside it."""
    return float(transform(area, _to_plane(*place).transform, interleaved=False).distance(Point(0, 0)))


@lru_cache(maxsize=64)
def _to_plane(longitude: float, latitude: float) -> Transformer:
    """Making one takes far longer than using it, and one place is often held against many areas."""
    return Transformer.from_crs(
        "EPSG:4490", f"+proj=aeqd +lon_0={longitude} +lat_0={latitude} +ellps=GRS80 +units=m", always_xy=True
    )
