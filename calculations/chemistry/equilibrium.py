"""Distribution of species at given coefficients: metals eliminated, two unknowns left (free CO3-2 and SO4-2).

All arrays have length n; concentrations are molal [mol/kg water], activities dimensionless.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray


@dataclass(frozen=True)
class Totals:
    """Dissolved totals and alkalinity [eq/kgw] of n waters."""

    calcium: FloatArray
    magnesium: FloatArray
    sodium: FloatArray
    potassium: FloatArray
    chloride: FloatArray
    nitrate: FloatArray
    sulfate: FloatArray
    alkalinity: FloatArray

    def rows(self, chosen: NDArray[np.bool_]) -> "Totals":
        """The totals of these waters."""
        return Totals(**{name: values[chosen] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Ratios:
    """Conditional constants: molality of a complex over the product of the molalities of its free parts.

    The proton is taken in by its fixed activity, so CaHCO3+ counts per Ca and CO3, CaHSO4+ per Ca and SO4,
    CaOH+ per Ca alone; `h` and `oh` are the molalities themselves. `co2_2` is per CO3 squared.
    """

    h: FloatArray
    oh: FloatArray
    hco3: FloatArray
    co2: FloatArray
    co2_2: FloatArray
    hso4: FloatArray
    ca_oh: FloatArray
    ca_co3: FloatArray
    ca_hco3: FloatArray
    ca_so4: FloatArray
    ca_hso4: FloatArray
    mg_oh: FloatArray
    mg_co3: FloatArray
    mg_hco3: FloatArray
    mg_so4: FloatArray
    na_oh: FloatArray
    na_co3: FloatArray
    na_hco3: FloatArray
    na_so4: FloatArray
    k_so4: FloatArray


def conditional_ratios(
    thermal: Thermal, gamma: dict[str, FloatArray], h_activity: FloatArray, water_activity: FloatArray
) -> Ratios:
    """Mass action of every species, with activities replaced by molalities times `gamma`."""
    k = thermal.k
    calcium, magnesium = gamma["Ca+2"], gamma["Mg+2"]
    sodium, potassium = gamma["Na+"], gamma["K+"]
    carbonate, sulfate = gamma["CO3-2"], gamma["SO4-2"]
    over_neutral = 1.0 / gamma["CO2"]
    over_davies = 1.0 / gamma["HSO4-"]
    over_54 = 1.0 / gamma["NaSO4-"]

    # activities per molality of free carbonate or sulfate
    bicarbonate = k["HCO3-"] * carbonate * h_activity
    co2 = k["CO2"] * carbonate * h_activity * h_activity / water_activity
    bisulfate = k["HSO4-"] * sulfate * h_activity
    hydroxide = k["OH-"] * water_activity / h_activity
    calcium_neutral, magnesium_neutral = calcium * over_neutral, magnesium * over_neutral
    sodium_neutral = sodium * over_neutral
    proton_carbonate = carbonate * h_activity
    return Ratios(
        h=h_activity / gamma["H+"],
        oh=hydroxide / gamma["OH-"],
        hco3=bicarbonate / gamma["HCO3-"],
        co2=co2 * over_neutral,
        co2_2=k["(CO2)2"] * co2 * co2 * over_neutral,
        hso4=bisulfate * over_davies,
        ca_oh=k["CaOH+"] * calcium * (water_activity / h_activity) * over_davies,
        ca_co3=k["CaCO3"] * calcium_neutral * carbonate,
        ca_hco3=k["CaHCO3+"] * calcium * proton_carbonate / gamma["CaHCO3+"],
        ca_so4=k["CaSO4"] * calcium_neutral * sulfate,
        ca_hso4=k["CaHSO4+"] * calcium * bisulfate * over_davies,
        mg_oh=k["MgOH+"] * magnesium * (water_activity / h_activity) / gamma["MgOH+"],
        mg_co3=k["MgCO3"] * magnesium_neutral * carbonate,
        mg_hco3=k["MgHCO3+"] * magnesium * proton_carbonate / gamma["MgHCO3+"],
        mg_so4=k["MgSO4"] * magnesium_neutral * sulfate,
        na_oh=k["NaOH"] * sodium_neutral * hydroxide,
        na_co3=k["NaCO3-"] * sodium * carbonate * over_davies,
        na_hco3=k["NaHCO3"] * sodium_neutral * bicarbonate,
        na_so4=k["NaSO4-"] * sodium * sulfate * over_54,
        k_so4=k["KSO4-"] * potassium * sulfate * over_54,
    )


@dataclass(frozen=True)
class Free:
    """Molalities of the uncomplexed metals."""

    calcium: FloatArray
    magnesium: FloatArray
    sodium: FloatArray
    potassium: FloatArray


def free_metals(totals: Totals, r: Ratios, carbonate: FloatArray, sulfate: FloatArray) -> Free:
    """Free metals beside these free anions, from their mass balances."""
    return Free(
        calcium=totals.calcium
        / (1.0 + r.ca_oh + carbonate * (r.ca_co3 + r.ca_hco3) + sulfate * (r.ca_so4 + r.ca_hso4)),
        magnesium=totals.magnesium / (1.0 + r.mg_oh + carbonate * (r.mg_co3 + r.mg_hco3) + sulfate * r.mg_so4),
        sodium=totals.sodium / (1.0 + r.na_oh + carbonate * (r.na_co3 + r.na_hco3) + sulfate * r.na_so4),
        potassium=totals.potassium / (1.0 + sulfate * r.k_so4),
    )


def free_anions(totals: Totals, r: Ratios, free: Free) -> tuple[FloatArray, FloatArray]:
    """Free carbonate and sulfate beside these free metals, from alkalinity and the sulfate balance.

    Carbonate is negative where hydroxide alone exceeds the alkalinity.
    """
    sulfate = totals.sulfate / (
        1.0
        + r.hso4
        + free.calcium * (r.ca_so4 + r.ca_hso4)
        + free.magnesium * r.mg_so4
        + free.sodium * r.na_so4
        + free.potassium * r.k_so4
    )
    without_carbonate = (
        (r.oh - r.h)
        + (free.calcium * r.ca_oh + free.magnesium * r.mg_oh + free.sodium * r.na_oh)
        - sulfate * (r.hso4 + free.calcium * r.ca_hso4)
    )
    per_carbonate = (
        2.0
        + r.hco3
        + free.calcium * (r.ca_hco3 + 2.0 * r.ca_co3)
        + free.magnesium * (r.mg_hco3 + 2.0 * r.mg_co3)
        + free.sodium * (r.na_hco3 + 2.0 * r.na_co3)
    )
    return (totals.alkalinity - without_carbonate) / per_carbonate, sulfate


def all_molalities(
    totals: Totals, r: Ratios, free: Free, carbonate: FloatArray, sulfate: FloatArray
) -> dict[str, FloatArray]:
    """Molality of every species by its name."""
    calcium_carbonate, calcium_sulfate = free.calcium * carbonate, free.calcium * sulfate
    magnesium_carbonate = free.magnesium * carbonate
    sodium_carbonate = free.sodium * carbonate
    return {
        "H+": r.h,
        "OH-": r.oh,
        "Ca+2": free.calcium,
        "Mg+2": free.magnesium,
        "Na+": free.sodium,
        "K+": free.potassium,
        "Cl-": totals.chloride,
        "NO3-": totals.nitrate,
        "SO4-2": sulfate,
        "CO3-2": carbonate,
        "HCO3-": r.hco3 * carbonate,
        "CO2": r.co2 * carbonate,
        "(CO2)2": r.co2_2 * carbonate * carbonate,
        "HSO4-": r.hso4 * sulfate,
        "CaOH+": r.ca_oh * free.calcium,
        "CaCO3": r.ca_co3 * calcium_carbonate,
        "CaHCO3+": r.ca_hco3 * calcium_carbonate,
        "CaSO4": r.ca_so4 * calcium_sulfate,
        "CaHSO4+": r.ca_hso4 * calcium_sulfate,
        "MgOH+": r.mg_oh * free.magnesium,
        "MgCO3": r.mg_co3 * magnesium_carbonate,
        "MgHCO3+": r.mg_hco3 * magnesium_carbonate,
        "MgSO4": r.mg_so4 * free.magnesium * sulfate,
        "NaOH": r.na_oh * free.sodium,
        "NaCO3-": r.na_co3 * sodium_carbonate,
        "NaHCO3": r.na_hco3 * sodium_carbonate,
        "NaSO4-": r.na_so4 * free.sodium * sulfate,
        "KSO4-": r.k_so4 * free.potassium * sulfate,
    }


_MONOVALENT_MASTERS = ("H+", "OH-", "Na+", "K+", "Cl-", "NO3-")
_MONOVALENT_COMPLEXES = ("HCO3-", "HSO4-", "CaOH+", "CaHCO3+", "CaHSO4+", "MgOH+", "MgHCO3+")
_MONOVALENT_OF_ALKALIS = ("NaCO3-", "NaSO4-", "KSO4-")
_MONOVALENT = _MONOVALENT_MASTERS + _MONOVALENT_COMPLEXES + _MONOVALENT_OF_ALKALIS
_DIVALENT = ("Ca+2", "Mg+2", "SO4-2", "CO3-2")
_NEUTRAL = ("CO2", "(CO2)2", "CaCO3", "CaSO4", "MgCO3", "MgSO4", "NaOH", "NaHCO3")
_HCO3_TYPE = ("HCO3-", "CaHCO3+", "MgHCO3+", "NaHCO3")
_CO3_TYPE = ("CO3-2", "CaCO3", "MgCO3", "NaCO3-")


def strength_and_water_activity(molality: dict[str, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Ionic strength [mol/kgw] over all charged species, and a_w = 1 - 0.017 sum of all molalities."""
    monovalent = add_up(molality, _MONOVALENT)
    divalent = add_up(molality, _DIVALENT)
    everything = monovalent + divalent + add_up(molality, _NEUTRAL)
    return 0.5 * monovalent + 2.0 * divalent, 1.0 - 0.017 * everything


@dataclass(frozen=True)
class Carbon:
    """Dissolved inorganic carbon by the protons it holds [mol/kgw]; (CO2)2 counts twice."""

    with_two_protons: FloatArray
    with_one: FloatArray
    with_none: FloatArray

    @property
    def total(self) -> FloatArray:
        """DIC."""
        return self.with_two_protons + self.with_one + self.with_none


def dissolved_carbon(molality: dict[str, FloatArray]) -> Carbon:
    """The carbon of all species, complexes included."""
    return Carbon(
        with_two_protons=molality["CO2"] + 2.0 * molality["(CO2)2"],
        with_one=add_up(molality, _HCO3_TYPE),
        with_none=add_up(molality, _CO3_TYPE),
    )


def add_up(molality: dict[str, FloatArray], names: Sequence[str]) -> FloatArray:
    """Sum of these molalities, in the order given."""
    total = molality[names[0]] + molality[names[1]]
    for name in names[2:]:
        total += molality[name]
    return total
