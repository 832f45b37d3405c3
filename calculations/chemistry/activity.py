"""Activity coefficients: WATEQ Debye-Hueckel, Davies, and 0.1 I for neutral species.

    WATEQ    log10 gamma = -A z^2 q / (1 + B a q) + b I        q = sqrt(I)
    Davies   log10 gamma = -A z^2 (q / (1 + q) - 0.3 I)
    neutral  log10 gamma = 0.1 I

A. H. Truesdell and B. F. Jones 1974 (WATEQ), C. W. Davies 1962, as used by PHREEQC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from calculations.chemistry.constants import PINNED, ConstantsTable, Species, load_constants
from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray, exp_moderate, exp_rough, exp_small

_LN10 = 2.302585092994046
_INERT = ("Cl-", "NO3-")  # in no reaction, so their activity is never asked for
_FEW = 8192
_MASTERS = ("Ca+2", "Mg+2", "Na+", "K+", "SO4-2", "CO3-2")
NEARBY_STRENGTH = 0.25
"""Up to this ionic strength [mol/kgw] all coefficients of one charge lie within a factor of exp(1/8)."""


@dataclass(frozen=True)
class _Kind:
    """Species with one common coefficient; `inverse` where its reciprocal is what mass action needs."""

    activity: str
    charge_squared: int
    ion_size_angstrom: float
    b: float
    inverse: bool

    @property
    def bend(self) -> tuple[str, float]:
        """Which Debye-Hueckel term of a single charge its logarithm is a multiple of."""
        return self.activity, self.ion_size_angstrom

    @property
    def times_bend(self) -> float:
        """What of that term is in ln factor."""
        return self._sign * self.charge_squared

    @property
    def times_strength(self) -> float:
        """What of the ionic strength is in ln factor."""
        return -self._sign * self.b * _LN10

    @property
    def _sign(self) -> float:
        return 1.0 if self.inverse else -1.0


@dataclass(frozen=True)
class Factors:
    """Factors of n waters at one ionic strength each: gamma of the master species, 1 / gamma of the complexes.

    `values` by kind; `bends` are the Debye-Hueckel terms of single charges, by which the factors follow the strength.
    """

    model: "ActivityModel"
    thermal: Thermal
    strength: FloatArray
    root: FloatArray
    slope: FloatArray
    bends: dict[tuple[str, float], FloatArray]
    values: list[FloatArray]

    def by_species(self) -> dict[str, FloatArray]:
        """Factor by species name."""
        return self.model.by_species(self.values)

    def moved(self, strength: FloatArray) -> "Factors":
        """The factors at a strength nearby, of first order: the error is below a tenth of its relative step's square.

        In place: these factors are of no use afterwards.
        """
        step = strength - self.strength
        half = 0.5 * step
        half /= self.strength
        half /= self.slope
        moves: dict[tuple[str, float], FloatArray] = {}
        for bend, term in self.bends.items():
            if bend[0] == "davies":
                move = 1.0 / (1.0 + self.root)
                move *= move
                move *= self.slope * self.slope * half
                move -= (0.3 * _LN10) * self.thermal.a_log10 * step
            else:
                move = term * term
                move *= half
            moves[bend] = move
        for kind, value in zip(self.model.kinds, self.values, strict=True):
            if kind.bend in moves:
                change = kind.times_bend * moves[kind.bend]
                if kind.b:
                    change += kind.times_strength * step
            else:
                change = kind.times_strength * step
            change *= value
            np.add(value, change, out=value)
        return Factors(self.model, self.thermal, strength, self.root, self.slope, self.bends, self.values)


class ActivityModel:
    """Coefficients of every reacting species of a table; equal ones are computed once and shared.

    Complexes are met as K / gamma, master species as K gamma, so their factors are 1 / gamma and gamma.

    All factors of one charge are nearly the same, so one exponential is computed whole, and what each of the others
    differs by in a few steps.
    """

    def __init__(self, table: ConstantsTable) -> None:
        kind_of = {name: _kind(name, species) for name, species in table.species.items() if name not in _INERT}
        self.kinds = list(dict.fromkeys(kind_of.values()))
        self._index = {name: self.kinds.index(kind) for name, kind in kind_of.items()}
        self._reference = kind_of["SO4-2"].bend
        self._bends = list(dict.fromkeys(kind.bend for kind in self.kinds if kind.charge_squared))
        self._powers = list(dict.fromkeys((kind.charge_squared, kind.inverse) for kind in self.kinds))

    def factors(self, ionic_strength: FloatArray, thermal: Thermal, *, rough: bool = False) -> Factors:
        """Factors for ionic strengths [mol/kgw] of at most NEARBY_STRENGTH; `rough`: to some 1e-5 only."""
        root, slope, bends = self._terms(ionic_strength, thermal)
        reference = bends[self._reference]
        powers = _powers_of(exp_moderate(reference), self._powers)
        differences = {bend: term - reference for bend, term in bends.items() if bend != self._reference}
        exponents = [_sum_of_terms(kind, differences, ionic_strength) for kind in self.kinds]
        values = _of_each(exp_rough if rough else exp_small, exponents)
        for kind, value in zip(self.kinds, values, strict=True):
            if kind.charge_squared:
                np.multiply(value, powers[kind.charge_squared, kind.inverse], out=value)
        return Factors(self, thermal, ionic_strength, root, slope, bends, values)

    def factors_anywhere(self, ionic_strength: FloatArray, thermal: Thermal) -> Factors:
        """The same at any strength, each by an exponential of its own."""
        root, slope, bends = self._terms(ionic_strength, thermal)
        exponents = [_sum_of_terms(kind, bends, ionic_strength) for kind in self.kinds]
        values = _of_each(exp_moderate, exponents)
        return Factors(self, thermal, ionic_strength, root, slope, bends, values)

    def by_species(self, values: list[FloatArray]) -> dict[str, FloatArray]:
        """Values by kind as values by species name."""
        return {name: values[index] for name, index in self._index.items()}

    def coefficients(self, ionic_strength: FloatArray, thermal: Thermal) -> dict[str, FloatArray]:
        """gamma by species name; ionic_strength [mol/kgw] and the results are arrays of n."""
        return self.as_coefficients(self.factors_anywhere(ionic_strength, thermal).by_species())

    @staticmethod
    def as_coefficients(factor: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """gamma of every species from its factor."""
        return {name: values if name in _MASTERS else 1.0 / values for name, values in factor.items()}

    def _terms(
        self, ionic_strength: FloatArray, thermal: Thermal
    ) -> tuple[FloatArray, FloatArray, dict[tuple[str, float], FloatArray]]:
        """sqrt(I), A ln10 sqrt(I), and -ln gamma of a single charge without b I, by formula and ion size."""
        root = np.sqrt(ionic_strength)
        slope = thermal.a_log10 * root
        slope *= _LN10
        reach = thermal.b_per_angstrom * root
        bends = {}
        for bend in self._bends:
            if bend[0] == "davies":
                term = 1.0 / (1.0 + root)
                term -= 0.3 * root
                term *= slope
            else:
                term = bend[1] * reach
                term += 1.0
                np.divide(slope, term, out=term)
            bends[bend] = term
        return root, slope, bends


def activity_model(table: ConstantsTable) -> ActivityModel:
    """The model of a table; that of a shipped one is made once in a process."""
    shipped = table.name in PINNED and load_constants(table.name) is table
    return _shipped_model(table.name) if shipped else ActivityModel(table)


@cache
def _shipped_model(name: str) -> ActivityModel:
    return ActivityModel(load_constants(name))


def _kind(name: str, species: Species) -> _Kind:
    inverse = name not in _MASTERS
    if species.activity == "neutral":
        return _Kind("neutral", 0, 0.0, 0.1, inverse)
    if species.activity == "davies":
        return _Kind("davies", species.charge**2, 0.0, 0.0, inverse)
    return _Kind("wateq", species.charge**2, species.ion_size_angstrom, species.b, inverse)


def _powers_of(inverse: FloatArray, wanted: list[tuple[int, bool]]) -> dict[tuple[int, bool], FloatArray]:
    """1 / gamma of a single charge to the power of the charges' squares (1 or 4), or its reciprocal."""
    gamma = 1.0 / inverse
    powers = {(0, True): gamma, (0, False): gamma, (1, True): inverse, (1, False): gamma}
    for charge_squared, is_inverse in wanted:
        if charge_squared == 4:
            square = powers[1, is_inverse] * powers[1, is_inverse]
            square *= square
            powers[4, is_inverse] = square
    return powers


def _of_each(function: Callable[[FloatArray], FloatArray], rows: list[FloatArray]) -> list[FloatArray]:
    """A function of each row; of short ones in one go, as then the number of calls is what counts."""
    if len(rows) * rows[0].size <= _FEW:
        return list(function(np.array(rows)))
    return [function(row) for row in rows]


def _sum_of_terms(kind: _Kind, bends: dict[tuple[str, float], FloatArray], ionic_strength: FloatArray) -> FloatArray:
    """ln factor as a new array."""
    if kind.charge_squared and kind.bend in bends:
        result = kind.times_bend * bends[kind.bend]
        if kind.b:
            result += kind.times_strength * ionic_strength
        return result
    return kind.times_strength * ionic_strength
