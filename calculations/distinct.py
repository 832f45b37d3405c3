"""Readings by their distinct values: a logger writes a stage or a conductivity some twenty times in a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_WIDEST = 300_000


@dataclass(frozen=True)
class Distinct:
    """Distinct values, rising, and the place of each reading's own among them."""

    values: FloatArray
    index: NDArray[np.intp]

    @classmethod
    def of(cls, readings: FloatArray) -> Distinct:
        """Of readings (n,), n > 0, without NaN."""
        found = _in_thousandths(readings)
        values, index = np.unique(readings, return_inverse=True) if found is None else found
        return cls(values, index)

    def of_each(self, found: FloatArray) -> FloatArray:
        """What was found for the distinct values, for each reading: (n,)."""
        return found.take(self.index)

    def summed(self, weight: FloatArray) -> FloatArray:
        """Sum of the readings' weights for each value, in the readings' order."""
        return np.bincount(self.index, weights=weight, minlength=self.values.size).astype(np.float64)


def _in_thousandths(readings: FloatArray) -> tuple[FloatArray, NDArray[np.intp]] | None:
    """Values and places without sorting, where all are whole thousandths of a narrow range, as loggers write them.

    A division by 1000 is rounded correctly, so thousandths / 1000 are the very numbers that were read.
    """
    thousandths = np.rint(1000.0 * readings)
    lowest, highest = float(thousandths.min()), float(thousandths.max())
    if not highest - lowest < _WIDEST or not np.array_equal(thousandths / 1000.0, readings):
        return None
    thousandths -= lowest
    offset = thousandths.astype(np.intp)
    present = np.bincount(offset) > 0
    place = np.cumsum(present, dtype=np.intp)
    place -= 1
    values = (np.flatnonzero(present) + lowest) / 1000.0
    return values.astype(np.float64), place.take(offset)
