"""GCJ-02, the shifted coordinates of phones and web maps in China, and the way back.

The shift is a published sum of sines on the Krasovsky 1940 ellipsoid; around Guizhou it is 350 to 410 m to the east
and 380 to 410 m to the south. The way back is a fixed-point iteration, good to a centimetre.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323


def to_gcj02(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """What a phone shows at a place given in CGCS2000 (longitude, latitude)."""
    east_m, north_m = _shift_m(longitude_deg - 105.0, latitude_deg - 35.0)
    latitude = latitude_deg * pi / 180.0
    flattening = 1.0 - _ECCENTRICITY_SQUARED * sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (flattening * sqrt(flattening))
    parallel_m = _SEMI_MAJOR_M / sqrt(flattening) * cos(latitude)
    return (
        longitude_deg + east_m * 180.0 / (parallel_m * pi),
        latitude_deg + north_m * 180.0 / (meridian_m * pi),
    )


def from_gcj02(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """The place in CGCS2000 at which a phone shows these coordinates."""
    longitude, latitude = longitude_deg, latitude_deg
    for _ in range(5):  # the shift varies by metres over its own length: each step gains three digits
        shown = to_gcj02(longitude, latitude)
        longitude += longitude_deg - shown[0]
        latitude += latitude_deg - shown[1]
    return longitude, latitude


def _shift_m(x: float, y: float) -> tuple[float, float]:
    ripple = 20.0 * (sin(6.0 * x * pi) + sin(2.0 * x * pi))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    return east, north
