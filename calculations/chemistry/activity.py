"""Activity coefficients: WATEQ Debye-Hueckel, Davies, and 0.1 I for neutral species.

    WATEQ    log10 gamma = -A z^2 q / (1 + B a q) + b I        q = sqrt(I)
    Davies   log10 gamma = -A z^2 (q / (1 + q) - 0.3 I)
    neutral  log10 gamma = 0.1 I

A. H. Truesdell and B. F. Jones 1974 (WATEQ), C. W. Davies 1962, as used by PHREEQC.
"""

from dataclasses import dataclass

import numpy as np

from calculations.chemistry.constants import ConstantsTable, Species
from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray, exp

_LN10 = 2.302585092994046
_INERT = ("Cl-", "NO3-")  # in no reaction, so their activity is never asked for


@dataclass(frozen=True)
class _Kind:
    """Species with one common coefficient."""

    activity: str
    charge_squared: int
    ion_size_angstrom: float
    b: float


class ActivityModel:
    """gamma of every reacting species of a table; equal ones are computed once and shared."""

    def __init__(self, table: ConstantsTable) -> None:
        kind_of = {name: _kind(species) for name, species in table.species.items() if name not in _INERT}
        computed = list(dict.fromkeys(_as_monovalent(kind) for kind in kind_of.values()))
        self._kinds = computed
        self._index = {name: computed.index(_as_monovalent(kind)) for name, kind in kind_of.items()}
        self._fourth_power = {name for name, kind in kind_of.items() if kind != _as_monovalent(kind)}

    def coefficients(self, ionic_strength: FloatArray, thermal: Thermal) -> dict[str, FloatArray]:
        """gamma by species name; ionic_strength [mol/kgw] and the results are arrays of n."""
        root = np.sqrt(ionic_strength)
        slope = (-_LN10 * thermal.a_log10) * root
        reach = thermal.b_per_angstrom * root
        ln_gamma = np.empty((len(self._kinds), root.size))
        for row, kind in zip(ln_gamma, self._kinds, strict=True):
            _ln_gamma(kind, ionic_strength, root, slope, reach, row)
        gamma = exp(ln_gamma)
        result = {name: gamma[index] for name, index in self._index.items()}
        for name in self._fourth_power:
            square = result[name] * result[name]
            result[name] = square * square
        return result


def _kind(species: Species) -> _Kind:
    if species.activity == "neutral":
        return _Kind("neutral", 0, 0.0, 0.1)
    if species.activity == "davies":
        return _Kind("davies", species.charge**2, 0.0, 0.0)
    return _Kind("wateq", species.charge**2, species.ion_size_angstrom, species.b)


def _as_monovalent(kind: _Kind) -> _Kind:
    """gamma of a divalent ion with b = 0 is the fourth power of the monovalent one of its size."""
    if kind.activity == "wateq" and kind.b == 0.0 and kind.charge_squared == 4:
        return _Kind("wateq", 1, kind.ion_size_angstrom, 0.0)
    return kind


def _ln_gamma(
    kind: _Kind,
    ionic_strength: FloatArray,
    root: FloatArray,
    slope: FloatArray,
    reach: FloatArray,
    out: FloatArray,
) -> None:
    if kind.activity == "neutral":
        np.multiply(ionic_strength, kind.b * _LN10, out=out)
    elif kind.activity == "davies":
        # slope holds the root already: -A ln10 z^2 (q/(1+q) - 0.3 q^2) = slope z^2 (1/(1+q) - 0.3 q)
        np.divide(1.0, root + 1.0, out=out)
        out -= 0.3 * root
        out *= slope
        out *= kind.charge_squared
    else:
        np.multiply(reach, kind.ion_size_angstrom, out=out)
        out += 1.0
        np.divide(slope, out, out=out)
        if kind.charge_squared != 1:
            out *= kind.charge_squared
        if kind.b:
            out += (kind.b * _LN10) * ionic_strength
