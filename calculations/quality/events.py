"""Events: what an automatic test found, as an interval of one parameter with a QARTOD flag and a reason code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from calculations.quality.grid import iso_utc
from calculations.quality.ranges import FAIL, OUT_OF_RANGE, SUSPECT

SENSOR_RANGE, SENSOR_RAIL = "SENSOR_RANGE", "SENSOR_RAIL"
SPIKE, RATE, FLAT_LINE = "SPIKE", "RATE_OF_CHANGE", "FLAT_LINE"
OUT_OF_WATER, LEVEL_SHIFT, COMPENSATION = "OUT_OF_WATER", "LEVEL_SHIFT", "EC_T_CONSISTENCY"
DRIFT, FIELD_CHECK, LAB_CHECK = "DRIFT", "FIELD_CHECK", "LAB_CHECK"

FLAG_OF: Mapping[str, int] = MappingProxyType(
    {
        OUT_OF_RANGE: FAIL,
        OUT_OF_WATER: FAIL,
        SENSOR_RANGE: FAIL,
        SENSOR_RAIL: FAIL,
        SPIKE: FAIL,
        RATE: SUSPECT,
        FLAT_LINE: FAIL,
        LEVEL_SHIFT: SUSPECT,
        COMPENSATION: SUSPECT,
        DRIFT: SUSPECT,
        FIELD_CHECK: SUSPECT,
        LAB_CHECK: SUSPECT,
    }
)
"""Reason code -> QARTOD flag: 4 where no reading can be right, 3 where a person has to say."""

LETTER_OF: Mapping[str, str] = MappingProxyType(
    {
        OUT_OF_RANGE: "R",
        OUT_OF_WATER: "O",
        SENSOR_RANGE: "G",
        SENSOR_RAIL: "M",
        SPIKE: "S",
        RATE: "J",
        FLAT_LINE: "F",
        LEVEL_SHIFT: "L",
        COMPENSATION: "T",
        DRIFT: "D",
        FIELD_CHECK: "C",
        LAB_CHECK: "B",
    }
)
"""Reason code -> the letter that stands beside its tick."""


@dataclass(frozen=True)
class Event:
    """Readings of `parameter` in [start_s, end_s) (seconds since 1970), `facts` says what was seen."""

    parameter: str
    start_s: int
    end_s: int
    code: str
    flag: int
    facts: Mapping[str, float] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The flag record that evidence holds."""
        return {
            "parameter": self.parameter,
            "from": iso_utc(self.start_s),
            "to": iso_utc(self.end_s),
            "flag": self.flag,
            "code": self.code,
        }


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events by time, parameter and code."""
    return sorted(events, key=lambda event: (event.start_s, event.parameter, event.code, event.end_s))
