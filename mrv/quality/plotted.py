"""Readings as a plot needs them: on one regular grid, and of a long span only what its pixels can show.

A year has 35,040 slots and a screen about a thousand columns of pixels. The line through the lowest and the highest
reading of each column looks like the line through all of them, at a twentieth of the bytes; whoever looks closer is
given the readings of that span.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Slots = NDArray[np.int64]
STRETCHES = 1000
"""Into so many a long span is divided: about a column of pixels each."""
ALL_SHOWN = 4 * STRETCHES
"""A span of no more slots is given whole."""


def on_grid(values: Values, places: Slots, slots: int) -> Values:
    """``values`` (n,) at their ``places`` (n,) of a grid, shape (slots,); NaN where there is no reading."""
    grid = np.full(slots, np.nan)
    grid[places] = values
    return grid


def slots_asked(asked: Mapping[str, str], *, first_s: int, step_s: int, slots: int) -> tuple[int, int]:
    """``[first, last)`` of the slots from ``from`` to ``to`` (epoch seconds), a slot beyond each end for the line
    that comes in and goes out; all slots where nothing readable is asked for."""
    try:
        start_s, end_s = float(asked["from"]), float(asked["to"])
        first, last = int((start_s - first_s) // step_s), int((end_s - first_s) // step_s) + 2
    except (KeyError, ValueError, OverflowError):
        return 0, slots
    first, last = max(first, 0), min(last, slots)
    return (first, last) if first < last else (0, slots)


def telling(columns: Sequence[Values], first: int, last: int) -> Slots | None:
    """The slots of ``[first, last)`` that carry the lowest or the highest value of a stretch in one of ``columns``
    (each (slots,)), one slot of each stretch without values, ascending; None where the span is short: all are shown."""
    count = last - first
    if count <= ALL_SHOWN:
        return None
    width = -(-count // STRETCHES)
    stretches = -(-count // width)
    begins = width * np.arange(stretches)
    kept = np.zeros(stretches * width, bool)
    for column in columns:
        padded = np.full(stretches * width, np.nan)
        padded[:count] = column[first:last]
        by_stretch = padded.reshape(stretches, width)
        empty = np.isnan(by_stretch)
        kept[begins + np.where(empty, np.inf, by_stretch).argmin(axis=1)] = True
        kept[begins + np.where(empty, -np.inf, by_stretch).argmax(axis=1)] = True
    return first + np.flatnonzero(kept)


def numbers(values: Values, decimals: int) -> list[float | None]:
    """As JSON has them; None is a gap."""
    return [value if value == value else None for value in np.round(values, decimals).tolist()]  # noqa: PLR0124


def shown(columns: Mapping[str, tuple[Values, int]], first: int, last: int) -> dict[str, Any]:
    """``{name: [number or None, ...]}`` of ``{name: (grid, decimals)}`` for a panel; where slots are left out also
    ``at``: the steps from slot to slot, the first from ``first``."""
    chosen = telling([grid for grid, _decimals in columns.values()], first, last)
    if chosen is None:
        return {name: numbers(grid[first:last], decimals) for name, (grid, decimals) in columns.items()}
    return {
        "at": np.diff(chosen, prepend=first).tolist(),
        **{name: numbers(grid[chosen], decimals) for name, (grid, decimals) in columns.items()},
    }
