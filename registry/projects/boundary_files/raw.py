"""What every reader makes of a file: polygons of rings in the file's own coordinates, each knowing where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

Point = tuple[float, float]
"""Longitude or easting, latitude or northing."""


@dataclass(frozen=True)
class Where:
    """A place in the file, said in the language of whoever reads the message."""

    feature: int
    ring: int = 0

    def __str__(self) -> str:
        if self.ring:
            return str(_("feature %(feature)s, ring %(ring)s") % {"feature": self.feature, "ring": self.ring})
        return str(_("feature %(number)s") % {"number": self.feature})


@dataclass(frozen=True)
class Ring:
    """A closed line as the file has it."""

    points: list[Point]
    feature: int
    number: int
    """Both from 1: the feature of the file and the ring inside it, as a person counts."""

    @property
    def where(self) -> Where:
        return Where(self.feature, self.number)


@dataclass(frozen=True)
class RawPolygon:
    outer: Ring
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class RawBoundary:
    """``crs``: what the file says of its coordinate system (EPSG code or WKT), or nothing."""

    format: str
    polygons: tuple[RawPolygon, ...]
    crs: str = ""
    default_crs: str = ""
    """What the format means where the file says nothing."""
    left_aside: int = 0
    stray_holes: tuple[Ring, ...] = field(default=())
    """Holes that lie in no polygon."""

    def rings(self) -> Iterator[Ring]:
        for polygon in self.polygons:
            yield polygon.outer
            yield from polygon.holes
        yield from self.stray_holes
