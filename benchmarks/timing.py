"""Best of n times, taken in turn, and the table they are shown in."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured thing: seconds for the whole task, how that was got, and its ratio to what is compared."""

    what: str
    seconds: float
    how: str
    ratio: str = ""


@dataclass(frozen=True)
class Table:
    """All lines of a subject, and what else is worth saying."""

    title: str
    lines: Sequence[Line]
    notes: Sequence[str] = ()


def best_of_each(rounds: int, tasks: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Shortest processor time [s] of each task; the tasks take turns, so that a busy moment meets them alike."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            start = time.process_time()
            task()
            best[name] = min(best[name], time.process_time() - start)
    return best


def times(slower: float, faster: float) -> str:
    """How many times as long the slower one takes."""
    ratio = slower / faster
    return f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.2f} x"


def printed(table: Table) -> str:
    """The table as text."""
    widest = max(len(line.what) for line in table.lines)
    rows = [
        f"  {line.what:<{widest}}  {_duration(line.seconds):>11}  {line.ratio:>10}  {line.how}".rstrip()
        for line in table.lines
    ]
    return "\n".join([table.title, *rows, *(f"  {note}" for note in table.notes)])


def _duration(seconds: float) -> str:
    if seconds < 1.0:
        return f"{1000.0 * seconds:,.2f} ms"
    return f"{seconds:,.2f} s"
