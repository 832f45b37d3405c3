"""The sample year computed twice: by the program, and by PHREEQC, plain loops and fits of another kind.

    python -m tests.independent.check_year                      compares every reading (about 10 seconds)
    python -m tests.independent.check_year --result RESULT.json  compares the figures of a walkthrough too

Prints each comparison with its largest difference; exit status 1 when one is larger than allowed.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calculations.bundle import Bundle
from calculations.chemistry import Speciation, Waters, speciate
from calculations.engine import compute
from calculations.evidence import Evidence, Series
from calculations.hydrology.gaugings import fit_gaugings
from calculations.methodologies import load_methodology
from calculations.regression.models import fit_ions as program_ions
from calculations.result import Result
from tests.calculations import jiangkou
from tests.independent.comparison import Comparison, compare
from tests.independent.own_chemistry import Carbonate, speciate_with_phreeqc
from tests.independent.own_year import Ions, Rating, Reading, Year, compute_year, fit_ions, fit_rating, read_readings

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


# ---- the engine


FIGURES = {  # figure: decimals it is stated with
    "runoff_mm": 3,
    "flow_weighted_hco3_mg_l": 3,
    "extrapolated_volume_pct": 4,
    "gross_t_co2": 6,
    "retained_t_co2": 6,
    "baseline_t_co2": 6,
    "net_t_co2": 6,
    "extrapolation_deduction_t_co2": 6,
    "net_after_deductions_t_co2": 6,
}
FITS_DIFFER = 1e-7  # relative: the two rating fits stop at slightly different places


def engine_result() -> Result:
    """What the engine makes of the sample year."""
    epoch_s, series = jiangkou.readings()
    evidence = Evidence(
        period=jiangkou.PERIOD,
        station={"code": "JK", "name_zh": "江口", "name_en": "Jiangkou", "catchment_area_km2": "28"},
        epoch_s=epoch_s,
        series=tuple(Series(name, *facts) for name, facts in series.items()),
        flags=[],
        samples=jiangkou.samples(),
        gaugings=jiangkou.gaugings(),
        curve=fit_gaugings(jiangkou.gaugings(), period_s=jiangkou.PERIOD_S).record,
        regressions=program_ions(jiangkou.samples(), period_s=jiangkou.PERIOD_S).record,
        baseline=jiangkou.baseline(),
    )
    return compute(Bundle.of(evidence), load_methodology("KCS-ENH-BACI", "1.0.0"))


def check_figures(year: Year, figures: Mapping[str, float], source: str) -> list[Comparison]:
    """Gross, net and what leads to them; figures that the source does not state are left out."""
    return [
        compare(
            f"{name}, {source}",
            [getattr(year, name)],
            [figures[name]],
            0.5 * 10.0**-decimals + FITS_DIFFER * abs(getattr(year, name)),
        )
        for name, decimals in FIGURES.items()
        if name in figures
    ]


def check_means(phreeqc: Sequence[Carbonate], figures: Mapping[str, float], source: str) -> list[Comparison]:
    """Means over all readings of the year."""
    means = {
        "mean_si_calcite": (sum(one.si_calcite for one in phreeqc) / len(phreeqc), 0.51e-4),
        "mean_pco2_pa": (sum(one.pco2_pa for one in phreeqc) / len(phreeqc), 0.51e-2),
    }
    return [
        compare(f"{name}, {source}", [mean], [figures[name]], allowed)
        for name, (mean, allowed) in means.items()
        if name in figures
    ]


def check_plots(
    readings: Sequence[Reading], rows: Sequence[int], phreeqc: Sequence[Carbonate], result: Result
) -> list[Comparison]:
    """The engine's series, as rounded for plots, at these rows of the year."""
    times = [reading.time for reading in readings]
    si_calcite = result.plots["si_calcite"].to_float()[list(rows)].tolist()
    pco2_pa = result.plots["pco2"].to_float()[list(rows)].tolist()
    return [
        compare("SI calcite, engine", [one.si_calcite for one in phreeqc], si_calcite, 0.51e-4, names=times),
        compare("pCO2 [Pa], engine", [one.pco2_pa for one in phreeqc], pco2_pa, 0.51e-2, names=times),
    ]


def figures_of(content: Mapping[str, Any]) -> dict[str, float]:
    """Figures of a result.json, or of the one object that the walkthrough prints with --json."""
    stated = content.get("figures", content)
    values = {name: item.get("value") if isinstance(item, dict) else item for name, item in stated.items()}
    wanted = {*FIGURES, "mean_si_calcite", "mean_pco2_pa"}
    return {name: float(value) for name, value in values.items() if name in wanted and value is not None}


def check_all(result_file: Path | None = None) -> list[Comparison]:
    """Every reading, every figure."""
    readings, rating, ions = read_readings(), fit_rating(), fit_ions()
    phreeqc = speciate_with_phreeqc(readings, ions)
    year = compute_year(readings, rating, ions)
    result = engine_result()
    sources = {"engine": figures_of(result.content)}
    if result_file is not None:
        sources[result_file.name] = figures_of(json.loads(result_file.read_text(encoding="utf-8")))
    comparisons = check_fits(rating, ions)
    comparisons += check_speciation(readings, ions, phreeqc)
    comparisons += check_plots(readings, range(len(readings)), phreeqc, result)
    for source, figures in sources.items():
        comparisons += check_means(phreeqc, figures, source)
        comparisons += check_figures(year, figures, source)
    return comparisons


def main() -> int:
    """Print every comparison; 1 where one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--result", type=Path, help="a result.json, or the JSON that a walkthrough printed")
    comparisons = check_all(parser.parse_args().result)
    for comparison in comparisons:
        print(comparison.line())
    wrong = sum(not comparison.holds for comparison in comparisons)
    print(f"{len(comparisons)} comparisons, {wrong} outside their tolerance")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
