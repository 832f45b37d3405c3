"""What the water itself says of the file's clock: it is warmest, and its pH highest, in the afternoon.

A hint for the person who must answer, never an answer: the zone is asked all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import Instants, Int64s
from mrv.uploads.readers.tables import MISSING, Column

RHYTHMIC = ("water_temperature", "ph")
WARMEST_HOUR = 15.0  # local time; a spring follows the air and the plants of its pool by an hour or two
FEWEST_DAYS = 10
CLEAR = 0.5  # share of the scatter within a day that one daily wave must explain (amplitude over deviation)
NEAR_H = 1.5
UTC_HINT = (
    "2-hour-peak of diurnal T/pH and station file history suggest UTC; wrong choice shifts storms 8 h against the rain "
    "gauge"
)
_DAY_S = 86_400


def hint_at_zone(draft: Draft, clock: Instants, columns: list[Column], file_rows: Int64s) -> None:
    """Where the zone is to be asked and the daily peak stands far from the afternoon: what that suggests."""
    zone = draft.timezone or {}
    if not zone.get("must_ask") or "resolved" in zone or zone.get("in_file"):
        return
    by_name = {column.parameter: column for column in columns}
    peaks = {
        name: peak for name in RHYTHMIC if name in by_name and (peak := peak_hour(clock, by_name[name])) is not None
    }
    if not peaks:
        return
    shift_h = _apart(WARMEST_HOUR, sum(peaks.values()) / len(peaks)) if _agree(peaks) else 0.0
    station = ZoneInfo(str(zone.get("station_default") or "Asia/Shanghai"))
    first_s = int(clock.epoch_s[int(np.argmax(clock.ok))])
    offset_h = _offset_h(station, first_s)
    if offset_h is None or abs(offset_h) < 2 * NEAR_H or abs(shift_h - offset_h) > NEAR_H:
        return
    assert draft.timezone is not None
    draft.timezone["hint"] = UTC_HINT
    peak = next(iter(peaks.values()))
    draft.info(
        "TZ_HINT",
        row=int(file_rows[int(np.argmax(clock.ok))]),
        time=f"{int(peak):02d}:{int(peak % 1 * 60):02d}",
        meant="UTC",
        zone=str(station.key),
    )


def peak_hour(clock: Instants, column: Column) -> float | None:
    """Hour of the file's clock (0 to 24) at which the daily wave is highest; None where there is no clear one."""
    usable = clock.ok & (column.values != MISSING)
    times = clock.epoch_s[usable]
    if not len(times) or int(times.max()) - int(times.min()) < FEWEST_DAYS * _DAY_S:
        return None
    values = column.values[usable] / 10.0**column.decimals
    days, day_of_row = np.unique(times // _DAY_S, return_inverse=True)
    counts = np.bincount(day_of_row)
    apart = values - (np.bincount(day_of_row, weights=values) / counts)[day_of_row]
    angle = 2.0 * math.pi / _DAY_S * (times % _DAY_S)
    east, north = 2.0 * float(np.mean(apart * np.cos(angle))), 2.0 * float(np.mean(apart * np.sin(angle)))
    scatter = float(np.std(apart))
    if len(days) < FEWEST_DAYS or scatter == 0.0 or math.hypot(east, north) < CLEAR * scatter:
        return None
    return math.atan2(north, east) * 12.0 / math.pi % 24.0


def _agree(peaks: Mapping[str, float]) -> bool:
    first = next(iter(peaks.values()))
    return all(abs(_apart(first, peak)) <= NEAR_H for peak in peaks.values())


def _apart(later_h: float, earlier_h: float) -> float:
    """Hours from one time of day to another, between -12 and 12."""
    return (later_h - earlier_h + 12.0) % 24.0 - 12.0


def _offset_h(zone: ZoneInfo, epoch_s: int) -> float | None:
    offset = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone).utcoffset()
    return None if offset is None else offset.total_seconds() / 3600.0
