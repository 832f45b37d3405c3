"""The observation network: where stations stand, which share of each county they see, and where the gaps are.

The register holds no map of carbonate rock. Coverage is therefore the stations' catchments over the county's area, and
beside it the karst area that projects state of their own catchments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext_lazy as _

from mrv.province import maps
from mrv.province.counties import Place, area_km2, known, middle_of
from mrv.province.selectors import Province, public_stations
from mrv.stations.models import Station
from registry.core.actors import PUBLIC
from registry.core.geography.coarse import coarse
from registry.projects.boundaries import ELLIPSOID
from registry.projects.selectors import visible_projects

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Coverage:
    """A county's stations: those of control catchments and ends of reaches are counted, their area is not."""

    place: Place
    stations: int
    verified_stations: int
    catchment_km2: Decimal
    county_km2: Decimal | None
    karst_km2: Decimal | None
    """As the county's projects state it of their catchments; None where none does."""
    last_day: date | None
    """Last verified day."""
    nearest_km: Decimal | None
    """From a point inside the county to the nearest station at its coarse place; None while there is no station."""

    @property
    def share_pct(self) -> Decimal | None:
        return 100 * self.catchment_km2 / self.county_km2 if self.county_km2 else None


@dataclass(frozen=True)
class Network:
    covered: list[Coverage]
    gaps: list[Coverage]
    """Counties without a station, the farthest from any first."""
    catchment_km2: Decimal
    province_km2: Decimal
    map: maps.Map

    @property
    def share_pct(self) -> Decimal:
        return 100 * self.catchment_km2 / self.province_km2


def network(found: Province) -> Network:
    """Coverage of every county from the stations of public projects. Two queries beside the province's."""
    stations = list(public_stations())
    by_county: dict[str, list[Station]] = defaultdict(list)
    for station in stations:
        by_county[station.project.division_code].append(station)
    last = _last_days(found)
    verified = {row.station_id for row in found.rows}
    nearest = _nearest_km(stations)
    karst = _karst_km2()
    every = [
        Coverage(
            place=county.place,
            stations=len(by_county[county.code]),
            verified_stations=sum(1 for station in by_county[county.code] if station.pk in verified),
            catchment_km2=sum((_own_km2(station) for station in by_county[county.code]), Decimal(0)),
            county_km2=_decimal(area_km2(county.code)),
            karst_km2=karst.get(county.code),
            last_day=last.get(county.code),
            nearest_km=nearest.get(county.code),
        )
        for county in found.counties
    ]
    covered = [each for each in every if each.stations]
    gaps = sorted((each for each in every if not each.stations), key=lambda each: -(each.nearest_km or 0))
    return Network(
        covered=covered,
        gaps=gaps,
        catchment_km2=sum((each.catchment_km2 for each in covered), Decimal(0)),
        province_km2=sum((_decimal(area_km2(code)) or Decimal(0) for code in known()), Decimal(0)),
        map=_map(found, covered, stations),
    )


def _own_km2(station: Station) -> Decimal:
    return Decimal(0) if station.kind in Station.BEYOND_PROJECT else station.catchment_area_km2


def _map(found: Province, covered: Sequence[Coverage], stations: Iterable[Station]) -> maps.Map:
    shares = {each.place.code: each.share_pct for each in covered}
    measure = maps.Measure(
        "coverage", _("Share of the county in catchments of stations"), "%", 2, lambda county: shares.get(county.code)
    )
    return maps.drawn(found.counties, measure, stations)


def _last_days(found: Province) -> dict[str, date]:
    last: dict[str, date] = {}
    for row in found.rows:
        last[row.county] = max(row.last_day, last.get(row.county, row.last_day))
    return last


def _karst_km2() -> dict[str, Decimal]:
    """County -> karst area of the catchments of its public projects, as the projects state it. One query."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    rows = visible_projects(PUBLIC).filter(karst_area_km2__isnull=False).order_by()
    for code, area in rows.values_list("division_code", "karst_area_km2"):
        sums[code] += area
    return dict(sums)


def _nearest_km(stations: Sequence[Station]) -> dict[str, Decimal]:
    """County -> distance on the ellipsoid to the nearest station; of places rounded to 0.05 degrees."""
    if not stations:
        return {}
    longitudes = np.array([float(coarse(station.longitude_deg)) for station in stations])
    latitudes = np.array([float(coarse(station.latitude_deg)) for station in stations])
    found = {}
    for code in known():
        middle = middle_of(code)
        if middle is not None:
            here = np.full(longitudes.shape, middle[0]), np.full(latitudes.shape, middle[1])
            metres = ELLIPSOID.inv(*here, longitudes, latitudes)[2]
            found[code] = (Decimal(float(metres.min())) / 1000).quantize(TENTH)
    return found


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 3)))
