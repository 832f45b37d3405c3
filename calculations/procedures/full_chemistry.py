"""karst-flux-2: karst-flux-1 with CO2 pressure, calcite saturation and dissolved carbon in every draw.

The figures are those of karst-flux-1. What comes with it: the section `chemistry` of the result (distributions, where
their variance comes from, the largest difference to brute force), draws by scrambled Sobol points where the version
asks for them, the section `allogenic` where there is such water, and the figures of the conditional filling.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.bundle import Bundle
from calculations.calculation import Calculation, calculate
from calculations.chemistry import load_constants
from calculations.methodologies import Methodology
from calculations.portable import exact_sum, normal_quantile
from calculations.quality.filling import filled_slots
from calculations.report import Additions, write_result
from calculations.result import Result
from calculations.site import Progress
from calculations.uncertainty.chemical_problem import ChemicalErrors, ChemicalProblem, chemical_readings
from calculations.uncertainty.chemistry import simulate_chemistry
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.problem import filling_sd_t_co2
from calculations.uncertainty.sobol import sampler_of
from calculations.uncertainty.summary import summarise

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """A statement or credits, as the version's outcome says; `chemistry` is empty where no reading was speciated."""
    calculation = calculate(bundle, methodology, tell)
    sections = chemistry_section(calculation) | allogenic_section(calculation)
    tell("report", 0, 1)
    result = write_result(calculation, Additions(figures=filling_figures(calculation), sections=sections))
    tell("report", 1, 1)
    return result


def chemistry_section(calculation: Calculation) -> dict[str, Any]:
    """The section `chemistry` of a result; empty where no reading was speciated."""
    problem = chemical_problem(calculation)
    if problem is None:
        return {}
    simulated = simulate_chemistry(
        problem,
        seed=calculation.seed,
        draws=calculation.methodology.whole("draws"),
        sample=sampler_of(calculation.methodology.parameters),
    )
    return {"chemistry": simulated.record()}


def allogenic_section(calculation: Calculation) -> dict[str, Any]:
    """The section `allogenic`: gross without what allogenic water brought, share and ratio drawn; empty without any.

    Share and ratio are independent of every other error, so the sorted gross may be paired with their draws in order.
    """
    share, ratio = calculation.allogenic
    if share <= 0.0 or "u_allogenic_share" not in calculation.methodology.parameters:
        return {}
    methodology, gross = calculation.methodology, calculation.simulation.gross.ordered

    def drawn(name: str, value: float, sd: float, most: float) -> FloatArray:
        return np.clip(value + sd * normal_quantile(uniforms(calculation.seed, name, gross.size)), 0.0, most)

    f = drawn("allogenic_share", share, methodology.value("u_allogenic_share"), 0.95)
    r = drawn("allogenic_concentration_ratio", ratio, methodology.value("u_allogenic_ratio"), 2.0)
    brought = f * r / (f * r + 1.0 - f)
    return {
        "allogenic": {
            "share": round(share, 6),
            "concentration_ratio": round(ratio, 6),
            "autochthonous_t_co2": summarise(gross * (1.0 - brought)).record(),
            "allogenic_t_co2": summarise(gross * brought).record(),
        }
    }


def filling_figures(calculation: Calculation) -> dict[str, float | None]:
    """How much was filled under the conditional rule, by time and by volume, and what it leaves; none without it."""
    inputs, accounting = calculation.inputs, calculation.accounting
    filled = filled_slots(inputs.fillings)
    if filled is None:
        return {}
    total = exact_sum(accounting.discharge_m3_s)

    def shares(mask: BoolArray) -> tuple[float, float | None]:
        counted = mask & accounting.counted
        volume = exact_sum(accounting.discharge_m3_s[counted[accounting.counted]])
        return 100.0 * int(counted.sum()) / inputs.slots, 100.0 * volume / total if total > 0.0 else None

    conditional, regression = shares(filled.conditional), shares(filled.regression)
    return {
        "filled_time_pct": conditional[0],
        "regression_filled_time_pct": regression[0],
        "filled_volume_pct": conditional[1],
        "regression_filled_volume_pct": regression[1],
        "filling_sd_t_co2": filling_sd_t_co2(
            inputs, calculation.curve, calculation.models, accounting, calculation.settings
        ),
    }


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
