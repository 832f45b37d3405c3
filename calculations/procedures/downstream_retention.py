"""downstream-retention-1: what is still in the water at a second station, and the kappa that follows from it.

The period's own station is the spring (or cave-river outlet); the companion `downstream` ends the reach. The statement
is gross uptake at the spring and what is retained downstream, F(kappa) with kappa measured
(`calculations.flux.stations`).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.bundle import Bundle
from calculations.calculation import Calculation, allogenic_member, model_of
from calculations.flux.accounting import account
from calculations.flux.enhancement import extrapolation
from calculations.flux.stations import CarbonLoad, ReachBalance, carbon_load, reach_balance
from calculations.gates import site_gates
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.procedures.asked import RecordError, companion, number_of, of_companion, quiet, record_object
from calculations.report import Additions, write_result
from calculations.result import Result
from calculations.site import Progress, Site, measure_site
from calculations.uncertainty.draws import seed_of
from calculations.uncertainty.problem import readings_for_check
from calculations.uncertainty.simulate import simulate

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_CARBON = 12.011
"""g/mol, for organic carbon stated in t C."""
_TUFA_WORTH_SAYING = 0.01


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-NET. Raises RecordError COMPANION_MISSING, NO_COMMON_TIME or NO_COMMON_FLOW, and what the steps raise."""
    below = companion(bundle, methodology, "downstream")
    spring = measure_site(bundle.evidence, methodology, tell)
    downstream = measure_site(below, methodology, quiet)
    tell("flux", 0, 1)
    common = _common_slots(spring, downstream)
    share = int(common.sum()) / spring.inputs.slots
    up, down = _loads(spring, common), _loads(downstream, common)
    lateral, organic_mol = _reach(bundle, methodology, share)
    if min(up.water_m3, down.water_m3, up.alkalinity_mol, down.alkalinity_mol) <= 0.0:
        raise RecordError("NO_COMMON_FLOW")
    found = reach_balance(up, down, lateral=lateral, organic_made_mol=organic_mol)
    assert found.kappa is not None
    kappa = min(1.0, max(0.5, found.kappa))
    spring, with_kappa = _at_kappa(spring, methodology, kappa)
    beyond = extrapolation(spring.accounting, spring.curve, methodology.value("extrapolation_ratio"))
    tell("flux", 1, 1)

    seed = seed_of(bundle.digest, methodology.digest)
    simulation = simulate(
        model_of(spring, with_kappa, beyond=beyond, baseline=None, capped=False),
        readings_for_check(spring.accounting, spring.models),
        seed=seed,
        draws=methodology.whole("draws"),
        progress=lambda done, total: tell("uncertainty", done, total),
    )
    calculation = Calculation(
        bundle=bundle,
        methodology=methodology,
        site=spring,
        beyond=beyond,
        baseline=None,
        enhancement=None,
        allogenic=allogenic_member(bundle.evidence, methodology),
        simulation=simulation,
        seed=seed,
        warnings=spring.messages,
    )
    tell("report", 0, 1)
    gates = tuple(of_companion("DOWNSTREAM_NOT_PASSED", gate) for gate in site_gates(downstream, methodology))
    warnings = _warnings(found, methodology, up, lateral)
    result = write_result(
        calculation, Additions(_figures(up, down, found, kappa, share), gates, tuple(warnings), _sections(kappa))
    )
    tell("report", 1, 1)
    return result


def _common_slots(spring: Site, downstream: Site) -> BoolArray:
    """Slots in which both stations count and have their DIC."""
    if spring.inputs.interval_s != downstream.inputs.interval_s:
        facts = {"record": "companions/downstream", "field": "interval_s", "value": str(downstream.inputs.interval_s)}
        raise RecordError("RECORD_FIELD_INVALID", **facts, expected=str(spring.inputs.interval_s))
    common = np.ones(spring.inputs.slots, dtype=bool)
    for site in (spring, downstream):
        common &= site.accounting.counted & ~np.isnan(site.speciated.dic_mol_kgw)
    if not common.any():
        raise RecordError("NO_COMMON_TIME")
    return common


def _loads(site: Site, common: BoolArray) -> CarbonLoad:
    """Loads of the common slots; a litre holds a kilogram of water (the constants' density of 1)."""
    chosen = common[site.accounting.counted]
    water = site.accounting.water
    return carbon_load(
        site.accounting.discharge_m3_s[chosen],
        water.alkalinity_meq_l[chosen],
        1000.0 * site.speciated.dic_mol_kgw[common],
        site.accounting.interval_s,
        silicate_less_acids_meq_l=(water.silicate_meq_l - water.sulfuric_meq_l - water.nitric_meq_l)[chosen],
    )


def _reach(bundle: Bundle, methodology: Methodology, share: float) -> tuple[CarbonLoad, float]:
    """Lateral inflow and organic carbon made [mol] in the common time; zeros where no record `reach` is there."""
    if "reach" not in bundle.evidence.records:
        return CarbonLoad(), 0.0
    record = record_object(bundle, methodology, "reach")

    def number(field: str, high: float) -> float:
        return number_of(record, field, "reach", 0.0, high, default=0.0)

    water = number("lateral_water_m3", 1e12) * share
    alkalinity = number("lateral_alkalinity_hco3_mg_l", 5000.0) * masses.milliequivalents_per_mg("alkalinity_hco3_mg_l")
    lateral = CarbonLoad(water, water * alkalinity, water * number("lateral_dic_mmol_l", 100.0))
    return lateral, number("organic_carbon_made_t_c", 1e9) * share * 1e6 / _CARBON


def _at_kappa(spring: Site, methodology: Methodology, kappa: float) -> tuple[Site, Methodology]:
    """The spring accounted with the measured kappa, and the version with its distribution about it."""
    settings = replace(spring.settings, kappa=kappa)
    accounting = account(spring.inputs, spring.curve, spring.models, settings)
    parameter = methodology.parameters["kappa_ref"]
    half = math.sqrt(6.0) * methodology.value("u_kappa_measured")  # a triangle's deviation is its half width / sqrt 6
    distribution = {"kind": "triangular", "low": max(0.5, kappa - half), "mode": kappa, "high": min(1.0, kappa + half)}
    measured = replace(parameter, value=kappa, distribution=distribution)
    parameters = {**methodology.parameters, "kappa_ref": measured}
    return replace(spring, settings=settings, accounting=accounting), replace(methodology, parameters=parameters)


def _figures(
    up: CarbonLoad, down: CarbonLoad, found: ReachBalance, kappa: float, share: float
) -> dict[str, float | None]:
    t_co2 = masses.T_CO2_PER_MMOL_L_M3
    return {
        "common_time_pct": 100.0 * share,
        "upstream_water_m3": up.water_m3,
        "downstream_water_m3": down.water_m3,
        "water_balance_pct": 100.0 * found.water_balance,
        "upstream_alkalinity_mol": up.alkalinity_mol,
        "downstream_alkalinity_mol": down.alkalinity_mol,
        "upstream_dic_mol": up.dic_mol,
        "downstream_dic_mol": down.dic_mol,
        "calcite_t_co2": found.precipitated_mol * t_co2,
        "organic_carbon_t_co2": found.organic_mol * t_co2,
        "degassed_t_co2": found.degassed_mol * t_co2,
        "kappa_downstream": found.kappa_out,
        "kappa_measured": kappa,
    }


def _sections(kappa: float) -> dict[str, object]:
    return {"kappa": {"value": round(kappa, 6), "kind": "measured between two stations"}}


def _warnings(found: ReachBalance, methodology: Methodology, up: CarbonLoad, lateral: CarbonLoad) -> list[Message]:
    warnings = []
    most = methodology.value("water_balance_max_pct")
    if 100.0 * abs(found.water_balance) > most:
        warnings.append(Message("WATER_BALANCE", {"found": round(100.0 * found.water_balance, 3), "most": most}))
    if found.kappa_out is not None and found.kappa_out > 1.0:
        warnings.append(Message("KAPPA_ABOVE_ONE", {"found": round(found.kappa_out, 4)}))
    came = up.alkalinity_mol + lateral.alkalinity_mol
    tufa = 2.0 * found.precipitated_mol / came
    if tufa > _TUFA_WORTH_SAYING:
        warnings.append(Message("TUFA", {"share": round(100.0 * tufa, 2)}, "info"))
    return warnings
