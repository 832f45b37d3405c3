"""Speciation of the sample year against PHREEQC: the same waters, the same two saturation indices.

PHREEQC runs as phreeqpython (IPhreeqc in the same process, phreeqc.dat). A few hundred or thousand of its readings
are timed, spread over the year, and extrapolated: it takes them one by one, in equal time.

PyCO2SYS (1.8) takes all readings at once, from alkalinity and pH at salinity 0 with the fresh-water constants of
Millero 1979: no ion pairs, no ionic strength, no sulfate; its calcite saturation means nothing there.

The floor is what numpy would take for as many element operations as our computation makes, were each a product of
two arrays of a block that are in the cache: no allocation, no division, no root, no Python.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import PyCO2SYS
from phreeqpython import PhreeqPython

from benchmarks.counting import cost_of_one_operation_s, operations_per_row
from benchmarks.timing import Line, Table, best_of_each, times
from calculations.chemistry import Waters, load_constants, speciate
from calculations.chemistry.constants import DEFAULT_NAME
from calculations.chemistry.speciation import BLOCK
from tests.independent.check_year import as_waters
from tests.independent.own_chemistry import speciate_with_phreeqc
from tests.independent.own_year import Ions, Reading, fit_ions, read_readings

DATABASE = "phreeqc.dat"
ONE_BY_ONE = 400
IN_BULK = 2000


def measure(rounds: int) -> Table:
    """Both ways, and how far they are apart."""
    readings, ions = read_readings(), fit_ions()
    waters, constants, phreeqc = (
        as_waters(readings, ions),
        load_constants(DEFAULT_NAME),
        PhreeqPython(database=DATABASE),
    )
    few, many = _spread(len(readings), ONE_BY_ONE), _spread(len(readings), IN_BULK)
    compositions = [_composition(readings[row], ions) for row in few]
    bulk = [readings[row] for row in many]
    best = best_of_each(
        rounds,
        {
            "ours": lambda: speciate(waters, constants, with_sc25=False),
            "ours, conductance": lambda: speciate(waters, constants),
            "one by one": lambda: _one_by_one(phreeqc, compositions),
            "in bulk": lambda: speciate_with_phreeqc(bulk, ions),
            "pyco2sys": lambda: _with_pyco2sys(waters),
        },
    )
    whole = {
        "one by one": best["one by one"] * len(readings) / len(few),
        "in bulk": best["in bulk"] * len(readings) / len(many),
    }
    ours = best["ours"]
    size = f"{len(readings):,} rows"
    block = {field.name: getattr(waters, field.name)[:BLOCK].copy() for field in fields(Waters)}
    operations = operations_per_row(lambda **columns: speciate(Waters(**columns), with_sc25=False), block)
    floor = operations * len(readings) * cost_of_one_operation_s(BLOCK, rounds)
    lines = (
        Line("calculations.chemistry.speciate", ours, size),
        Line("the same with conductance", best["ours, conductance"], size),
        Line(
            "phreeqpython add_solution, 2 si()",
            whole["one by one"],
            f"from {len(few)} rows",
            times(whole["one by one"], ours),
        ),
        Line(
            "phreeqpython, input in blocks of 500",
            whole["in bulk"],
            f"from {len(many):,} rows",
            times(whole["in bulk"], ours),
        ),
        Line(
            "PyCO2SYS.sys, alkalinity and pH", best["pyco2sys"], f"{size}, no ion pairs", times(best["pyco2sys"], ours)
        ),
        Line("numpy-operation floor", floor, f"{operations:,.0f} operations a row", times(floor, ours)),
    )
    theirs = np.array(_one_by_one(phreeqc, compositions))
    program = speciate(waters, constants, with_sc25=False)
    own = np.stack((program.si_calcite[few], program.log10_pco2_atm[few]), axis=1)
    calcite, pco2 = np.abs(theirs - own).max(axis=0).tolist()
    above = f"ours is {ours / floor:.2f} times the floor"
    note = f"largest difference in these {len(few)} rows: SI calcite {calcite:.1e}, log10 pCO2 {pco2:.1e}"
    return Table("Speciation of a year of quarter-hour readings (8 components, SI calcite, CO2)", lines, (above, note))


def _with_pyco2sys(waters: Waters) -> object:
    mass = load_constants(DEFAULT_NAME).formula_masses_g_mol["HCO3"]
    return PyCO2SYS.sys(
        par1=1e3 * waters.alkalinity_hco3_mg_l / mass,  # umol/kg
        par2=waters.ph,
        par1_type=1,
        par2_type=3,
        salinity=0.0,
        temperature=waters.temperature_c,
        opt_k_carbonic=8,
        opt_pH_scale=4,
    )


def _spread(size: int, count: int) -> list[int]:
    return [size * k // count for k in range(count)]


def _composition(reading: Reading, ions: Ions) -> dict[str, object]:
    mg_l = ions.at(reading.ec25_us_cm)
    return {
        "units": "mg/L",
        "temp": reading.temperature_c,
        "pH": reading.ph,
        "K": mg_l["k"],
        "Na": mg_l["na"],
        "Ca": mg_l["ca"],
        "Mg": mg_l["mg"],
        "Cl": mg_l["cl"],
        "S(6)": f"{mg_l['so4']!r} as SO4",
        "N(5)": f"{mg_l['no3']!r} as NO3",
        "Alkalinity": f"{mg_l['alkalinity_as_hco3']!r} as HCO3",
    }


def _one_by_one(phreeqc: PhreeqPython, compositions: list[dict[str, object]]) -> list[tuple[float, float]]:
    indices = []
    for composition in compositions:
        solution = phreeqc.add_solution(composition)
        indices.append((solution.si("Calcite"), solution.si("CO2(g)")))
        solution.forget()
    return indices
