"""Full chemistry in every draw of a station-year, against speciation of every reading in each of a few hundred draws.

Brute force is our own speciation, which is itself some hundred times faster than PHREEQC; the ratio to PHREEQC is the
product of both tables.
"""

from __future__ import annotations

import numpy as np

from benchmarks.timing import Line, Table, best_of_each, times
from calculations.bundle import Bundle
from calculations.calculation import calculate
from calculations.chemistry import load_constants
from calculations.methodologies import load_methodology
from calculations.uncertainty.chemical_problem import ChemicalErrors, ChemicalProblem, chemical_readings
from calculations.uncertainty.chemistry import ALL_STREAMS, OUTCOMES, chemical_model, simulate_chemistry
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.model import Draws
from calculations.uncertainty.summary import summarise
from tests.calculations import jiangkou

DRAWS, BRUTE = 2**17, 256


def measure(rounds: int) -> Table:
    """The surfaces with all draws, and brute force; their differences on the same draws."""
    problem = _problem()
    draws = Draws({stream: uniforms("benchmark", stream, BRUTE) for stream in ALL_STREAMS})
    model, cells = chemical_model(problem)
    best = best_of_each(rounds, {"surface": lambda: simulate_chemistry(problem, seed="benchmark", draws=DRAWS)})
    exact: list[dict[str, float]] = []
    once = best_of_each(1, {"brute": lambda: exact.extend(problem.directly(draws, k) for k in range(BRUTE))})
    brute = once["brute"] * DRAWS / BRUTE
    lines = (
        Line("surfaces made, all draws, check", best["surface"], f"{DRAWS:,} draws, {cells} cells"),
        Line("every reading speciated", brute, f"from {BRUTE} draws", times(brute, best["surface"])),
    )
    surfaces, notes = model.outcomes(draws), []
    for name in OUTCOMES:
        by_brute = np.array([row[name] for row in exact])
        size = 1.0 if name == "mean_si_calcite" else np.abs(by_brute)
        worst = float((np.abs(surfaces[name] - by_brute) / size).max())
        p10 = [summarise(values).quantile(0.1) for values in (surfaces[name], by_brute)]
        of_p10 = abs(p10[0] - p10[1]) / (1.0 if name == "mean_si_calcite" else abs(p10[1]))
        notes.append(f"{name}: worst of {BRUTE} draws {worst:.1e}, their P10 {of_p10:.1e}")
    return Table("Chemistry in every draw (CO2 pressure, SI of calcite, DIC)", lines, notes)


def _problem() -> ChemicalProblem:
    made = calculate(Bundle.of(jiangkou.evidence()), load_methodology("KCS-INV", "1.0.0"), lambda *_: None)
    readings = chemical_readings(made.inputs, made.accounting, made.speciated.si_calcite)
    if readings is None or made.error_model is None:
        raise RuntimeError("the sample year has no chemistry")
    constants, errors = load_constants("phreeqc-3.7.3"), ChemicalErrors(ph=0.05, temperature_c=0.1, lab_cations=0.03)
    return ChemicalProblem(made.error_model, readings, made.models, errors, constants, 10.0)
