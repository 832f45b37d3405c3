"""The logger against what people measured beside it: drift between field checks, field and laboratory values.

The drift correction follows the procedure of USGS Techniques and Methods 1-D3 (Wagner and others, 2006): the error
at a check is what the reference says less what the sensor says, and it is taken to have grown in a straight line
since the sensor was last in order. Criteria as methodology section 9.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from calculations.quality.channels import Channels, Check, FloatArray
from calculations.quality.events import DRIFT, FIELD_CHECK, LAB_CHECK, Event
from calculations.quality.parameters import EC25, QualitySet
from calculations.quality.ranges import FAIL, SUSPECT


def error_at(channels: Channels, check: Check, limits: QualitySet, *, after: bool) -> float | None:
    """Reference less the readings of the hour before or after a check (their median).

    The reading next to the check is left out: whoever measures there disturbs the sensor. None without readings,
    and where the water itself changes in that hour by more than the criterion: then no reading is the one to compare.
    """
    window = _around(channels, check, limits, before=not after, after=after)
    if not window.size or np.ptp(window) > limits.limit(limits.drift, check.parameter, check.value):
        return None
    return check.value - float(np.median(window))


def _around(channels: Channels, check: Check, limits: QualitySet, *, before: bool, after: bool) -> FloatArray:
    """The present readings within the check's window, on one side or both."""
    first_s, last_s = int(channels.times_s[0]), int(channels.times_s[-1])
    within = first_s - limits.check_window_s <= check.at_s <= last_s + limits.check_window_s
    if check.parameter not in channels.values or not within:
        return np.empty(0)
    reach = max(1, limits.check_window_s // channels.interval_s)
    at = int(np.searchsorted(channels.times_s, check.at_s))
    low = at - 1 - reach if before else at + 1
    high = at + 1 + reach if after else at - 1
    window = channels.values[check.parameter][max(low, 0) : max(high, 0)]
    return window[np.isfinite(window)]


def drift_events(channels: Channels, checks: Iterable[Check], limits: QualitySet) -> list[Event]:
    """Spans between field checks at whose end the logger had gone astray.

    `facts`: `start_error` and `end_error` (reference less logger, in the parameter's unit) are what a linear
    correction takes; the flag is 4 where the error exceeds `drift_unusable` of the reference.
    """
    found = []
    by_parameter: dict[str, list[Check]] = {}
    for check in sorted(checks, key=lambda item: item.at_s):
        if check.source == "field" and check.parameter in limits.drift:
            by_parameter.setdefault(check.parameter, []).append(check)
    for parameter, items in by_parameter.items():
        previous: Check | None = None
        for check in items:
            end_error = error_at(channels, check, limits, after=False)
            start_error = 0.0
            if previous is not None:
                start_error = error_at(channels, previous, limits, after=True) or 0.0
            first = channels.slot_of(previous.at_s) if previous is not None else 0
            last = channels.slot_of(check.at_s) - 1
            previous = check if check.cleaned or previous is None else previous
            if end_error is None or last < first or not 0 <= last < channels.slots:
                continue
            if abs(end_error - start_error) <= limits.limit(limits.drift, parameter, check.value):
                continue
            unusable = parameter == EC25 and abs(end_error) > limits.drift_unusable * abs(check.value)
            found.append(
                channels.event(
                    parameter,
                    max(first, 0),
                    last,
                    DRIFT,
                    FAIL if unusable else SUSPECT,
                    start_error=start_error,
                    end_error=end_error,
                )
            )
    return found


def check_events(channels: Channels, checks: Iterable[Check], limits: QualitySet, drifts: list[Event]) -> list[Event]:
    """Single field and laboratory values that the logger contradicts, where no drift explains it already."""
    found = []
    for check in sorted(checks, key=lambda item: item.at_s):
        field = check.source == "field"
        window = _around(channels, check, limits, before=True, after=True)
        limit = limits.limit(limits.drift if field else limits.lab, check.parameter, check.value)
        if not window.size or window.min() - limit <= check.value <= window.max() + limit:
            continue
        error = check.value - float(np.median(window))
        code = FIELD_CHECK if field else LAB_CHECK
        if any(
            drift.parameter == check.parameter and drift.start_s <= check.at_s <= drift.end_s + channels.interval_s
            for drift in drifts
        ):
            continue
        place = min(max(channels.slot_of(check.at_s), 0), channels.slots - 1)
        reach = max(1, limits.check_window_s // channels.interval_s)
        first, last = max(place - reach, 0), min(place + reach, channels.slots - 1)
        found.append(channels.event(check.parameter, first, last, code, reference=check.value, error=error))
    return found
