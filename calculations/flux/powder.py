"""Carbonate powder spread on soil: what its dissolution takes up, and what strong acids in the soil make it emit.

Of D mol dissolved, A mol of strong acid (nitrification, acid rain, exchangeable acidity) use up alkalinity:

    F(kappa) = kappa max(0, 2 D - A) - D

which is the one formula of the flux on powder. Without acid it is (2 kappa - 1) D, at most 0.4397 (2 kappa - 1) t CO2
per t CaCO3; at A = 2 D all of the powder's carbon is emitted. Acid beyond 2 D finds no powder.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calculations import masses

FloatArray = NDArray[np.float64]

T_CO2_PER_T_CACO3 = masses.CO2 / masses.CACO3
"""0.4397: t CO2 in a t of CaCO3."""


def ceiling_t_co2(dissolved_t: float, kappa: float) -> float:
    """(2 kappa - 1) D: what dissolution by carbonic acid alone takes up, t CO2.

    >>> print(f"{ceiling_t_co2(1.0, 1.0):.4f} {ceiling_t_co2(1.0, 0.86):.4f}")
    0.4397 0.3166
    """
    return T_CO2_PER_T_CACO3 * (2.0 * kappa - 1.0) * dissolved_t


def uptake_t_co2(
    dissolved_t: FloatArray | float, acid_keq: FloatArray | float, kappa: FloatArray | float
) -> FloatArray:
    """F(kappa) of dissolved CaCO3 [t] that met strong acid [keq], t CO2; negative where it emits.

    >>> print(f"{uptake_t_co2(100.0, 200.0, 0.86):.4f}")  # 100 t are 999.13 kmol
    24.0897
    """
    dissolved_kmol = np.asarray(dissolved_t, dtype=np.float64) * (1000.0 / masses.CACO3)
    alkalinity = np.maximum(2.0 * dissolved_kmol - acid_keq, 0.0)
    return np.asarray((kappa * alkalinity - dissolved_kmol) * (masses.CO2 / 1000.0))
