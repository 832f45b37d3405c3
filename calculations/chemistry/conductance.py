"""Specific conductance from the species' diffusion coefficients, as PHREEQC 3.7 computes it.

    SC = 1e7 F^2 / (R 298.15) sum m z^2 Dw exp(-1.6 A |z| q / (1 + ka))       ka = 4.73 B q / (1 + I^0.75)

at 25 degC, in uS/cm, q = sqrt(I). PHREEQC 3.8 and later use another model: the version is part of the table.
"""

import numpy as np

from calculations.chemistry.constants import ConstantsTable
from calculations.chemistry.solver import Solution
from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray, exp

_FARADAY = 96493.5
_FACTOR = 1e7 * _FARADAY**2 / (8.3147e-3 * 298150.0)


def conductance_25c_us_cm(solution: Solution, thermal: Thermal, table: ConstantsTable) -> FloatArray:
    """SC [uS/cm] of waters whose species were distributed at 25 degC; `thermal` likewise."""
    strength = solution.ionic_strength
    root = np.sqrt(strength)
    reach = 4.73 * thermal.b_per_angstrom * root / (1.0 + root * np.sqrt(root))
    monovalent = exp(-1.6 * thermal.a_log10 * root / (1.0 + reach))
    total = np.zeros_like(strength)
    for name, species in table.species.items():
        if species.diffusion_25c_m2_s:
            weight = species.charge**2 * species.diffusion_25c_m2_s
            retarded = monovalent if abs(species.charge) == 1 else monovalent * monovalent
            total += weight * solution.molality[name] * retarded
    return _FACTOR * total
