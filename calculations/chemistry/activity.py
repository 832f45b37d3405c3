"""Activity coefficients: WATEQ Debye-Hueckel, Davies, and 0.1 I for neutral species.

    WATEQ    log10 gamma = -A z^2 q / (1 + B a q) + b I        q = sqrt(I)
    Davies   log10 gamma = -A z^2 (q / (1 + q) - 0.3 I)
    neutral  log10 gamma = 0.1 I

A. H. Truesdell and B. F. Jones 1974 (WATEQ), C. W. Davies 1962, as used by PHREEQC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from calculations.chemistry.constants import PINNED, ConstantsTable, Species, load_constants
from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray, exp, exp_moderate, exp_tiny

_LN10 = 2.302585092994046
_INERT = ("Cl-", "NO3-")  # in no reaction, so their activity is never asked for
_FEW = 8192
_MASTERS = ("Ca+2", "Mg+2", "Na+", "K+", "SO4-2", "CO3-2")


@dataclass(frozen=True)
class _Kind:
    """Species with one common coefficient; `inverse` where its reciprocal is what mass action needs."""

    activity: str
    charge_squared: int
    ion_size_angstrom: float
    b: float
    inverse: bool


class ActivityModel:
    """Coefficients of every reacting species of a table; equal ones are computed once and shared.

    Complexes are met as K / gamma, master species as K gamma, so their `factors` are 1 / gamma and gamma. That of a
    divalent master with b = 0 is a power of the reciprocal that a monovalent complex of its size has.
    """

    def __init__(self, table: ConstantsTable) -> None:
        kind_of = {name: _kind(name, species) for name, species in table.species.items() if name not in _INERT}
        power_of = {name: _monovalent_inverse(kind) for name, kind in kind_of.items()}
        known = set(kind_of.values())
        shared = {name: kind for name, kind in power_of.items() if kind in known and kind != kind_of[name]}
        self._kinds = list(dict.fromkeys(kind for name, kind in kind_of.items() if name not in shared))
        self._index = {name: self._kinds.index(kind) for name, kind in kind_of.items() if name not in shared}
        self._powers = {name: self._kinds.index(kind) for name, kind in shared.items()}

    def exponents(self, ionic_strength: FloatArray, thermal: Thermal) -> list[FloatArray]:
        """Natural logarithms of the distinct factors, each an array of n as is ionic_strength [mol/kgw]."""
        root = np.sqrt(ionic_strength)
        slope = (-_LN10 * thermal.a_log10) * root
        reach = thermal.b_per_angstrom * root
        return [_exponent(kind, ionic_strength, root, slope, reach) for kind in self._kinds]

    def factors(self, values: Sequence[FloatArray]) -> dict[str, FloatArray]:
        """Factors by species name from `values`, the exponentials of `exponents`."""
        result = {name: values[index] for name, index in self._index.items()}
        for name, index in self._powers.items():
            square = values[index] * values[index]
            square *= square
            result[name] = np.divide(1.0, square, out=square)
        return result

    def coefficients(self, ionic_strength: FloatArray, thermal: Thermal) -> dict[str, FloatArray]:
        """gamma by species name; ionic_strength [mol/kgw] and the results are arrays of n."""
        return self.as_coefficients(self.factors([exp(row) for row in self.exponents(ionic_strength, thermal)]))

    @staticmethod
    def as_coefficients(factor: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """gamma of every species from its factor."""
        return {name: values if name in _MASTERS else 1.0 / values for name, values in factor.items()}


def activity_model(table: ConstantsTable) -> ActivityModel:
    """The model of a table; that of a shipped one is made once in a process."""
    shipped = table.name in PINNED and load_constants(table.name) is table
    return _shipped_model(table.name) if shipped else ActivityModel(table)


@cache
def _shipped_model(name: str) -> ActivityModel:
    return ActivityModel(load_constants(name))


class NearbyExponentials:
    """exp of exponents that hardly move: whole ones once, and corrections from there."""

    def __init__(self, exponents: Sequence[FloatArray]) -> None:
        self._origin = exponents
        self._values = [exp_moderate(row) for row in exponents]

    def at(self, exponents: Sequence[FloatArray]) -> Sequence[FloatArray]:
        """The exponentials; good to some 1e-11 while `moved` is below 0.02."""
        if exponents is self._origin:
            return self._values
        if len(exponents) * exponents[0].size <= _FEW:  # in one go: what counts is the number of calls
            together = exp_tiny(np.array(exponents) - np.array(self._origin))
            together *= np.array(self._values)
            return list(together)
        result = []
        for row, origin, value in zip(exponents, self._origin, self._values, strict=True):
            correction = exp_tiny(row - origin)
            correction *= value
            result.append(correction)
        return result

    def moved(self, exponents: Sequence[FloatArray]) -> FloatArray:
        """How far the exponents of each water went at most, an array of n."""
        furthest = np.zeros_like(exponents[0])
        for row, origin in zip(exponents, self._origin, strict=True):
            np.maximum(furthest, np.abs(row - origin), out=furthest)
        return furthest


def _kind(name: str, species: Species) -> _Kind:
    inverse = name not in _MASTERS
    if species.activity == "neutral":
        return _Kind("neutral", 0, 0.0, 0.1, inverse)
    if species.activity == "davies":
        return _Kind("davies", species.charge**2, 0.0, 0.0, inverse)
    return _Kind("wateq", species.charge**2, species.ion_size_angstrom, species.b, inverse)


def _monovalent_inverse(kind: _Kind) -> _Kind:
    """The kind of which `kind` is the fourth power's reciprocal; `kind` itself where there is none."""
    if kind.activity == "wateq" and kind.b == 0.0 and kind.charge_squared == 4 and not kind.inverse:
        return _Kind("wateq", 1, kind.ion_size_angstrom, 0.0, True)
    return kind


def _exponent(
    kind: _Kind, ionic_strength: FloatArray, root: FloatArray, slope: FloatArray, reach: FloatArray
) -> FloatArray:
    sign = -1.0 if kind.inverse else 1.0
    if kind.activity == "neutral":
        return ionic_strength * (sign * kind.b * _LN10)
    if kind.activity == "davies":
        # slope holds the root already: -A ln10 z^2 (q/(1+q) - 0.3 q^2) = slope z^2 (1/(1+q) - 0.3 q)
        result = sign * kind.charge_squared / (root + 1.0)
        result -= (sign * kind.charge_squared * 0.3) * root
        result *= slope
        return result
    scale = 1.0 / (sign * kind.charge_squared)
    result = reach * (kind.ion_size_angstrom * scale)
    result += scale
    np.divide(slope, result, out=result)
    if kind.b:
        result += (sign * kind.b * _LN10) * ionic_strength
    return result
