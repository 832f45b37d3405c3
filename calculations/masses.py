"""Molar masses [g/mol] of the flux accounting, and charges.

These are the methodology's masses. The speciation works with PHREEQC's own, older ones (in its constants
table); the two are never mixed: everything here is mg/L of a sample or a load, nothing is a molality.
"""

from __future__ import annotations

CO2 = 44.0095
HCO3 = 61.0168
CACO3 = 100.0869
SO4 = 96.06
NO3 = 62.005
CA = 40.078
MG = 24.305
NA = 22.9898
K = 39.0983
CL = 35.453

T_CO2_PER_MMOL_L_M3 = CO2 * 1e-6
"""t CO2 in a cubic metre of water per mmol/L (mol/m3)."""

CHARGE_AND_MASS = {
    "potassium_mg_l": (1, K),
    "sodium_mg_l": (1, NA),
    "calcium_mg_l": (2, CA),
    "magnesium_mg_l": (2, MG),
    "chloride_mg_l": (-1, CL),
    "sulfate_mg_l": (-2, SO4),
    "nitrate_mg_l": (-1, NO3),
    "alkalinity_hco3_mg_l": (-1, HCO3),
}
"""Charge and molar mass of each analysed quantity."""


def milliequivalents_per_mg(field: str) -> float:
    """meq/L of (absolute) charge for 1 mg/L of an analysed quantity."""
    charge, mass = CHARGE_AND_MASS[field]
    return abs(charge) / mass
