"""The tables of the province as files: every county with or without records, and every year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from mrv.province.counties import prefecture_of
from mrv.province.network import Network
from mrv.province.selectors import Province
from mrv.province.years import Year
from registry.public.packages import Field, Table

COUNTY_FIELDS = (
    Field("division_code", "string", "County by GB/T 2260.", required=True),
    Field("county_zh", "string", "County, name in Chinese."),
    Field("county_en", "string", "County, name in English."),
    Field("prefecture_zh", "string", "Prefecture, name in Chinese."),
    Field("prefecture_en", "string", "Prefecture, name in English."),
    Field("projects", "integer", "Public projects registered in the county."),
    Field("stations", "integer", "Stations of these projects; 0: no station yet."),
    Field("verified_periods", "integer", "Monitoring periods under public notice or decided."),
    Field("gross_t", "number", "Verified gross uptake F(1) of all these periods.", "t CO2"),
    Field("retained_t", "number", "Verified retained uptake F(kappa) of all these periods.", "t CO2"),
    Field("retained_t_km2_a", "number", "Retained uptake weighted by area and time.", "t CO2 km-2 a-1"),
    Field("credits_issued_t", "integer", "Credits issued, 1 t CO2 each.", "t CO2"),
    Field("credits_held_t", "integer", "Of these with an account, whether or not on offer.", "t CO2"),
    Field("credits_buffer_t", "integer", "Of these in the buffer pool.", "t CO2"),
    Field("credits_retired_t", "integer", "Of these retired.", "t CO2"),
    Field("credits_cancelled_t", "integer", "Of these cancelled.", "t CO2"),
)
YEAR_FIELDS = (
    Field("year", "year", "Calendar year in the stations' own zones.", required=True),
    Field("stations", "integer", "Stations with verified months in the year."),
    Field("gross_t", "number", "Verified gross uptake F(1) of the year's months.", "t CO2"),
    Field("retained_t", "number", "Verified retained uptake F(kappa) of the year's months.", "t CO2"),
    Field("retained_t_km2_a", "number", "Retained uptake weighted by area and time.", "t CO2 km-2 a-1"),
    Field("projects_registered", "integer", "Projects registered in the year."),
    Field("credits_issued_t", "integer", "Credits of this vintage.", "t CO2"),
    Field("credits_retired_t", "integer", "Credits retired in the year, of whatever vintage.", "t CO2"),
)
NETWORK_FIELDS = (
    Field("division_code", "string", "County by GB/T 2260.", required=True),
    Field("county_zh", "string", "County, name in Chinese."),
    Field("county_en", "string", "County, name in English."),
    Field("stations", "integer", "Stations of public projects; 0: a gap."),
    Field("verified_stations", "integer", "Of these with a verified period."),
    Field(
        "catchment_km2", "number", "Catchments of the stations; control catchments and ends of reaches left out.", "km2"
    ),
    Field("county_km2", "number", "Area inside the schematic outline.", "km2"),
    Field("share_pct", "number", "Catchments over the county's area.", "%"),
    Field("karst_km2", "number", "Karst area of the catchments as projects state it; empty: not stated.", "km2"),
    Field("last_verified_day", "date", "Last day of the newest verified period."),
    Field(
        "nearest_station_km",
        "number",
        "From a point inside the county to the nearest station (place to 0.05 degree).",
        "km",
    ),
)
RATE = Decimal("0.0001")


def counties(found: Province) -> Table:
    return Table("counties", "Counties of Guizhou", COUNTY_FIELDS, _counties(found), key="division_code")


def _counties(found: Province) -> Iterator[tuple[Any, ...]]:
    for county in found.counties:
        prefecture = prefecture_of(county.code)
        yield (
            county.code,
            county.name_zh,
            county.name_en,
            prefecture.name_zh,
            prefecture.name_en,
            county.projects,
            county.stations,
            county.sums.periods,
            county.sums.gross_t,
            county.sums.retained_t,
            rounded(county.sums.rate),
            county.credits.issued_t,
            county.credits.held_t,
            county.credits.buffer_t,
            county.credits.retired_t,
            county.credits.cancelled_t,
        )


def years(found: Iterable[Year]) -> Table:
    return Table("years", "Years", YEAR_FIELDS, _years(found), key="year")


def _years(found: Iterable[Year]) -> Iterator[tuple[Any, ...]]:
    for year in found:
        yield (
            year.year,
            year.stations,
            year.gross_t,
            year.retained_t,
            rounded(year.rate),
            year.registered,
            year.issued_t,
            year.retired_t,
        )


def rounded(rate: Decimal | None) -> Decimal | None:
    """A rate with four decimals, as the results state it."""
    return None if rate is None else rate.quantize(RATE)


def network(found: Network) -> Table:
    return Table("network", "Observation network by county", NETWORK_FIELDS, _network(found), key="division_code")


def _network(found: Network) -> Iterator[tuple[Any, ...]]:
    for each in sorted((*found.covered, *found.gaps), key=lambda each: each.place.code):
        yield (
            each.place.code,
            each.place.name_zh,
            each.place.name_en,
            each.stations,
            each.verified_stations,
            each.catchment_km2,
            each.county_km2,
            rounded(each.share_pct),
            each.karst_km2,
            each.last_day,
            each.nearest_km,
        )
