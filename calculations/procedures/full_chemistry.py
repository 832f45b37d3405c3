"""karst-flux-2: karst-flux-1 with CO2 pressure, calcite saturation and dissolved carbon in every draw.

The figures are those of karst-flux-1. What comes with it: the section `chemistry` of the result (distributions, where
their variance comes from, the largest difference to brute force), and draws by scrambled Sobol points where the version
asks for them.
"""

from __future__ import annotations

from calculations.bundle import Bundle
from calculations.calculation import Calculation, calculate
from calculations.chemistry import load_constants
from calculations.methodologies import Methodology
from calculations.report import Additions, write_result
from calculations.result import Result
from calculations.site import Progress
from calculations.uncertainty.chemical_problem import ChemicalErrors, ChemicalProblem, chemical_readings
from calculations.uncertainty.chemistry import simulate_chemistry
from calculations.uncertainty.sobol import sampler_of


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """A statement or credits, as the version's outcome says; `chemistry` is empty where no reading was speciated."""
    calculation = calculate(bundle, methodology, tell)
    problem = chemical_problem(calculation)
    sections = {}
    if problem is not None:
        simulated = simulate_chemistry(
            problem,
            seed=calculation.seed,
            draws=methodology.whole("draws"),
            sample=sampler_of(methodology.parameters),
        )
        sections["chemistry"] = simulated.record()
    tell("report", 0, 1)
    result = write_result(calculation, Additions(sections=sections))
    tell("report", 1, 1)
    return result


def chemical_problem(calculation: Calculation) -> ChemicalProblem | None:
    """What the chemistry's draws need of a calculation; None where no reading was speciated."""
    methodology, site = calculation.methodology, calculation.site
    readings = chemical_readings(site.inputs, site.accounting, site.speciated.si_calcite)
    if readings is None or calculation.error_model is None:
        return None
    constants = methodology.content["constants"]
    return ChemicalProblem(
        error_model=calculation.error_model,
        readings=readings,
        models=site.models,
        errors=ChemicalErrors(
            ph=methodology.value("u_ph"),
            temperature_c=methodology.value("u_temperature_c"),
            lab_cations=methodology.value("u_lab_cations"),
        ),
        table=load_constants(constants["name"], constants["sha256"]),
        nitrate_default_mg_l=site.settings.nitrate_default_mg_l,
    )
