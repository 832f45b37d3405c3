"""A table of means, coefficients of variation and n per region or station, in the layout of the published one.

The published table calls its figures means of three years where they span two, and prints CO2 pressures and
saturation indices that its own means do not give. Here every cell is of the values given and says how many there
were; a derived quantity (saturation, CO2 pressure) must come as one value per sample, because a function of means is
not the mean of the function. The mean of pH is arithmetic, as in the published table: the layout is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.flux.errors import FluxError
from calculations.portable import exact_sum
from calculations.regression.least_squares import mean_and_sd

FloatArray = NDArray[np.float64]

TABLE_ORDER = (
    "water_temperature_c",
    "ph",
    "potassium_mg_l",
    "sodium_mg_l",
    "calcium_mg_l",
    "magnesium_mg_l",
    "chloride_mg_l",
    "sulfate_mg_l",
    "nitrate_mg_l",
    "alkalinity_hco3_mg_l",
    "specific_conductance_25c_us_cm",
    "si_calcite",
    "pco2_pa",
)
"""Rows in the order of the published table; quantities it does not have follow in the order of their names."""


@dataclass(frozen=True)
class Cell:
    """One quantity of one region; None where the values do not give the figure."""

    n: int
    missing: int
    mean: float | None
    coefficient_of_variation: float | None
    """Standard deviation (n - 1) over the mean: needs two values and a mean that is not zero."""
    flow_weighted_mean: float | None

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return {name: getattr(self, name) for name in type(self).__dataclass_fields__}


def summarise(values: FloatArray, discharge_m3_s: FloatArray | None = None) -> Cell:
    """Mean, coefficient of variation and n of values (n,), NaN counted as missing; by discharge where it is given.

    Raises FluxError FLUX_NOT_FINITE where a value is infinite, FLUX_SHAPE, FLUX_OUT_OF_RANGE for negative discharge.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise FluxError("FLUX_SHAPE", quantity="values", found=list(array.shape), expected=[array.size])
    if np.isinf(array).any():
        first = int(np.flatnonzero(np.isinf(array))[0])
        raise FluxError("FLUX_NOT_FINITE", quantity="values", first=first, count=int(np.isinf(array).sum()))
    present = ~np.isnan(array)
    count, missing = int(present.sum()), int(array.size - present.sum())
    if not count:
        return Cell(0, missing, None, None, None)
    mean, sd = mean_and_sd(array[present])
    variation = sd / mean if count > 1 and mean != 0.0 else None
    return Cell(count, missing, mean, variation, _flow_weighted(array, present, discharge_m3_s))


def table_of(regions: Mapping[str, Mapping[str, FloatArray]]) -> dict[str, dict[str, Cell]]:
    """Quantity -> region -> cell, rows in the published order; a quantity that a region lacks has n = 0 there.

    `regions`: region -> quantity -> values (n,). A quantity "discharge_m3_s" of the same length as the others of its
    region weights their flow-weighted means. Raises FluxError as `summarise` does, FLUX_NOTHING_COUNTED without rows.
    """
    names = {name for quantities in regions.values() for name in quantities} - {"discharge_m3_s"}
    if not names:
        raise FluxError("FLUX_NOTHING_COUNTED", expected=0)
    known = [name for name in TABLE_ORDER if name in names]
    rows = known + sorted(names - set(known))
    return {
        name: {
            region: summarise(quantities.get(name, np.empty(0)), _weights(quantities, name))
            for region, quantities in regions.items()
        }
        for name in rows
    }


def _weights(quantities: Mapping[str, FloatArray], name: str) -> FloatArray | None:
    return quantities.get("discharge_m3_s") if name in quantities else None


def _flow_weighted(values: FloatArray, present: NDArray[np.bool_], discharge_m3_s: FloatArray | None) -> float | None:
    if discharge_m3_s is None:
        return None
    discharge = np.asarray(discharge_m3_s, dtype=np.float64)
    if discharge.shape != values.shape:
        raise FluxError("FLUX_SHAPE", quantity="discharge", found=list(discharge.shape), expected=list(values.shape))
    if (discharge < 0.0).any():
        low = float(np.nanmin(discharge))
        raise FluxError("FLUX_OUT_OF_RANGE", quantity="discharge_m3_s", value=low, low=0.0, high=1e6)
    both = present & np.isfinite(discharge)
    total = exact_sum(discharge[both])
    return exact_sum(discharge[both] * values[both]) / total if total > 0.0 else None
