"""The tables of the province as files: every county with or without records, and every year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from mrv.province.counties import prefecture_of
from mrv.province.network import Network
from mrv.province.selectors import Province, public_stations
from mrv.province.verified import Verified
from mrv.province.years import Year
from registry.core.geography.coarse import coarse
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
STATION_FIELDS = (
    Field("project_code", "string", "Code of the project.", required=True),
    Field("station_code", "string", "Code of the station in its project.", required=True),
    Field("name_zh", "string", "Name in Chinese."),
    Field("name_en", "string", "Name in English."),
    Field("kind", "string", "spring, river, conduit, outlet, reach_end or control."),
    Field("region", "string", "East, west, north, south or a name of the proponent's own; may be empty."),
    Field("division_code", "string", "County of the project by GB/T 2260."),
    Field("longitude_deg", "number", "Longitude, rounded to 0.05 degree (CGCS2000).", "degree"),
    Field("latitude_deg", "number", "Latitude, rounded to 0.05 degree (CGCS2000).", "degree"),
    Field("catchment_area_km2", "number", "Area of the catchment.", "km2"),
)
PERIOD_FIELDS = (
    Field("project_code", "string", "Code of the project.", required=True),
    Field("period", "integer", "Number of the period in its project.", required=True),
    Field("first_day", "date", "First day."),
    Field("last_day", "date", "Last day."),
    Field("station_code", "string", "Code of the station."),
    Field("division_code", "string", "County of the project by GB/T 2260."),
    Field("kind", "string", "Kind of the project."),
    Field("catchment_area_km2", "number", "Area of the catchment.", "km2"),
    Field("years", "number", "Length of the period.", "a"),
    Field("gross_t", "number", "Gross uptake F(1).", "t CO2"),
    Field("retained_t", "number", "Retained uptake F(kappa).", "t CO2"),
    Field("net_p10_t", "number", "P10 of the net enhancement, where the methodology has one.", "t CO2"),
    Field("creditable_t", "number", "Creditable whole tonnes, where the methodology has them.", "t CO2"),
    Field("result_sha256", "string", "Digest of the stored result."),
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


def stations() -> Table:
    return Table("stations", "Stations of public projects", STATION_FIELDS, _stations())


def _stations() -> Iterator[tuple[Any, ...]]:
    for station in public_stations().order_by("project__code", "code").iterator(500):
        yield (
            station.project.code,
            station.code,
            station.name_zh,
            station.name_en,
            station.kind,
            station.region,
            station.project.division_code,
            coarse(station.longitude_deg),
            coarse(station.latitude_deg),
            station.catchment_area_km2,
        )


def periods(rows: Iterable[Verified]) -> Table:
    return Table("periods", "Verified periods", PERIOD_FIELDS, _periods(rows))


def _periods(rows: Iterable[Verified]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (
            row.project_code,
            row.number,
            row.first_day,
            row.last_day,
            row.station_code,
            row.county,
            row.kind,
            row.area_km2,
            row.years,
            row.gross_t,
            row.retained_t,
            row.net_p10_t,
            row.creditable_t,
            row.result_sha256,
        )
