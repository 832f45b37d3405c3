"""From evidence to inputs on the period's grid: flags applied, ranges checked, short gaps filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Evidence, Series, period_bounds_s
from calculations.hydrology.gap_filling import Filling, fill_short_gaps
from calculations.messages import CalculationError, Message
from calculations.quality.corrections import corrected, corrections_of
from calculations.quality.filling import FillingRule, fill_series
from calculations.quality.grid import NO_READING, GridReport, grid_report, readings_by_slot
from calculations.quality.ranges import FAIL, MISSING_FLAG, flagged, out_of_range

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STAGE, EC25, TEMPERATURE, PH = "stage", "specific_conductance_25c", "water_temperature", "ph"
RAW_CONDUCTIVITY = "conductivity_raw"
"""Conductivity at the water's own temperature, as loggers without compensation write it."""
_OTHER_NAMES = {"electrical_conductivity": RAW_CONDUCTIVITY}
"""As bundles of other programs call a parameter."""
UNITS = {STAGE: "m", EC25: "uS/cm", TEMPERATURE: "degC", PH: "1", RAW_CONDUCTIVITY: "uS/cm"}
_COMPENSATION = 0.0191
"""Relative change of conductivity per K used for compensation to 25 C (ISO 7888, linear)."""


class InputError(CalculationError):
    """The readings cannot be calculated with; `code` says why."""


@dataclass(frozen=True)
class Inputs:
    """Values per slot (NaN missing), shape (slots,): as measured and used, and which were filled."""

    start_s: int
    interval_s: int
    grid: GridReport
    readings: int
    measured: Mapping[str, FloatArray]
    """Parameter -> value of an accepted reading, NaN where there is none."""
    filled: Mapping[str, FloatArray]
    """Parameter -> the same with short gaps filled."""
    rejected: Mapping[str, int]
    """Parameter -> readings that flags (4, 9) or the gross range took out."""
    resolution: Mapping[str, float]
    """Parameter -> smallest step of its values, in its unit."""
    messages: tuple[Message, ...]
    fillings: Mapping[str, Filling] = field(default_factory=dict)
    """Parameter -> how its gaps were filled by the conditional rule; empty under the rule of straight lines."""

    @property
    def slots(self) -> int:
        """Number of slots of the period."""
        return self.grid.expected_slots

    @property
    def epoch_s(self) -> NDArray[np.int64]:
        """Start of each slot in seconds since 1970, shape (slots,)."""
        return self.start_s + self.interval_s * np.arange(self.slots, dtype=np.int64)

    def has(self, *parameters: str) -> BoolArray:
        """Slots in which all parameters have a value, measured or filled."""
        return _all_present(self.filled, parameters, self.slots)

    def has_measured(self, *parameters: str) -> BoolArray:
        """Slots in which all parameters were measured and accepted."""
        return _all_present(self.measured, parameters, self.slots)


def prepare(
    evidence: Evidence,
    *,
    ranges: Mapping[str, tuple[float, float]],
    gap_limit_h: float,
    required: tuple[str, ...] = (STAGE, EC25),
    filling: FillingRule | None = None,
) -> Inputs:
    """Inputs of one period.

    A reading under a flag of 4 or 9 does not count. A reading under no flag at all must lie in its gross range
    (where a person has judged a reading, the flag decides). Corrections are applied to what was accepted.
    With `filling` gaps are filled by the conditional rule, each value with its uncertainty; else short ones by
    straight lines. Raises InputError: SERIES_MISSING, UNIT_UNEXPECTED, NO_READINGS.
    """
    start_s, end_s = period_bounds_s(evidence.period)
    interval_s = int(evidence.period["interval_s"])
    series = _known_series(evidence)
    for parameter in required:
        if parameter not in series and not (parameter == EC25 and RAW_CONDUCTIVITY in series):
            raise InputError("SERIES_MISSING", parameter=parameter)
    by_slot = readings_by_slot(evidence.epoch_s, start_s=start_s, end_s=end_s, interval_s=interval_s)
    grid = grid_report(evidence.epoch_s, start_s=start_s, end_s=end_s, interval_s=interval_s)
    if grid.present_slots == 0:
        raise InputError("NO_READINGS")
    measured: dict[str, FloatArray] = {}
    rejected: dict[str, int] = {}
    messages: list[Message] = []
    corrections = corrections_of(evidence.records)
    for parameter, item in series.items():
        values, by_flag, by_range = _accepted(evidence, item, ranges)
        rejected[parameter] = by_flag + by_range
        if by_range:
            messages.append(Message("READINGS_OUT_OF_RANGE", {"parameter": parameter, "count": by_range}))
        values, touched = corrected(evidence.epoch_s, values, corrections, parameter)
        if touched:
            messages.append(Message("READINGS_CORRECTED", {"parameter": parameter, "count": touched}))
        measured[parameter] = np.where(by_slot == NO_READING, np.nan, values[by_slot])
    if EC25 not in measured and RAW_CONDUCTIVITY in measured:
        measured[EC25], said = _ec25_of_raw(measured, ranges)
        messages.extend(said)
    longest = int(gap_limit_h * 3600.0) // interval_s
    offset_s = int(evidence.period["utc_offset_s"])
    for parameter in required:
        if np.isnan(measured[parameter]).all():
            raise InputError("SERIES_EMPTY", parameter=parameter)
    fillings: dict[str, Filling] = {}
    if filling is not None:
        fillings = fill_series(measured, filling, start_s=start_s, interval_s=interval_s, utc_offset_s=offset_s)
    return Inputs(
        start_s=start_s,
        interval_s=interval_s,
        grid=grid,
        readings=int(evidence.epoch_s.size),
        measured=measured,
        filled={parameter: item.values for parameter, item in fillings.items()}
        or {parameter: fill_short_gaps(values, longest)[0] for parameter, values in measured.items()},
        rejected=rejected,
        resolution={parameter: 1.0 / 10**item.decimals for parameter, item in series.items()},
        messages=tuple(messages),
        fillings=fillings,
    )


def compensated(conductivity_us_cm: FloatArray, temperature_c: FloatArray | None) -> FloatArray:
    """EC25 = EC / (1 + 0.0191 (T - 25)), for instruments that did not compensate."""
    if temperature_c is None:
        raise InputError("SERIES_MISSING", parameter=TEMPERATURE)
    return conductivity_us_cm / (1.0 + _COMPENSATION * (temperature_c - 25.0))


def _ec25_of_raw(
    measured: Mapping[str, FloatArray], ranges: Mapping[str, tuple[float, float]]
) -> tuple[FloatArray, list[Message]]:
    """EC25 of conductivity that no instrument compensated, held to the range of EC25; and the step as messages."""
    values = compensated(measured[RAW_CONDUCTIVITY], measured.get(TEMPERATURE))
    made = int(np.count_nonzero(~np.isnan(values)))
    messages = [Message("EC_COMPENSATED", {"parameter": EC25, "count": made, "coefficient": _COMPENSATION}, "info")]
    lowest, highest = ranges.get(EC25, (-np.inf, np.inf))
    outside = (values < lowest) | (values > highest)
    if outside.any():
        values = np.where(outside, np.nan, values)
        messages.append(Message("READINGS_OUT_OF_RANGE", {"parameter": EC25, "count": int(np.count_nonzero(outside))}))
    return values, messages


def _known_series(evidence: Evidence) -> dict[str, Series]:
    found = {}
    compensates = any(series.parameter == EC25 for series in evidence.series)
    for series in evidence.series:
        name = _OTHER_NAMES.get(series.parameter, series.parameter)
        if name not in UNITS or (name == RAW_CONDUCTIVITY and compensates):
            continue  # beside a compensated column the raw one is kept, never used
        if series.unit != UNITS[name]:
            raise InputError(
                "UNIT_UNEXPECTED",
                parameter=series.parameter,
                unit=series.unit,
                expected=UNITS[name],
            )
        found[name] = series
    return found


def _accepted(
    evidence: Evidence, series: Series, ranges: Mapping[str, tuple[float, float]]
) -> tuple[FloatArray, int, int]:
    """(values with NaN where not accepted, taken out by flags, taken out by range)."""
    present = series.present()
    failed = flagged(evidence.epoch_s, evidence.flags, series.parameter, (FAIL, MISSING_FLAG)) & present
    judged = flagged(evidence.epoch_s, evidence.flags, series.parameter)
    outside = out_of_range(series, ranges) & present & ~judged
    values = series.to_float()
    values[failed | outside] = np.nan
    return values, int(failed.sum()), int(outside.sum())


def _all_present(values: Mapping[str, FloatArray], parameters: tuple[str, ...], slots: int) -> BoolArray:
    mask = np.ones(slots, dtype=bool)
    for parameter in parameters:
        mask &= ~np.isnan(values[parameter]) if parameter in values else False
    return mask
