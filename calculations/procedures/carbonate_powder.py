"""carbonate-powder-1: carbonate powder on soil, less the soil's acid budget and the life cycle of the powder.

A pilot: a version whose outcome is "pilot" computes everything and credits nothing; credits come when the authority
publishes a version whose outcome is "credits". Formula: `calculations.flux.powder`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.bundle import Bundle
from calculations.crediting import Waterfall, credit_net
from calculations.evidence import Record
from calculations.figures import tonnes
from calculations.flux.powder import ceiling_t_co2, uptake_t_co2
from calculations.gates import standing_gates
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.procedures.asked import life_cycle_t_co2, record_list
from calculations.procedures.plain import plain_result
from calculations.procedures.trials import tornado
from calculations.records import number_within
from calculations.result import Result
from calculations.site import Progress
from calculations.uncertainty.draws import seed_of, triangular, uniforms
from calculations.uncertainty.model import Draws
from calculations.uncertainty.summary import Summary, summarise

FloatArray = NDArray[np.float64]
_GROUPS = {name: (name,) for name in ("kappa", "powder_mass", "dissolved_share", "soil_acid", "life_cycle")}


@dataclass(frozen=True)
class Budget:
    """The period's sums: powder as weighed, its CaCO3, what of it dissolved [t], acid [keq], emissions [t CO2]."""

    powder_t: float
    caco3_t: float
    dissolved_t: float
    acid_keq: float
    life_cycle_t_co2: float


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-POWDER. Raises RecordError RECORD_MISSING or RECORD_FIELD_INVALID, EvidenceError for a bad cell."""
    tell("load", 0, 1)
    life_cycle = life_cycle_t_co2(bundle)
    budget = _budget(
        record_list(bundle, methodology, "powder"), record_list(bundle, methodology, "soil_acid"), life_cycle or 0.0
    )
    tell("load", 1, 1)
    tell("flux", 0, 1)
    kappa = methodology.value("kappa_ref")
    uptake = float(uptake_t_co2(budget.dissolved_t, budget.acid_keq, kappa))
    ceiling = ceiling_t_co2(budget.dissolved_t, kappa)
    tell("flux", 1, 1)
    net_of = _net_of(budget, methodology)
    summary = _simulate(net_of, methodology, seed_of(bundle.digest, methodology.digest), tell)
    tell("report", 0, 1)

    levels = {"ceiling": tonnes(ceiling), "acid": tonnes(ceiling - uptake), "life": tonnes(budget.life_cycle_t_co2)}
    net = levels["ceiling"] - levels["acid"] - levels["life"]
    p10 = tonnes(max(0.0, summary.quantile(methodology.value("p_level"))))
    half_width = 100.0 * summary.half_width_90() / float(net) if net > 0 else None
    reasons = _gates(methodology, half_width, life_cycle is None)
    waterfall = Waterfall("ceiling", levels["ceiling"])
    waterfall.add("soil_acid", -levels["acid"])
    waterfall.add("life_cycle", -levels["life"])
    credited = credit_net(
        waterfall,
        p10=p10,
        blocked=bool(reasons),
        buffer_share=methodology.decimal("buffer_share"),
        reasons=() if net > 0 else (Message("NET_NOT_POSITIVE", {"net": f"{net:f}"}, "info"),),
    )
    warnings = []
    if budget.acid_keq > 2.0 * budget.dissolved_t * 1000.0 / masses.CACO3:
        warnings.append(Message("MORE_ACID_THAN_POWDER"))
    figures: dict[str, float | Decimal | None] = {
        "powder_t": budget.powder_t,
        "caco3_t": budget.caco3_t,
        "dissolved_caco3_t": budget.dissolved_t,
        "ceiling_t_co2": levels["ceiling"],
        "soil_acid_keq": budget.acid_keq,
        "acid_budget_t_co2": levels["acid"],
        "life_cycle_t_co2": levels["life"],
        "net_t_co2": net,
        "net_p10_t_co2": p10,
        "half_width_90_pct": half_width,
    }
    figures |= credited.figures
    result = plain_result(
        bundle,
        methodology,
        figures=figures,
        reasons=[*reasons, *credited.reasons],
        warnings=warnings,
        waterfall=credited.waterfall,
        sections={
            "uncertainty": {
                "draws": methodology.whole("draws"),
                "quantile_rule": "value of rank ceil(p n) of the sorted draws",
                "distributions_t_co2": {"net": summary.record()},
                "histogram_t_co2": summary.histogram(),
                "histogram_of": "net",
                "tornado_shares": {name: round(share, 6) for name, share in tornado(net_of, _GROUPS).items()},
                "seed": seed_of(bundle.digest, methodology.digest),
            }
        },
        arrays={"net_t_co2": summary.ordered},
    )
    tell("report", 1, 1)
    return result


def _budget(powder: list[Record], acids: list[Record], life_cycle: float) -> Budget:
    mass = [number_within(row, "mass_t", 0.0, 1e8) for row in powder]
    caco3 = [m * number_within(row, "caco3_share", 0.0, 1.0) for m, row in zip(mass, powder, strict=True)]
    dissolved = [c * number_within(row, "dissolved_share", 0.0, 1.0) for c, row in zip(caco3, powder, strict=True)]
    acid = [number_within(row, "acid_keq", 0.0, 1e9) for row in acids]
    return Budget(fsum(mass), fsum(caco3), fsum(dissolved), fsum(acid), life_cycle)


def _net_of(budget: Budget, methodology: Methodology) -> Callable[[Draws], FloatArray]:
    """Net of a block of draws, t CO2."""
    triangle = methodology.parameters["kappa_ref"].distribution
    low, mode, high = (float(triangle[name]) for name in ("low", "mode", "high"))
    share = budget.dissolved_t / budget.caco3_t if budget.caco3_t > 0.0 else 0.0

    def net_of(draws: Draws) -> FloatArray:
        def factor(name: str) -> FloatArray:
            return np.maximum(1.0 + methodology.value(f"u_{name}") * draws.z(name), 0.0)

        spread = budget.caco3_t * factor("powder_mass")
        dissolved = spread * np.minimum(share * factor("dissolved_share"), 1.0)
        kappa = triangular(draws.u("kappa"), low, mode, high)
        uptake = uptake_t_co2(dissolved, budget.acid_keq * factor("soil_acid"), kappa)
        return np.asarray(uptake - budget.life_cycle_t_co2 * factor("life_cycle"))

    return net_of


def _simulate(net_of: Callable[[Draws], FloatArray], methodology: Methodology, seed: str, tell: Progress) -> Summary:
    draws = methodology.whole("draws")
    tell("uncertainty", 0, draws)
    net = net_of(Draws({name: uniforms(seed, name, draws) for name in _GROUPS}))
    tell("uncertainty", draws, draws)
    return summarise(net)


def _gates(methodology: Methodology, half_width: float | None, no_life_cycle: bool) -> list[Message]:
    reasons = standing_gates(methodology)
    if no_life_cycle:
        reasons.append(Message("LIFE_CYCLE_MISSING", {}, "error"))
    most = methodology.value("half_width_max_pct")
    if half_width is not None and half_width > most:
        reasons.append(Message("TOO_UNCERTAIN", {"found": half_width, "most": most}, "error"))
    return reasons
