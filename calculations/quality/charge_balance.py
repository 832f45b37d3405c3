"""Analytical charge balance of a water sample, and the gate that depends on its conductivity."""

from __future__ import annotations

from collections.abc import Mapping

from calculations.masses import CHARGE_AND_MASS, milliequivalents_per_mg

GATES_PCT = ((100.0, 15.0), (1000.0, 10.0), (float("inf"), 5.0))
"""(EC25 up to and including, uS/cm; warning beyond this, %). Beyond twice the figure the sample is unusable."""


def charge_balance_pct(concentrations_mg_l: Mapping[str, float]) -> float:
    """100 (c - a) / (c + a) over what was analysed, in meq/L; keys as in `masses.CHARGE_AND_MASS`.

    NaN where nothing was analysed. (Some laboratories use the factor 200.)
    """
    cations = anions = 0.0
    for field, value in concentrations_mg_l.items():
        charge, _ = CHARGE_AND_MASS[field]
        if charge > 0:
            cations += value * milliequivalents_per_mg(field)
        else:
            anions += value * milliequivalents_per_mg(field)
    total = cations + anions
    return 100.0 * (cations - anions) / total if total > 0.0 else float("nan")


def gate_pct(ec25_us_cm: float) -> float:
    """Charge-balance error [%] beyond which a sample of this conductivity is warned about."""
    return next(gate for limit, gate in GATES_PCT if ec25_us_cm <= limit)


def judge(balance_pct: float, ec25_us_cm: float) -> str:
    """ "pass", "suspect" (beyond the gate) or "fail" (beyond twice the gate, or nothing to judge)."""
    gate = gate_pct(ec25_us_cm)
    if not abs(balance_pct) <= 2.0 * gate:
        return "fail"
    return "suspect" if abs(balance_pct) > gate else "pass"
