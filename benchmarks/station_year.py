"""One station-year from sealed evidence to result: what is deterministic, and the Monte Carlo, apart.

The Monte Carlo is held against plain sums over every reading for each draw, of which a few are timed and
extrapolated. Those sums leave out speciation, which does not enter the flux; with it they would take longer still.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.timing import Line, Table, best_of_each, times
from calculations import calculation
from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.methodologies import load_methodology
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.model import STREAMS
from calculations.uncertainty.simulate import retained_both_ways
from tests.calculations import jiangkou

PLAIN_DRAWS = 32


class Stopwatch:
    """A function that is timed wherever it is called, and remembers what it was given."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.seconds = 0.0
        self.arguments: tuple[Any, ...] = ()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        made = self.function(*arguments, **named)
        self.seconds, self.arguments = time.process_time() - start, arguments
        return made


def measure(rounds: int) -> Table:
    """The whole, its two parts, and draws by plain sums."""
    bundle = Bundle.of(jiangkou.evidence())
    methodology = load_methodology("KCS-ENH-BACI", "1.0.0")
    draws = methodology.whole("draws")
    model, trials = Stopwatch(calculation.error_model), Stopwatch(calculation.simulate)
    whole, deterministic, simulated = [], [], []
    with mock.patch.multiple(calculation, error_model=model, simulate=trials):
        for _ in range(rounds):
            start = time.process_time()
            compute(bundle, methodology)
            whole.append(time.process_time() - start)
            simulated.append(model.seconds + trials.seconds)
            deterministic.append(whole[-1] - simulated[-1])
    problem, readings = trials.arguments
    streams = {name: uniforms("benchmark", name, PLAIN_DRAWS) for name in STREAMS}
    best = best_of_each(rounds, {"plain": lambda: retained_both_ways(problem, readings, streams, PLAIN_DRAWS)})
    by_plain_sums = best["plain"] * draws / PLAIN_DRAWS
    collapsed, direct = retained_both_ways(problem, readings, streams, PLAIN_DRAWS)
    lines = (
        Line("compute(bundle, methodology)", min(whole), f"{readings.ec25_us_cm.index.size:,} readings counted"),
        Line("  deterministic, with speciation", min(deterministic), "evidence to result"),
        Line("  Monte Carlo", min(simulated), f"{draws:,} draws, with its check"),
        Line(
            "retained alone by plain sums",
            by_plain_sums,
            f"from {PLAIN_DRAWS} draws",
            times(by_plain_sums, min(simulated)),
        ),
    )
    difference = float(np.abs(collapsed / direct - 1.0).max())
    note = f"largest relative difference of retained in these {PLAIN_DRAWS} draws: {difference:.1e}"
    return Table("One station-year, KCS-ENH-BACI 1.0.0", lines, (note,))
