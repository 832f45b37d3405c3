"""All automatic tests over a record, each on what the tests before it left standing."""

from __future__ import annotations

from collections.abc import Iterable

from calculations.quality.channels import BoolArray, Channels, Check, masked
from calculations.quality.events import Event, in_order
from calculations.quality.explanation import explained, rained
from calculations.quality.parameters import QualitySet
from calculations.quality.point_tests import flat_events, rail_events, range_events, rate_events, spike_events
from calculations.quality.ranges import FAIL
from calculations.quality.reference_checks import check_events, drift_events
from calculations.quality.sensors import SensorSpan, sensor_rail_events, sensor_range_events
from calculations.quality.water_tests import compensation_events, level_shift_events, out_of_water_events

TESTS = "2"
"""Counts up when the tests find other events by the same limits."""
_NEAR_A_VISIT = 2


def screen(
    channels: Channels,
    limits: QualitySet | None = None,
    checks: Iterable[Check] = (),
    sensors: Iterable[SensorSpan] = (),
) -> list[Event]:
    """Events of all tests, in order of time. `sensors`: the ranges of the sensors that are known, beside the limits'.

    What one test fails is not looked at by the next, so that one fault is not told twice: air first, then range,
    rail, spikes and flat lines; then what needs the hydrology; last the reference values.
    """
    limits = limits or QualitySet()
    references, spans = tuple(checks), tuple(sensors)
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
    keep(sensor_range_events(left, spans))
    keep(sensor_rail_events(left, spans, limits))
    keep(rail_events(left, limits))
    keep(flat_events(left, limits))
    keep(spike_events(left, limits, rained(left, limits, limits.explained_h), explained(left, limits)))
    shifts = level_shift_events(left, limits)
    events.extend(shifts)
    why = explained(left, limits)
    drifts = drift_events(left, references, limits)
    events.extend(drifts)
    lost = [e for e in compensation_events(left, limits, why) if not _ends_drift(e, drifts, channels.interval_s)]
    events.extend(lost)
    for event in rate_events(left, limits, why):
        if not _told(event, lost) and not _ends_drift(event, drifts, channels.interval_s):
            events.append(event)
    events.extend(check_events(left, references, limits, drifts))
    return in_order(events)


def _told(event: Event, others: Iterable[Event]) -> bool:
    """Whether another event of the parameter begins or ends with the same step."""
    return any(other.parameter == event.parameter and event.start_s in (other.start_s, other.end_s) for other in others)


def _ends_drift(event: Event, drifts: Iterable[Event], interval_s: int) -> bool:
    """Whether an event is only the step by which a visit put a drifted sensor right."""
    height = event.facts.get("step", event.facts.get("change", 0.0))
    return event.end_s - event.start_s <= interval_s and any(
        drift.parameter == event.parameter
        and abs(event.start_s - drift.end_s) <= _NEAR_A_VISIT * interval_s
        and abs(height - drift.facts["end_error"]) <= 0.5 * abs(drift.facts["end_error"])
        for drift in drifts
    )


def failed(channels: Channels, events: Iterable[Event]) -> dict[str, BoolArray]:
    """Parameter -> readings that an event of flag 4 takes out; shape (slots,)."""
    return masked(channels, [event for event in events if event.flag == FAIL])
