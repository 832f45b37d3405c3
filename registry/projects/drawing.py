"""Boundaries as pictures: SVG paths, north up, true to shape at their latitude."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from shapely import Geometry
from shapely.geometry import shape

from registry.core.geography import counties
from registry.projects.models import Project

MARGIN = 0.92
"""Share of the picture that is drawn on."""
FINEST = 500.0
"""A line is not drawn finer than this part of the picture: 10^5 vertices would be a megabyte of page."""


@dataclass(frozen=True)
class Picture:
    """SVG paths inside a square of 100 units; ``""`` where there is nothing to draw."""

    county: str
    boundary: str
    outlet: tuple[str, str] | None
    """x, y."""


@dataclass(frozen=True)
class Frame:
    """From degrees to the picture."""

    west_deg: float
    north_deg: float
    squeeze: float
    scale: float
    left: float
    top: float

    @classmethod
    def around(cls, area: Geometry, size: float = 100.0) -> Frame:
        west, south, east, north = area.bounds
        squeeze = cos(radians((south + north) / 2))
        wide, high = (east - west) * squeeze, north - south
        scale = size * MARGIN / max(wide, high, 1e-9)
        return cls(west, north, squeeze, scale, (size - scale * wide) / 2, (size - scale * high) / 2)

    def place(self, longitude_deg: float, latitude_deg: float) -> tuple[str, str]:
        x = self.left + (longitude_deg - self.west_deg) * self.squeeze * self.scale
        y = self.top + (self.north_deg - latitude_deg) * self.scale
        return f"{x:.2f}", f"{y:.2f}"

    def path(self, area: Geometry) -> str:
        west, south, east, north = area.bounds
        plain = area.simplify(max(east - west, north - south) / FINEST, preserve_topology=True)
        return "".join(self._ring(ring) for ring in _rings(plain))

    def _ring(self, points: Iterable[tuple[float, float]]) -> str:
        return "M" + "L".join(",".join(self.place(x, y)) for x, y in points) + "Z"


def _rings(area: Geometry) -> Iterator[list[tuple[float, float]]]:
    for polygon in getattr(area, "geoms", (area,)):
        for ring in (polygon.exterior, *polygon.interiors):
            yield [(point[0], point[1]) for point in ring.coords]


def as_svg_path(boundary: dict[str, Any]) -> str:
    """The boundary alone; its holes stay white with ``fill-rule="evenodd"``."""
    area = shape(boundary)
    return Frame.around(area).path(area)


def near(project: Project) -> Picture:
    """The boundary filling the picture, with its outlet; its holes stay white with ``fill-rule="evenodd"``."""
    area = shape(project.boundary)
    return _picture(project, area, Frame.around(area), county=False)


def in_county(project: Project) -> Picture | None:
    """The boundary in its county's outline; None where the county's outline is not known."""
    county = counties.outline(project.division_code)
    area = shape(project.boundary)
    return None if county is None else _picture(project, area, Frame.around(county.union(area.envelope)), county=True)


def _picture(project: Project, area: Geometry, frame: Frame, *, county: bool) -> Picture:
    outline = counties.outline(project.division_code) if county else None
    outlet = None
    if project.outlet_longitude_deg is not None and project.outlet_latitude_deg is not None:
        outlet = frame.place(float(project.outlet_longitude_deg), float(project.outlet_latitude_deg))
    return Picture(frame.path(outline) if outline is not None else "", frame.path(area), outlet)
