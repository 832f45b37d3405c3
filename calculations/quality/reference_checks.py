"""The logger against what people measured beside it: drift between field checks, field and laboratory values.

The drift correction follows the procedure of USGS Techniques and Methods 1-D3 (Wagner and others, 2006): the error
at a check is what the reference says less what the sensor says, and it is taken to have grown in a straight line
since the sensor was last in order. Criteria as methodology section 9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from calculations.quality.channels import Channels, Check, FloatArray, IntArray
from calculations.quality.events import DRIFT, FIELD_CHECK, LAB_CHECK, Event
from calculations.quality.parameters import EC25, QualitySet
from calculations.quality.ranges import FAIL, SUSPECT

_FEWEST_OF_SLOPE = 3


def error_at(channels: Channels, check: Check, limits: QualitySet, *, after: bool) -> float | None:
    """Reference less what the readings of the hour before or after a check come to at its time (a straight line).

    The reading next to the check is left out: whoever measures there disturbs the sensor. None without readings on
    that side, and where the water itself changes within the hour, on either side, by more than the criterion: then
    no reading is the one to compare.
    """
    criterion = limits.limit(limits.drift, check.parameter, check.value)
    sides = {late: _around(channels, check, limits, before=not late, after=late) for late in (False, True)}
    if not sides[after].values.size or any(s.values.size and np.ptp(s.values) > criterion for s in sides.values()):
        return None
    return check.value - sides[after].at(check.at_s)


@dataclass(frozen=True)
class _Window:
    """The present readings around a check: times in seconds since 1970, values; shape (n,)."""

    times_s: IntArray
    values: FloatArray

    def at(self, at_s: int) -> float:
        """The median, carried to a time along the median of the slopes between all pairs (Theil-Sen)."""
        middle = float(np.median(self.values))
        if self.values.size < _FEWEST_OF_SLOPE:
            return middle
        first, second = np.triu_indices(self.values.size, 1)
        slopes = (self.values[second] - self.values[first]) / (self.times_s[second] - self.times_s[first])
        return middle + float(np.median(slopes)) * (at_s - float(np.median(self.times_s)))


def _around(channels: Channels, check: Check, limits: QualitySet, *, before: bool, after: bool) -> _Window:
    """The present readings within the check's window, on one side or both."""
    first_s, last_s = int(channels.times_s[0]), int(channels.times_s[-1])
    within = first_s - limits.check_window_s <= check.at_s <= last_s + limits.check_window_s
    if check.parameter not in channels.values or not within:
        return _Window(np.empty(0, np.int64), np.empty(0))
    reach = max(1, limits.check_window_s // channels.interval_s)
    at = int(np.searchsorted(channels.times_s, check.at_s))
    low = at - 1 - reach if before else at + 1
    high = at + 1 + reach if after else at - 1
    span = slice(max(low, 0), max(high, 0))
    window = channels.values[check.parameter][span]
    present = np.isfinite(window)
    return _Window(channels.times_s[span][present], window[present])


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
    """Single field and laboratory values that the logger contradicts.

    A field value that ends a drift, or lies in one, is told with it. A laboratory value is held against the readings
    as the drifts would be corrected: a drift excuses what it explains, and no more. Where there are no readings, or
    the water changes so much within the hour that they allow anything, the field value of the same visit is held
    against it.
    """
    found = []
    in_order = sorted(checks, key=lambda item: item.at_s)
    righted = _righted(channels, drifts)
    for check in in_order:
        field = check.source == "field"
        if field and _is_told(check, drifts, channels.interval_s):
            continue
        window = _around(channels if field else righted, check, limits, before=True, after=True).values
        limit = limits.limit(limits.drift if field else limits.lab, check.parameter, check.value)
        if not field and (not window.size or np.ptp(window) > limit):
            window = _of_same_visit(check, in_order, channels.interval_s, window)
        if not window.size or window.min() - limit <= check.value <= window.max() + limit:
            continue
        error = check.value - float(np.median(window))
        reach = max(1, limits.check_window_s // channels.interval_s)
        place = channels.slot_of(check.at_s)
        if not -reach <= place < channels.slots + reach:
            continue
        place = min(max(place, 0), channels.slots - 1)
        first, last = max(place - reach, 0), min(place + reach, channels.slots - 1)
        code = FIELD_CHECK if field else LAB_CHECK
        found.append(channels.event(check.parameter, first, last, code, reference=check.value, error=error))
    return found


def _of_same_visit(check: Check, checks: Iterable[Check], within_s: int, otherwise: FloatArray) -> FloatArray:
    """The field values measured with a bottle; shape (n,), `otherwise` without any."""
    values = [
        item.value
        for item in checks
        if item.source == "field" and item.parameter == check.parameter and abs(item.at_s - check.at_s) <= within_s
    ]
    return np.array(values) if values else otherwise


def _is_told(check: Check, drifts: Iterable[Event], interval_s: int) -> bool:
    return any(
        drift.parameter == check.parameter and drift.start_s <= check.at_s <= drift.end_s + interval_s
        for drift in drifts
    )


def _righted(channels: Channels, drifts: Iterable[Event]) -> Channels:
    """The channels with every drift corrected in a straight line; where drifts overlap the first to end rules."""
    values = dict(channels.values)
    errors = {name: np.zeros(channels.slots) for name in {drift.parameter for drift in drifts}}
    for drift in sorted(drifts, key=lambda item: item.end_s, reverse=True):
        first, after = np.searchsorted(channels.times_s, [drift.start_s, drift.end_s])
        share = (channels.times_s[first:after] - drift.start_s) / float(drift.end_s - drift.start_s)
        start, end = drift.facts["start_error"], drift.facts["end_error"]
        errors[drift.parameter][first:after] = start + (end - start) * share
    for name, error in errors.items():
        values[name] = values[name] + error
    return Channels(channels.start_s, channels.interval_s, values, channels.times_s)
