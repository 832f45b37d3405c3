"""All automatic tests over a record, each on what the tests before it left standing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from calculations.quality.channels import BoolArray, Channels, Check, masked
from calculations.quality.events import Event, in_order
from calculations.quality.explanation import explained, rained
from calculations.quality.parameters import QualitySet
from calculations.quality.point_tests import flat_events, rail_events, range_events, rate_events, spike_events
from calculations.quality.ranges import FAIL
from calculations.quality.reference_checks import check_events, drift_events
from calculations.quality.water_tests import compensation_events, level_shift_events, out_of_water_events


def screen(channels: Channels, limits: QualitySet | None = None, checks: Iterable[Check] = ()) -> list[Event]:
    """Events of all tests, in order of time.

    What one test fails is not looked at by the next, so that one fault is not told twice: air first, then range,
    rail, spikes and flat lines; then what needs the hydrology; last the reference values.
    """
    limits = limits or QualitySet()
    references = tuple(checks)
    if not channels.slots:
        return []
    events: list[Event] = []
    left = channels

    def keep(found: list[Event]) -> None:
        nonlocal left
        events.extend(found)
        left = left.without(masked(channels, [event for event in found if event.flag == FAIL]))

    keep(out_of_water_events(left, limits))
    keep(range_events(left, limits))
    keep(rail_events(left, limits))
    keep(flat_events(left, limits))
    keep(spike_events(left, limits, rained(left, limits, limits.explained_h), explained(left, limits)))
    shifts = level_shift_events(left, limits)
    events.extend(shifts)
    why = explained(left, limits)
    rates = rate_events(left, limits, why)
    events.extend(rates)
    steps = compensation_events(left, limits, why)
    events.extend(step for step in steps if not _told(step, rates))
    drifts = drift_events(left, references, limits)
    events.extend(drifts)
    events.extend(check_events(left, references, limits, drifts))
    return in_order(events)


def _told(event: Event, others: Iterable[Event]) -> bool:
    """Whether another event of the parameter begins at the same step."""
    return any(other.parameter == event.parameter and other.start_s == event.start_s for other in others)


def failed(channels: Channels, events: Iterable[Event]) -> dict[str, BoolArray]:
    """Parameter -> readings that an event of flag 4 takes out; shape (slots,)."""
    return masked(channels, [event for event in events if event.flag == FAIL])


def share_flagged(channels: Channels, events: Iterable[Event], parameter: str) -> float:
    """Share of a parameter's readings that lie in an event, 0 to 1."""
    present = np.isfinite(channels.values[parameter])
    inside = masked(channels, events)[parameter] & present
    return float(inside.sum() / present.sum()) if present.any() else 0.0
