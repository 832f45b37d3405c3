"""Quantiles by an explicit rank rule, spread and histogram of simulated values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.portable import exact_sum

FloatArray = NDArray[np.float64]

LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
_BINS = 60
_TRIMMED = 0.001


@dataclass(frozen=True)
class Summary:
    """A simulated distribution: sorted values (n,), mean and standard deviation."""

    ordered: FloatArray
    mean: float
    sd: float

    def quantile(self, p: float) -> float:
        """The value of rank ceil(p n), counted from 1: the smallest that a share p does not exceed."""
        count = int(self.ordered.size)
        rank = min(count, max(1, math.ceil(round(p * count, 6))))
        return float(self.ordered[rank - 1])

    def half_width_90(self) -> float:
        """Half of the two-sided 90 % interval."""
        return 0.5 * (self.quantile(0.95) - self.quantile(0.05))

    def record(self) -> dict[str, Any]:
        """Quantiles p5 ... p95, mean and standard deviation, rounded to 6 decimals."""
        quantiles = {f"p{round(100 * level)}": round(self.quantile(level), 6) for level in LEVELS}
        return quantiles | {"mean": round(self.mean, 6), "sd": round(self.sd, 6)}

    def histogram(self) -> dict[str, Any]:
        """Equal bins over the central 99.8 %; what lies beyond counts in the outermost bins."""
        low, high = self.quantile(_TRIMMED), self.quantile(1.0 - _TRIMMED)
        if not high > low:
            high = low + 1.0
        edges = [round(low + (high - low) * k / _BINS, 6) for k in range(_BINS + 1)]
        inner = np.searchsorted(self.ordered, np.array(edges[1:-1]), side="left")
        counts = np.diff(np.concatenate(([0], inner, [self.ordered.size])))
        return {"edges": edges, "counts": [int(count) for count in counts]}


def summarise(values: FloatArray) -> Summary:
    """Summary of simulated values, shape (n,)."""
    count = int(values.size)
    mean = exact_sum(values) / count
    away = values - mean
    sd = math.sqrt(exact_sum(away * away) / max(1, count - 1))
    return Summary(np.sort(values), mean, sd)
