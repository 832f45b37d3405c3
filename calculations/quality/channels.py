"""Readings on a regular grid for the tests, and the reference values that people measured beside the logger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Series
from calculations.quality.events import FLAG_OF, Event
from calculations.quality.grid import NO_READING, readings_by_slot, runs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Check:
    """A reference value: `source` is "field" (beside the sensor) or "lab"; `cleaned` if the sensor was serviced."""

    at_s: int
    parameter: str
    value: float
    source: str = "field"
    cleaned: bool = True


@dataclass(frozen=True)
class Channels:
    """Values per slot, NaN where missing; the grid begins with the first reading and keeps its phase."""

    start_s: int
    interval_s: int
    values: Mapping[str, FloatArray]
    times_s: IntArray
    """Time of each slot's reading, of an empty slot its own; shape (slots,)."""

    @property
    def slots(self) -> int:
        return int(self.times_s.size)

    def per(self, hours: float) -> int:
        """Slots in a number of hours, at least one."""
        return max(1, round(hours * 3600 / self.interval_s))

    def slot_of(self, at_s: int) -> int:
        """Slot nearest to a time, inside the record or not."""
        return int((at_s - self.start_s + self.interval_s // 2) // self.interval_s)

    def without(self, taken: Mapping[str, BoolArray]) -> Channels:
        """The same with the readings of a mask per parameter taken out."""
        values = {
            name: np.where(taken[name], np.nan, item) if name in taken else item for name, item in self.values.items()
        }
        return Channels(self.start_s, self.interval_s, values, self.times_s)

    def events(self, parameter: str, mask: BoolArray, code: str, flag: int | None = None) -> list[Event]:
        """One event per run of True; empty slots inside a run do not part it."""
        return [self.event(parameter, first, first + length - 1, code, flag) for first, length in runs(mask)]

    def event(self, parameter: str, first: int, last: int, code: str, flag: int | None = None, **facts: float) -> Event:
        """The event over slots first to last, both included."""
        return Event(
            parameter=parameter,
            start_s=int(self.times_s[first]),
            end_s=int(self.times_s[last]) + self.interval_s,
            code=code,
            flag=FLAG_OF[code] if flag is None else flag,
            facts=facts,
        )


def channels_of(epoch_s: IntArray, series: Iterable[Series], interval_s: int) -> Channels:
    """Channels from a logger's series; several readings of one slot: the nearest to its time counts."""
    if not epoch_s.size:
        return Channels(0, interval_s, {}, np.empty(0, np.int64))
    start_s = int(epoch_s[0])
    end_s = int(epoch_s[-1]) + interval_s
    by_slot = readings_by_slot(epoch_s, start_s=start_s, end_s=end_s, interval_s=interval_s)
    empty = by_slot == NO_READING
    own = start_s + interval_s * np.arange(by_slot.size, dtype=np.int64)
    times_s = np.where(empty, own, epoch_s[by_slot])
    values = {item.parameter: np.where(empty, np.nan, item.to_float()[by_slot]) for item in series}
    return Channels(start_s, interval_s, values, times_s)


def masked(channels: Channels, events: Iterable[Event]) -> dict[str, BoolArray]:
    """Parameter -> slots whose reading lies inside one of the events."""
    taken = {name: np.zeros(channels.slots, dtype=bool) for name in channels.values}
    for event in events:
        if event.parameter in taken:
            first, after = np.searchsorted(channels.times_s, [event.start_s, event.end_s])
            taken[event.parameter][first:after] = True
    return taken


def typical_step(values: FloatArray) -> float:
    """Median absolute step between neighbouring readings: the noise as the record shows it; 0 for none."""
    steps = np.abs(np.diff(values))
    steps = steps[np.isfinite(steps)]
    return float(np.median(steps)) if steps.size else 0.0


def moving_sum(values: FloatArray, before: int, after: int = 0) -> FloatArray:
    """Sum over the slots i - before to i + after, missing ones counted as zero; shape (n,)."""
    total = np.concatenate(([0.0], np.cumsum(np.nan_to_num(values))))
    places = np.arange(values.size)
    high = np.minimum(places + after + 1, values.size)
    low = np.maximum(places - before, 0)
    return np.asarray(total[high] - total[low])


def last_present(values: FloatArray) -> IntArray:
    """For each slot the index of the last present reading before it, -1 where there is none."""
    places = np.where(np.isfinite(values), np.arange(values.size), -1)
    running = np.maximum.accumulate(places)
    return np.concatenate(([-1], running[:-1])).astype(np.int64)
