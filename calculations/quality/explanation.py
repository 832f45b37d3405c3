"""Does the hydrology explain a change? Rain fell, or the stage moved: then a change of the water is no fault."""

from __future__ import annotations

import numpy as np

from calculations.quality.channels import BoolArray, Channels, FloatArray, moving_sum, typical_step
from calculations.quality.parameters import RAIN, STAGE, QualitySet


def explained(channels: Channels, limits: QualitySet) -> BoolArray:
    """True for slots after enough rain or with a moving stage; shape (slots,).

    A stage that jumps once and is still before and after explains nothing: that is a level shift, not water.
    """
    mask = np.zeros(channels.slots, dtype=bool)
    if RAIN in channels.values:
        mask |= rained(channels, limits, limits.explained_h)
    if STAGE in channels.values:
        mask |= _moving(channels.values[STAGE], channels.per(limits.explained_h), channels.per(1.0), limits)
    return mask


def rained(channels: Channels, limits: QualitySet, hours: float) -> BoolArray:
    """True for slots with enough rain in the hours before; all False where rain was not measured."""
    if RAIN not in channels.values:
        return np.zeros(channels.slots, dtype=bool)
    rain = np.maximum(np.nan_to_num(channels.values[RAIN]), 0.0)
    return np.asarray(moving_sum(rain, channels.per(hours), channels.per(0.5)) >= limits.explained_rain_mm)


def _moving(stage: FloatArray, back: int, ahead: int, limits: QualitySet) -> BoolArray:
    """Slots around which the stage covers a way larger than its noise, its largest single step left out."""
    steps = np.abs(np.diff(stage, prepend=stage[:1]))
    steps = np.nan_to_num(steps)
    noise = typical_step(stage)
    real = np.where(steps > 3.0 * noise, steps, 0.0)
    way = moving_sum(real, back, ahead)
    return np.asarray(way - _moving_max(real, back, ahead) >= limits.explained_rise_m)


def _moving_max(values: FloatArray, before: int, after: int) -> FloatArray:
    """Largest value over the slots i - before to i + after."""
    padded = np.concatenate((np.zeros(before), values, np.zeros(after)))
    width = before + after + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    return np.asarray(windows.max(axis=1))
