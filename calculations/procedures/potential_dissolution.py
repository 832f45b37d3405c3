"""potential-dissolution-1: the maximum potential dissolution over a grid, as a map and a table of counties.

Screening only. The result states where soil CO2 came from and by which activity model calcium was calculated, and shows
the closed form without ion pairs beside it (`calculations.chemistry.calcite_equilibrium`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.bundle import Bundle
from calculations.chemistry import ConstantsTable, load_constants
from calculations.chemistry.calcite_equilibrium import closed_form_calcium, equilibrium_calcium
from calculations.evidence import Record
from calculations.flux.dissolution import exponent, potential_t_co2_km2, pressure_ratios_for
from calculations.gates import standing_gates
from calculations.masses import CACO3, CO2
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.portable import exact_sum, exp10, log10
from calculations.procedures.asked import RecordError, record_object, text_in
from calculations.procedures.plain import plain_result, shown
from calculations.records import number_within
from calculations.result import Result, plot_series
from calculations.site import Progress

FloatArray = NDArray[np.float64]
RECORD = "dissolution_grid"
ACTIVITY_MODEL = "ion pairs, WATEQ Debye-Hueckel"
FACTORS = (2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Grid:
    """Cells in the order of the record, arrays of n."""

    names: tuple[str, ...]
    counties: tuple[str, ...]
    longitude_deg: FloatArray
    latitude_deg: FloatArray
    area_km2: FloatArray
    carbonate_share: FloatArray
    runoff_mm: FloatArray
    temperature_c: FloatArray
    log10_pco2_atm: FloatArray


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-MPD. Raises RecordError RECORD_MISSING, RECORD_FIELD_INVALID or TOO_MANY_CELLS, EvidenceError for a cell."""
    tell("load", 0, 1)
    record = record_object(bundle, methodology, RECORD)
    sources = {name: text_in(record, name, RECORD) for name in ("soil_pco2_source", "climate_source")}
    grid = _grid(record, methodology)
    constants = methodology.content["constants"]
    table = load_constants(constants["name"], constants["sha256"])
    tell("load", 1, 1)
    tell("speciation", 0, 1)
    calcium = equilibrium_calcium(grid.temperature_c, grid.log10_pco2_atm, table).calcium_mol_kgw
    closed = closed_form_calcium(grid.temperature_c, grid.log10_pco2_atm, "extended", table)
    tell("speciation", 1, 1)
    tell("flux", 0, 1)
    potential = potential_t_co2_km2(grid.runoff_mm, calcium)
    carbonate_km2 = grid.area_km2 * grid.carbonate_share
    total, area = exact_sum(potential * carbonate_km2), exact_sum(carbonate_km2)
    if area <= 0.0:
        raise RecordError(
            "RECORD_FIELD_INVALID", record=RECORD, field="carbonate_share", value="0", expected="some carbonate rock"
        )
    factors, factor_messages = _factors(grid, carbonate_km2, methodology, table)
    tell("flux", 1, 1)
    tell("report", 0, 1)
    result = plain_result(
        bundle,
        methodology,
        figures={
            "cells": float(len(grid.names)),
            "dry_cells": float((grid.runoff_mm < 0.0).sum()),
            "grid_area_km2": exact_sum(grid.area_km2),
            "mean_calcium_mmol_l": 1000.0 * exact_sum(calcium * carbonate_km2) / area,
            "mean_calcium_closed_form_mmol_l": 1000.0 * exact_sum(closed * carbonate_km2) / area,
            "dissolved_caco3_t_a": total * CACO3 / CO2,
            "potential_t_co2_a": total,
            "potential_t_co2_km2_a": total / area,
        },
        reasons=standing_gates(methodology),
        warnings=[*_warnings(grid, methodology), *factor_messages],
        sections={
            "model": {
                **sources,
                "activity_model": ACTIVITY_MODEL,
                "closed_form_activity_model": "extended Debye-Hueckel, no ion pairs",
                "constants": constants["name"],
            },
            "counties": _counties(grid, potential, carbonate_km2),
            "factors": factors,
        },
        arrays={"calcium_mol_kgw": calcium, "potential_t_co2_km2": potential},
        plots={
            "longitude": plot_series("longitude", "deg", 6, grid.longitude_deg),
            "latitude": plot_series("latitude", "deg", 6, grid.latitude_deg),
            "potential": plot_series("potential", "t CO2/km2/a", 4, potential),
        },
        plot_grid={"cells": list(grid.names)},
    )
    tell("report", 1, 1)
    return result


def _grid(record: Record, methodology: Methodology) -> Grid:
    cells = record.get("cells")
    if not isinstance(cells, list) or not cells or not all(isinstance(cell, dict) for cell in cells):
        raise RecordError(
            "RECORD_FIELD_INVALID", record=RECORD, field="cells", value=type(cells).__name__, expected="a list of cells"
        )
    most = methodology.whole("cells_most")
    if len(cells) > most:
        raise RecordError("TOO_MANY_CELLS", count=len(cells), most=most)

    def column(field: str, low: float, high: float, default: float | None = None) -> FloatArray:
        return np.array([number_within(cell, field, low, high, default=default) for cell in cells])

    rain, evaporation = column("precipitation_mm_a", 0.0, 15_000.0), column("evaporation_mm_a", 0.0, 5_000.0)
    return Grid(
        names=tuple(str(cell.get("cell", number)) for number, cell in enumerate(cells, start=1)),
        counties=tuple(text_in(cell, "county", RECORD) for cell in cells),
        longitude_deg=column("longitude_deg", -180.0, 180.0),
        latitude_deg=column("latitude_deg", -90.0, 90.0),
        area_km2=column("area_km2", 0.0, 1e6),
        carbonate_share=column("carbonate_share", 0.0, 1.0, default=1.0),
        runoff_mm=rain - evaporation,
        temperature_c=column("temperature_c", 0.0, 40.0),
        log10_pco2_atm=column("log10_soil_pco2_atm", -4.0, 0.0),
    )


def _counties(grid: Grid, potential: FloatArray, carbonate_km2: FloatArray) -> list[dict[str, Any]]:
    rows = []
    for county in sorted(set(grid.counties)):
        inside = np.array([name == county for name in grid.counties])
        total, area = exact_sum(potential[inside] * carbonate_km2[inside]), exact_sum(carbonate_km2[inside])
        rows.append(
            {
                "county": county,
                "cells": int(inside.sum()),
                "carbonate_area_km2": shown(area, 3),
                "potential_t_co2_a": shown(total, 3),
                "potential_t_co2_km2_a": shown(total / area, 4) if area > 0.0 else None,
            }
        )
    return rows


def _factors(
    grid: Grid, carbonate_km2: FloatArray, methodology: Methodology, table: ConstantsTable
) -> tuple[dict[str, Any], list[Message]]:
    """What soil CO2 would have to become for 2, 4 and 8 times the dissolution, at the grid's mean conditions."""
    area = exact_sum(carbonate_km2)
    temperature = exact_sum(grid.temperature_c * carbonate_km2) / area
    pressure = log10(exact_sum(exp10(grid.log10_pco2_atm) * carbonate_km2) / area)
    most = methodology.value("soil_pco2_most_atm")
    rows, messages = [], []
    ratios = pressure_ratios_for(FACTORS, temperature, pressure, table)
    for factor, ratio in zip(FACTORS, ratios, strict=True):
        needed = None if ratio is None else ratio * exp10(pressure)
        reachable = needed is not None and needed <= most
        rows.append(
            {
                "factor": factor,
                "pressure_ratio": None if ratio is None else shown(ratio, 2),
                "soil_pco2_atm": None if needed is None else shown(needed, 5),
                "reachable": reachable,
            }
        )
        if not reachable:
            facts = {
                "factor": factor,
                "ratio": "-" if ratio is None else round(ratio, 1),
                "needed": "> 3" if needed is None else round(needed, 3),
                "most": most,
            }
            messages.append(Message("FACTOR_NOT_REACHABLE", facts, "info"))
    record = {
        "temperature_c": shown(temperature, 3),
        "log10_soil_pco2_atm": shown(pressure, 4),
        "exponent": shown(exponent(temperature, pressure, table), 4),
        "by_equilibrium": rows,
    }
    return record, messages


def _warnings(grid: Grid, methodology: Methodology) -> list[Message]:
    warnings = []
    dry = int((grid.runoff_mm < 0.0).sum())
    if dry:
        warnings.append(Message("CELLS_DRY", {"count": dry}))
    most = methodology.value("soil_pco2_most_atm")
    high = int((exp10(grid.log10_pco2_atm) > most).sum())
    if high:
        warnings.append(Message("SOIL_PCO2_ABOVE_LIMIT", {"count": high, "most": most}))
    return warnings
