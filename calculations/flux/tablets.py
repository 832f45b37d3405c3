"""Limestone tablets buried in soil: what they lost, and the CO2 uptake that their dissolution stands for.

    rate = (mass before - mass after) / (surface x time)              mg cm-2 a-1
    CO2  = rate x purity x 44.0095 / 100.0869                          x 10 gives t CO2 km-2 a-1 of tablet surface

Per surface of the tablet, not of the land: land has more or less rock surface per km2 than one, so the figure compares
depths and land uses and is no flux of a catchment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.portable import exact_sum

FloatArray = NDArray[np.float64]

DAYS_PER_YEAR = 365.25
_T_KM2_PER_MG_CM2 = 10.0


@dataclass(frozen=True)
class Spread:
    """Mean, standard deviation (n - 1) and coefficient of variation; None where they do not exist."""

    n: int
    mean: float
    sd: float | None
    cv: float | None


def loss_mg_cm2_a(before_g: float, after_g: float, surface_cm2: float, days: float) -> float:
    """Loss per surface and year; negative where the tablet gained.

    >>> print(f"{loss_mg_cm2_a(30.0000, 29.9000, 28.9, 365.25):.4f}")
    3.4602
    """
    return 1000.0 * (before_g - after_g) / surface_cm2 / (days / DAYS_PER_YEAR)


def uptake_t_co2_km2_a(loss: float, purity: float) -> float:
    """t CO2 per km2 of tablet surface and year.

    >>> print(f"{uptake_t_co2_km2_a(3.4602, 0.98):.4f}")
    14.9106
    """
    return loss * purity * (masses.CO2 / masses.CACO3) * _T_KM2_PER_MG_CM2


def spread_of(values: FloatArray) -> Spread:
    """Mean and spread of one or more values."""
    n = int(values.size)
    mean = exact_sum(values) / n
    if n < 2:
        return Spread(n, mean, None, None)
    away = values - mean
    sd = math.sqrt(exact_sum(away * away) / (n - 1))
    return Spread(n, mean, sd, sd / mean if mean > 0.0 else None)
