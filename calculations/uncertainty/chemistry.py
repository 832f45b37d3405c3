"""Full chemistry in every draw: mean CO2 pressure, mean saturation index of calcite, and the flux of dissolved carbon.

Speciating a year of readings in each of 2^17 draws would take hours. A draw shifts all readings alike or changes the
lines from which their ions come (`calculations.uncertainty.chemical_problem`), so its effect on a mean over the year is
a smooth function of a dozen coordinates. The year is cut into cells of (pH, EC25, temperature); one water per cell,
speciated at the runs of a design, gives a quadratic surface (`calculations.uncertainty.response`) of

    ln of the mean CO2 pressure,     mean SI of calcite,     ln of (flow-weighted DIC / flow-weighted alkalinity)

as differences from the centre, where the speciation of all readings stands. The load of alkalinity itself comes from
the collapsed sums of the error model with the same draws. A few draws are speciated reading by reading, and the
largest difference is stored with the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.portable import exact_sum, exp, log
from calculations.uncertainty.chemical_problem import (
    LABORATORY,
    T_CARBON_PER_MOL,
    ChemicalProblem,
    Lines,
)
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.gained_sums import CentralSum
from calculations.uncertainty.model import STREAMS, U_MINUS, U_PLUS, Draws
from calculations.uncertainty.rating_draws import clipped
from calculations.uncertainty.response import Quadratic, Run, design, quadratic
from calculations.uncertainty.simulate import BLOCK
from calculations.uncertainty.summary import Summary, summarise

FloatArray = NDArray[np.float64]

OUTCOMES = ("mean_pco2_pa", "mean_si_calcite", "dic_flux_t_c")
UNITS = {"mean_pco2_pa": "Pa", "mean_si_calcite": "1", "dic_flux_t_c": "t C"}
GROUPS: Mapping[str, tuple[str, ...]] = {
    "ph": ("ph_bias",),
    "temperature": ("temperature_bias",),
    "conductivity": ("ec_gain",),
    "laboratory": ("lab_alkalinity", "lab_acids", "lab_cations"),
    "regression": tuple(f"{ion.split('_')[0]}_{part}" for ion in LABORATORY for part in ("level", "slope")),
    "rating": ("rating_offset", "rating_slope", "rating_level"),
    "gauging_bias": ("gauging_bias",),
}
"""Group of the tornado -> its streams of draws."""
USED_STREAMS = tuple(stream for members in GROUPS.values() for stream in members)
ALL_STREAMS = tuple(dict.fromkeys((*STREAMS, *USED_STREAMS)))
CHECKED_DRAWS = 2

_CELLS = (8, 12, 6)
"""Most cells along pH, EC25 and temperature."""
_REACH = 2.0
"""Distance of the design's runs from the centre, in standard deviations."""
_BELOW_REACH = 0.022750131948179212
"""Share of normal deviates below -2."""
_CHEMICAL = 3 + 2 * len(LABORATORY)
"""Coordinates of the water: pH, temperature, conductivity, and level and slope of each ion."""
_RATING = 2


@dataclass(frozen=True)
class ChemicalModel:
    """What turns draws into the three outcomes."""

    problem: ChemicalProblem
    held_mean: CentralSum
    surfaces: tuple[Quadratic, Quadratic, Quadratic]

    def outcomes(self, draws: Draws) -> dict[str, FloatArray]:
        """The outcomes of one block of draws, each of its shape."""
        x = self.coordinates(draws)
        pressure, index, ratio = (surface.of(x) for surface in self.surfaces)
        alkalinity_mol = self.problem.error_model.alkalinity_mol(draws)
        return {
            "mean_pco2_pa": exp(pressure),
            "mean_si_calcite": index,
            "dic_flux_t_c": alkalinity_mol * exp(ratio) * T_CARBON_PER_MOL,
        }

    def coordinates(self, draws: Draws) -> list[FloatArray]:
        """The surfaces' coordinates: deviates, or shares of an ion's level and slope; EC25 by its held mean."""
        gain = clipped(draws.z("ec_gain"))
        found = [draws.z("ph_bias"), draws.z("temperature_bias"), _relative(self.held_mean, gain)]
        lines = self.problem.lines(draws)
        for ion in LABORATORY:
            model = self.problem.ion(ion)
            found.append(_share(lines.level[ion], model.mean_mg_l))
            found.append(_share(lines.slope[ion], 0.0 if model.line is None else model.line.slope))
        return [*found, clipped(draws.z("rating_offset")), clipped(draws.z("rating_slope"))]


@dataclass(frozen=True)
class ChemicalSimulation:
    """Distributions of the outcomes, shares of variance by group, largest differences to brute force."""

    summaries: Mapping[str, Summary]
    shares: Mapping[str, Mapping[str, float]]
    check: Mapping[str, float]
    checked: int
    cells: int

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return {
            name: {
                "unit": UNITS[name],
                "distribution": summary.record(),
                "tornado_shares": {group: round(share, 6) for group, share in self.shares[name].items()},
                "check": {"draws": self.checked, "largest_difference": round(self.check[name], 9)},
            }
            for name, summary in self.summaries.items()
        } | {"cells": self.cells}


def _relative(held_mean: CentralSum, z: FloatArray) -> FloatArray:
    return held_mean.at(z) / held_mean.at(np.zeros(1)) - 1.0


def _share(values: FloatArray, centre: float) -> FloatArray:
    return values / centre - 1.0 if centre else np.zeros_like(values)


@dataclass(frozen=True)
class _Cells:
    """Cells of like readings: their number of readings, mean pH and temperature, each (c,); cell of a reading (n,)."""

    of_reading: NDArray[np.int64]
    count: FloatArray
    ph: FloatArray
    temperature_c: FloatArray

    def averaged(self, values: FloatArray) -> FloatArray:
        """Mean over each cell's readings."""
        return self.sum(values) / self.count

    def sum(self, values: FloatArray) -> FloatArray:
        """Sum over each cell's readings."""
        return np.bincount(self.of_reading, weights=values, minlength=self.count.size).astype(np.float64)


def _cut(problem: ChemicalProblem) -> _Cells:
    readings = problem.readings
    index = np.zeros(readings.ph.size, dtype=np.int64)
    known = readings.ec25_us_cm[readings.known]
    for values, most in zip((readings.ph, known, readings.temperature_c), _CELLS, strict=True):
        low, high = float(values.min()), float(values.max())
        steps = (values - low) * (most / (high - low)) if high > low else np.zeros_like(values)
        index = index * most + np.minimum(steps.astype(np.int64), most - 1)
    _, of_reading = np.unique(index, return_inverse=True)
    count = np.bincount(of_reading).astype(np.float64)

    def mean(values: FloatArray) -> FloatArray:
        return np.bincount(of_reading, weights=values) / count

    return _Cells(of_reading, count, mean(readings.ph), mean(readings.temperature_c))


def chemical_model(problem: ChemicalProblem) -> tuple[ChemicalModel, int]:
    """The surfaces of a period, and how many cells they were made of."""
    cells, held_mean = _cut(problem), problem.held_mean()
    relative = _relative(held_mean, np.array([-_REACH, _REACH])).tolist()
    ends = [(-_REACH, _REACH), (-_REACH, _REACH), (relative[0], relative[1])]
    for ion in LABORATORY:
        ends += _ends_of_line(problem, ion)
    runs = [run for run in design(_CHEMICAL) if all(ends[i][1] > 0.0 for i, _ in run)]
    pressure, index, carbon, alkalinity = _speciated_runs(problem, cells, ends, runs)
    number = {run: k for k, run in enumerate(runs)}
    share = cells.count / problem.readings.ph.size
    weights = _weights(problem, cells)

    def split(run: Run) -> tuple[int, Run]:
        water = tuple(item for item in run if item[0] < _CHEMICAL)
        return number[water], tuple(item for item in run if item[0] >= _CHEMICAL)

    def ratio(run: Run) -> float:
        k, curve = split(run)
        weight = weights[curve]
        return log(exact_sum(weight * carbon[k]) / exact_sum(weight * alkalinity[k]))

    no_curve = [(0.0, 0.0)] * _RATING
    surfaces = (
        quadratic([*ends, *no_curve], lambda run: log(exact_sum(share * pressure[split(run)[0]]))),
        quadratic([*ends, *no_curve], lambda run: exact_sum(share * index[split(run)[0]])),
        quadratic([*ends, *[(-_REACH, _REACH)] * _RATING], ratio),
    )
    exact = _at_the_centre(problem)
    a, b, c = (replace(surface, centre=centre) for surface, centre in zip(surfaces, exact, strict=True))
    return ChemicalModel(problem, held_mean, (a, b, c)), int(cells.count.size)


def _ends_of_line(problem: ChemicalProblem, ion: str) -> list[tuple[float, float]]:
    """Two standard deviations of an ion's level and slope, as shares of them; (0, 0) where nothing is drawn."""
    model, laboratory = problem.ion(ion), problem.laboratory_sd(ion)
    ends = []
    pairs = [(model.mean_mg_l, model.mean_sd_mg_l)]
    pairs.append((0.0, 0.0) if model.line is None else (model.line.slope, model.line.slope_sd))
    for value, sd in pairs:
        relative = sd / value if value else 0.0
        reach = _REACH * float(np.sqrt(relative * relative + laboratory * laboratory)) if value else 0.0
        ends.append((-reach, reach))
    return ends


def _speciated_runs(
    problem: ChemicalProblem, cells: _Cells, ends: list[tuple[float, float]], runs: list[Run]
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """CO2 pressure, SI, DIC and alkalinity of every cell at every run, each (runs, cells): one speciation of all."""
    errors, gain = problem.errors, problem.error_model.surfaces.water_ec.gain
    known = problem.readings.ec25_us_cm[problem.readings.known]
    held = {z: cells.averaged(gain.held(known, z)) for z in (-_REACH, 0.0, _REACH)}
    rows: dict[str, list[FloatArray]] = {"held": [], "ph": [], "temperature": []}
    level: dict[str, list[FloatArray]] = {ion: [] for ion in LABORATORY}
    slope: dict[str, list[FloatArray]] = {ion: [] for ion in LABORATORY}
    one = np.ones_like(cells.ph)
    for run in runs:
        x = [0.0] * _CHEMICAL
        for i, high in run:
            x[i] = ends[i][int(high)]
        rows["ph"].append(cells.ph + errors.ph * x[0])
        rows["temperature"].append(cells.temperature_c + errors.temperature_c * x[1])
        rows["held"].append(held[0.0 if x[2] == 0.0 else _REACH if x[2] > 0.0 else -_REACH])
        for number, ion in enumerate(LABORATORY):
            model = problem.ion(ion)
            level[ion].append(one * (model.mean_mg_l * (1.0 + x[3 + 2 * number])))
            of_line = 0.0 if model.line is None else model.line.slope
            slope[ion].append(one * (of_line * (1.0 + x[4 + 2 * number])))
    found = problem.speciated(
        np.concatenate(rows["held"]),
        np.concatenate(rows["ph"]),
        np.concatenate(rows["temperature"]),
        Lines(
            {ion: np.concatenate(values) for ion, values in level.items()},
            {ion: np.concatenate(values) for ion, values in slope.items()},
        ),
    )
    shape = (len(runs), cells.count.size)
    return (
        found.pco2_pa.reshape(shape),
        found.si_calcite.reshape(shape),
        found.dic_mol_m3.reshape(shape),
        found.alkalinity_mol_m3.reshape(shape),
    )


def _weights(problem: ChemicalProblem, cells: _Cells) -> dict[Run, FloatArray]:
    """Discharge summed over each cell, at every run of the design for the curve's offset and slope."""
    first = _CHEMICAL
    found: dict[Run, FloatArray] = {}
    for run in design(_RATING):
        draws = _central(1)
        for i, high in run:
            stream = ("rating_offset", "rating_slope")[i]
            draws[stream] = np.array([1.0 - _BELOW_REACH if high else _BELOW_REACH])
        moved = tuple((first + i, high) for i, high in run)
        found[moved] = cells.sum(problem.discharge_m3_s(Draws(draws), 0)[problem.readings.known])
    return found


def _at_the_centre(problem: ChemicalProblem) -> tuple[float, float, float]:
    """The three quantities of the surfaces at the centre, from every reading."""
    draws = Draws(_central(1))
    exact = problem.directly(draws, 0)
    carbon_mol = exact["dic_flux_t_c"] / T_CARBON_PER_MOL
    alkalinity_mol = float(problem.error_model.alkalinity_mol(draws)[0])
    return log(exact["mean_pco2_pa"]), exact["mean_si_calcite"], log(carbon_mol / alkalinity_mol)


def _central(count: int) -> dict[str, FloatArray]:
    return {stream: np.full(count, 0.5) for stream in ALL_STREAMS}


def first_order_shares(model: ChemicalModel) -> dict[str, dict[str, float]]:
    """Outcome -> group -> share of the variance: central differences at one standard deviation."""
    streams = [stream for members in GROUPS.values() for stream in members]
    draws = _central(2 * len(streams))
    for k, stream in enumerate(streams):
        draws[stream][2 * k], draws[stream][2 * k + 1] = U_MINUS, U_PLUS
    found: dict[str, dict[str, float]] = {}
    for name, values in model.outcomes(Draws(draws)).items():
        effect = 0.5 * (values[1::2] - values[0::2])
        square = dict(zip(streams, (effect * effect).tolist(), strict=True))
        variance = {group: sum(square[stream] for stream in members) for group, members in GROUPS.items()}
        total = sum(variance.values())
        found[name] = {group: value / total if total > 0.0 else 0.0 for group, value in variance.items()}
    return found


def largest_differences(model: ChemicalModel, draws: Draws, count: int) -> dict[str, float]:
    """Outcome -> largest difference of the first draws to brute force; relative, for the index absolute."""
    surfaces = model.outcomes(draws)
    worst = dict.fromkeys(OUTCOMES, 0.0)
    for k in range(count):
        for name, exact in model.problem.directly(draws, k).items():
            size = 1.0 if name == "mean_si_calcite" else abs(exact)
            worst[name] = max(worst[name], abs(float(surfaces[name][k]) - exact) / size)
    return worst


def simulate_chemistry(
    problem: ChemicalProblem,
    *,
    seed: str,
    draws: int,
    sample: Callable[[str, str, int], FloatArray] = uniforms,
    checked: int = CHECKED_DRAWS,
) -> ChemicalSimulation:
    """Run the draws in blocks, with the streams that the flux has for the same seed."""
    model, cells = chemical_model(problem)
    streams = {stream: sample(seed, stream, draws) for stream in USED_STREAMS}
    values = {name: np.empty(draws) for name in OUTCOMES}
    for start in range(0, draws, BLOCK):
        block = slice(start, min(start + BLOCK, draws))
        found = model.outcomes(Draws({stream: drawn[block] for stream, drawn in streams.items()}))
        for name in OUTCOMES:
            values[name][block] = found[name]
    few = Draws({stream: drawn[:checked] for stream, drawn in streams.items()})
    return ChemicalSimulation(
        summaries={name: summarise(drawn) for name, drawn in values.items()},
        shares=first_order_shares(model),
        check=largest_differences(model, few, checked),
        checked=checked,
        cells=cells,
    )
