"""Whether a station lies where it is said to: inside its county and its catchment, not shifted as phones shift."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from shapely import Geometry
from shapely.geometry import Point, shape

from registry.core.errors import InvalidInput
from registry.core.geography import counties, gcj02
from registry.core.geography.distances import distance_m
from registry.projects.models import Project

TOLERANCE_M = 200.0
"""An outlet lies on its catchment's line, and the county outlines are schematic; the GCJ-02 shift is 540 m here."""


def check_location(
    project: Project, longitude_deg: Decimal, latitude_deg: Decimal, *, beyond_project: bool = False
) -> None:
    """Refuse a station outside its county or its surveyed catchment; with ``beyond_project`` outside the province.

    Raises :class:`InvalidInput` ``LOCATION_LOOKS_SHIFTED`` (with ``longitude`` and ``latitude`` put right) when the
    place would be inside after taking the shift of phones and web maps (GCJ-02) back, else ``LOCATION_OUTSIDE``.
    """
    given = (float(longitude_deg), float(latitude_deg))
    outside = _outside_province(given) if beyond_project else _first_outside(project, given)
    if outside is None:
        return
    unshifted = gcj02.from_gcj02(*given)
    if not beyond_project and _first_outside(project, unshifted) is None:
        raise InvalidInput(
            "LOCATION_LOOKS_SHIFTED",
            _(
                "The station lies outside %(area)s, but inside it at %(longitude)s° E, %(latitude)s° N: these "
                "look like coordinates of a phone or web map (GCJ-02). Take the corrected place, or check the source."
            ),
            area=outside,
            longitude=f"{unshifted[0]:.6f}",
            latitude=f"{unshifted[1]:.6f}",
        )
    raise InvalidInput(
        "LOCATION_OUTSIDE",
        _("The station lies outside %(area)s. Correct the longitude and latitude (CGCS2000, in degrees)."),
        area=outside,
    )


def in_catchment(project: Project, longitude_deg: Decimal, latitude_deg: Decimal) -> bool:
    """Whether a place lies inside the project's surveyed catchment; a drawn circle cannot say so."""
    place = Point(float(longitude_deg), float(latitude_deg))
    return not project.boundary_is_drawn and bool(shape(project.boundary).contains(place))


def _outside_province(place: tuple[float, float]) -> Any:
    """The province's name where the place lies in none of its counties, or None."""
    if any(_within(area, place) for area in counties.outlines().values()):
        return None
    return _("the province of Guizhou")


def _first_outside(project: Project, place: tuple[float, float]) -> Any:
    """The name of the first area that the place is outside of, or None."""
    county = counties.outline(project.division_code)
    if county is not None and not _within(county, place):
        return _("the county %(name)s") % {"name": f"{project.county_zh} {project.county_en}"}
    # a drawn circle was never surveyed: it cannot say that a station is wrong
    if not project.boundary_is_drawn and not _within(shape(project.boundary), place):
        return _("the project's catchment")
    return None


def _within(area: Geometry, place: tuple[float, float]) -> bool:
    """Inside, or no further outside than the tolerance."""
    return bool(area.covers(Point(place)) or distance_m(area, place) <= TOLERANCE_M)
