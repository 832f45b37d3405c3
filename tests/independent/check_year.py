"""The sample year computed twice: by the program, and by PHREEQC, plain loops and fits of another kind.

    python -m tests.independent.check_year                      compares every reading (about 10 seconds)
    python -m tests.independent.check_year --result RESULT.json  compares the figures of a walkthrough too

Prints each comparison with its largest difference; exit status 1 when one is larger than allowed.
"""

from collections.abc import Sequence

import numpy as np

from calculations.chemistry import Speciation, Waters, speciate
from calculations.hydrology.gaugings import fit_gaugings
from calculations.regression.models import fit_ions as program_ions
from tests.calculations import jiangkou
from tests.independent.comparison import Comparison, compare
from tests.independent.own_chemistry import Carbonate
from tests.independent.own_year import Ions, Rating, Reading

PROGRAMS_NAMES = {
    "k": "potassium_mg_l",
    "na": "sodium_mg_l",
    "ca": "calcium_mg_l",
    "mg": "magnesium_mg_l",
    "cl": "chloride_mg_l",
    "so4": "sulfate_mg_l",
    "no3": "nitrate_mg_l",
    "alkalinity_as_hco3": "alkalinity_hco3_mg_l",
}


def check_fits(rating: Rating, ions: Ions) -> list[Comparison]:
    """Rating curve and ion models against the program's, fitted to the same files another way."""
    curve = fit_gaugings(jiangkou.gaugings(), period_s=jiangkou.PERIOD_S)
    models = program_ions(jiangkou.samples(), period_s=jiangkou.PERIOD_S).models
    outliers = [float(item["row"]) for item in curve.record["exclusions"]]
    stages = [0.40 + 0.01 * step for step in range(184)]
    conductivities = [150.0 + step for step in range(251)]
    names = [f"EC {ec:g}" for ec in conductivities]
    theirs = models.concentrations_mg_l(np.array(conductivities))
    return [
        compare("rows of outlying gaugings", [float(row) for row in rating.outliers], outliers, 0.0),
        compare("h0 of the rating [m]", [rating.h0], [curve.curve.h0_m], 1e-6),
        compare("a and b of the rating", [rating.a, rating.b], [curve.curve.a, curve.curve.b], 1e-5, relative=True),
        compare(
            "discharge on 0.40 to 2.23 m [m3/s]",
            [rating.discharge_m3_s(stage) for stage in stages],
            curve.curve.discharge_m3_s_at(np.array(stages)).tolist(),
            1e-6,
            relative=True,
            names=[f"stage {stage:.2f}" for stage in stages],
        ),
        *(
            compare(
                f"{ion} from EC25 [mg/L]",
                [ions.at(ec)[ion] for ec in conductivities],
                theirs[PROGRAMS_NAMES[ion]].tolist(),
                1e-9,
                names=names,
            )
            for ion in PROGRAMS_NAMES
        ),
    ]


def check_speciation(readings: Sequence[Reading], ions: Ions, phreeqc: Sequence[Carbonate]) -> list[Comparison]:
    """The program's speciation of the same waters, reading by reading."""
    return compare_carbonate(readings, phreeqc, speciate(as_waters(readings, ions), with_sc25=False))


def as_waters(readings: Sequence[Reading], ions: Ions) -> Waters:
    """The readings with the own ions, in the program's form."""
    mg_l = [ions.at(reading.ec25_us_cm) for reading in readings]
    columns = {name: np.array([water[ion] for water in mg_l]) for ion, name in PROGRAMS_NAMES.items()}
    return Waters(
        temperature_c=np.array([reading.temperature_c for reading in readings]),
        ph=np.array([reading.ph for reading in readings]),
        **columns,
    )


def compare_carbonate(
    readings: Sequence[Reading], phreeqc: Sequence[Carbonate], program: Speciation
) -> list[Comparison]:
    """SI of calcite and CO2 pressure, both ways."""
    times = [reading.time for reading in readings]
    return [
        compare(
            "SI calcite, PHREEQC",
            [one.si_calcite for one in phreeqc],
            program.si_calcite.tolist(),
            1e-6,
            names=times,
        ),
        compare(
            "log10 pCO2 [atm], PHREEQC",
            [one.log10_pco2_atm for one in phreeqc],
            program.log10_pco2_atm.tolist(),
            1e-6,
            names=times,
        ),
        compare(
            "pCO2 [Pa], PHREEQC",
            [one.pco2_pa for one in phreeqc],
            program.pco2_pa.tolist(),
            1e-6,
            relative=True,
            names=times,
        ),
    ]
