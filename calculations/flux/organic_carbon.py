"""Organic carbon that water plants made from dissolved inorganic carbon: its share by C/N, and its load.

Two kinds of organic matter mix linearly in N/C (not in C/N): the share of carbon from water plants is

    share = (N/C - N/C_land) / (N/C_water - N/C_land)        held to 0..1

with molar C/N near 6.6 for algae (A. C. Redfield 1958) and 12 and more for soil and land plants (P. A. Meyers 1994,
doi:10.1016/0009-2541(94)90059-0, gives 4-10 for algae and 20 and more for vascular plants; soil organic matter lies
between, and taking the lower land value is the cautious choice).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.portable import exact_sum

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class FlowWeighted:
    """Flow-weighted mean concentration [unit of c] and its relative standard error."""

    mean: float
    relative_sd: float


def autochthonous_share(carbon_nitrogen: float, of_water_plants: float, of_land: float) -> float:
    """Share of the organic carbon that water plants made, from molar C/N ratios.

    >>> print(f"{autochthonous_share(8.0, 6.6, 12.0):.4f}")
    0.6111
    """
    nitrogen, water, land = 1.0 / carbon_nitrogen, 1.0 / of_water_plants, 1.0 / of_land
    return min(1.0, max(0.0, (nitrogen - land) / (water - land)))


def flow_weighted(concentration: FloatArray, discharge_m3_s: FloatArray) -> FlowWeighted:
    """Ratio estimate sum c q / sum q of n samples, and its standard error (W. G. Cochran 1977, equation 6.4)."""
    n = int(concentration.size)
    total = exact_sum(discharge_m3_s)
    mean = exact_sum(concentration * discharge_m3_s) / total
    away = (concentration - mean) * discharge_m3_s
    variance = n / (n - 1.0) * exact_sum(away * away) / (total * total) if n > 1 else 0.0
    return FlowWeighted(mean, float(np.sqrt(variance)) / mean if mean > 0.0 else 0.0)
