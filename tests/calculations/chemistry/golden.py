"""The golden waters: computed with IPhreeqc 3.7.3 and phreeqc.dat, read from tests/data/golden."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from calculations.chemistry import Waters

FOLDER = Path(__file__).parents[2] / "data" / "golden"
Column = Callable[[str], np.ndarray]


def read(name: str) -> Column:
    """A function that gives a column by its name, NaN where empty."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return lambda column: np.array([float(row[column] or "nan") for row in rows])


def waters(column: Column, nitrate: str | None = None) -> Waters:
    """The analyses of a golden file."""
    return Waters(
        temperature_c=column("temp_C"),
        ph=column("pH"),
        potassium_mg_l=column("K_mgL"),
        sodium_mg_l=column("Na_mgL"),
        calcium_mg_l=column("Ca_mgL"),
        magnesium_mg_l=column("Mg_mgL"),
        chloride_mg_l=column("Cl_mgL"),
        sulfate_mg_l=column("SO4_mgL"),
        alkalinity_hco3_mg_l=column("Alk_HCO3_mgL"),
        nitrate_mg_l=None if nitrate is None else column(nitrate),
    )
