"""How many array operations a computation makes for each of its rows, and what one such operation costs at least."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np


class Counted(np.ndarray):
    """An array that adds the elements of every ufunc it meets to `elements`."""

    elements = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **named: Any) -> Any:
        plain = [value.view(np.ndarray) if isinstance(value, Counted) else value for value in inputs]
        if out is not None:
            named["out"] = tuple(value.view(np.ndarray) for value in out)
        made = getattr(ufunc, method)(*plain, **named)
        Counted.elements += max(np.size(value) for value in plain)
        if out is not None:
            return out[0]
        return made.view(Counted) if isinstance(made, np.ndarray) else made


def operations_per_row(compute: Callable[..., object], columns: dict[str, np.ndarray]) -> float:
    """Operations on an element that `compute(**columns)` makes for each row; selections and copies are not counted."""
    counted = {name: values.view(Counted) for name, values in columns.items()}
    Counted.elements = 0
    # these two would take the counter off the array
    with mock.patch.multiple(np, asarray=np.asanyarray, ascontiguousarray=np.asanyarray):
        compute(**counted)
    return Counted.elements / next(iter(columns.values())).size


def cost_of_one_operation_s(size: int, rounds: int) -> float:
    """Least time [s] that numpy takes for one element of a product of two arrays of `size`, written into a third."""
    a, b, out = np.full(size, 1.5), np.full(size, 0.75), np.empty(size)
    best = float("inf")
    for _ in range(20 * rounds):
        start = time.process_time()
        for _ in range(200):
            np.multiply(a, b, out=out)
        best = min(best, time.process_time() - start)
    return best / (200 * size)
