"""A draft's boundary from a file: read, held against what was stated, kept with its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from shapely import Geometry
from shapely.geometry import shape

from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.geography import counties, gcj02
from registry.core.geography.distances import distance_m
from registry.projects.boundaries import REFUSED_PERCENT, as_km2, geodesic_km2, percent_off
from registry.projects.boundary_files import ReadBoundary, read_boundary
from registry.projects.boundary_files.crs import GCJ02
from registry.projects.models import BoundaryVersion, Project
from registry.projects.services.drafting import check_areas, lock_draft, set_shape

REMARKED_PERCENT = 1
OUTLET_TOLERANCE_M = 200.0
"""An outlet lies on its catchment's line; the GCJ-02 shift is 540 m here."""
COUNTY_TOLERANCE_M = 2000.0
"""The county outlines are schematic."""
OUTSIDE_COUNTY_PERCENT = 20
REMARKS: dict[str, Any] = {
    "AREA_DIFFERS": _("The line bounds %(area)s km², %(percent)s %% off the stated %(stated)s km²."),
    "LOOKS_SHIFTED": _(
        "The outlet lies %(distance)s m outside the line, but inside it after the shift of phones and web maps: the "
        "line looks like GCJ-02. Upload it again with GCJ-02 chosen, or check the source."
    ),
    "OUTLET_OUTSIDE": _("The outlet lies %(distance)s m outside the line. Check the outlet, or the line."),
    "CROSSES_COUNTY": _("%(percent)s %% of the area lies outside the county %(county)s (its outline is schematic)."),
    "LEFT_ASIDE": _("%(count)s points or lines of the file were left aside: they bound nothing."),
    "SEPARATE_AREAS": _("The boundary is made of %(count)s separate areas."),
}
"""What is worth a look and refused by nobody: shown on the page, to the validator and to the authority."""


@transaction.atomic
def set_boundary(
    *,
    actor: Actor,
    project: Project,
    file_name: str,
    data: bytes,
    stated_crs: str = "",
    take_area: bool = False,
) -> BoundaryVersion:
    """Give the draft the boundary of a file; the file is kept by its digest, the boundaries before it stay.

    ``take_area``: the area inside the line becomes the stated catchment area; without it the two may differ by five
    percent. After registration a boundary changes only with a return to draft. Raises :class:`InvalidInput` with the
    codes of :func:`read_boundary`, ``BOUNDARY_AREA_DIFFERS``, ``BOUNDARY_OUTSIDE_COUNTY``, ``KARST_AREA``.
    """
    project = lock_draft(actor, project)
    read = read_boundary(data, stated_crs=stated_crs)
    area = shape(read.boundary)
    area_km2 = as_km2(geodesic_km2(area))
    stated = project.area_km2
    if take_area:
        project.area_km2 = area_km2.quantize(Decimal("0.0001"))
        check_areas(project.area_km2, project.karst_area_km2)
    else:
        _check_area(area_km2, stated)
    _check_county(project, area)
    version = BoundaryVersion.objects.create(
        project=project,
        file_name=file_name[:255],
        sha256=store.put(data),
        size_bytes=len(data),
        format=read.format,
        crs=read.crs,
        boundary=read.boundary,
        area_km2=area_km2,
        vertices=read.vertices,
        remarks=list(_remarks(project, read, area, area_km2)),
        added_by_id=actor.user_id,
    )
    set_shape(project, read.boundary, drawn=False)
    project.save()
    record(
        actor,
        "projects.set_boundary",
        project,
        before={"area_km2": stated},
        after={"area_km2": project.area_km2, "sha256": version.sha256, "crs": read.crs, "vertices": read.vertices},
    )
    return version


def remark(item: dict[str, Any]) -> str:
    """A stored remark in the reader's language."""
    return str(REMARKS[item["code"]]) % item["params"]


def _check_area(area_km2: Decimal, stated: Decimal) -> None:
    percent = percent_off(area_km2, stated)
    if percent > REFUSED_PERCENT:
        raise InvalidInput(
            "BOUNDARY_AREA_DIFFERS",
            _(
                "The line bounds %(area)s km², the stated catchment area is %(stated)s km²: %(percent)s %% apart, at "
                "most %(limit)s %%. Correct the line or the area, or take the area of the line."
            ),
            area=f"{area_km2:.4f}",
            stated=stated,
            percent=percent,
            limit=REFUSED_PERCENT,
        )


def _check_county(project: Project, area: Geometry) -> None:
    county = counties.outline(project.division_code)
    if county is None or county.intersects(area):
        return
    middle = area.representative_point()
    away_m = distance_m(county, (middle.x, middle.y))
    if away_m > COUNTY_TOLERANCE_M:
        raise InvalidInput(
            "BOUNDARY_OUTSIDE_COUNTY",
            _(
                "The boundary lies %(distance)s km outside the county %(county)s, around %(place)s. Check the "
                "coordinate system of the file and the county's code."
            ),
            distance=f"{away_m / 1000:.1f}",
            county=f"{project.county_zh} {project.county_en}",
            place=f"{middle.x:.4f}° E, {middle.y:.4f}° N",
        )


def _remarks(project: Project, read: ReadBoundary, area: Geometry, area_km2: Decimal) -> Iterator[dict[str, Any]]:
    percent = percent_off(area_km2, project.area_km2)
    if percent > REMARKED_PERCENT:
        stated = f"{project.area_km2:.4f}"
        yield _item("AREA_DIFFERS", area=f"{area_km2:.4f}", stated=stated, percent=str(percent))
    yield from _of_outlet(project, read, area)
    county = counties.outline(project.division_code)
    if county is not None:
        outside = geodesic_km2(area.difference(county)) / geodesic_km2(area) * 100
        if outside > OUTSIDE_COUNTY_PERCENT:
            yield _item("CROSSES_COUNTY", percent=f"{outside:.0f}", county=f"{project.county_zh} {project.county_en}")
    if read.left_aside:
        yield _item("LEFT_ASIDE", count=read.left_aside)
    if len(getattr(area, "geoms", ())) > 1:
        yield _item("SEPARATE_AREAS", count=len(area.geoms))  # type: ignore[attr-defined]


def _of_outlet(project: Project, read: ReadBoundary, area: Geometry) -> Iterator[dict[str, Any]]:
    if project.outlet_longitude_deg is None or project.outlet_latitude_deg is None:
        return
    outlet = (float(project.outlet_longitude_deg), float(project.outlet_latitude_deg))
    away_m = distance_m(area, outlet)
    if away_m <= OUTLET_TOLERANCE_M:
        return
    # moving the outlet as a phone would is the same as moving the whole line back
    shifted = read.crs != GCJ02 and distance_m(area, gcj02.to_gcj02(*outlet)) == 0
    yield _item("LOOKS_SHIFTED" if shifted else "OUTLET_OUTSIDE", distance=f"{away_m:.0f}")


def _item(code: str, **params: Any) -> dict[str, Any]:
    return {"code": code, "params": params}
