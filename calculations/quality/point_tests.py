"""Tests of one series by itself: range, rail, spike, rate of change, flat line."""

from __future__ import annotations

import numpy as np

from calculations.quality.channels import BoolArray, Channels, FloatArray, last_present, typical_step
from calculations.quality.events import FLAT_LINE, RATE, SENSOR_RAIL, SPIKE, Event
from calculations.quality.grid import runs
from calculations.quality.parameters import EC25, RAW_CONDUCTIVITY, STAGE, QualitySet
from calculations.quality.ranges import OUT_OF_RANGE

_LONGEST_BREAK_SLOTS = 4
_ROUND = 100.0
_STROKE = 0.8
_WAY_BACK = 0.6
_ALONE, _ALONE_H = 0.125, 3.0
_AROUND, _STANDS_OUT = 6, 1.5
_CONDUCTIVITY = (EC25, RAW_CONDUCTIVITY)


def range_events(channels: Channels, limits: QualitySet) -> list[Event]:
    """Gross range (QARTOD test 4)."""
    found = []
    for parameter, (low, high) in limits.ranges.items():
        if parameter in channels.values:
            values = channels.values[parameter]
            found += channels.events(parameter, (values < low) | (values > high), OUT_OF_RANGE)
    return found


def rail_events(channels: Channels, limits: QualitySet) -> list[Event]:
    """Readings in a row at the end of the sensor's span.

    Where the span of a conductivity sensor is not known: in a row at one same value that is round or the record's
    extreme, reached by a jump that the rate test would not let pass.
    """
    found = []
    for parameter, values in channels.values.items():
        if parameter not in limits.rate or not np.isfinite(values).any():
            continue
        span = limits.spans.get(parameter)
        rows: list[tuple[int, int]] = []
        if span is not None:
            at_end = (values <= span[0]) | (values >= span[1])
            rows = [run for run in runs(np.asarray(at_end)) if run[1] >= limits.rail_readings]
        elif parameter in _CONDUCTIVITY:
            ends = (float(np.nanmin(values)), float(np.nanmax(values)))
            rows = [
                (first, length)
                for first, length in _rows_of_equals(values, limits.rail_readings)
                if (values[first] in ends or values[first] % _ROUND == 0.0)
                and _reached_by_jump(values, first, limits, parameter)
            ]
        for first, length in rows:
            found.append(channels.event(parameter, first, first + length - 1, SENSOR_RAIL, value=float(values[first])))
    return found


def _rows_of_equals(values: FloatArray, fewest: int) -> list[tuple[int, int]]:
    """(first slot, length) of at least `fewest` equal readings without a gap."""
    same = np.concatenate(([False], np.diff(values) == 0.0))
    return [(first - 1, length + 1) for first, length in runs(same) if length + 1 >= fewest]


def _reached_by_jump(values: FloatArray, first: int, limits: QualitySet, parameter: str) -> bool:
    """Whether the step into slot `first` is more than the rate test lets pass."""
    if first == 0 or not np.isfinite(values[first - 1]):
        return False
    before = float(values[first - 1])
    return abs(float(values[first]) - before) > limits.limit(limits.rate, parameter, before)


def spike_events(channels: Channels, limits: QualitySet, wet: BoolArray, stormy: BoolArray) -> list[Event]:
    """Differential spike test: away from the level before and back to it, within `spike_longest_s`.

    A storm rises or dilutes and stays, so that it does not return within the time of a spike. Flash springs do, but
    not from one reading to the next: where rain or stage explains a change (`stormy`), only what leaves and returns
    at one stroke counts. `wet` (slots after rain) lets a rise of the stage pass.
    """
    found = []
    longest = max(1, limits.spike_longest_s // channels.interval_s)
    for parameter in limits.spike:
        if parameter not in channels.values:
            continue
        values = channels.values[parameter]
        mask = np.zeros(channels.slots, dtype=bool)
        noise = limits.spike_noise_times * typical_step(values)
        for length in range(1, longest + 1):
            above, below = _excursions(values, length, parameter, noise, limits, stormy)
            if parameter == STAGE:
                above &= ~wet[1 : 1 + above.size]
            for place in np.flatnonzero(above | below):
                if not stormy[place + 1] or _stands_out(values, int(place), length):
                    mask[place + 1 : place + 1 + length] = True
        found += channels.events(parameter, mask, SPIKE)
    return found


def _stands_out(values: FloatArray, before: int, length: int) -> bool:
    """Whether the excursion after slot `before` is larger than what the series does around it anyway."""
    steps = np.abs(np.diff(values[max(0, before - _AROUND) : before + length + 1 + _AROUND + 1]))
    entry = min(before, _AROUND)
    jump = float(min(steps[entry], steps[entry + length]))
    others = np.delete(steps, range(entry, entry + length + 1))
    others = others[np.isfinite(others)]
    return not others.size or jump > _STANDS_OUT * float(others.max())


def _excursions(
    values: FloatArray, length: int, parameter: str, noise: float, limits: QualitySet, stormy: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """(above, below): the slots before excursions of exactly `length` readings beyond both neighbours."""
    count = max(values.size - length - 1, 0)
    left, right = values[:count], values[length + 1 : length + 1 + count]
    level = (left + right) / 2.0
    inside = np.stack([values[1 + k : 1 + k + count] for k in range(length)])
    highest, lowest = np.maximum.reduce(inside), np.minimum.reduce(inside)
    absolute, relative = limits.spike[parameter]
    threshold = np.maximum(np.maximum(absolute, relative * np.abs(level)), noise)
    found = []
    with np.errstate(invalid="ignore"):
        for least, most in (
            (lowest - np.maximum(left, right), highest - level),
            (np.minimum(left, right) - highest, level - lowest),
        ):
            apart = np.abs(left - right)
            returns = apart < limits.spike_return * least
            at_one_stroke = (least >= _STROKE * most) & (apart < (1.0 - _STROKE) * least)
            found.append((least > threshold) & returns & (at_one_stroke | ~stormy[1 : 1 + count]))
    return np.asarray(found[0]), np.asarray(found[1])


def rate_events(channels: Channels, limits: QualitySet, explained: BoolArray) -> list[Event]:
    """Changes per 15 minutes beyond the limit that nothing explains; a jump and its way back are one event.

    Rain can dilute but not concentrate: a rise of the conductivity is never explained. Of temperature and pH a step
    that stands alone is not explained either: water that a storm brings goes on changing, a knocked sensor does not.
    """
    found = []
    for parameter, (absolute, relative) in limits.rate.items():
        if parameter not in channels.values:
            continue
        values = channels.values[parameter]
        before = last_present(values)
        near = (before >= 0) & (np.arange(values.size) - before <= _LONGEST_BREAK_SLOTS)
        change = np.where(near, values - values[before], np.nan)
        level = np.abs(values[before])
        quarters = max(1.0, channels.interval_s / 900.0)
        limit = np.maximum(absolute, relative * level) * quarters
        if parameter in _CONDUCTIVITY:
            limit = np.minimum(limit, 0.6 * level)
        with np.errstate(invalid="ignore"):
            jumps = np.abs(change) > limit
            steps = np.flatnonzero(np.abs(change) > _WAY_BACK * limit)
        if parameter in _CONDUCTIVITY:
            counts = jumps & ~(explained & (change < 0))
        else:
            alone = np.zeros(values.size, dtype=bool)
            alone[steps] = [_stands_alone(change, int(place), channels.per(_ALONE_H)) for place in steps]
            counts = jumps & (~explained | alone)
        found += _paired(channels, parameter, steps.tolist(), counts, change, limits)
    return found


def _stands_alone(change: FloatArray, place: int, reach: int) -> bool:
    """Whether no other change within `reach` readings is larger than an eighth of the one at `place`."""
    around = np.concatenate((change[max(place - reach, 0) : place], change[place + 1 : place + 1 + reach]))
    around = np.abs(around[np.isfinite(around)])
    return around.size >= reach and float(around.max()) <= _ALONE * abs(float(change[place]))


def _paired(
    channels: Channels, parameter: str, steps: list[int], counts: BoolArray, change: FloatArray, limits: QualitySet
) -> list[Event]:
    """Events from the steps that count, each with its way back, which may fall into a storm or stay below the limit.

    The way back of 0.4 of 300 uS/cm is only 0.29 of 420, so it need not be beyond the limit itself. Of all pairs the
    ones that cancel best and lie nearest are taken first: a sensor put right at a visit is nobody's way back.
    """
    farthest = channels.per(24.0 * limits.step_longest_d)
    pairs = []
    for number, first in enumerate(steps):
        for second in steps[number + 1 :]:
            if second - first > farthest:
                break
            back = -float(change[second]) / float(change[first])
            if (counts[first] or counts[second]) and 0.5 < back < 2.0:
                apart = 1.0 - min(back, 1.0 / back)
                pairs.append((apart + (second - first) / farthest, first, second))
    used: set[int] = set()
    spans: list[tuple[int, int, int]] = []
    for _cost, first, second in sorted(pairs):
        if first not in used and second not in used:
            used |= {first, second}
            spans.append((first, second - 1, first if counts[first] else second))
    spans += [(place, place, place) for place in steps if counts[place] and place not in used]
    return [
        channels.event(parameter, first, last, RATE, change=float(change[seen])) for first, last, seen in sorted(spans)
    ]


def flat_events(channels: Channels, limits: QualitySet) -> list[Event]:
    """The same value for longer than a living sensor gives it; empty slots inside do not end the run."""
    found = []
    for parameter, hours in limits.flat_h.items():
        if parameter not in channels.values:
            continue
        values = channels.values[parameter]
        places = np.flatnonzero(np.isfinite(values))
        if places.size < 2:
            continue
        starts, lengths = _equal_runs(values[places], places)
        typical = float(np.quantile(lengths, 0.995)) if lengths.size else 0.0
        longest = max(channels.per(hours), limits.flat_typical_times * typical)
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
            if length > longest:
                found.append(
                    channels.event(parameter, start, start + length - 1, FLAT_LINE, value=float(values[start]))
                )
    return found


def _equal_runs(values: FloatArray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(first slot, slots covered) of each run of equal values; a long break ends a run."""
    new = np.ones(values.size, dtype=bool)
    new[1:] = (np.diff(values) != 0.0) | (np.diff(places) > _LONGEST_BREAK_SLOTS)
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts[1:], values.size) - 1
    return places[firsts], places[lasts] - places[firsts] + 1
