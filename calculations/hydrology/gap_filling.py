"""Filling short gaps of a series by straight lines between its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calculations.quality.grid import runs

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def fill_short_gaps(values: FloatArray, longest_slots: int) -> tuple[FloatArray, BoolArray]:
    """(values with short gaps filled, mask of filled slots); NaN is missing, shape (slots,).

    A gap of at most `longest_slots` with a value on both sides is bridged linearly in time. Longer gaps and
    those at the ends stay NaN: that time earns nothing.
    """
    filled = values.copy()
    mask = np.zeros(values.shape, dtype=bool)
    for first, length in runs(np.isnan(values)):
        after = first + length
        if length > longest_slots or first == 0 or after == values.size:
            continue
        left, right = float(values[first - 1]), float(values[after])
        share = np.arange(1, length + 1) / (length + 1)
        filled[first:after] = left + (right - left) * share
        mask[first:after] = True
    return filled, mask
