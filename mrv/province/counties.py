"""The counties of the province and its prefectures: names in both languages, areas of the schematic outlines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from registry.core.geography import counties
from registry.core.geography.names import COUNTIES_EN, PREFECTURES
from registry.projects.boundaries import geodesic_km2


@dataclass(frozen=True)
class Place:
    """A county or a prefecture by its GB/T 2260 code (six or four digits)."""

    code: str
    name_zh: str
    name_en: str


@cache
def known() -> dict[str, Place]:
    """Code -> county, for all 88 of the province."""
    return {
        code: Place(code, str(counties.name_zh(code)), COUNTIES_EN.get(code, code))
        for code in sorted(counties.features())
    }


def prefecture_of(code: str) -> Place:
    """The prefecture of a county; for a code of another province a place without a name."""
    names = PREFECTURES.get(code[:4])
    return Place(code[:4], names[0] if names else "", names[1] if names else "")


@cache
def area_km2(code: str) -> float | None:
    """Area inside the schematic outline on the ellipsoid; None for a county without one."""
    outline = counties.outline(code)
    return None if outline is None else geodesic_km2(outline)


@cache
def middle_of(code: str) -> tuple[float, float] | None:
    """Longitude and latitude of a point inside the county."""
    outline = counties.outline(code)
    if outline is None:
        return None
    point = outline.representative_point()
    return float(point.x), float(point.y)
