"""A simulated year of a karst spring, without faults: storms, recessions, seasons, a living sensor's noise.

Made to be hard on the tests: flash floods that rise by decimetres in a quarter of an hour, dilution that halves the
conductivity, piston flow that raises it first, drizzle, droughts. Every seed is another spring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.quality.channels import Channels, Check
from calculations.quality.parameters import EC25, PH, RAIN, STAGE, TEMPERATURE
from mrv.demo.springs import conduit_and_base, lagged, piston, rain_mm, sensed

FloatArray = NDArray[np.float64]
INTERVAL_S = 900
PER_DAY = 86_400 // INTERVAL_S
START_S = 1_609_430_400


@dataclass(frozen=True)
class StationYear:
    """Readings per slot and the values that people measured beside the logger."""

    values: Mapping[str, FloatArray]
    checks: tuple[Check, ...]
    wet: NDArray[np.bool_]
    """Slots within half a day of rain or of moving water: what a careful planter of faults wants to know."""

    @property
    def slots(self) -> int:
        return int(self.wet.size)

    def channels(self) -> Channels:
        times_s = START_S + INTERVAL_S * np.arange(self.slots, dtype=np.int64)
        return Channels(START_S, INTERVAL_S, self.values, times_s)


def station_year(seed: int, days: int = 365) -> StationYear:
    """The year of one spring."""
    draw = np.random.default_rng([seed, 1])
    slots = days * PER_DAY
    day = np.arange(slots) / PER_DAY
    rain = rain_mm(draw, slots, PER_DAY, int(draw.integers(60, 120)), 175)  # most of them in the wet season
    fast, slow = _discharge(draw, rain)
    stage = draw.uniform(0.1, 0.4) + draw.uniform(0.35, 0.8) * (fast + slow) ** 0.57
    share = lagged(fast / (fast + slow), draw.integers(1, 9))
    season = np.sin(2 * np.pi * (day - 105) / 365)
    sun = np.sin(2 * np.pi * (day - 0.35))
    level = draw.uniform(280, 560)
    conductivity = level * (1 - 0.05 * season) * (1 - draw.uniform(0.2, 0.65) * share)
    conductivity *= 1 + draw.uniform(0, 0.08) * piston(fast, PER_DAY)
    temperature = draw.uniform(14, 19) + draw.uniform(0.3, 2.5) * season + draw.uniform(0.02, 0.4) * sun
    temperature += share * draw.uniform(-2.0, 2.5)
    ph = draw.uniform(7.2, 7.8) - draw.uniform(0.05, 0.35) * share + draw.uniform(0.0, 0.06) * sun
    values = {
        RAIN: rain,
        STAGE: sensed(draw, stage, 0.0015, 0.001),
        EC25: sensed(draw, conductivity, 0.0015 * level, float(draw.choice([0.1, 1.0]))),
        TEMPERATURE: sensed(draw, temperature, 0.012, 0.01),
        PH: sensed(draw, ph, 0.008, 0.01),
    }
    return StationYear(values, _checks(draw, values, days), _wet(rain, values[STAGE]))


def _discharge(draw: np.random.Generator, rain: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(conduit flow, base flow) in m3/s."""
    conduit, base = conduit_and_base(
        rain,
        PER_DAY,
        peak_slots=int(draw.integers(2, 28)),
        tail_slots=int(draw.integers(30, 160)),
        base_days=int(draw.integers(20, 60)),
    )
    return conduit * draw.uniform(0.6, 2.5), base


def _checks(draw: np.random.Generator, values: Mapping[str, FloatArray], days: int) -> tuple[Check, ...]:
    """A visit with hand-held meters every month, and a bottle for the laboratory."""
    spread = {EC25: (0.006, 0.0), PH: (0.0, 0.04), TEMPERATURE: (0.0, 0.04)}
    found = []
    for day in range(20, days, 30):
        place = int((day + draw.uniform(-3, 3) + 0.45) * PER_DAY)
        if not 8 <= place < days * PER_DAY - 8:
            continue
        at_s = START_S + place * INTERVAL_S + int(draw.integers(0, INTERVAL_S))
        for parameter, (relative, absolute) in spread.items():
            truth = float(np.median(values[parameter][place - 2 : place + 3]))
            found.append(Check(at_s, parameter, truth * (1 + draw.normal(0, relative)) + draw.normal(0, absolute)))
        truth = float(np.median(values[EC25][place - 2 : place + 3]))
        found.append(Check(at_s, EC25, truth * (1 + draw.normal(0, 0.01)), source="lab", cleaned=False))
    return tuple(found)


def _wet(rain: FloatArray, stage: FloatArray) -> NDArray[np.bool_]:
    half_day = PER_DAY // 2
    fallen = np.convolve(rain, np.ones(2 * half_day), "same") > 0.5
    moving = np.convolve(np.abs(np.diff(stage, prepend=stage[0])) > 0.01, np.ones(2 * half_day), "same") > 2
    return np.asarray(fallen | moving)
