"""Several springs of one project: which may account for the same days, so that no water is counted twice."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import methodology_of
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import live_periods
from mrv.stations.models import Station
from registry.core.errors import InvalidInput

ROUNDING = Decimal("1.01")
"""Catchments are stated to a percent: their sum may be so much more than the project's."""


def sharing_days(period: MonitoringPeriod) -> QuerySet[MonitoringPeriod]:
    """The project's accepted periods that share a day with this one, whatever their station."""
    return live_periods(period.project).filter(first_day__lte=period.last_day, last_day__gte=period.first_day)


def check_springs(period: MonitoringPeriod) -> None:
    """Whether the period may stand beside those of other springs over the same days.

    An inventory may: its springs add up as long as their catchments fit into the project's, for a spring inside
    another one's catchment would be counted twice. Credits of a project are issued once for a day, so there
    :class:`InvalidInput` ``PERIOD_OVERLAPS`` is raised; ``SPRINGS_EXCEED_CATCHMENT`` where the catchments do not fit.
    """
    beside = sharing_days(period).exclude(station=period.station)
    other = beside.first()
    if other is None:
        return
    if methodology_of(period.project).outcome == MethodologyVersion.Outcome.CREDITS:
        raise overlap_with(period, other)
    springs = Station.objects.filter(pk__in=[period.station_id, *beside.values_list("station_id", flat=True)])
    together = sum((spring.catchment_area_km2 for spring in springs), Decimal(0))
    if together > period.project.area_km2 * ROUNDING:
        raise InvalidInput(
            "SPRINGS_EXCEED_CATCHMENT",
            _(
                "The catchments of %(stations)s add up to %(together)s km², the project's has %(project)s km²: water "
                "would be counted twice. Correct the stations' catchments, or account for one of them."
            ),
            stations=", ".join(spring.code for spring in springs),
            together=together,
            project=period.project.area_km2,
        )


def overlap_with(period: MonitoringPeriod, other: MonitoringPeriod | None) -> InvalidInput:
    return InvalidInput(
        "PERIOD_OVERLAPS",
        _(
            "%(first)s to %(last)s shares days with period %(number)s of this project "
            "(%(other_first)s to %(other_last)s). Choose days that no accepted period has."
        ),
        first=f"{period.first_day:%Y-%m-%d}",
        last=f"{period.last_day:%Y-%m-%d}",
        number=other.number if other else "?",
        other_first=f"{other.first_day:%Y-%m-%d}" if other else "?",
        other_last=f"{other.last_day:%Y-%m-%d}" if other else "?",
    )
