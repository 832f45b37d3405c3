"""python -m benchmarks [subject ...] [--rounds N]

Prints a small table for each subject. Times are processor time, the shortest of N rounds on one core; a ratio says how
many times as long that line takes as the first of its table (for draws by plain sums: as the Monte Carlo).
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Mapping

from benchmarks import chemical_draws, reading, speciation, station_year, throughput
from benchmarks.timing import Table, printed

SUBJECTS: Mapping[str, Callable[[int], Table]] = {
    "speciation": speciation.measure,
    "station-year": station_year.measure,
    "chemical-draws": chemical_draws.measure,
    "reading": reading.measure,
    "throughput": throughput.measure,
}


def main() -> None:
    """Measure what is asked for, one subject after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measurements of speed on one core.")
    parser.add_argument("subjects", nargs="*", metavar="subject", help=f"of {', '.join(SUBJECTS)}; all when none")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the best counts (5)")
    asked = parser.parse_args()
    unknown = [name for name in asked.subjects if name not in SUBJECTS]
    if unknown or asked.rounds < 1:
        parser.error(f"unknown subject {unknown[0]}" if unknown else "at least one round")
    where = _stay_on_one_core()
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {where}, processor time, best of {asked.rounds}"
    )
    start = time.perf_counter()
    for name in asked.subjects or SUBJECTS:
        print("\n" + printed(SUBJECTS[name](asked.rounds)), flush=True)
    print(f"\n{time.perf_counter() - start:.0f} s in all")


def _stay_on_one_core() -> str:
    """Keep this process on one of its cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return "not held to one core"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return "one core"


if __name__ == "__main__":
    main()
