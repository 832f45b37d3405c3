"""What was found of what was planted, seed by seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.detection.faults import Planted, spoil
from benchmarks.detection.springs import INTERVAL_S, PER_DAY, START_S, station_year
from calculations.quality.events import Event
from calculations.quality.screening import screen

LEAST_COVERED = 0.5
"""An event is found when half of its readings lie in detected events of a fitting code."""
_NEAR = 4


@dataclass
class Score:
    """Counts over seeds; `false_alarms` on the years before faults were planted, `stray` beside planted ones."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)
    stray: Counter[str] = field(default_factory=Counter)
    station_days: int = 0
    missed: list[tuple[int, Planted]] = field(default_factory=list)

    @property
    def found_pct(self) -> float:
        return 100.0 * self.found.total() / max(self.planted.total(), 1)

    @property
    def false_alarms_per_day(self) -> float:
        return self.false_alarms.total() / max(self.station_days, 1)

    @property
    def stray_per_day(self) -> float:
        return self.stray.total() / max(self.station_days, 1)


def score(seeds: Iterable[int], days: int = 365) -> Score:
    """Simulate, judge the clean year, spoil it, judge it again."""
    total = Score()
    for seed in seeds:
        clean = station_year(seed, days)
        total.station_days += clean.slots // PER_DAY
        total.false_alarms.update(event.code for event in screen(clean.channels(), checks=clean.checks))
        spoilt, planted = spoil(clean, seed)
        events = screen(spoilt.channels(), checks=spoilt.checks)
        for fault in planted:
            total.planted[fault.kind] += 1
            if _covered(fault, events) >= LEAST_COVERED:
                total.found[fault.kind] += 1
            else:
                total.missed.append((seed, fault))
        total.stray.update(event.code for event in events if not any(_touches(event, fault) for fault in planted))
    return total


def _slots(event: Event) -> tuple[int, int]:
    return (event.start_s - START_S) // INTERVAL_S, (event.end_s - START_S) // INTERVAL_S - 1


def _covered(fault: Planted, events: Iterable[Event]) -> float:
    """Share of the fault's slots inside events of its parameter and codes."""
    covered: set[int] = set()
    for event in events:
        if event.parameter == fault.parameter and event.code in fault.codes:
            first, last = _slots(event)
            covered.update(range(max(first, fault.first), min(last, fault.last) + 1))
    return len(covered) / (fault.last - fault.first + 1)


def _touches(event: Event, fault: Planted) -> bool:
    first, last = _slots(event)
    return event.parameter == fault.parameter and first <= fault.last + _NEAR and fault.first - _NEAR <= last
