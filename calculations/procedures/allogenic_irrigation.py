"""allogenic-irrigation-1: water from rock without carbonate is led onto karst, where it dissolves more.

    net = [L_out - sum V_i F_i(kappa)] - max(C_b (Q_out - r V), C_b Q_b) - emissions

L_out is the outlet's retained uptake, V_i and F_i the water led in and what it had taken up before it came (its own
member, taken off whole), r the share of it that reaches the outlet, Q_out - r V the catchment's own water. A wet year
earns nothing, the water led in earns only what it took up on the karst, and nothing is creditable before the design
check (`calculations.design`) says that the claim can be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.bundle import Bundle
from calculations.calculation import Calculation, EngineError, allogenic_member, model_of
from calculations.design import check_design
from calculations.flux.baseline import Baseline
from calculations.flux.enhancement import Enhancement, Extrapolation, extrapolation, held_loads
from calculations.flux.uptake import Composition, Loads, composition
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.portable import exact_sum
from calculations.procedures.asked import RecordError, life_cycle_t_co2, record_list, record_object
from calculations.procedures.enhancement import seasonal_baseline
from calculations.procedures.trials import simulate_net
from calculations.records import number_within
from calculations.report import Additions, write_result
from calculations.result import Result
from calculations.site import Progress, Site, measure_site
from calculations.uncertainty.draws import seed_of
from calculations.uncertainty.model import Draws, ErrorModel, Terms
from calculations.uncertainty.problem import readings_for_check

FloatArray = NDArray[np.float64]
_IONS = ("alkalinity_hco3_mg_l", "sulfate_mg_l", "nitrate_mg_l", "sodium_mg_l", "potassium_mg_l", "chloride_mg_l")


@dataclass(frozen=True)
class LedIn:
    """The allogenic water of the period: its loads as it came, and how much of its water reaches the outlet."""

    loads: Loads
    return_share: float

    @property
    def returned_m3(self) -> float:
        """Water of it that runs off at the outlet."""
        return self.return_share * self.loads.water_m3


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-ALLO. Raises EngineError BASELINE_MISSING, RecordError, and what the steps raise."""
    if bundle.evidence.baseline is None:
        raise EngineError("BASELINE_MISSING")
    led_in = _led_in(bundle, methodology)
    site = measure_site(bundle.evidence, methodology, tell)
    tell("flux", 0, 1)
    outlet_m3 = site.accounting.loads.water_m3
    if led_in.returned_m3 > outlet_m3:
        facts = {"returned_m3": round(led_in.returned_m3), "outlet_m3": round(outlet_m3)}
        raise RecordError("MORE_ALLOGENIC_THAN_OUTLET", **facts)
    baseline, messages = seasonal_baseline(bundle.evidence.baseline, methodology, site)
    beyond = extrapolation(site.accounting, site.curve, methodology.value("extrapolation_ratio"))
    life_cycle = life_cycle_t_co2(bundle) or 0.0
    enhancement = _enhancement(site, methodology, beyond, baseline, led_in, life_cycle)
    tell("flux", 1, 1)

    seed = seed_of(bundle.digest, methodology.digest)
    model = model_of(site, methodology, beyond=beyond, baseline=baseline, capped=enhancement.capped)
    simulation = simulate_net(
        model,
        readings_for_check(site.accounting, site.models),
        _net_of(model, baseline, led_in, methodology, life_cycle),
        further={"life_cycle": ("life_cycle",), "allogenic_water": ("irrigation_volume",)},
        seed=seed,
        draws=methodology.whole("draws"),
        progress=lambda done, total: tell("uncertainty", done, total),
    )
    calculation = Calculation(
        bundle=bundle,
        methodology=methodology,
        site=site,
        beyond=beyond,
        baseline=baseline,
        enhancement=enhancement,
        allogenic=allogenic_member(bundle.evidence, methodology),
        simulation=simulation,
        seed=seed,
        warnings=(*site.messages, *messages),
    )
    tell("report", 0, 1)
    result = write_result(calculation, _additions(calculation, bundle, led_in, life_cycle))
    tell("report", 1, 1)
    return result


def _led_in(bundle: Bundle, methodology: Methodology) -> LedIn:
    rows = record_list(bundle, methodology, "allogenic_water")
    volume = np.array([number_within(row, "volume_m3", 0.0, 1e10) for row in rows])
    water: Composition = composition(
        {ion: np.array([number_within(row, ion, 0.0, 10_000.0) for row in rows]) for ion in _IONS},
        neutral_sulfate_mg_l=methodology.value("neutral_sulfate_mg_l"),
    )
    loads = Loads(
        water_m3=exact_sum(volume),
        alkalinity_mol=exact_sum(volume * water.alkalinity_meq_l),
        sulfuric_mol=exact_sum(volume * water.sulfuric_meq_l),
        nitric_mol=exact_sum(volume * water.nitric_meq_l),
        silicate_mol=exact_sum(volume * water.silicate_meq_l),
    )
    return LedIn(loads, methodology.value("irrigation_return_share"))


def _enhancement(
    site: Site,
    methodology: Methodology,
    beyond: Extrapolation,
    baseline: Baseline,
    led_in: LedIn,
    life_cycle: float,
) -> Enhancement:
    kappa, rain = site.settings.kappa, site.settings.rain_mmol_l
    own = led_in.loads.uptake_t_co2(kappa, 0.0)
    held = held_loads(site.accounting, beyond, methodology.value("extrapolation_share_max_pct") / 100.0)

    def load(water_m3: float) -> float:
        catchments_own = max(0.0, water_m3 - led_in.returned_m3)
        return baseline.load_t_co2(kappa, catchments_own, site.area_km2, site.years)

    full = site.accounting.loads
    retained, counterfactual = full.uptake_t_co2(kappa, rain), load(full.water_m3)
    net = retained - own - counterfactual
    held_net = held.uptake_t_co2(kappa, rain) - own - load(held.water_m3)
    deduction = max(0.0, net - held_net)
    leakage = baseline.project_emissions_t_co2 + baseline.leakage_t_co2 + life_cycle
    return Enhancement(
        baseline=counterfactual,
        net=net,
        extrapolation_deduction=deduction,
        leakage=leakage,
        after_deductions=net - deduction - leakage,
        capped=deduction > 0.0,
        allogenic=own,
    )


def _net_of(
    model: ErrorModel, baseline: Baseline, led_in: LedIn, methodology: Methodology, life_cycle: float
) -> Callable[[Draws, Terms], FloatArray]:
    u_volume, u_life_cycle = methodology.value("u_irrigation_volume"), methodology.value("u_life_cycle")
    stated = baseline.project_emissions_t_co2 + baseline.leakage_t_co2
    came = led_in.loads

    def net_of(draws: Draws, terms: Terms) -> FloatArray:
        volume = 1.0 + u_volume * draws.z("irrigation_volume")
        alkalinity, acids = came.alkalinity_mol * terms.lab[0], (came.sulfuric_mol + came.nitric_mol) * terms.lab[1]
        moles = (terms.kappa - 0.5) * alkalinity + 0.5 * (came.silicate_mol - acids)
        catchments_own = np.maximum(terms.capped_m3 - led_in.returned_m3 * volume, 0.0)
        on_projects_water, before = model.baseline_loads(baseline, draws, terms, catchments_own)
        net = terms.project - moles * volume * masses.T_CO2_PER_MMOL_L_M3 - np.maximum(on_projects_water, before)
        return net - stated - life_cycle * (1.0 + u_life_cycle * draws.z("life_cycle"))

    return net_of


def _additions(calculation: Calculation, bundle: Bundle, led_in: LedIn, life_cycle: float) -> Additions:
    methodology, site, baseline = calculation.methodology, calculation.site, calculation.baseline
    assert baseline is not None
    assert calculation.enhancement is not None
    figures: dict[str, float | None] = {
        "allogenic_water_m3": led_in.loads.water_m3,
        "allogenic_water_t_co2": calculation.enhancement.allogenic,
        "own_water_m3": site.accounting.loads.water_m3 - led_in.returned_m3,
        "baseline_runoff_mm": baseline.runoff_mm_per_year * site.years,
        "life_cycle_t_co2": life_cycle,
        "minimum_detectable_pct": None,
        "claimed_enhancement_pct": None,
    }
    reasons = []
    name = f"{methodology.id} {methodology.version}"
    if "design" in bundle.evidence.records:
        detectable, claimed = check_design(record_object(bundle, methodology, "design"), methodology)
        figures |= {"minimum_detectable_pct": detectable, "claimed_enhancement_pct": claimed}
        if claimed < detectable:
            facts = {"claimed": round(claimed, 2), "detectable": round(detectable, 2)}
            reasons.append(Message("CLAIM_BELOW_DETECTION", facts, "error"))
    else:
        reasons.append(Message("DESIGN_CHECK_MISSING", {"methodology": name}, "error"))
    if "life_cycle" not in bundle.evidence.records:
        reasons.append(Message("LIFE_CYCLE_MISSING", {}, "error"))
    return Additions(figures, tuple(reasons))
