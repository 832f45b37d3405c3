"""Everything that depends on temperature alone, computed once for each distinct temperature."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.constants import ConstantsTable, log10_k
from calculations.chemistry.water import ZERO_CELSIUS_K, debye_hueckel
from calculations.portable import FloatArray, exp10


@dataclass(frozen=True)
class Thermal:
    """Constants of n waters at their temperatures, each an array of n.

    a_log10, b_per_angstrom: Debye-Hueckel. k: formation constant of each aqueous species (not its logarithm).
    log10_k: of the phases; for CO2(g) Henry's constant, which is in k as well.
    """

    a_log10: FloatArray
    b_per_angstrom: FloatArray
    k: dict[str, FloatArray]
    log10_k: dict[str, FloatArray]

    def rows(self, chosen: NDArray[np.bool_]) -> "Thermal":
        """The constants of some of these waters."""
        return Thermal(
            a_log10=self.a_log10[chosen],
            b_per_angstrom=self.b_per_angstrom[chosen],
            k={name: values[chosen] for name, values in self.k.items()},
            log10_k={name: values[chosen] for name, values in self.log10_k.items()},
        )


class ThermalTable:
    """Constants at the distinct temperatures of many waters (readings come in steps of 0.01 degC)."""

    def __init__(self, temperature_c: FloatArray, table: ConstantsTable) -> None:
        distinct_c, self._row = _distinct(temperature_c)
        kelvin = distinct_c + ZERO_CELSIUS_K
        self._a, self._b = debye_hueckel(distinct_c)
        self._k = {
            name: exp10(log10_k(species.equilibrium, kelvin, table))
            for name, species in table.species.items()
            if species.equilibrium is not None
        }
        self._log10_k = {name: log10_k(phase, kelvin, table) for name, phase in table.phases.items()}
        self._k["CO2(g)"] = exp10(self._log10_k["CO2(g)"])

    def rows(self, part: slice) -> Thermal:
        """The constants of these waters."""
        row = self._row[part]
        return Thermal(
            a_log10=self._a[row],
            b_per_angstrom=self._b[row],
            k={name: values[row] for name, values in self._k.items()},
            log10_k={name: values[row] for name, values in self._log10_k.items()},
        )


def _distinct(temperature_c: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Temperatures among which are all of these, and the place of each.

    Where all are whole hundredths of a degree, as loggers write them, the hundredths from the lowest to the highest:
    no sorting. A division by 100 is rounded correctly, so they are the very numbers that were read.
    """
    hundredths = np.rint(100.0 * temperature_c)
    if hundredths.size and np.array_equal(hundredths / 100.0, temperature_c):
        lowest, highest = int(hundredths.min()), int(hundredths.max())
        if highest - lowest < temperature_c.size:
            return np.arange(lowest, highest + 1) / 100.0, hundredths.astype(np.int64) - lowest
    distinct_c, row = np.unique(temperature_c, return_inverse=True)
    return distinct_c, row
