"""Planting faults into a clean station year, one of each kind, and remembering where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.springs import INTERVAL_S, PER_DAY, START_S, StationYear
from calculations.quality import events as codes
from calculations.quality.channels import Check
from calculations.quality.parameters import EC25, PH, STAGE, TEMPERATURE
from calculations.quality.ranges import OUT_OF_RANGE

HOUR = PER_DAY // 24
STEP_CODES = (codes.RATE, codes.SPIKE, codes.COMPENSATION)


@dataclass(frozen=True)
class Planted:
    """A fault in slots first to last of a parameter; an event with one of the codes that overlaps it finds it."""

    kind: str
    parameter: str
    first: int
    last: int
    codes: tuple[str, ...]


@dataclass
class Planter:
    """A station year being spoilt. Faults of one parameter keep a day's distance from each other."""

    year: StationYear
    draw: np.random.Generator
    planted: list[Planted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.values = {name: series.copy() for name, series in self.year.values.items()}
        self.checks = list(self.year.checks)
        self._taken = {name: np.zeros(self.year.slots, dtype=bool) for name in self.values}

    def place(self, parameters: tuple[str, ...], length: int, *, dry: bool = False) -> int | None:
        """A free place for `length` slots; `dry`: no storm at either end, as when people work at a station."""
        for _ in range(400):
            first = int(self.draw.integers(2 * PER_DAY, self.year.slots - length - 2 * PER_DAY))
            ends_wet = self.year.wet[first] or self.year.wet[first + length - 1]
            if dry and ends_wet:
                continue
            if not any(self._taken[name][first - PER_DAY : first + length + PER_DAY].any() for name in parameters):
                return first
        return None

    def note(self, kind: str, parameter: str, first: int, length: int, *accepted: str) -> None:
        self._taken[parameter][first : first + length] = True
        self.planted.append(Planted(kind, parameter, first, first + length - 1, accepted))

    def sign(self) -> int:
        return int(self.draw.choice([-1, 1]))


def spoil(year: StationYear, seed: int) -> tuple[StationYear, list[Planted]]:
    """The year with one or two faults of every kind, and what was planted."""
    planter = Planter(year, np.random.default_rng([seed, 2]))
    for plant in PLANTS:
        plant(planter)
    spoilt = StationYear(planter.values, tuple(planter.checks), year.wet)
    return spoilt, planter.planted


def _drifts(planter: Planter) -> None:
    """A sensor that goes astray between two visits and is put right at the second."""
    sizes = {EC25: (0.08, 0.4), PH: (0.4, 0.8), TEMPERATURE: (0.4, 1.0)}
    for parameter, (low, high) in sizes.items():
        visits = [c for c in planter.checks if c.parameter == parameter and c.source == "field"]
        number = int(planter.draw.integers(1, len(visits)))
        first, after = ((visits[k].at_s - START_S) // INTERVAL_S for k in (number - 1, number))
        first, length = first + 1, after - first - 1
        if planter._taken[parameter][first : first + length].any():
            continue
        size = planter.sign() * planter.draw.uniform(low, high)
        grown = np.linspace(0, size, length)
        part = planter.values[parameter][first : first + length]
        part += part * grown if parameter == EC25 else grown
        planter.note("drift", parameter, first, length, codes.DRIFT)


def _lost_compensation(planter: Planter) -> None:
    length = int(planter.draw.integers(4, 20)) * PER_DAY
    first = planter.place((EC25,), length, dry=True)
    if first is None:
        return
    span = slice(first, first + length)
    planter.values[EC25][span] *= 1 + 0.0191 * (planter.values[TEMPERATURE][span] - 25)
    planter.note("lost compensation", EC25, first, length, codes.COMPENSATION, codes.DRIFT)


def _level_shift(planter: Planter) -> None:
    length = int(planter.draw.integers(3, 60)) * PER_DAY
    first = planter.place((STAGE,), length, dry=True)
    if first is None:
        return
    planter.values[STAGE][first : first + length] += planter.sign() * planter.draw.uniform(0.06, 0.4)
    planter.note("level shift", STAGE, first, length, codes.LEVEL_SHIFT)


def _flat_lines(planter: Planter) -> None:
    for parameter, hours in ((PH, (7, 40)), (EC25, (7, 40)), (TEMPERATURE, (50, 120)), (STAGE, (50, 120))):
        length = int(planter.draw.integers(*hours)) * HOUR
        first = planter.place((parameter,), length)
        if first is None:
            continue
        part = planter.values[parameter][first : first + length]
        part[:] = part[0]
        planter.note("flat line", parameter, first, length, codes.FLAT_LINE)


def _out_of_water(planter: Planter) -> None:
    sonde = (STAGE, EC25, PH, TEMPERATURE)
    length = int(planter.draw.integers(2, 12 * HOUR))
    first = planter.place(sonde, length, dry=True)
    if first is None:
        return
    span = slice(first, first + length)
    planter.values[EC25][span] = np.round(planter.draw.uniform(-5, 15, length), 1)
    planter.values[STAGE][span] = np.round(planter.draw.normal(0, 0.005, length), 3)
    planter.values[TEMPERATURE][span] += planter.draw.uniform(-8, 8)
    for parameter in sonde:
        planter.note("out of water", parameter, first, length, codes.OUT_OF_WATER)


def _rail(planter: Planter) -> None:
    length = int(planter.draw.integers(3, 40))
    first = planter.place((EC25,), length)
    if first is None:
        return
    planter.values[EC25][first : first + length] = float(planter.draw.choice([1000.0, 1500.0, 2000.0]))
    planter.note("sensor rail", EC25, first, length, codes.SENSOR_RAIL)


def _impossible(planter: Planter) -> None:
    for parameter, choices in ((EC25, (0.0, -120.0, 4987.0)), (PH, (0.0, 14.0, 2.1)), (TEMPERATURE, (-5.0, 85.0))):
        length = int(planter.draw.integers(1, 7))
        first = planter.place((parameter,), length)
        if first is None:
            continue
        planter.values[parameter][first : first + length] = float(planter.draw.choice(choices))
        planter.note("impossible value", parameter, first, length, OUT_OF_RANGE, codes.OUT_OF_WATER)


def _spikes(planter: Planter) -> None:
    sizes = {EC25: (0.1, 0.8), PH: (0.3, 1.5), TEMPERATURE: (0.8, 6.0)}
    for parameter, (low, high) in sizes.items():
        for _ in range(2):
            length = int(planter.draw.integers(1, 4))
            first = planter.place((parameter,), length)
            if first is None:
                continue
            part = planter.values[parameter][first : first + length]
            size = planter.sign() * planter.draw.uniform(low, high)
            part += part * size if parameter == EC25 else size
            planter.note("spike", parameter, first, length, codes.SPIKE, OUT_OF_RANGE)
    for direction, dry in ((-1, False), (1, True)):
        length = int(planter.draw.integers(1, 3))
        first = planter.place((STAGE,), length, dry=dry)
        if first is None:
            continue
        planter.values[STAGE][first : first + length] += direction * planter.draw.uniform(0.2, 1.0)
        planter.note("spike", STAGE, first, length, codes.SPIKE)


def _jumps(planter: Planter) -> None:
    """A sensor that gives other values for some hours: knocked, buried, with a bad contact."""
    for parameter, size in (
        (TEMPERATURE, planter.sign() * planter.draw.uniform(2.6, 6.0)),
        (PH, planter.sign() * planter.draw.uniform(0.65, 1.3)),
        (EC25, planter.draw.uniform(0.4, 0.9)),
    ):
        length = int(planter.draw.integers(4 * HOUR, 48 * HOUR))
        first = planter.place((parameter,), length)
        if first is None:
            continue
        part = planter.values[parameter][first : first + length]
        part += part * size if parameter == EC25 else size
        planter.note("jump", parameter, first, length, *STEP_CODES)


def _wrong_bottle(planter: Planter) -> None:
    """A laboratory value of another water, outside all other faults of the conductivity."""
    taken = planter._taken[EC25]
    free = [
        number
        for number, check in enumerate(planter.checks)
        if check.source == "lab" and not taken[(check.at_s - START_S) // INTERVAL_S]
    ]
    if not free:
        return
    number = int(planter.draw.choice(free))
    check = planter.checks[number]
    wrong = check.value * (1 + planter.sign() * planter.draw.uniform(0.12, 0.4))
    planter.checks[number] = Check(check.at_s, EC25, wrong, "lab", cleaned=False)
    planter.note("laboratory value", EC25, (check.at_s - START_S) // INTERVAL_S, 1, codes.LAB_CHECK)


PLANTS: tuple[Callable[[Planter], None], ...] = (
    _drifts,
    _lost_compensation,
    _level_shift,
    _out_of_water,
    _flat_lines,
    _rail,
    _jumps,
    _impossible,
    _spikes,
    _wrong_bottle,
)
