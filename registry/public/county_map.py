"""The map of the public registry: county outlines and coarse places of projects, drawn by the server as SVG.

It needs no tiles, no script and no network, every county is a link, and the table beside it says the same. The
outlines are schematic (``registry/core/geography/data/README.md``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from math import cos, pi, radians, sin
from typing import Any, Protocol, TypeVar

from shapely.geometry import shape

from registry.core.geography import counties
from registry.core.geography.coarse import coarse
from registry.core.languages import local_name
from registry.public.selectors import BOX, County

WIDTH = 700.0
SIMPLER_DEG = 0.015
DOT = 8.0
"""Half of the room that a dot needs, in units of the map."""
STEPS = (1, 3, 10)
"""From so many projects on a county is drawn darker."""


Marked = TypeVar("Marked", bound=Any)
"""A dataclass with x and y."""


class Placed(Protocol):
    """A project, or what a question read of it."""

    code: str
    boundary_west_deg: float
    boundary_south_deg: float
    boundary_east_deg: float
    boundary_north_deg: float


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    path: str
    projects: int
    tone: int
    """1 to 3, by the number of projects."""
    x: float
    y: float


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    width: float
    height: float
    blank: str
    """The outlines of all counties without a project, as one path."""
    areas: tuple[Area, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Outline:
    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Projection:
    """From degrees to the map's units; north is up."""

    west: float
    north: float
    per_degree_x: float
    per_degree_y: float
    height: float

    def at(self, longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
        return (longitude_deg - self.west) * self.per_degree_x, (self.north - latitude_deg) * self.per_degree_y


def drawn(found: Iterable[County], projects: Iterable[Placed], *, chinese: bool) -> Map:
    """Every county of the province, those with projects toned and named; a dot for each of ``projects``."""
    frame, outlines = projection(), county_outlines()
    known = {county.code: county for county in found}
    areas = []
    for outline in outlines:
        county = known.get(outline.code)
        if county is not None:
            name = outline.name if chinese else county.name_en
            tone = sum(1 for step in STEPS if county.projects >= step)
            areas.append(Area(outline.code, name, outline.path, county.projects, tone, outline.x, outline.y))
    places = []
    for project in projects:
        longitude, latitude = coarse_place(project)
        x, y = frame.at(float(longitude), float(latitude))
        if 0 <= x <= WIDTH and 0 <= y <= frame.height:
            places.append(Place(project.code, local_name(project), x, y))
    blank = "".join(outline.path for outline in outlines if outline.code not in known)
    return Map(WIDTH, frame.height, blank, tuple(areas), tuple(apart(places)))


def apart(places: Sequence[Marked]) -> list[Marked]:
    """Dots at one rounded place stand around it, so that each is seen and reached; the others stay where they are."""
    together: dict[tuple[float, float], list[Marked]] = defaultdict(list)
    for place in places:
        together[place.x, place.y].append(place)
    spread = []
    for (x, y), group in together.items():
        radius = 0.0 if len(group) == 1 else DOT / sin(pi / len(group))
        for number, place in enumerate(group):
            turn = 2.0 * pi * number / len(group)
            spread.append(replace(place, x=x + radius * sin(turn), y=y - radius * cos(turn)))
    return spread


def coarse_place(project: Placed) -> tuple[Decimal, Decimal]:
    """Middle of the box around the project's boundary as (longitude, latitude) in degrees, rounded to 0.05."""
    west, south, east, north = (getattr(project, name) for name in BOX)
    return coarse((west + east) / 2), coarse((south + north) / 2)


@cache
def projection() -> Projection:
    """The province with a small margin, WIDTH units wide."""
    boxes = [area.bounds for area in counties.outlines().values()]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    margin = 0.08
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    per_degree_x = WIDTH / (east - west)
    per_degree_y = per_degree_x / cos(radians((south + north) / 2))
    return Projection(west, north, per_degree_x, per_degree_y, (north - south) * per_degree_y)


@cache
def county_outlines() -> tuple[Outline, ...]:
    """Every county of the province as an SVG path, by code, with a point inside it for a label."""
    made = []
    for code, feature in sorted(counties.features().items()):
        area = shape(feature["geometry"]).simplify(SIMPLER_DEG)
        parts = getattr(area, "geoms", [area])
        path = "".join(_path(part.exterior.coords) for part in parts if not part.is_empty)
        middle = projection().at(*area.representative_point().coords[0])
        made.append(Outline(code, str(feature["properties"]["name"]), path, *middle))
    return tuple(made)


def _path(coordinates: Any) -> str:
    points = [projection().at(x, y) for x, y, *_rest in coordinates]
    return "M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in points) + "Z"
