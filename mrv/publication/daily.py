"""The series of a published period: the readings of the sealed evidence and what the official run made of them.

By day of the station's offset, or reading by reading; both on a regular grid, as the hydrograph and the files want it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from mrv.periods.models import MonitoringPeriod
from mrv.runs.models import Run
from mrv.runs.selectors import plot_series
from registry.credits.serials import offset_text

DAY_S = 86_400
Values = list[float | None]
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Column:
    """One quantity: its name in files, words, unit, how a day is made of its readings, and how it is drawn."""

    name: str
    source: str
    label: Any
    unit: str
    daily_unit: str
    by_day: str
    """``sum`` or ``mean``."""
    colour: str
    decimals: int
    inverted: bool = False

    @property
    def named(self) -> str:
        """With the unit of its daily value."""
        return f"{self.label} ({self.daily_unit})" if self.daily_unit else str(self.label)


COLUMNS = (
    Column("rain_mm", "rainfall", gettext_lazy("Rain"), "mm", "mm/d", "sum", "#0072b2", 1, inverted=True),
    Column("stage_m", "stage", gettext_lazy("Stage"), "m", "m", "mean", "#005f86", 3),
    Column("discharge_m3_s", "discharge", gettext_lazy("Discharge"), "m³/s", "m³/s", "mean", "#0b4f4a", 4),
    Column(
        "ec25_us_cm",
        "specific_conductance_25c",
        gettext_lazy("Conductivity at 25 °C"),
        "µS/cm",
        "µS/cm",
        "mean",
        "#9b4f86",
        1,
    ),
    Column("ph", "ph", gettext_lazy("pH"), "", "", "mean", "#00735c", 2),
    Column(
        "water_temperature_c",
        "water_temperature",
        gettext_lazy("Water temperature"),
        "°C",
        "°C",
        "mean",
        "#b34700",
        2,
    ),
    Column(
        "gross_uptake_kg",
        "gross_uptake",
        gettext_lazy("Gross CO₂ uptake"),
        "kg",
        "kg/d",
        "sum",
        "#5f6b00",
        2,
    ),
)
"""Colours after Okabe and Ito, darkened for contrast."""
CHEMISTRY = (
    Column("si_calcite", "si_calcite", gettext_lazy("SI of calcite"), "", "", "mean", "#00735c", 3),
    Column("pco2_pa", "pco2", gettext_lazy("pCO₂"), "Pa", "Pa", "mean", "#9b4f86", 1),
)
"""What the official run computed of the water, on a plot of its own."""


@dataclass(frozen=True)
class Grid:
    """``values[name]`` has one value (or None) per step; ``t0_s`` is the first step's begin in seconds since 1970."""

    t0_s: int
    step_s: int
    steps: int
    columns: tuple[Column, ...]
    values: dict[str, Values]

    def days(self, utc_offset_s: int) -> list[date]:
        """The days of a daily grid in the station's offset."""
        first = (self.t0_s + utc_offset_s) // DAY_S
        return [EPOCH + timedelta(days=first + n) for n in range(self.steps)]


def readings(run: Run, columns: tuple[Column, ...] = COLUMNS) -> Grid:
    """Every slot of the period, as the official run saw it."""
    plot = plot_series(run)
    there = tuple(column for column in columns if column.source in plot["columns"])
    values = {column.name: plot["columns"][column.source]["values"] for column in there}
    return Grid(plot["t0"], plot["dt"], plot["n"], there, values)


def by_day(period: MonitoringPeriod, grid: Grid) -> Grid:
    """Sums (rain, uptake) or means of the readings of each whole day of the station's offset, None without any."""
    offset_s = period.utc_offset_s
    local_s = grid.t0_s + offset_s + grid.step_s * np.arange(grid.steps, dtype=np.int64)
    days, day_of_step = np.unique(local_s // DAY_S, return_inverse=True)
    if not days.size:
        return Grid(grid.t0_s, DAY_S, 0, grid.columns, {column.name: [] for column in grid.columns})
    place_of_step = (days - days[0])[day_of_step]
    count = int(days[-1] - days[0]) + 1
    values = {column.name: _by_day(column, grid.values[column.name], place_of_step, count) for column in grid.columns}
    return Grid(int(days[0]) * DAY_S - offset_s, DAY_S, count, grid.columns, values)


def _by_day(column: Column, values: Values, place_of_step: NDArray[np.int64], days: int) -> Values:
    found = np.array([np.nan if value is None else value for value in values], np.float64)
    present = ~np.isnan(found)
    counts = np.bincount(place_of_step[present], minlength=days)
    sums = np.bincount(place_of_step[present], weights=found[present], minlength=days)
    shown = sums if column.by_day == "sum" else sums / np.maximum(counts, 1)
    pairs = zip(shown.tolist(), counts.tolist(), strict=True)
    return [round(value, column.decimals) if count else None for value, count in pairs]


def as_panels(period: MonitoringPeriod, grid: Grid) -> dict[str, Any]:
    """What ``hydrograph.js`` draws: ``{t0, dt, n, zone, offset, panels}``; null is a gap."""
    daily = grid.step_s == DAY_S
    return {
        "t0": grid.t0_s,
        "dt": grid.step_s,
        "n": grid.steps,
        "zone": period.zone,
        "offsetSeconds": period.utc_offset_s,
        "offset": offset_text(period.utc_offset_s),
        "timeLabel": _("Day from") if daily else _("Time"),
        "panels": [
            {
                "name": column.source,
                "label": str(column.label),
                "unit": column.daily_unit if daily else column.unit,
                "colour": column.colour,
                "inverted": column.inverted,
                "step": column.by_day == "sum",
                "values": grid.values[column.name],
            }
            for column in grid.columns
        ],
    }
