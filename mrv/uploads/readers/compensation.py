"""Level above a non-vented sensor: stage = pressure head - air pressure / g, where a barometer covers the time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.tables import LARGEST, MISSING, Column, LoggerTable

KPA_PER_M = 9.80665
"""Pressure of one metre of water of 1,000 kg/m3 under standard gravity [kPa]."""
LONGEST_STEP_S = (
    3600  # between two readings of the barometer this far apart, or two of its intervals, air is interpolated
)


def needs_barometer(table: LoggerTable) -> bool:
    return "absolute_pressure_head" in table.columns and "stage" not in table.columns


def compensate(
    draft: Draft, table: LoggerTable, barometer: LoggerTable | None, barometer_name: str, shown: Callable[[int], str]
) -> LoggerTable:
    """The table with a ``stage`` column [m] where the barometer covers it; elsewhere stage is missing, and said."""
    head = table.columns["absolute_pressure_head"]
    air = barometer.columns.get("barometric_pressure") if barometer is not None else None
    if barometer is None or air is None:
        draft.facts["compensation"] = {"needs": "barometer", "uncovered_slots": len(table)}
        _say(draft, table, np.ones(len(table), dtype=bool), shown)
        return table
    air_kpa = _air_at(table.epoch_s, barometer.epoch_s, air.as_float())
    decimals = head.decimals + 1
    stage_m = head.as_float() - air_kpa / KPA_PER_M
    scaled = np.rint(stage_m * 10.0**decimals)
    fits = np.isfinite(scaled) & (np.abs(np.nan_to_num(scaled)) <= LARGEST)
    values = np.where(fits, np.nan_to_num(scaled), MISSING).astype(np.int32)
    uncovered = np.isnan(air_kpa)
    stage = Column("stage", "m", decimals, values, head.source)
    draft.facts["compensation"] = {
        "needs": barometer_name,
        "uncovered_slots": int(uncovered.sum()),
        "stage": {"n_valid": stage.n_valid, **_range(stage)},
    }
    draft.info("COMPENSATED", value=barometer_name, count=stage.n_valid)
    if uncovered.any():
        _say(draft, table, uncovered, shown)
    return LoggerTable(table.epoch_s, {**table.columns, "stage": stage}, table.source_rows)


def _air_at(
    wanted_s: npt.NDArray[np.int64], times_s: npt.NDArray[np.int64], air_kpa: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Air pressure [kPa] at ``wanted_s``: as read, or between two readings near enough; NaN elsewhere."""
    valid = ~np.isnan(air_kpa)
    times_s, air_kpa = times_s[valid], air_kpa[valid]
    if len(times_s) == 0:
        return np.full(len(wanted_s), np.nan)
    after = np.searchsorted(times_s, wanted_s)
    before = np.maximum(after - 1, 0)
    after = np.minimum(after, len(times_s) - 1)
    step = times_s[after] - times_s[before]
    usual = int(np.median(np.diff(times_s))) if len(times_s) > 1 else 0
    inside = (times_s[after] >= wanted_s) & (times_s[before] <= wanted_s) & (step <= max(LONGEST_STEP_S, 2 * usual))
    exact = times_s[after] == wanted_s
    air: npt.NDArray[np.float64] = np.interp(wanted_s, times_s, air_kpa)
    return np.where(exact | inside, air, np.nan)


def _range(column: Column) -> dict[str, float | None]:
    valid = column.values[column.values != MISSING]
    if not len(valid):
        return {"min": None, "max": None}
    return {"min": int(valid.min()) / 10**column.decimals, "max": int(valid.max()) / 10**column.decimals}


def _say(draft: Draft, table: LoggerTable, uncovered: npt.NDArray[np.bool_], shown: Callable[[int], str]) -> None:
    at = np.flatnonzero(uncovered)
    if len(at):
        draft.warning(
            "NEEDS_BAROMETRIC_COMPENSATION",
            row=int(table.source_rows[at[0]]),
            first_missing=shown(int(table.epoch_s[at[0]])),
            last_missing=shown(int(table.epoch_s[at[-1]])),
            count=len(at),
        )
