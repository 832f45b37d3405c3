"""Tests that look at several series together: out of water, level shift, conductivity against temperature."""

from __future__ import annotations

import numpy as np

from calculations.quality.channels import BoolArray, Channels, FloatArray, typical_step
from calculations.quality.events import COMPENSATION, LEVEL_SHIFT, OUT_OF_WATER, Event
from calculations.quality.explanation import rained
from calculations.quality.grid import runs
from calculations.quality.parameters import EC25, PH, RAIN, RAW_CONDUCTIVITY, STAGE, TEMPERATURE, QualitySet

_COMPENSATION_PER_K = 0.0191
_IN_THE_WATER = (STAGE, EC25, RAW_CONDUCTIVITY, PH, TEMPERATURE)
_FEWEST_INCONSISTENT = 4
_FEWEST_AROUND_STEP = 4
_LONGEST_BREAK = 4
_CALM, _SAME_COURSE = 0.3, 0.5


def out_of_water_events(channels: Channels, limits: QualitySet) -> list[Event]:
    """Hardly any conductivity with the stage at its datum: everything that the sonde reads is of air.

    Without a stage, conductivity alone decides. Every parameter of the sonde is flagged.
    """
    conductivity = channels.values.get(EC25, channels.values.get(RAW_CONDUCTIVITY))
    if conductivity is None:
        return []
    dry = conductivity < limits.dry_ec_us_cm
    if STAGE in channels.values:
        stage = channels.values[STAGE]
        dry &= ~(stage > _dry_stage(stage[~dry], limits))
    return [
        event
        for parameter in channels.values
        if parameter in _IN_THE_WATER or parameter == "absolute_pressure_head"
        for event in channels.events(parameter, dry & np.isfinite(channels.values[parameter]), OUT_OF_WATER)
    ]


def _dry_stage(wet_stage: FloatArray, limits: QualitySet) -> float:
    """Stage at or below which a sonde is dry: the datum, or lower than all of the record in water."""
    present = wet_stage[np.isfinite(wet_stage)]
    return max(limits.dry_stage_m, float(present.min()) if present.size else limits.dry_stage_m)


def level_shift_events(channels: Channels, limits: QualitySet) -> list[Event]:
    """A step of the stage in one reading, the same course before and after it, no fresh rain: the sensor moved.

    A storm comes with rain, rises over several readings and then recedes faster than before; a shift is one step
    and the recession goes on. Flagged from the step to the step back, or to the end of the record.
    """
    if STAGE not in channels.values:
        return []
    stage = channels.values[STAGE]
    wet = rained(channels, limits, limits.shift_window_h)
    smallest = max(limits.shift_m, limits.shift_noise_times * typical_step(stage))
    steps = [
        (place, height)
        for place, height in _single_steps(stage, channels.per(limits.shift_window_h), 0.6 * smallest)
        if abs(height) >= smallest and not wet[place]
    ]
    return _spans(channels, STAGE, steps, LEVEL_SHIFT)


def compensation_events(channels: Channels, limits: QualitySet, explained: BoolArray) -> list[Event]:
    """EC25 that does not follow from conductivity and temperature, or that steps as if compensation was lost.

    With both conductivities in the record: EC25 (1 + 0.0191 (T - 25)) against EC, reading by reading. With one:
    a single step by just that factor, which no rain explains (needs temperature, and rain or stage).
    """
    values = channels.values
    if EC25 not in values or TEMPERATURE not in values:
        return []
    factor = 1.0 + _COMPENSATION_PER_K * (values[TEMPERATURE] - 25.0)
    if RAW_CONDUCTIVITY in values:
        with np.errstate(invalid="ignore", divide="ignore"):
            wrong = np.abs(values[EC25] * factor / values[RAW_CONDUCTIVITY] - 1.0) > limits.compensation_tolerance
        return [
            channels.event(EC25, first, first + length - 1, COMPENSATION)
            for first, length in runs(np.asarray(wrong))
            if length >= _FEWEST_INCONSISTENT
        ]
    if RAIN not in values and STAGE not in values:
        return []
    noise = limits.shift_noise_times * typical_step(values[EC25])
    lost, found = [], []
    for place, height in _single_steps(values[EC25], channels.per(limits.shift_window_h), noise):
        level, by = float(values[EC25][place]) - height, float(factor[place])
        if abs(height) < max(limits.shift_ec * level, noise) or explained[place]:
            continue
        if abs((level + height) / level - by) < limits.compensation_tolerance:
            lost.append((place, height))
        elif abs(level / (level + height) - by) < limits.compensation_tolerance:
            found.append((place, height))
    events = []
    for place, height in lost:
        back = next((item for item in found if item[0] > place and 0.5 < -item[1] / height < 2.0), None)
        if back is not None:
            found.remove(back)
        last = back[0] - 1 if back is not None else channels.slots - 1
        events.append(channels.event(EC25, place, last, COMPENSATION, step=height))
    # what is regained without having been lost was wrong before: only the step itself can be pointed at
    return events + [channels.event(EC25, place, place, COMPENSATION, step=height) for place, height in found]


def _single_steps(values: FloatArray, window: int, smallest: float) -> list[tuple[int, float]]:
    """(slot after it, height) of steps in one reading between two calm stretches of the same course.

    In `window` readings before and after, no other change is larger than 0.3 of the step, and the slopes of the
    two stretches would not bridge half of it.
    """
    found = []
    present = np.flatnonzero(np.isfinite(values))
    series = values[present]
    change = np.diff(series)
    for number in np.flatnonzero(np.abs(change) > max(smallest, 1e-9)).tolist():
        before, after = change[max(0, number - window) : number], change[number + 1 : number + 1 + window]
        if min(before.size, after.size) < _FEWEST_AROUND_STEP or present[number + 1] - present[number] > _LONGEST_BREAK:
            continue
        slopes = float(np.median(before)), float(np.median(after))
        height = float(change[number]) - (slopes[0] + slopes[1]) / 2.0
        calm = max(float(np.abs(before).max()), float(np.abs(after).max())) <= _CALM * abs(height)
        same_course = abs(slopes[1] - slopes[0]) * window <= _SAME_COURSE * abs(height)
        stays = abs(float(after.sum()) - slopes[1] * after.size) < _SAME_COURSE * abs(height)
        if calm and same_course and stays:
            found.append((int(present[number + 1]), height))
    return found


def _spans(channels: Channels, parameter: str, steps: list[tuple[int, float]], code: str) -> list[Event]:
    """From each step to the step that takes it back; what is never taken back lasts to the end of the record."""
    events = []
    waiting = list(steps)
    while waiting:
        place, height = waiting.pop(0)
        back = next((item for item in waiting if item[1] * height < 0 and 0.5 < -item[1] / height < 2.0), None)
        if back is not None:
            waiting.remove(back)
        last = back[0] - 1 if back is not None else channels.slots - 1
        events.append(channels.event(parameter, place, last, code, step=height))
    return events
