"""Everything that depends on temperature alone, computed once for each distinct temperature."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.constants import PINNED, ConstantsTable, load_constants, log10_k
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
        hundredths = _whole_hundredths(temperature_c)
        if hundredths is not None and table.name in PINNED and load_constants(table.name) is table:
            self._at, self._row = _at_every_hundredth(table.name), hundredths - _LOWEST
        else:
            distinct_c, self._row = np.unique(temperature_c, return_inverse=True)
            self._at = _constants_at(distinct_c, table)

    def rows(self, part: slice) -> Thermal:
        """The constants of these waters."""
        row, at = self._row[part], self._at
        return Thermal(
            a_log10=at.a_log10.take(row),
            b_per_angstrom=at.b_per_angstrom.take(row),
            k={name: values.take(row) for name, values in at.k.items()},
            log10_k={name: values.take(row) for name, values in at.log10_k.items()},
        )


_LOWEST, _HIGHEST = -500, 6000  # hundredths of a degree: what `speciate` accepts


@cache
def _at_every_hundredth(name: str) -> Thermal:
    """All temperatures a logger can write, once in a process: 2 MB, and each year of readings finds its own there."""
    return _constants_at(np.arange(_LOWEST, _HIGHEST + 1) / 100.0, load_constants(name))


def _constants_at(temperature_c: FloatArray, table: ConstantsTable) -> Thermal:
    kelvin = temperature_c + ZERO_CELSIUS_K
    a_log10, b_per_angstrom = debye_hueckel(temperature_c)
    species = {name: each.equilibrium for name, each in table.species.items() if each.equilibrium is not None}
    log10_of = log10_k([*species.values(), *table.phases.values()], kelvin, table)
    phases = dict(zip(table.phases, log10_of[len(species) :], strict=True))
    k = dict(zip(species, exp10(log10_of[: len(species)]), strict=True))
    k["CO2(g)"] = exp10(phases["CO2(g)"])
    return Thermal(a_log10, b_per_angstrom, k, phases)


def _whole_hundredths(temperature_c: FloatArray) -> NDArray[np.int64] | None:
    """Temperatures in hundredths of a degree where all are whole ones within the range, as loggers write them.

    A division by 100 is rounded correctly, so hundredths / 100 are the very numbers that were read.
    """
    hundredths = np.rint(100.0 * temperature_c)
    written = bool(hundredths.size) and np.array_equal(hundredths / 100.0, temperature_c)
    if written and hundredths.min() >= _LOWEST and hundredths.max() <= _HIGHEST:
        return hundredths.astype(np.int64)
    return None
