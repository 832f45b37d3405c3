"""Coordinate systems of boundary files: said by the file or asked, and turned into CGCS2000 longitude and latitude."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from registry.core.errors import InvalidInput
from registry.core.geography import gcj02
from registry.projects.boundary_files.raw import Point, RawBoundary

CGCS2000 = "EPSG:4490"
GCJ02 = "GCJ-02"
CHOICES: tuple[tuple[str, Any], ...] = (
    (CGCS2000, _("CGCS2000, degrees (EPSG:4490)")),
    ("EPSG:4326", _("WGS 84, degrees (EPSG:4326)")),
    ("EPSG:4544", _("CGCS2000 / 3° Gauss–Krüger, 105° E (EPSG:4544)")),
    ("EPSG:4545", _("CGCS2000 / 3° Gauss–Krüger, 108° E (EPSG:4545)")),
    ("EPSG:4546", _("CGCS2000 / 3° Gauss–Krüger, 111° E (EPSG:4546)")),
    ("EPSG:4523", _("CGCS2000 / 3° Gauss–Krüger, zone 35 (EPSG:4523)")),
    ("EPSG:4524", _("CGCS2000 / 3° Gauss–Krüger, zone 36 (EPSG:4524)")),
    ("EPSG:4525", _("CGCS2000 / 3° Gauss–Krüger, zone 37 (EPSG:4525)")),
    ("EPSG:4507", _("CGCS2000 / 6° Gauss–Krüger, 105° E (EPSG:4507)")),
    ("EPSG:4508", _("CGCS2000 / 6° Gauss–Krüger, 111° E (EPSG:4508)")),
    (GCJ02, _("Phone or web map in China (GCJ-02): the shift is taken back")),
)
"""What the page offers; the API takes any EPSG code."""
KNOWN_DATUMS = ("China 2000", "World Geodetic System 1984")
"""Both stand for the same place within a metre. Others need parameters that are not public."""


@dataclass(frozen=True)
class System:
    """``to_degrees``: points of the file to CGCS2000 longitude, latitude."""

    name: str
    is_degrees: bool
    to_degrees: Callable[[list[Point]], list[Point]]


def system_of(raw: RawBoundary, stated: str) -> System:
    """The system of the file: its own word, else the stated one, else what the format means.

    Raises :class:`InvalidInput` ``BOUNDARY_CRS_NOT_STATED``, ``…_UNKNOWN``, ``…_CONFLICT``, ``…_DATUM``.
    """
    own = _parsed(raw.crs) if raw.crs else None
    if stated == GCJ02:
        if own is not None and not own.is_geographic:
            raise _conflict(own.name, GCJ02)
        return System(GCJ02, True, _unshifted)
    if own is not None:
        if stated and not _same(own, _parsed(stated)):
            raise _conflict(own.name, _parsed(stated).name)
        return _system(own)
    if stated or raw.default_crs:
        return _system(_parsed(stated or raw.default_crs))
    raise InvalidInput(
        "BOUNDARY_CRS_NOT_STATED",
        _("The file does not say its coordinate system (no .prj). Choose it; a wrong one moves the boundary."),
    )


def _parsed(text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise InvalidInput(
            "BOUNDARY_CRS_UNKNOWN",
            _("The coordinate system “%(text)s” is not known. Choose one of the list, or give EPSG:4490."),
            text=text[:80],
        ) from error


def _same(own: CRS, stated: CRS) -> bool:
    """Two names of one system: the same code, or degrees on either of the two datums."""
    if own.equals(stated, ignore_axis_order=True) or own.to_epsg() == stated.to_epsg() is not None:
        return True
    return bool(own.is_geographic and stated.is_geographic and _known(own) and _known(stated))


def _known(system: CRS) -> bool:
    geodetic = system.geodetic_crs
    datum = geodetic.datum.name if geodetic is not None and geodetic.datum is not None else ""
    return any(name in datum for name in KNOWN_DATUMS)


def _system(system: CRS) -> System:
    if not (system.is_geographic or system.is_projected) or not _known(system):
        raise InvalidInput(
            "BOUNDARY_DATUM",
            _(
                "The coordinates are on %(name)s. Only CGCS2000 and WGS 84 are taken: the way from older datums needs "
                "local parameters. Have the surveying office convert the file to CGCS2000."
            ),
            name=system.name,
        )
    turn = Transformer.from_crs(system, CGCS2000, always_xy=True)

    def to_degrees(points: list[Point]) -> list[Point]:
        if not points:
            return []
        east, north = turn.transform([point[0] for point in points], [point[1] for point in points])
        return list(zip(east, north, strict=True))

    code = system.to_epsg()
    return System(f"EPSG:{code}" if code else str(system.name)[:120], bool(system.is_geographic), to_degrees)


def _unshifted(points: list[Point]) -> list[Point]:
    return [gcj02.from_gcj02(*point) for point in points]


def _conflict(own: str, stated: str) -> InvalidInput:
    return InvalidInput(
        "BOUNDARY_CRS_CONFLICT",
        _("The file says its coordinates are %(own)s, you chose %(stated)s. Leave the choice empty, or correct it."),
        own=own,
        stated=stated,
    )
