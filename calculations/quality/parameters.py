"""The quality-control set: every number of the automatic tests, as a methodology version may set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from calculations.quality.ranges import DEFAULT_RANGES

Limit = tuple[float, float]
"""(absolute, relative): a limit of absolute + nothing, or relative times the level, whichever is larger."""

STAGE, EC25, TEMPERATURE, PH, RAIN = "stage", "specific_conductance_25c", "water_temperature", "ph", "rainfall"
RAW_CONDUCTIVITY = "conductivity_raw"


def _of(values: Mapping[str, Any]) -> Any:
    return field(default_factory=lambda: MappingProxyType(dict(values)))


@dataclass(frozen=True)
class QualitySet:
    """Parameters of the automatic tests. Defaults: methodology, section 9; where it is silent, our own choice."""

    name: str = "automatic-2"
    ranges: Mapping[str, tuple[float, float]] = _of(DEFAULT_RANGES)
    """Gross range: parameter -> lowest and highest credible value, in its unit."""
    spans: Mapping[str, tuple[float, float]] = _of({})
    """Sensor span where it is known: parameter -> lowest and highest value that the sensor can give."""
    rail_readings: int = 3
    """Readings in a row at the end of the span."""
    spike: Mapping[str, Limit] = _of(
        {EC25: (8.0, 0.05), RAW_CONDUCTIVITY: (8.0, 0.05), PH: (0.2, 0.0), TEMPERATURE: (0.5, 0.0), STAGE: (0.1, 0.0)}
    )
    spike_noise_times: float = 10.0
    """A spike stands out of the noise (median step between readings) by at least this many times."""
    spike_longest_s: int = 2700
    """What stays longer is no spike."""
    spike_return: float = 0.4
    """The series returns: the levels before and after differ by less than this share of the jump."""
    rate: Mapping[str, Limit] = _of(
        {TEMPERATURE: (2.0, 0.0), PH: (0.5, 0.0), EC25: (0.0, 0.3), RAW_CONDUCTIVITY: (0.0, 0.3)}
    )
    """Largest change per 15 minutes unless rain or stage explains it."""
    step_longest_d: float = 30.0
    """A jump and its way back at most this far apart are one event."""
    flat_h: Mapping[str, float] = _of({PH: 6.0, EC25: 6.0, RAW_CONDUCTIVITY: 6.0, TEMPERATURE: 48.0, STAGE: 48.0})
    flat_typical_times: float = 4.0
    """And longer than this many times the long quiet stretches that the record has anyway."""
    dry_ec_us_cm: float = 20.0
    dry_stage_m: float = 0.02
    """Stage at datum: at or below this, or fallen below all the record's other stages."""
    explained_rain_mm: float = 2.0
    """Rain that explains a change, summed over `explained_h`."""
    explained_rise_m: float = 0.03
    """Movement of the stage that explains a change, over `explained_h`."""
    explained_h: float = 12.0
    shift_m: float = 0.05
    """Smallest level shift of the stage."""
    shift_ec: float = 0.05
    """Smallest unexplained lasting step of EC25, relative."""
    shift_window_h: float = 3.0
    shift_noise_times: float = 12.0
    compensation_tolerance: float = 0.03
    """EC25 against EC and temperature, relative."""
    drift: Mapping[str, Limit] = _of({EC25: (5.0, 0.03), PH: (0.2, 0.0), TEMPERATURE: (0.2, 0.0)})
    """Difference from a field check beyond which a drift is corrected (after USGS TM 1-D3)."""
    drift_unusable: float = 0.3
    """Relative difference of EC25 beyond which the readings cannot be used."""
    check_window_s: int = 3600
    """Readings at most this far from a check are compared with it (their median)."""
    lab: Mapping[str, Limit] = _of({EC25: (10.0, 0.05)})
    """The same criterion for a laboratory's value."""

    def limit(self, limits: Mapping[str, Limit], parameter: str, level: float) -> float:
        """max(absolute, relative x level) of one of the limit tables; inf where it has none."""
        if parameter not in limits:
            return float("inf")
        absolute, relative = limits[parameter]
        return max(absolute, relative * abs(level))


def quality_set(content: Mapping[str, Any]) -> QualitySet:
    """The set that a methodology's `quality` table gives: what it does not name keeps its default.

    ValueError names an entry that no test knows, so that a misspelt parameter is never passed over.
    """
    known = {item.name for item in fields(QualitySet)}
    unknown = sorted(set(content) - known)
    if unknown:
        raise ValueError(f"quality: no test knows {', '.join(unknown)}")
    given: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            given[key] = MappingProxyType({name: _number_or_pair(item) for name, item in value.items()})
        else:
            given[key] = value
    return QualitySet(**given)


def _number_or_pair(value: Any) -> Any:
    return tuple(float(part) for part in value) if isinstance(value, list | tuple) else float(value)
