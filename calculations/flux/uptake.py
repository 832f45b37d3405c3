"""CO2 taken up by karst water, one formula with all its lines apart.

Alkalinity comes from carbonate rock (2 per CaCO3, D mol dissolved) and silicate (S); strong acids use it up
(A): Alk = 2 D + S - A. Of the carbon, kappa Alk stays in the water at a reference point; what did not come
from rock came from air or soil:

    F(kappa) = kappa Alk - D = (kappa - 1/2) Alk + 1/2 (S - A)            mmol CO2 per litre

gross = F(1) at the spring, retained = F(kappa_ref). Nothing is clipped at zero: where acids do the dissolving
the water is a source, and the sum must feel it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.portable import exact_sum

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Composition:
    """Water per reading: alkalinity, sulfuric and nitric acid, silicate alkalinity, all meq/L, shape (n,)."""

    alkalinity_meq_l: FloatArray
    sulfuric_meq_l: FloatArray
    nitric_meq_l: FloatArray
    silicate_meq_l: FloatArray


@dataclass(frozen=True)
class Loads:
    """Sums over counted time: water [m3] and loads [mol of charge, = meq/L x m3], each a single number."""

    water_m3: float
    alkalinity_mol: float
    sulfuric_mol: float
    nitric_mol: float
    silicate_mol: float

    def uptake_t_co2(self, kappa: float, rain_mmol_l: float = 0.0) -> float:
        """Sum of F(kappa) Q dt in t CO2, less what rain itself brought."""
        acids = self.sulfuric_mol + self.nitric_mol
        moles = (kappa - 0.5) * self.alkalinity_mol + 0.5 * (self.silicate_mol - acids)
        return (moles - rain_mmol_l * self.water_m3) * masses.T_CO2_PER_MMOL_L_M3

    def lines_t_co2(self, kappa: float, rain_mmol_l: float = 0.0) -> dict[str, float]:
        """F(kappa) by process, t CO2; the lines add up to the uptake.

        carbonic: rock dissolved by carbonic acid, (2 kappa - 1) D_c with D_c = (Alk - S - A)/2. It turns
        negative where acids exceed the alkalinity. sulfuric, nitric: rock dissolved by those acids gives
        back (1 - kappa) of its carbon. silicate: kappa S. rain: what rain itself brought, deducted.
        """
        unit = masses.T_CO2_PER_MMOL_L_M3
        acids = self.sulfuric_mol + self.nitric_mol
        return {
            "carbonic": (kappa - 0.5) * (self.alkalinity_mol - self.silicate_mol - acids) * unit,
            "sulfuric": (kappa - 1.0) * self.sulfuric_mol * unit,
            "nitric": (kappa - 1.0) * self.nitric_mol * unit,
            "silicate": kappa * self.silicate_mol * unit,
            "rain": -rain_mmol_l * self.water_m3 * unit,
        }

    def terms_t_co2(self) -> dict[str, float]:
        """From the simple half-alkalinity figure to gross F(1): the terms of the formula at kappa 1, t CO2."""
        unit = masses.T_CO2_PER_MMOL_L_M3
        return {
            "simple": 0.5 * self.alkalinity_mol * unit,
            "sulfuric": -0.5 * self.sulfuric_mol * unit,
            "nitric": -0.5 * self.nitric_mol * unit,
            "silicate": 0.5 * self.silicate_mol * unit,
        }


def composition(
    concentrations_mg_l: Mapping[str, FloatArray],
    *,
    neutral_sulfate_mg_l: float = 0.0,
    silicate_ca_mg_meq_l: float = 0.0,
) -> Composition:
    """Composition from concentrations [mg/L] of alkalinity (as HCO3), SO4, NO3, Na, K, Cl.

    A = 2 SO4* + NO3* with SO4* less what is shown to be a neutral salt, >= 0. S = Na + K - Cl (the sum
    >= 0, in meq/L) plus silicate Ca and Mg where they are known.
    """

    def meq(ion: str) -> FloatArray:
        return concentrations_mg_l[ion] * masses.milliequivalents_per_mg(ion)

    acid_sulfate = np.maximum(concentrations_mg_l["sulfate_mg_l"] - neutral_sulfate_mg_l, 0.0)
    alkali = meq("sodium_mg_l") + meq("potassium_mg_l") - meq("chloride_mg_l")
    return Composition(
        alkalinity_meq_l=meq("alkalinity_hco3_mg_l"),
        sulfuric_meq_l=acid_sulfate * masses.milliequivalents_per_mg("sulfate_mg_l"),
        nitric_meq_l=meq("nitrate_mg_l"),
        silicate_meq_l=np.maximum(alkali, 0.0) + silicate_ca_mg_meq_l,
    )


def uptake_mmol_l(water: Composition, kappa: float, rain_mmol_l: float = 0.0) -> FloatArray:
    """F(kappa) in mmol CO2 per litre, less what rain itself brought, shape (n,)."""
    acids = water.sulfuric_meq_l + water.nitric_meq_l
    return (kappa - 0.5) * water.alkalinity_meq_l + 0.5 * (water.silicate_meq_l - acids) - rain_mmol_l


def uptake_t_co2(discharge_m3_s: FloatArray, uptake: FloatArray, interval_s: float) -> FloatArray:
    """t CO2 per reading: Q F dt 44.0095e-6 (0.03960855 Q F at 900 s), shape (n,)."""
    return discharge_m3_s * uptake * (interval_s * masses.T_CO2_PER_MMOL_L_M3)


def loads(discharge_m3_s: FloatArray, water: Composition, interval_s: float) -> Loads:
    """Loads of readings that all count (no NaN), each summed exactly."""
    volume_m3 = discharge_m3_s * interval_s
    return Loads(
        water_m3=exact_sum(volume_m3),
        alkalinity_mol=exact_sum(volume_m3 * water.alkalinity_meq_l),
        sulfuric_mol=exact_sum(volume_m3 * water.sulfuric_meq_l),
        nitric_mol=exact_sum(volume_m3 * water.nitric_meq_l),
        silicate_mol=exact_sum(volume_m3 * water.silicate_meq_l),
    )


def allogenic_fraction(share_of_discharge: float, concentration_ratio: float) -> float:
    """Share of the flux that allogenic water brings: f r / (f r + 1 - f), r = c_allo / c_auto.

    The seed's 32 % of recharge raising the sink by 34 % is r = 0.72; r = 1 would give 47 %.
    """
    brought = share_of_discharge * concentration_ratio
    return brought / (brought + 1.0 - share_of_discharge)
