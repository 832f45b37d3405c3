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

_FIRST_EXPONENT = 1.0 / 3.0
_SECANT_STEPS = 7
_CLOSE = 1e-9


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


def pressure_ratios_for(
    factors: tuple[float, ...], temperature_c: float, log10_pco2_atm: float, constants: ConstantsTable | None = None
) -> list[float | None]:
    """How many times the CO2 pressure makes so many times the calcium; None beyond the pressures of the tables.

    By the secant rule in (log pressure, log calcium), where the curve is nearly straight; a fixed number of steps.

    >>> print([round(ratio, 1) for ratio in pressure_ratios_for((2.0, 8.0), 18.5, -2.007)])
    [6.6, 233.4]
    """
    n = len(factors)

    def log_calcium(pressures: FloatArray) -> FloatArray:
        return log10(equilibrium_calcium(np.full(n, temperature_c), pressures, constants).calcium_mol_kgw)

    earlier = np.full(n, log10_pco2_atm)
    y_earlier = log_calcium(earlier)
    wanted = y_earlier + log10(np.array(factors, dtype=np.float64))
    now = np.minimum(earlier + (wanted - y_earlier) / _FIRST_EXPONENT, HIGHEST_LOG10_PCO2)
    slope = np.full(n, _FIRST_EXPONENT)
    for _ in range(_SECANT_STEPS):
        y_now = log_calcium(now)
        moved = now != earlier
        slope = np.where(moved, (y_now - y_earlier) / np.where(moved, now - earlier, 1.0), slope)
        earlier, y_earlier = now, y_now
        now = np.minimum(now + (wanted - y_now) / slope, HIGHEST_LOG10_PCO2)
    reached = np.abs(log_calcium(now) - wanted) < _CLOSE
    ratios = exp10(now - log10_pco2_atm).tolist()
    return [ratio if good else None for ratio, good in zip(ratios, reached.tolist(), strict=True)]
