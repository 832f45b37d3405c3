"""What the grids of the potential dissolution hold, in which units, and how months become a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from calculations.chemistry.speciation import PASCAL_PER_ATM
from calculations.portable import log10
from mrv.records.grids.geotiff import MONTHS
from mrv.records.grids.grid import FloatArray, Grid, GridError

YEAR_S, YEAR_D = 31_557_600.0, 365.25


@dataclass(frozen=True)
class Unit:
    """value * factor + offset. ``per_year``: an amount of its time step, so that the months of a year add up."""

    factor: float = 1.0
    offset: float = 0.0
    per_step: bool = False


@dataclass(frozen=True)
class Quantity:
    """One grid: its field in a cell, the names by which a file says what it is, its units (the first is assumed)."""

    name: str
    field: str
    title: Any
    units: Mapping[str, Unit]
    low: float
    high: float
    decimals: int
    names: tuple[str, ...]
    required: bool = True

    @property
    def assumed(self) -> str:
        return next(iter(self.units))


_WATER = {
    "mm": Unit(per_step=True),
    "mm/a": Unit(),
    "mm/month": Unit(per_step=True),
    "mm/day": Unit(YEAR_D),
    "0.1 mm": Unit(0.1, per_step=True),
    "cm": Unit(10.0, per_step=True),
    "m": Unit(1000.0, per_step=True),
    "kg m-2": Unit(per_step=True),
    "kg m-2 s-1": Unit(YEAR_S),
}
_WARMTH = {"°C": Unit(), "K": Unit(offset=-273.15), "0.1 °C": Unit(0.1)}
_PRESSURE = {
    "log10 atm": Unit(),
    "atm": Unit(),
    "Pa": Unit(1.0 / PASCAL_PER_ATM),
    "ppm": Unit(1e-6),
    "%": Unit(0.01),
}
_SHARE = {"0–1": Unit(), "%": Unit(0.01)}
LOG_PRESSURE = "log10 atm"

QUANTITIES = (
    Quantity(
        "precipitation", "precipitation_mm_a", _("Precipitation"), _WATER, 0.0, 15_000.0, 1,
        ("precipitation", "precip", "pre", "prec", "ppt", "rain", "rainfall", "p", "pr", "降水", "降水量", "降雨"),
    ),
    Quantity(
        "evaporation", "evaporation_mm_a", _("Evapotranspiration"), _WATER, 0.0, 5_000.0, 1,
        ("evaporation", "evapotranspiration", "aet", "et", "eta", "evap", "e", "蒸散", "蒸散发", "蒸发"),
    ),
    Quantity(
        "temperature", "temperature_c", _("Air temperature"), _WARMTH, 0.0, 40.0, 2,
        ("temperature", "temp", "tmp", "tas", "tmean", "t", "t2m", "气温", "温度"),
    ),
    Quantity(
        "soil_pco2", "log10_soil_pco2_atm", _("Soil CO₂ pressure"), _PRESSURE, -4.0, 0.0, 3,
        ("soil_pco2", "pco2", "soil_co2", "log10_soil_pco2_atm", "soilco2", "土壤co2", "土壤pco2"),
    ),
    Quantity(
        "carbonate_share", "carbonate_share", _("Share of carbonate rock"), _SHARE, 0.0, 1.0, 3,
        ("carbonate_share", "carbonate", "karst", "碳酸盐岩", "岩溶"), required=False,
    ),
)  # fmt: skip
BY_NAME = {quantity.name: quantity for quantity in QUANTITIES}

_SPELLED = {
    "mm/yr": "mm/a", "mm/year": "mm/a", "mm year-1": "mm/a", "mm a-1": "mm/a", "mm yr-1": "mm/a", "毫米": "mm",
    "mm month-1": "mm/month", "mm/mon": "mm/month", "mm day-1": "mm/day", "mm d-1": "mm/day", "mm/d": "mm/day",
    "0.1mm": "0.1 mm", "kg/m2": "kg m-2", "kg/m^2": "kg m-2", "kg/m2/s": "kg m-2 s-1", "kg m^-2 s^-1": "kg m-2 s-1",
    "c": "°C", "degc": "°C", "deg c": "°C", "℃": "°C", "celsius": "°C", "degrees_celsius": "°C", "degree_celsius": "°C",
    "degrees c": "°C", "kelvin": "K", "0.1℃": "0.1 °C", "0.1°c": "0.1 °C", "0.1 degc": "0.1 °C",
    "log10(atm)": "log10 atm", "log atm": "log10 atm", "log10 pco2": "log10 atm", "percent": "%", "ppmv": "ppm",
    "1": "0–1", "0-1": "0–1", "fraction": "0–1",
}  # fmt: skip


def named(text: str) -> Quantity | None:
    """The quantity that a folder's or file's name says: ``pre_2001_2020.tif`` -> precipitation."""
    plain = text.lower().replace("-", "_").replace(" ", "_")
    for quantity in QUANTITIES:
        if plain == quantity.name or plain in quantity.names:
            return quantity
    parts = plain.split("_")
    for quantity in QUANTITIES:
        if parts[0] in quantity.names or "_".join(parts[:2]) in quantity.names:
            return quantity
    return None


def unit_of(quantity: Quantity, stated: str) -> str | None:
    """The known unit that a text spells, the assumed one for none, None for one that is not known."""
    text = " ".join(stated.strip().split())
    if not text:
        return quantity.assumed
    for unit in (text, _SPELLED.get(text.lower(), "")):
        for known in quantity.units:
            if unit.lower() == known.lower():
                return known
    return None


def of_a_year(quantity: Quantity, grid: Grid, unit: str) -> Grid:
    """One layer in the quantity's unit for a mean year; a pressure stays linear [atm] so that cells can be averaged.

    Amounts of months add up to the year, rates and states are averaged. GridError GRID_UNIT_AND_LAYERS where a single
    layer holds a month's amount.
    """
    stated = quantity.units[unit]
    layers = grid.values.shape[0]
    if unit == "mm/month" and layers == 1:
        values = grid.values * MONTHS
    elif stated.per_step and layers > 1:
        values = grid.values.sum(axis=0, keepdims=True) / (layers / MONTHS)
    else:
        values = grid.values.mean(axis=0, keepdims=True)
    values = values * stated.factor + stated.offset
    if unit == LOG_PRESSURE:
        values = 10.0 ** np.clip(values, -300.0, 300.0)
    return Grid(grid.longitude_deg, grid.latitude_deg, values, unit)


def finished(quantity: Quantity, values: FloatArray) -> FloatArray:
    """Values per cell as a cell holds them: the pressure as its logarithm. NaN where a pressure is not positive."""
    if quantity.name != "soil_pco2":
        return values
    positive = values > 0.0
    return np.where(positive, log10(np.where(positive, values, 1.0)), np.nan)


def outside(quantity: Quantity, values: FloatArray) -> np.ndarray:
    """True where a value is no credible one of the quantity."""
    with np.errstate(invalid="ignore"):
        return np.asarray((values < quantity.low) | (values > quantity.high))


def require_known(unit: str | None, quantity: Quantity, stated: str) -> str:
    if unit is None:
        raise GridError("GRID_UNIT_UNKNOWN", unit=stated[:40], known=", ".join(quantity.units))
    return unit
