"""Waters that nobody chose, from rain to brine, against PHREEQC run here and now: 200, or 4,800 with KCR_LONG=1."""

import os

import numpy as np
import pytest

from calculations.chemistry import Waters, load_constants, speciate

from .phreeqc import random_waters, speciate_one_by_one

SHARE = 1.0 if os.environ.get("KCR_LONG") else 0.04
KINDS = {"dilute": (800, -2.5, 0.5), "fresh": (1800, -1.0, 2.3), "any": (1400, -3.0, 3.4), "saline": (800, 1.5, 3.2)}
ABSOLUTE = ("log10_pco2_atm", "si_calcite", "si_aragonite", "si_dolomite", "si_gypsum")
RELATIVE = {"ionic_strength_molal": 1e-6, "dic_mol_kgw": 1e-6, "sc25_us_cm": 1e-3}


@pytest.mark.parametrize(("database", "table"), [("phreeqc.dat", "phreeqc-3.7.3"), ("wateq4f_PWN.dat", "wateq4f-2012")])
@pytest.mark.parametrize("kind", KINDS)
def test_random_waters_agree(kind: str, database: str, table: str) -> None:
    size, low, high = KINDS[kind]
    columns = random_waters(20261125 + len(kind), int(size * SHARE), low, high)
    constants = load_constants(table)
    right = speciate_one_by_one(columns, database, with_sc25=constants.has_conductance)
    ours = speciate(Waters(**columns), constants)
    solved = ~np.isnan(right["log10_pco2_atm"])
    assert solved.sum() > 0.9 * solved.size
    # none is refused that PHREEQC solves, and none solved that PHREEQC refuses
    assert (np.isnan(ours.log10_pco2_atm) == ~solved).all()
    for name in ABSOLUTE:
        present = ~np.isnan(right[name])
        assert (np.isnan(getattr(ours, name)) == ~present).all(), name
        assert np.abs(getattr(ours, name) - right[name])[present].max() < 1e-6, name
    for name, tolerance in RELATIVE.items():
        if name == "sc25_us_cm" and not constants.has_conductance:
            continue
        assert np.abs(getattr(ours, name)[solved] / right[name][solved] - 1.0).max() < tolerance, name
