"""What a reader hands on: exactly what the file says, nothing computed from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

MISSING = -(2**31)  # the one int32 value that is not a reading
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Parameter:
    """A measured quantity: its canonical unit, and the values beyond which no water can be (None: no limit)."""

    unit: str
    lowest: int | None = None
    highest: int | None = None

    @property
    def limits(self) -> str:
        low = "" if self.lowest is None else f"≥ {self.lowest}"
        high = "" if self.highest is None else f"≤ {self.highest}"
        return ", ".join(part for part in (low, high) if part) + ("" if self.unit == "1" else f" {self.unit}")


PARAMETERS = {
    "rainfall": Parameter("mm", lowest=0),
    "stage": Parameter("m"),
    "water_temperature": Parameter("degC", lowest=-5, highest=60),
    "ph": Parameter("1", lowest=0, highest=14),
    "specific_conductance_25c": Parameter("uS/cm", lowest=0),
    "conductivity_raw": Parameter("uS/cm", lowest=0),
    "absolute_pressure_head": Parameter("m", lowest=0),
    "barometric_pressure": Parameter("kPa", lowest=50, highest=115),
    "battery_voltage": Parameter("V"),
}
MAIN_PARAMETERS = ("stage", "water_temperature", "specific_conductance_25c", "ph", "rainfall")
"""What a station's flux is computed from; a file without one of them says so."""


@dataclass(frozen=True)
class Column:
    """One measured quantity of a logger file.

    ``values`` (int32, one per reading) are the numbers as written times 10**decimals; MISSING where there is none.
    ``decimals`` is the largest number of decimals that the file writes in this column, so nothing is rounded.
    """

    parameter: str
    unit: str
    decimals: int
    values: npt.NDArray[np.int32]
    source: str

    @property
    def n_valid(self) -> int:
        return int(np.count_nonzero(self.values != MISSING))

    def as_float(self) -> npt.NDArray[np.float64]:
        """Values in ``unit`` (float64, NaN where missing), each the float nearest to what the file wrote."""
        floats = self.values / 10.0**self.decimals
        floats[self.values == MISSING] = np.nan
        return floats

    def text_at(self, index: int) -> str:
        """The number as a decimal string ("" where missing)."""
        return scaled_text(int(self.values[index]), self.decimals)


def scaled_text(value: int, decimals: int) -> str:
    """``scaled_text(-5, 2) == "-0.05"``; MISSING is the empty string."""
    return "" if value == MISSING else str(Decimal(value).scaleb(-decimals))


@dataclass(frozen=True)
class LoggerTable:
    """The readings of a logger, one row per instant, sorted.

    ``epoch_s`` int64, seconds since 1970-01-01 UTC, strictly increasing (rows off the grid included).
    ``columns`` by parameter name (the keys of PARAMETERS). ``source_rows`` int64: the row of the file that each
    reading came from, header = row 1.
    """

    epoch_s: npt.NDArray[np.int64]
    columns: dict[str, Column]
    source_rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.epoch_s)


ION_COLUMNS = (
    "k_mg_l", "na_mg_l", "ca_mg_l", "mg_mg_l", "cl_mg_l", "so4_mg_l", "no3_mg_l", "alkalinity_as_hco3_mg_l",
)  # fmt: skip
FIELD_COLUMNS = ("field_ph", "field_temperature_c", "field_ec25_us_cm")


@dataclass(frozen=True)
class LabSample:
    """One water sample. Concentrations in mg/L as received; None where not analysed.

    A column named in ``below_detection`` holds the detection limit, not a result.
    """

    sample_id: str
    at: datetime
    k_mg_l: Decimal | None
    na_mg_l: Decimal | None
    ca_mg_l: Decimal | None
    mg_mg_l: Decimal | None
    cl_mg_l: Decimal | None
    so4_mg_l: Decimal | None
    no3_mg_l: Decimal | None
    alkalinity_as_hco3_mg_l: Decimal | None
    field_ph: Decimal | None
    field_temperature_c: Decimal | None
    field_ec25_us_cm: Decimal | None
    purpose: str
    below_detection: tuple[str, ...]
    source_row: int

    def as_dict(self) -> dict[str, Any]:
        return _as_json(self)


@dataclass(frozen=True)
class Gauging:
    """One discharge measurement. ``uncertainty_pct`` as the field sheet states it, or the assumed default."""

    at: datetime
    stage_m: Decimal
    discharge_m3_s: Decimal
    uncertainty_pct: Decimal
    uncertainty_assumed: bool
    method: str
    operator: str
    source_row: int

    def as_dict(self) -> dict[str, Any]:
        return _as_json(self)


@dataclass(frozen=True)
class Baseline:
    """The years before the project, as its design states them: runoff and flow-weighted water at the same outlet.

    ``first_day`` and ``last_day`` are both inside. ``errors_shared_with_project`` names what is drawn once for both.
    """

    description: str
    first_day: date
    last_day: date
    runoff_mm_per_year: Decimal
    flow_weighted_alkalinity_mg_l_hco3: Decimal
    so4_mg_l: Decimal
    no3_mg_l: Decimal
    relative_standard_uncertainty_of_alkalinity: Decimal
    errors_shared_with_project: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return _as_json(self)


def _as_json(record: LabSample | Gauging | Baseline) -> dict[str, Any]:
    return {name: _json_value(getattr(record, name)) for name in record.__dataclass_fields__}


def _json_value(value: Any) -> Any:
    """Decimals as plain decimal strings, instants in UTC with Z, days as YYYY-MM-DD, tuples as lists."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
