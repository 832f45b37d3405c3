"""Small hand-made records for the tests of readings: quiet days, and storms as karst springs have them."""

from __future__ import annotations

import numpy as np

from calculations.quality.channels import Channels
from calculations.quality.parameters import EC25, PH, RAIN, STAGE, TEMPERATURE

START_S = 1_620_000_000
DAY = 96


def quiet(days: int = 6, **changed: np.ndarray) -> Channels:
    """Days without rain: a slow recession with the noise of living sensors."""
    draw = np.random.default_rng(7)
    n = days * DAY
    time = np.arange(n) / DAY
    values = {
        RAIN: np.zeros(n),
        STAGE: np.round(0.6 - 0.01 * time + draw.normal(0, 0.001, n), 3),
        EC25: np.round(320 + time + draw.normal(0, 0.5, n), 1),
        TEMPERATURE: np.round(17.5 + 0.1 * np.sin(2 * np.pi * time) + draw.normal(0, 0.01, n), 2),
        PH: np.round(7.4 + draw.normal(0, 0.01, n), 2),
    }
    return channels(values | changed)


def channels(values: dict[str, np.ndarray], interval_s: int = 900) -> Channels:
    n = next(iter(values.values())).size
    return Channels(START_S, interval_s, values, START_S + interval_s * np.arange(n, dtype=np.int64))


def storm(*, rise_slots: int, rise_m: float, dilution: float, with_rain: bool = True, days: int = 6) -> Channels:
    """A storm on the third day: rain, a flood that rises over `rise_slots`, conductivity that falls and stays low."""
    calm = quiet(days)
    n, first = calm.slots, 2 * DAY
    since = np.arange(n) - first
    flood = np.where(
        since < 0, 0.0, np.minimum(since / rise_slots, 1.0) * np.exp(-np.maximum(since - rise_slots, 0) / 60)
    )
    slow = np.where(
        since < 0, 0.0, np.minimum(since / rise_slots, 1.0) * np.exp(-np.maximum(since - rise_slots, 0) / 150)
    )
    rain = np.where((since >= -6) & (since < 2), 4.0, 0.0) if with_rain else np.zeros(n)
    return channels(
        {
            RAIN: rain,
            STAGE: np.round(calm.values[STAGE] + rise_m * flood, 3),
            EC25: np.round(calm.values[EC25] * (1 - dilution * slow), 1),
            TEMPERATURE: np.round(calm.values[TEMPERATURE] + 1.4 * slow, 2),
            PH: np.round(calm.values[PH] - 0.3 * slow, 2),
        }
    )


def with_change(base: Channels, parameter: str, first: int, last: int, change: float | np.ndarray) -> Channels:
    """A record with a parameter's slots first to last (both included) moved."""
    series = base.values[parameter].copy()
    series[first : last + 1] += change
    return channels({**base.values, parameter: series}, base.interval_s)


def with_value(base: Channels, parameter: str, first: int, last: int, value: float) -> Channels:
    series = base.values[parameter].copy()
    series[first : last + 1] = value
    return channels({**base.values, parameter: series}, base.interval_s)
