"""karst-enhancement-2: enhancement over baseline years, and against a control catchment; the lower counts.

Beside karst-flux-1 it cuts the baseline's mean year to the period's months (`calculations.flux.seasons`), takes the
control catchment where the evidence has one (`calculations.flux.control`), and the listed life-cycle emissions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calculations.bundle import Bundle
from calculations.calculation import Calculation, EngineError, allogenic_member, baseline_of, model_of
from calculations.design import check_design
from calculations.evidence import period_bounds_s
from calculations.flux.baseline import Baseline
from calculations.flux.control import BeforeAfterControl, before_t_co2, control_after_t_co2
from calculations.flux.enhancement import Enhancement, Extrapolation, extrapolation, held_loads
from calculations.flux.seasons import for_period
from calculations.gates import site_gates
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.procedures.asked import companion, life_cycle_t_co2, of_companion, quiet, record_object
from calculations.procedures.full_chemistry import allogenic_section, chemistry_section, filling_figures
from calculations.procedures.trials import simulate_net
from calculations.report import Additions, write_result
from calculations.result import Result
from calculations.site import Progress, Site, measure_site
from calculations.uncertainty.draws import seed_of
from calculations.uncertainty.model import STREAMS, Draws, ErrorModel, Terms
from calculations.uncertainty.problem import readings_for_check
from calculations.uncertainty.sobol import sampler_of

FloatArray = NDArray[np.float64]

WITH_CHEMISTRY = "karst-enhancement-3"
"""Beside karst-enhancement-2: the section `chemistry` of karst-flux-2, and the figures of the conditional filling."""
_SHARED_WITH_CONTROL = ("kappa", "kappa_of_baseline", "lab_alkalinity", "lab_acids", "lab_acids_of_baseline")
"""Errors that project and control have in common: drawn once."""
_CONTROLS_OWN = tuple(stream for stream in STREAMS if stream not in _SHARED_WITH_CONTROL)


@dataclass(frozen=True)
class Control:
    """The control catchment: its period, its years before, and its four terms beside the project's."""

    site: Site
    before: Baseline
    terms: BeforeAfterControl
    counted_share: float


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-ENH-BACI from 1.1.0 on. Raises EngineError BASELINE_MISSING, RecordError, and what the steps raise."""
    evidence = bundle.evidence
    if evidence.baseline is None:
        raise EngineError("BASELINE_MISSING")
    site = measure_site(evidence, methodology, tell)
    tell("flux", 0, 1)
    baseline, messages = seasonal_baseline(evidence.baseline, methodology, site)
    control = _control(bundle, methodology, site, baseline)
    beyond = extrapolation(site.accounting, site.curve, methodology.value("extrapolation_ratio"))
    life_cycle = life_cycle_t_co2(bundle) or 0.0
    enhancement = _enhancement(site, methodology, beyond, baseline, control, life_cycle)
    tell("flux", 1, 1)

    seed = seed_of(bundle.digest, methodology.digest)
    model = model_of(site, methodology, beyond=beyond, baseline=baseline, capped=enhancement.capped)
    further: dict[str, tuple[str, ...]] = {"life_cycle": ("life_cycle",)}
    if control is not None:
        further["control"] = tuple(f"control:{stream}" for stream in _CONTROLS_OWN)
    simulation = simulate_net(
        model,
        readings_for_check(site.accounting, site.models),
        _net_of(model, baseline, control, methodology, life_cycle),
        further=further,
        seed=seed,
        draws=methodology.whole("draws"),
        progress=lambda done, total: tell("uncertainty", done, total),
        sample=sampler_of(methodology.parameters),
    )
    calculation = Calculation(
        bundle=bundle,
        methodology=methodology,
        site=site,
        beyond=beyond,
        baseline=baseline,
        enhancement=enhancement,
        allogenic=allogenic_member(evidence, methodology),
        simulation=simulation,
        seed=seed,
        warnings=(*site.messages, *messages),
        error_model=model,
    )
    additions = _additions(calculation, bundle, control, life_cycle)
    if methodology.procedure == WITH_CHEMISTRY:
        figures = {**additions.figures, **filling_figures(calculation)}
        additions = replace(
            additions, figures=figures, sections=chemistry_section(calculation) | allogenic_section(calculation)
        )
    tell("report", 0, 1)
    result = write_result(calculation, additions)
    tell("report", 1, 1)
    return result


def seasonal_baseline(
    record: dict[str, object], methodology: Methodology, site: Site
) -> tuple[Baseline, tuple[Message, ...]]:
    """The baseline whose mean year is that of the period's months, and what to tell about it."""
    period = site.evidence.period
    cut, messages = for_period(record, *period_bounds_s(period), int(period["utc_offset_s"]))
    baseline = baseline_of(cut, methodology, site)
    return baseline, (*baseline.messages, *messages)


def _control(bundle: Bundle, methodology: Methodology, site: Site, baseline: Baseline) -> Control | None:
    if "control" not in bundle.evidence.companions:
        return None
    if "control_before" not in bundle.evidence.records:
        raise EngineError("CONTROL_BEFORE_MISSING")
    control = measure_site(companion(bundle, methodology, "control"), methodology, quiet)
    before, _ = seasonal_baseline(record_object(bundle, methodology, "control_before"), methodology, control)
    kappa, rain = site.settings.kappa, site.settings.rain_mmol_l
    counted_share = int(control.accounting.counted.sum()) / control.inputs.slots
    terms = BeforeAfterControl(
        project_after=site.accounting.loads.uptake_t_co2(kappa, rain),
        project_before=before_t_co2(baseline, kappa, site.area_km2, site.years),
        control_after=control_after_t_co2(
            control.accounting.loads.uptake_t_co2(kappa, rain),
            counted_share=counted_share,
            control_area_km2=control.area_km2,
            project_area_km2=site.area_km2,
        ),
        control_before=before_t_co2(before, kappa, site.area_km2, site.years),
    )
    return Control(control, before, terms, counted_share)


def _enhancement(
    site: Site,
    methodology: Methodology,
    beyond: Extrapolation,
    baseline: Baseline,
    control: Control | None,
    life_cycle: float,
) -> Enhancement:
    """The lower of the designs, and what the extrapolation cap takes off it."""
    kappa, rain = site.settings.kappa, site.settings.rain_mmol_l
    held = held_loads(site.accounting, beyond, methodology.value("extrapolation_share_max_pct") / 100.0)

    def lower_net(retained: float, water_m3: float) -> float:
        net = retained - baseline.load_t_co2(kappa, water_m3, site.area_km2, site.years)
        if control is None:
            return net
        terms = control.terms
        paired = BeforeAfterControl(retained, terms.project_before, terms.control_after, terms.control_before)
        return min(net, paired.net)

    retained = site.accounting.loads.uptake_t_co2(kappa, rain)
    net = lower_net(retained, site.accounting.loads.water_m3)
    deduction = max(0.0, net - lower_net(held.uptake_t_co2(kappa, rain), held.water_m3))
    leakage = baseline.project_emissions_t_co2 + baseline.leakage_t_co2 + life_cycle
    return Enhancement(
        baseline=retained - net,
        net=net,
        extrapolation_deduction=deduction,
        leakage=leakage,
        after_deductions=net - deduction - leakage,
        capped=deduction > 0.0,
    )


def _net_of(
    model: ErrorModel, baseline: Baseline, control: Control | None, methodology: Methodology, life_cycle: float
) -> Callable[[Draws, Terms], FloatArray]:
    """Net of a block of draws: the lower design in every trial, less emissions."""
    stated = baseline.project_emissions_t_co2 + baseline.leakage_t_co2
    u_life_cycle = methodology.value("u_life_cycle")
    change = None if control is None else _control_change(control, methodology, model.area_km2)

    def net_of(draws: Draws, terms: Terms) -> FloatArray:
        on_projects_water, before = model.baseline_loads(baseline, draws, terms, terms.capped_m3)
        net = terms.project - np.maximum(on_projects_water, before)
        if change is not None:
            net = np.minimum(net, (terms.project - before) - change(draws))
        return net - stated - life_cycle * (1.0 + u_life_cycle * draws.z("life_cycle"))

    return net_of


def _control_change(control: Control, methodology: Methodology, area_km2: float) -> Callable[[Draws], FloatArray]:
    """C_after - C_before on the project's area, with errors of its own but for kappa and the laboratory."""
    site = control.site
    beyond = extrapolation(site.accounting, site.curve, methodology.value("extrapolation_ratio"))
    model = model_of(site, methodology, beyond=beyond, baseline=control.before, capped=False)
    per_area = area_km2 / site.area_km2

    def change(draws: Draws) -> FloatArray:
        own = Draws(
            {name: draws.u(name) for name in _SHARED_WITH_CONTROL}
            | {name: draws.u(f"control:{name}") for name in _CONTROLS_OWN}
        )
        terms = model.terms(own)
        _, before = model.baseline_loads(control.before, own, terms, terms.water_m3)
        return (terms.retained / control.counted_share - before) * per_area

    return change


def _additions(calculation: Calculation, bundle: Bundle, control: Control | None, life_cycle: float) -> Additions:
    site, methodology, baseline = calculation.site, calculation.methodology, calculation.baseline
    assert baseline is not None
    retained = site.accounting.loads.uptake_t_co2(site.settings.kappa, site.settings.rain_mmol_l)
    by_baseline = retained - baseline.load_t_co2(
        site.settings.kappa, site.accounting.loads.water_m3, site.area_km2, site.years
    )
    figures: dict[str, float | None] = {
        "net_by_baseline_t_co2": by_baseline,
        "net_by_control_t_co2": control.terms.net if control else None,
        "project_before_t_co2": before_t_co2(baseline, site.settings.kappa, site.area_km2, site.years),
        "control_before_t_co2": control.terms.control_before if control else None,
        "control_after_t_co2": control.terms.control_after if control else None,
        "baseline_runoff_mm": baseline.runoff_mm_per_year * site.years,
        "life_cycle_t_co2": life_cycle,
        "minimum_detectable_pct": None,
    }
    reasons: list[Message] = []
    warnings: list[Message] = []
    if control is not None:
        reasons += [of_companion("CONTROL_NOT_PASSED", gate) for gate in site_gates(control.site, methodology)]
        facts = {"by_baseline": round(by_baseline, 3), "by_control": round(control.terms.net, 3)}
        warnings.append(Message("LOWER_DESIGN_COUNTS", facts, "info"))
    if "design" in bundle.evidence.records:
        detectable, claimed = check_design(record_object(bundle, methodology, "design"), methodology)
        figures["minimum_detectable_pct"] = detectable
        if claimed < detectable:
            facts = {"claimed": round(claimed, 2), "detectable": round(detectable, 2)}
            warnings.append(Message("CLAIM_BELOW_DETECTION", facts))
    return Additions(figures, tuple(reasons), tuple(warnings))
