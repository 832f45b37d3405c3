"""Speciation of a long series of readings of one station, through a few hundred of its waters.

Where the ions follow one quantity (a station's follow conductivity), saturation, CO2 pressure and carbon are smooth
functions of that quantity x, of temperature and of pH. They are speciated at Chebyshev nodes of (ln x, T, pH) over the
series' range and interpolated, which is good to some 1e-10; every CHECKED_EVERY-th reading is speciated itself, and a
difference beyond TOLERANCE throws the interpolation away. So does a range for which it would not pay.

L. N. Trefethen 2013, Approximation Theory and Approximation Practice, chapters 4 and 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations.chebyshev import chebyshev, chebyshev_coefficients, chebyshev_nodes
from calculations.chemistry.constants import ConstantsTable
from calculations.chemistry.speciation import SpeciatedCarbonate, Waters, speciate_carbonate
from calculations.distinct import Distinct
from calculations.memory import rows_in_place
from calculations.portable import exp, log

FloatArray = NDArray[np.float64]
IonsOf = Callable[[FloatArray], dict[str, FloatArray]]
"""Concentrations [mg/L], by field of Waters, at values of the quantity that they follow, (n,)."""

LEAST_READINGS = 8192
"""Fewer are speciated one by one in less time."""
CHECKED_EVERY = 32
TOLERANCE = 1e-8
"""Of saturation indices, and relative of pressure and carbon."""
_MOST_TERMS = 96
_MOST_NODES = 0.25
_LEAST_COEFFICIENT = 2e-10
_BLOCK = 8192


@dataclass(frozen=True)
class _Axis:
    """One coordinate: its range, and how many nodes resolve it."""

    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: FloatArray, *, least: int, width_of_one: float) -> _Axis:
        """As many nodes as the range needs; a range without width gets a narrow one."""
        low, high = float(values.min()), float(values.max())
        return cls(low, high, least + math.ceil((high - low) / width_of_one))

    @cached_property
    def nodes(self) -> FloatArray:
        return self._centre + self._half * np.array(chebyshev_nodes(self.count))

    def scaled(self, values: FloatArray) -> FloatArray:
        """In [-1, 1]."""
        return (values - self._centre) / self._half

    @property
    def _centre(self) -> float:
        return 0.5 * (self.low + self.high)

    @property
    def _half(self) -> float:
        return max(0.5 * (self.high - self.low), 1e-6)


@dataclass(frozen=True)
class Series:
    """Readings (n,) of one station: the quantity that the ions follow by its distinct values, degC, pH."""

    followed: Distinct
    temperature_c: FloatArray
    ph: FloatArray

    def waters(self, chosen: slice, ions_of: IonsOf) -> Waters:
        """The readings' waters."""
        values = self.followed.values.take(self.followed.index[chosen])
        return Waters(temperature_c=self.temperature_c[chosen], ph=self.ph[chosen], **ions_of(values))


class SpeciatedSeries:
    """What a series is speciated for; dissolved carbon is calculated when it is asked for."""

    def __init__(self, si_calcite: FloatArray, pco2_pa: FloatArray, dic: Callable[[], FloatArray]) -> None:
        self.si_calcite, self.pco2_pa = si_calcite, pco2_pa
        self._dic = dic

    @cached_property
    def dic_mol_kgw(self) -> FloatArray:
        """Dissolved inorganic carbon [mol/kgw]."""
        return self._dic()


def speciate_series(
    series: Series, ions_of: IonsOf, constants: ConstantsTable, progress: Callable[[int, int], None] | None = None
) -> SpeciatedSeries:
    """Saturation index of calcite, CO2 pressure [Pa] and carbon [mol/kgw] of every reading, (n,).

    NaN and errors as of `speciate`. `progress(done, total)` is called after every block of readings.
    """
    found = _interpolated(series, ions_of, constants, progress)
    if found is not None:
        return found
    direct = speciate_carbonate(series.waters(slice(None), ions_of), constants, progress)
    return SpeciatedSeries(direct.si_calcite, direct.pco2_pa, lambda: direct.dic_mol_kgw)


def _interpolated(
    series: Series, ions_of: IonsOf, constants: ConstantsTable, progress: Callable[[int, int], None] | None
) -> SpeciatedSeries | None:
    """By interpolation; None where that does not pay or is not good enough."""
    if series.ph.size < LEAST_READINGS or not float(series.followed.values[0]) > 0.0:
        return None
    axes = (
        _Axis.of(log(series.followed.values[[0, -1]]), least=7, width_of_one=0.12),
        _Axis.of(series.temperature_c, least=4, width_of_one=5.0),
        _Axis.of(series.ph, least=5, width_of_one=0.18),
    )
    terms = axes[1].count * axes[2].count
    if terms > _MOST_TERMS or axes[0].count * terms > _MOST_NODES * series.ph.size:
        return None
    nodes, checked = _speciated_ones(axes, series, ions_of, constants)
    if not _all_finite(nodes) or not _all_finite(checked):
        return None
    polynomials = _Polynomials(axes, series)
    index, log_pressure = polynomials.of((nodes.si_calcite, log(nodes.pco2_pa)), progress)
    pressure = exp(log_pressure)
    if _farthest(index, checked.si_calcite, 1.0) > TOLERANCE:
        return None
    if _farthest(pressure, checked.pco2_pa, checked.pco2_pa) > TOLERANCE:
        return None

    def carbon() -> FloatArray:
        (log_carbon,) = polynomials.of((log(nodes.dic_mol_kgw),), None)
        found = exp(log_carbon)
        if _farthest(found, checked.dic_mol_kgw, checked.dic_mol_kgw) <= TOLERANCE:
            return found
        return speciate_carbonate(series.waters(slice(None), ions_of), constants).dic_mol_kgw

    return SpeciatedSeries(index, pressure, carbon)


def _speciated_ones(
    axes: tuple[_Axis, _Axis, _Axis], series: Series, ions_of: IonsOf, constants: ConstantsTable
) -> tuple[SpeciatedCarbonate, SpeciatedCarbonate]:
    """All combinations of the axes' nodes, the last axis varying fastest, and every so-manieth reading."""
    grid = np.meshgrid(*(axis.nodes for axis in axes), indexing="ij")
    followed, temperature_c, ph = (values.ravel() for values in grid)
    chosen = slice(None, None, CHECKED_EVERY)
    read = series.followed.values.take(series.followed.index[chosen])
    together = Waters(
        temperature_c=np.concatenate((temperature_c, series.temperature_c[chosen])),
        ph=np.concatenate((ph, series.ph[chosen])),
        **ions_of(np.concatenate((exp(followed), read))),
    )
    found = speciate_carbonate(together, constants)
    return found.rows(slice(0, ph.size)), found.rows(slice(ph.size, None))


def _all_finite(found: SpeciatedCarbonate) -> bool:
    return all(bool(np.isfinite(values).all()) for values in (found.si_calcite, found.pco2_pa, found.dic_mol_kgw))


def _farthest(found: FloatArray, right: FloatArray, size: FloatArray | float) -> float:
    """How far the checked readings are off at most, in units of `size`."""
    return float((np.abs(found[::CHECKED_EVERY] - right) / size).max())


class _Polynomials:
    """The polynomials at a series' readings: of the followed quantity at its distinct values, of the others at each."""

    def __init__(self, axes: tuple[_Axis, _Axis, _Axis], series: Series) -> None:
        self._axes, self._series = axes, series
        self._followed = chebyshev(axes[0].scaled(log(series.followed.values)), axes[0].count)
        self._temperature, self._ph = axes[1].scaled(series.temperature_c), axes[2].scaled(series.ph)

    def of(self, functions: Sequence[FloatArray], progress: Callable[[int, int], None] | None) -> list[FloatArray]:
        """Functions, each given at the nodes, at every reading."""
        tables = [self._by_distinct(values) for values in functions]
        temperatures = max(len(table) for table in tables)
        phs = max(len(row) for table in tables for row in table)
        results = [np.empty(self._ph.size) for _ in functions]
        for start in range(0, self._ph.size, _BLOCK):
            part = slice(start, start + _BLOCK)
            by_temperature = chebyshev(self._temperature[part], temperatures)
            by_ph = chebyshev(self._ph[part], phs)
            for table, result in zip(tables, results, strict=True):
                result[part] = _sum_of(table, self._series.followed.index[part], by_temperature, by_ph)
            if progress is not None:
                progress(min(part.stop, self._ph.size), self._ph.size)
        return results

    def _by_distinct(self, values: FloatArray) -> list[FloatArray]:
        """For each power of temperature the coefficients in pH (rows) at each distinct value, as far as they count."""
        cube = values.reshape(tuple(axis.count for axis in self._axes))
        for _ in range(3):  # each turn brings the next axis to the end
            cube = chebyshev_coefficients(cube.transpose(1, 2, 0))
        rows = []
        for of_ph in cube.transpose(1, 2, 0):
            counting = np.flatnonzero(np.abs(of_ph).max(axis=1) > _LEAST_COEFFICIENT)
            kept = of_ph[: counting[-1] + 1 if counting.size else 0]
            total = np.zeros((kept.shape[0], self._followed[0].size))
            with rows_in_place():
                for column, polynomial in zip(kept.T, self._followed, strict=True):
                    total += column[:, None] * polynomial
            rows.append(total)
        return rows


def _sum_of(
    table: Sequence[FloatArray],
    index: NDArray[np.intp],
    by_temperature: Sequence[FloatArray],
    by_ph: Sequence[FloatArray],
) -> FloatArray:
    """sum over i and j of table[i][j, index] T_i(temperature) T_j(pH)."""
    total, term = np.zeros(index.size), np.empty(index.size)
    for of_temperature, row in zip(by_temperature, table, strict=False):
        inner = np.zeros(index.size)
        for of_ph, coefficients in zip(by_ph, row, strict=False):
            np.take(coefficients, index, out=term, mode="clip")
            term *= of_ph
            inner += term
        inner *= of_temperature
        total += inner
    return total
