"""A published period's daily series as a Frictionless data package."""

from __future__ import annotations

import io

from mrv.publication.evidence_page import Published, daily_grid
from registry.public.packages import Field, Table, write_package

ABOUT = {
    "rain_mm": "Rain, sum of the day.",
    "stage_m": "Stage of the water, mean of the day.",
    "discharge_m3_s": "Discharge by the rating curve, mean of the day.",
    "ec25_us_cm": "Conductivity at 25 degC, mean of the day.",
    "ph": "pH, mean of the day.",
    "water_temperature_c": "Water temperature, mean of the day.",
    "gross_uptake_kg": "Gross uptake of CO2 as the official run computed it, sum of the day.",
}
UNITS = {
    "rain_mm": "mm",
    "stage_m": "m",
    "discharge_m3_s": "m3/s",
    "ec25_us_cm": "uS/cm",
    "ph": "1",
    "water_temperature_c": "degC",
    "gross_uptake_kg": "kg CO2",
}


def daily_package(shown: Published) -> bytes:
    """The zip: ``daily.csv`` with a row per day of the station's offset, and ``datapackage.json``."""
    period, run = shown.period, shown.run
    grid = daily_grid(shown)
    names = [column.name for column in grid.columns]
    fields = (
        Field("day", "date", "Day of the station, which begins at its midnight.", required=True),
        *(Field(name, "number", ABOUT[name], UNITS[name]) for name in names),
    )
    days = grid.days(period.utc_offset_s)
    rows = list(zip(days, *(grid.values[name] for name in names), strict=True))
    out = io.BytesIO()
    write_package(
        out,
        name=f"{shown.project.code}-{period.number}-daily".lower(),
        title=f"{shown.project.name_en}, {period.first_day} to {period.last_day}, daily series",
        description="Made from the sealed evidence and the official calculation; empty is not measured.",
        tables=[Table("daily", "Daily series", fields, rows, key="day")],
        facts={
            "project": shown.project.code,
            "station": period.station.code,
            "time_zone": period.zone,
            "utc_offset_s": period.utc_offset_s,
            "evidence_digest": run.bundle_digest,
            "result_digest": run.result_digest,
            "methodology": f"{run.methodology.identifier} {run.methodology.version}",
        },
    )
    return out.getvalue()
