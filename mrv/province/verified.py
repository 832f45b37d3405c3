"""What verification has confirmed, as the official runs stored it: one light row per published period, and sums.

Nothing here is computed anew: tonnes, areas and years are the decimal strings of the stored results. Rates are
weighted by area and time, so that a large catchment measured for three years counts more than a small one for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from mrv.periods.models import MonitoringPeriod
from mrv.periods.states import PUBLIC as PUBLIC_STATES
from registry.core.actors import PUBLIC
from registry.projects.selectors import visible_projects

FIGURES = (
    *("gross_t_co2", "retained_t_co2", "net_p10_t_co2", "creditable_t", "catchment_area_km2", "period_years"),
    *("kappa_measured", "net_t_co2", "runoff_mm"),
)
COLUMNS = (
    *("pk", "number", "state", "first_day", "last_day", "project_id", "project__code", "project__kind"),
    *("project__division_code", "station_id", "station__code", "station__region"),
    *("official_run__result_sha256", "official_run__methodology_id"),
)
NONE = Decimal(0)


@dataclass(frozen=True)
class Verified:
    """A published period and the figures of its official run; a figure that its methodology lacks is None."""

    period_id: int
    number: int
    first_day: date
    last_day: date
    project_id: int
    project_code: str
    kind: str
    county: str
    station_id: int
    station_code: str
    region: str
    result_sha256: str
    methodology_pk: int
    gross_t: Decimal | None
    retained_t: Decimal | None
    net_t: Decimal | None
    net_p10_t: Decimal | None
    creditable_t: Decimal | None
    area_km2: Decimal | None
    years: Decimal | None
    kappa_measured: Decimal | None

    @property
    def km2_years(self) -> Decimal:
        return (self.area_km2 or NONE) * (self.years or NONE)


def published() -> QuerySet[MonitoringPeriod]:
    """The periods of public projects under public notice or decided; a rejected revision is none of them."""
    return MonitoringPeriod.objects.filter(
        state__in=PUBLIC_STATES, official_run__isnull=False, project__in=visible_projects(PUBLIC)
    ).order_by("project__code", "number", "revision")


def verified(periods: QuerySet[MonitoringPeriod] | None = None) -> list[Verified]:
    """The rows of these periods (by default of all published ones): one query, whatever their number."""
    found = published() if periods is None else periods
    figures = {f"figure_{name}": KeyTextTransform(name, "official_run__figures") for name in FIGURES}
    return [_row(values) for values in found.values(*COLUMNS, **figures)]


def _row(values: dict[str, Any]) -> Verified:
    def figure(name: str) -> Decimal | None:
        text = values[f"figure_{name}"]
        return None if text is None else Decimal(text)

    return Verified(
        period_id=values["pk"],
        number=values["number"],
        first_day=values["first_day"],
        last_day=values["last_day"],
        project_id=values["project_id"],
        project_code=values["project__code"],
        kind=values["project__kind"],
        county=values["project__division_code"],
        station_id=values["station_id"],
        station_code=values["station__code"],
        region=values["station__region"],
        result_sha256=values["official_run__result_sha256"],
        methodology_pk=values["official_run__methodology_id"],
        gross_t=figure("gross_t_co2"),
        retained_t=figure("retained_t_co2"),
        net_t=figure("net_t_co2"),
        net_p10_t=figure("net_p10_t_co2"),
        creditable_t=figure("creditable_t"),
        area_km2=figure("catchment_area_km2"),
        years=figure("period_years"),
        kappa_measured=figure("kappa_measured"),
    )


@dataclass(frozen=True)
class Sums:
    """Sums over published periods. Flux sums and rates are of those whose methodology has a flux."""

    periods: int = 0
    stations: int = 0
    """Different stations behind the sums."""
    gross_t: Decimal = NONE
    retained_t: Decimal = NONE
    creditable_t: Decimal = NONE
    km2_years: Decimal = NONE

    @classmethod
    def of(cls, rows: Iterable[Verified]) -> Sums:
        rows = list(rows)
        flux = [row for row in rows if row.gross_t is not None and row.retained_t is not None and row.km2_years]
        return cls(
            periods=len(rows),
            stations=len({row.station_id for row in rows}),
            gross_t=sum((row.gross_t or NONE for row in flux), NONE),
            retained_t=sum((row.retained_t or NONE for row in flux), NONE),
            creditable_t=sum((row.creditable_t or NONE for row in rows), NONE),
            km2_years=sum((row.km2_years for row in flux), NONE),
        )

    @property
    def has_flux(self) -> bool:
        return self.km2_years > 0

    @property
    def rate(self) -> Decimal | None:
        """Retained uptake in t CO2 km-2 a-1."""
        return self.retained_t / self.km2_years if self.km2_years else None

    @property
    def gross_rate(self) -> Decimal | None:
        """Gross uptake in t CO2 km-2 a-1."""
        return self.gross_t / self.km2_years if self.km2_years else None

    @property
    def kept_pct(self) -> Decimal | None:
        """Retained uptake as a share of the gross."""
        return 100 * self.retained_t / self.gross_t if self.gross_t > 0 else None
