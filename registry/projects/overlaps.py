"""Where projects lie over each other in the same crediting years: there a tonne could be counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from shapely.geometry import shape

from registry.projects.boundaries import as_km2, geodesic_km2
from registry.projects.crediting import crediting_periods
from registry.projects.models import OverlapJustification, Project, Renewal

NOT_COUNTED = ("draft", "withdrawn", "rejected")
"""A draft is nobody else's business, and what was withdrawn or refused never earned a credit. A project that ended
or was revoked did: its years stay taken."""
GROWTH = Decimal("1.01")
"""A justification covers the overlap it was given for; a percent more is the rounding of a redrawn line."""


@dataclass(frozen=True)
class Overlap:
    """One other project over which a project lies, as far as both earn credits in the same years."""

    other: Project
    area_km2: Decimal
    percent: Decimal
    """Of the project's own area, to a hundredth."""
    percent_of_other: Decimal
    shared_years: tuple[int, ...]
    """Calendar years in which both are inside their crediting period."""
    justification: OverlapJustification | None
    """The proponent's, where it was given for an overlap as great as this one."""
    drawn_as_circle: bool
    """One of the two boundaries is a circle around an outlet: the overlap is a hint, not a finding."""

    @property
    def code(self) -> str:
        return self.other.code

    @property
    def needs_justification(self) -> bool:
        return self.justification is None and not self.drawn_as_circle


def find(project: Project) -> list[Overlap]:
    """Every overlap of a project's boundary, the greatest first; areas on the ellipsoid."""
    own = shape(project.boundary)
    own_km2 = geodesic_km2(own)
    given = _justifications(project)
    neighbours = list(_neighbours(project))
    last_days = _last_days([project, *neighbours])
    found = []
    for other in neighbours:
        theirs = shape(other.boundary)
        area = as_km2(geodesic_km2(own.intersection(theirs)))
        if area <= 0:
            continue
        justification = given.get(other.pk)
        if justification is not None and area > justification.area_km2 * GROWTH:
            justification = None
        found.append(
            Overlap(
                other=other,
                area_km2=area,
                percent=_percent(area, own_km2),
                percent_of_other=_percent(area, geodesic_km2(theirs)),
                shared_years=tuple(_shared_years(project, other, last_days)),
                justification=justification,
                drawn_as_circle=project.boundary_is_drawn or other.boundary_is_drawn,
            )
        )
    return sorted(found, key=lambda overlap: (-overlap.area_km2, overlap.code))


def _neighbours(project: Project) -> QuerySet[Project]:
    """Those whose box meets this one's and whose crediting days do; the box is null in old rows."""
    meets = Q(boundary_west_deg=None)
    if project.boundary_west_deg is None:
        meets = Q()
    else:
        meets |= Q(
            boundary_west_deg__lte=project.boundary_east_deg,
            boundary_east_deg__gte=project.boundary_west_deg,
            boundary_south_deg__lte=project.boundary_north_deg,
            boundary_north_deg__gte=project.boundary_south_deg,
        )
    others = Project.objects.exclude(pk=project.pk).exclude(state__in=NOT_COUNTED)
    renewed = Renewal.objects.filter(state="approved", ends_on__gte=project.crediting_start)
    still_credited = Q(crediting_end__gte=project.crediting_start) | Q(pk__in=renewed.values("project"))
    begun = Q(crediting_start__lte=last_day_of(project))
    return others.filter(meets, begun, still_credited).select_related("proponent")


def last_day_of(project: Project) -> date:
    """Of its last crediting period: an approved renewal takes its years too."""
    return crediting_periods(project)[-1].end


def _last_days(projects: Sequence[Project]) -> dict[int, date]:
    """What :func:`last_day_of` says of each, by its number, asked once for all."""
    renewals = Renewal.objects.filter(state="approved", project__in=projects).order_by("starts_on")
    return {project.pk: project.crediting_end for project in projects} | dict(
        renewals.values_list("project_id", "ends_on")
    )


def _justifications(project: Project) -> dict[int, OverlapJustification]:
    """By the other project; the last one given counts."""
    rows = project.overlap_justifications.select_related("given_by").order_by("id")
    return {row.other_id: row for row in rows}


def _shared_years(project: Project, other: Project, last_days: dict[int, date]) -> Iterator[int]:
    first = max(project.crediting_start, other.crediting_start)
    last = min(last_days[project.pk], last_days[other.pk])
    yield from range(first.year, last.year + 1)


def _percent(area: Decimal, whole_km2: float) -> Decimal:
    return (area * 100 / as_km2(whole_km2)).quantize(Decimal("0.01"))
