"""The flux a second time, from the cations: kappa Alk - C/2, C the calcium and magnesium of carbonate rock.

Alk = 2 D + S - A says what dissolved from the anions; half of the carbonate-derived calcium and magnesium says it
from the cations. The two differ by the charge balance of the analysis and by what was put down to the wrong source,
so a difference beyond the charge-balance gate is a warning about the analyses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.flux.errors import finite, in_range
from calculations.flux.uptake import Composition, uptake_mmol_l
from calculations.portable import exact_sum
from calculations.quality.charge_balance import gate_pct

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class CationCheck:
    """Uptake by alkalinity and acids, by cations (both t CO2), and how far apart they are."""

    by_alkalinity_t_co2: float
    by_cations_t_co2: float
    difference_pct: float
    """(cations - alkalinity) in % of the half-alkalinity figure, whose sign never turns; 0 where no water ran."""
    gate_pct: float

    @property
    def agrees(self) -> bool:
        """True within the charge-balance gate."""
        return abs(self.difference_pct) <= self.gate_pct


def cation_uptake_mmol_l(
    alkalinity_meq_l: FloatArray,
    calcium_mg_l: FloatArray,
    magnesium_mg_l: FloatArray,
    kappa: float,
    *,
    silicate_ca_mg_meq_l: float = 0.0,
    neutral_sulfate_meq_l: float = 0.0,
    rain_mmol_l: float = 0.0,
) -> FloatArray:
    """kappa Alk - C/2 in mmol CO2 per litre, shape (n,): C = Ca + Mg less those of silicate rock and of gypsum."""
    in_range("kappa", kappa, 0.5, 1.0)
    divalent = calcium_mg_l * masses.milliequivalents_per_mg("calcium_mg_l")
    divalent = divalent + magnesium_mg_l * masses.milliequivalents_per_mg("magnesium_mg_l")
    carbonate = divalent - silicate_ca_mg_meq_l - neutral_sulfate_meq_l
    return kappa * alkalinity_meq_l - 0.5 * carbonate - rain_mmol_l


def check_by_cations(
    discharge_m3_s: FloatArray,
    water: Composition,
    calcium_mg_l: FloatArray,
    magnesium_mg_l: FloatArray,
    *,
    interval_s: float,
    kappa: float,
    mean_ec25_us_cm: float,
    silicate_ca_mg_meq_l: float = 0.0,
    neutral_sulfate_meq_l: float = 0.0,
    rain_mmol_l: float = 0.0,
) -> CationCheck:
    """Both sums over counted readings (n,); FluxError FLUX_NOT_FINITE or FLUX_SHAPE where a value is missing."""
    shape = np.shape(discharge_m3_s)
    discharge = finite("discharge_m3_s", discharge_m3_s, shape)
    calcium, magnesium = finite("calcium_mg_l", calcium_mg_l, shape), finite("magnesium_mg_l", magnesium_mg_l, shape)
    alkalinity = finite("alkalinity_meq_l", water.alkalinity_meq_l, shape)
    by_cations = cation_uptake_mmol_l(
        alkalinity,
        calcium,
        magnesium,
        kappa,
        silicate_ca_mg_meq_l=silicate_ca_mg_meq_l,
        neutral_sulfate_meq_l=neutral_sulfate_meq_l,
        rain_mmol_l=rain_mmol_l,
    )
    factor = discharge * (interval_s * masses.T_CO2_PER_MMOL_L_M3)
    first, second = exact_sum(factor * uptake_mmol_l(water, kappa, rain_mmol_l)), exact_sum(factor * by_cations)
    half = exact_sum(factor * (0.5 * alkalinity))
    difference = 100.0 * (second - first) / half if half > 0.0 else 0.0
    return CationCheck(first, second, difference, gate_pct(mean_ec25_us_cm))
