"""Maximum potential dissolution D = (P - E) [Ca]eq(T, soil pCO2), and how far soil CO2 alone can raise it.

D in mol CaCO3 per m2 and year is the runoff in kg water per m2 times the equilibrium calcium [mol/kgw]; each mole takes
one of CO2 from air and soil, so D x 44.0095 g/m2 is t CO2 per km2 (P. Gombert 2002, doi:10.1016/S0921-8181(01)00157-X).
Calcium grows with about the cube root of the CO2 pressure: twice the dissolution needs some seven times the pressure,
eight times some three hundred, which no soil reaches. Runoff, area and kinetics would have to carry the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.chemistry.calcite_equilibrium import HIGHEST_LOG10_PCO2, equilibrium_calcium
from calculations.chemistry.constants import ConstantsTable
from calculations.portable import exp10, log10

FloatArray = NDArray[np.float64]

_HALVINGS = 60


def potential_t_co2_km2(runoff_mm: FloatArray, calcium_mol_kgw: FloatArray) -> FloatArray:
    """t CO2 per km2 (and year, with a year's runoff); runoff below zero counts as none, shape (n,)."""
    return np.maximum(runoff_mm, 0.0) * calcium_mol_kgw * masses.CO2


def exponent(temperature_c: float, log10_pco2_atm: float, constants: ConstantsTable | None = None) -> float:
    """d ln [Ca]eq / d ln pCO2 at a temperature and soil CO2 pressure, from a tenth of a decade to each side.

    >>> print(f"{exponent(18.5, -2.007):.3f}")
    0.361
    """
    sides = np.array([log10_pco2_atm - 0.05, log10_pco2_atm + 0.05])
    calcium = log10(equilibrium_calcium(np.full(2, temperature_c), sides, constants).calcium_mol_kgw)
    return float(calcium[1] - calcium[0]) / 0.1


def pressure_ratio_for(
    factor: float, temperature_c: float, log10_pco2_atm: float, constants: ConstantsTable | None = None
) -> float | None:
    """How many times the CO2 pressure makes `factor` times the calcium; None where no pressure of the tables does.

    By halving, so that the same bits come out everywhere.
    """

    def calcium(pressure: float) -> float:
        return float(equilibrium_calcium(np.array([temperature_c]), np.array([pressure]), constants).calcium_mol_kgw[0])

    wanted = factor * calcium(log10_pco2_atm)
    low, high = log10_pco2_atm, HIGHEST_LOG10_PCO2
    if not calcium(high) >= wanted:
        return None
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if calcium(middle) >= wanted:
            high = middle
        else:
            low = middle
    return float(exp10(high - log10_pco2_atm))
