"""PHREEQC itself (IPhreeqc 3.7.3 inside phreeqpython) on any waters, and random waters to try it with."""

import re
from pathlib import Path

import numpy as np
import phreeqpython
from phreeqpython.viphreeqc import VIPhreeqc

FOLDER = Path(phreeqpython.__file__).parent / "database"
FIELDS = (
    "temperature_c",
    "ph",
    "potassium_mg_l",
    "sodium_mg_l",
    "calcium_mg_l",
    "magnesium_mg_l",
    "chloride_mg_l",
    "sulfate_mg_l",
    "alkalinity_hco3_mg_l",
    "nitrate_mg_l",
)
PUNCHED = (
    "ionic_strength_molal",
    "log10_pco2_atm",
    "si_calcite",
    "si_aragonite",
    "si_dolomite",
    "si_gypsum",
    "dic_mol_kgw",
    "cbe_phreeqc_pct",
    "sc",
)
_PUNCH = """SELECTED_OUTPUT
 -reset false
 -high_precision true
USER_PUNCH
 -headings mu co2 calcite aragonite dolomite gypsum dic error sc
10 PUNCH MU, SI("CO2(g)"), SI("Calcite"), SI("Aragonite"), SI("Dolomite"), SI("Gypsum")
20 PUNCH TOT("C(4)"), PERCENT_ERROR, SC
END
"""
Columns = dict[str, np.ndarray]


def load(database: str) -> VIPhreeqc:
    """An instance with "phreeqc.dat" or "wateq4f_PWN.dat" of phreeqpython and the results to be printed."""
    phreeqc = VIPhreeqc()
    text = (FOLDER / database).read_text(encoding="latin-1")
    # three N(-3) species of the shipped wateq4f have log_k without a number, which IPhreeqc refuses
    phreeqc.load_database_string(re.sub(r"(?mi)^(\s*-?log_k)\s*$", r"\1 0.0", text))
    phreeqc.run_string(_PUNCH)
    return phreeqc


def speciate_one_by_one(waters: Columns, database: str = "phreeqc.dat", *, with_sc25: bool = True) -> Columns:
    """PHREEQC's results by field of Speciation; NaN where it found no solution or an element is absent."""
    phreeqc = load(database)
    size = len(waters["ph"])
    results = {name: np.full(size, np.nan) for name in (*PUNCHED, "sc25_us_cm")}
    for row in range(size):
        try:
            phreeqc.run_string(_solution({name: float(waters[name][row]) for name in FIELDS}))
            found = phreeqc.get_selected_output_array()[-1]
            for name, value in zip(PUNCHED, found, strict=True):
                results[name][row] = value if value > -90.0 or name == "cbe_phreeqc_pct" else np.nan
            if with_sc25:
                phreeqc.run_string("USE solution 1\nREACTION_TEMPERATURE 1\n25.0\nEND\n")
                results["sc25_us_cm"][row] = phreeqc.get_selected_output_array()[-1][-1]
        except Exception as refusal:
            if "not converged" not in str(refusal):
                raise
    return results


def _solution(water: dict[str, float]) -> str:
    ions = "".join(
        f" {element} {water[name]!r}\n"
        for element, name in zip(("K", "Na", "Ca", "Mg", "Cl"), FIELDS[2:7], strict=True)
    )
    nitrate = f" N(5) {water['nitrate_mg_l']!r} as NO3\n" if water["nitrate_mg_l"] else ""
    return (
        f"SOLUTION 1\n units mg/L\n temp {water['temperature_c']!r}\n pH {water['ph']!r}\n{ions}"
        f" S(6) {water['sulfate_mg_l']!r} as SO4\n{nitrate} Alkalinity {water['alkalinity_hco3_mg_l']!r} as HCO3\nEND\n"
    )


def random_waters(seed: int, size: int, low: float, high: float) -> Columns:
    """Waters of 0 to 40 degC and pH 5 to 10 whose ions lie about 10^low to 10^high mg/L, some absent, in no balance.

    The alkalinity is above what hydroxide needs at the pH, if often little, and below what would take 100 atm of CO2
    (there `speciate` declines, for want of water: its activity is below 0.9).
    """
    generator = np.random.default_rng(seed)
    centre = generator.uniform(low, high, size)
    waters = {"temperature_c": generator.uniform(0.0, 40.0, size), "ph": generator.uniform(5.0, 10.0, size)}
    for name in FIELDS[2:]:
        amount = 10.0 ** np.clip(centre + generator.normal(0.0, 0.6, size), -3.5, 4.5)
        amount[generator.random(size) < 0.08] = 0.0
        waters[name] = np.round(amount, 4)
    waters["nitrate_mg_l"] *= generator.random(size) < 0.5
    hydroxide = 61019.1 * (1.3 * 10.0 ** (waters["ph"] - 14.0) - 0.7 * 10.0 ** -waters["ph"])
    alkalinity = np.maximum(waters["alkalinity_hco3_mg_l"], hydroxide * generator.uniform(1.02, 3.0, size))
    waters["alkalinity_hco3_mg_l"] = np.round(np.clip(alkalinity, 0.01, 5000.0), 4)
    return waters
