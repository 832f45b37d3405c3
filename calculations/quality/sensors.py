"""What the sensors themselves can give: readings beyond a sensor's range, or held at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from calculations.quality.channels import BoolArray, Channels
from calculations.quality.events import SENSOR_RAIL, SENSOR_RANGE, Event
from calculations.quality.grid import runs
from calculations.quality.parameters import RAIN, STAGE, QualitySet


@dataclass(frozen=True)
class SensorSpan:
    """The range of a sensor, in the parameter's unit, while it hung: [from_s, to_s), to_s None while it still hangs.

    Of a level sensor the range is over the station's datum: its own range plus the height at which it hangs.
    """

    parameter: str
    from_s: int
    to_s: int | None
    low: float
    high: float


def sensor_range_events(channels: Channels, spans: Iterable[SensorSpan]) -> list[Event]:
    """Readings outside the range of the sensor that hung there then: QARTOD's gross range by the sensor's own span.

    The methodology's gross range stays beside it: the narrower of the two decides.
    """
    found = []
    for span, inside in _known(channels, spans):
        values = channels.values[span.parameter]
        with np.errstate(invalid="ignore"):
            beyond = inside & ((values < span.low) | (values > span.high))
        for first, length in runs(np.asarray(beyond)):
            found.append(
                channels.event(
                    span.parameter, first, first + length - 1, SENSOR_RANGE, sensor_low=span.low, sensor_high=span.high
                )
            )
    return found


def sensor_rail_events(channels: Channels, spans: Iterable[SensorSpan], limits: QualitySet) -> list[Event]:
    """`rail_readings` or more in a row exactly at the end of the sensor's range.

    The lower end of a stage is no rail (a spring that falls dry stands at it), and rain stands at zero most days.
    """
    found = []
    for span, inside in _known(channels, spans):
        if span.parameter == RAIN:
            continue
        values = channels.values[span.parameter]
        with np.errstate(invalid="ignore"):
            at_end = values >= span.high
            if span.parameter != STAGE:
                at_end |= values <= span.low
        for first, length in runs(np.asarray(at_end & inside)):
            if length >= limits.rail_readings:
                value = float(values[first])
                found.append(channels.event(span.parameter, first, first + length - 1, SENSOR_RAIL, value=value))
    return found


def _known(channels: Channels, spans: Iterable[SensorSpan]) -> Iterator[tuple[SensorSpan, BoolArray]]:
    """Each span of a measured parameter with the slots of its time."""
    for span in spans:
        if span.parameter in channels.values:
            inside = channels.times_s >= span.from_s
            if span.to_s is not None:
                inside &= channels.times_s < span.to_s
            yield span, np.asarray(inside)
