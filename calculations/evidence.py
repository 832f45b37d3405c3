"""The evidence of one monitoring period, as plain arrays and records; what a bundle holds.

Conventions of the records (all numbers that a person wrote are decimal strings, as received):

- period: `start`, `end` (ISO 8601 UTC with Z, the span is [start, end)), `zone` (IANA name, for people),
  `utc_offset_s` (int; months are counted with this fixed offset), `interval_s` (int).
- station: `code`, `name_zh`, `name_en`, `catchment_area_km2`, `karst_area_km2` (optional),
  `allogenic_share`, `allogenic_concentration_ratio` (optional, from the project's registration).
- flags: `parameter`, `from`, `to` (ISO 8601 UTC, [from, to)), `flag` (QARTOD 1, 2, 3, 4, 9), `code`.
- samples: `file`, `row` (data row, 1-based), `sample_id`, `timestamp` (ISO 8601 with offset or Z),
  `potassium_mg_l`, `sodium_mg_l`, `calcium_mg_l`, `magnesium_mg_l`, `chloride_mg_l`, `sulfate_mg_l`,
  `nitrate_mg_l`, `alkalinity_hco3_mg_l`, `ph`, `water_temperature_c`,
  `specific_conductance_25c_us_cm`, `purpose`; a value that was not analysed is "" or absent.
- gaugings: `file`, `row`, `timestamp`, `stage_m`, `discharge_m3_s`, `uncertainty_pct`, `method`, `operator`.
- curve: `calculations.hydrology.rating.RatingCurve.record()`, or curves in time
  (`calculations.hydrology.dated_curves`).
- regressions: `calculations.regression.models.IonModels.record()`.
- baseline: the form of tests/data/samples/16_baseline_jiangkou.json, or None.
- companions: evidence of the same period at further stations, by role (`COMPANIONS`); each is an Evidence of its own.
- equipment: what the readings were made with, in the form of `calculations.equipment`, or None.
- records: what else a methodology asks for, by name (`RECORDS`); docs/science/evidence-records.md has their fields.

Evidence without companions, records and equipment is sealed exactly as before there were any: old digests stay.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from calculations.equipment import check_equipment
from calculations.evidence_errors import EvidenceError, parse_utc_s, refuse_part

__all__ = [
    "COMPANIONS",
    "MISSING",
    "RECORDS",
    "Evidence",
    "EvidenceError",
    "RawFile",
    "Record",
    "Series",
    "check_evidence",
    "parse_utc_s",
    "period_bounds_s",
]

MISSING = -(2**31)
"""The value of a scaled reading that is not there."""

COMPANIONS = ("downstream", "control")
"""Roles of further stations: the end of the reach below the spring; the control catchment's outlet."""
RECORDS = (
    "activities",
    "allogenic_water",
    "control_before",
    "corrections",
    "design",
    "dissolution_grid",
    "field_titration",
    "laboratories",
    "life_cycle",
    "organic_carbon",
    "powder",
    "reach",
    "soil_acid",
    "soil_co2",
    "tablets",
)
"""Names of the records that evidence may hold besides what every period has; each a list of objects or an object."""

Record = dict[str, Any]
RawData = bytes | Path | Callable[[], BinaryIO]

_PARAMETER = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MAX_DECIMALS = 9
_MAX_SLOTS = 10_000_000
_FLAGS = {1, 2, 3, 4, 9}


@dataclass(frozen=True)
class Series:
    """One measured quantity: int32 array of value * 10**decimals, as long as the period's `epoch_s`."""

    parameter: str
    unit: str
    decimals: int
    values: npt.NDArray[np.int32]

    def present(self) -> npt.NDArray[np.bool_]:
        """True where a reading exists, shape (n,)."""
        return np.asarray(self.values != MISSING)

    def to_float(self) -> npt.NDArray[np.float64]:
        """Values in `unit`, shape (n,); NaN where missing."""
        scaled = self.values.astype(np.float64) / float(10**self.decimals)
        scaled[self.values == MISSING] = np.nan
        return scaled


@dataclass(frozen=True)
class RawFile:
    """A file exactly as it was uploaded. `data` is its bytes, its path, or a function that opens it."""

    name: str
    kind: str
    sha256: str
    data: RawData

    def open(self) -> BinaryIO:
        """A new binary stream over the file's bytes."""
        if isinstance(self.data, bytes):
            return io.BytesIO(self.data)
        if isinstance(self.data, Path):
            return self.data.open("rb")
        return self.data()


@dataclass(frozen=True)
class Evidence:
    """Everything a calculation may look at; see the module's text for the records' fields."""

    period: Record
    station: Record
    epoch_s: npt.NDArray[np.int64]
    series: tuple[Series, ...]
    flags: list[Record]
    samples: list[Record]
    gaugings: list[Record]
    curve: Record
    regressions: Record
    baseline: Record | None
    raw: tuple[RawFile, ...] = ()
    companions: Mapping[str, Evidence] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)
    equipment: Record | None = None

    def __post_init__(self) -> None:
        check_evidence(self)

    def series_by_parameter(self) -> Mapping[str, Series]:
        """Parameter name -> Series."""
        return {series.parameter: series for series in self.series}


def period_bounds_s(period: Record) -> tuple[int, int]:
    """(start, end) of the span [start, end) in seconds since 1970."""
    return parse_utc_s(period["start"]), parse_utc_s(period["end"])


def check_evidence(evidence: Evidence) -> None:
    """Refuse evidence whose arrays or span contradict each other (EvidenceError, naming the part)."""
    for name in ("start", "end", "zone", "utc_offset_s", "interval_s"):
        if name not in evidence.period:
            raise refuse_part("period", f"{name} is missing")
    start_s, end_s = period_bounds_s(evidence.period)
    interval_s = evidence.period["interval_s"]
    if not isinstance(interval_s, int) or isinstance(interval_s, bool) or not 1 <= interval_s <= 86_400:
        raise refuse_part("period", "interval_s must be 1 to 86400 seconds")
    offset_s = evidence.period["utc_offset_s"]
    if not isinstance(offset_s, int) or isinstance(offset_s, bool) or abs(offset_s) > 64_800:
        raise refuse_part("period", "utc_offset_s must be a number of seconds within 18 hours")
    if end_s <= start_s:
        raise refuse_part("period", "the end is not after the start")
    if (end_s - start_s) // interval_s > _MAX_SLOTS:
        raise refuse_part("period", f"it has more than {_MAX_SLOTS} intervals")
    _check_epochs(evidence.epoch_s, start_s, end_s)
    _check_records(evidence)
    _check_further(evidence)
    seen: set[str] = set()
    for series in evidence.series:
        part = f"series {series.parameter}"
        if not _PARAMETER.fullmatch(series.parameter):
            raise refuse_part(part, "a parameter is named by lower-case letters, digits and underscores")
        if series.parameter in seen:
            raise refuse_part(part, "the parameter appears twice")
        seen.add(series.parameter)
        if series.values.dtype != np.int32 or series.values.shape != evidence.epoch_s.shape:
            raise refuse_part(part, "values must be int32 and as many as the times")
        if not 0 <= series.decimals <= _MAX_DECIMALS:
            raise refuse_part(part, f"decimals must be 0 to {_MAX_DECIMALS}")


def _check_records(evidence: Evidence) -> None:
    """Records are objects; rows and flags have the fields by which everything else finds them."""
    for name in ("samples", "gaugings"):
        for number, item in enumerate(getattr(evidence, name), start=1):
            if not isinstance(item, dict) or not isinstance(item.get("row", 0), int):
                raise refuse_part(name, f"entry {number} is not a record with a whole row number")
    for number, flag in enumerate(evidence.flags, start=1):
        if not isinstance(flag, dict) or not {"parameter", "from", "to", "flag"} <= set(flag):
            raise refuse_part("flags", f"entry {number} lacks parameter, from, to or flag")
        if flag["flag"] not in _FLAGS:
            raise refuse_part("flags", f"entry {number} has the unknown flag {flag['flag']!r}")
        parse_utc_s(flag["from"], part="flags")
        parse_utc_s(flag["to"], part="flags")
    for name in ("curve", "regressions"):
        rows = getattr(evidence, name).get("exclusions", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise refuse_part(name, "exclusions is not a list of records")


def _check_further(evidence: Evidence) -> None:
    """What evidence may hold beside what every period has."""
    for name in evidence.records:
        part = f"records/{name}"
        if name not in RECORDS:
            raise refuse_part(part, f"it is not one of {', '.join(RECORDS)}")
        value = evidence.records[name]
        rows = value if isinstance(value, list) else [value]
        if not rows or not all(isinstance(row, dict) for row in rows):
            raise refuse_part(part, "it is neither an object nor a list of objects")
    if evidence.equipment is not None:
        check_equipment(evidence.equipment)
    for role, companion in evidence.companions.items():
        _check_companion(evidence, role, companion)


def _check_companion(evidence: Evidence, role: str, companion: Evidence) -> None:
    part = f"companions/{role}"
    if role not in COMPANIONS:
        raise refuse_part(part, f"the role is not one of {', '.join(COMPANIONS)}")
    foreign = set(companion.records) - {"corrections"}
    if companion.companions or foreign or companion.baseline is not None or companion.raw:
        raise refuse_part(part, "a companion has readings, corrections and facts of its station only")
    if period_bounds_s(companion.period) != period_bounds_s(evidence.period):
        raise refuse_part(part, "its period is not the same")


def _check_epochs(epoch_s: npt.NDArray[np.int64], start_s: int, end_s: int) -> None:
    if epoch_s.dtype != np.int64 or epoch_s.ndim != 1:
        raise refuse_part("readings/epoch_s", "times must be a one-dimensional int64 array")
    if epoch_s.size and bool(np.any(epoch_s[1:] <= epoch_s[:-1])):
        raise refuse_part("readings/epoch_s", "times must be sorted and unique")
    if epoch_s.size and (int(epoch_s[0]) < start_s or int(epoch_s[-1]) >= end_s):
        raise refuse_part("readings/epoch_s", "a time lies outside the period")
