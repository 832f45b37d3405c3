"""Readings by their distinct values: a logger writes a stage or a conductivity some twenty times in a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Distinct:
    """Distinct values, rising, and the place of each reading's own among them."""

    values: FloatArray
    index: NDArray[np.intp]

    @classmethod
    def of(cls, readings: FloatArray) -> Distinct:
        """Of readings (n,)."""
        values, index = np.unique(readings, return_inverse=True)
        return cls(values, index)

    def of_each(self, found: FloatArray) -> FloatArray:
        """What was found for the distinct values, for each reading: (n,)."""
        return found.take(self.index)

    def summed(self, weight: FloatArray) -> FloatArray:
        """Sum of the readings' weights for each value, in the readings' order."""
        return np.bincount(self.index, weights=weight, minlength=self.values.size).astype(np.float64)
