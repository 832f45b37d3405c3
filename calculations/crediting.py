"""From net to whole tonnes, each step a record with before and after; all arithmetic in Decimal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calculations.calculation import Calculation
from calculations.figures import buffer_tonnes, tonnes, whole_tonnes
from calculations.messages import Message

ZERO = Decimal(0)


@dataclass(frozen=True)
class Credited:
    """Figures of the crediting, the waterfall, and why nothing is creditable where nothing is."""

    figures: dict[str, Decimal | None]
    waterfall: list[dict[str, str]]
    reasons: tuple[Message, ...]


def credit(calculation: Calculation, levels: Mapping[str, Decimal], blocked: bool) -> Credited:
    """Whole tonnes, remainder and buffer share of a calculation; zero while a gate blocks issuance.

    `levels` are the quantities in t CO2 already rounded once. An inventory stops at the retained figure.
    """
    steps = Waterfall("simple", levels["simple_t_co2"])
    for name, amount in calculation.accounting.loads.terms_t_co2().items():
        if name != "simple":
            steps.add(name, tonnes(amount))
    steps.to("gross", levels["gross_t_co2"])
    steps.to("retained", levels["retained_t_co2"])
    if calculation.enhancement is None:
        return Credited({}, steps.rows, ())
    if levels["allogenic_water_t_co2"]:
        steps.add("allogenic_water", -levels["allogenic_water_t_co2"])
    steps.to("net", levels["net_t_co2"])
    steps.add("extrapolation", -levels["extrapolation_deduction_t_co2"])
    steps.add("leakage", -levels["leakage_t_co2"])
    return credit_net(
        steps,
        p10=levels["net_p10_t_co2"],
        blocked=blocked,
        buffer_share=calculation.methodology.decimal("buffer_share"),
        reasons=_why_nothing(calculation, levels),
    )


def credit_net(
    steps: Waterfall, *, p10: Decimal, blocked: bool, buffer_share: Decimal, reasons: tuple[Message, ...]
) -> Credited:
    """From the net at the waterfall's end: down to P10, whole tonnes, buffer. Zero while `blocked`."""
    steps.to("p10", p10)
    if blocked:
        steps.to("gate", ZERO)
    whole, remainder = (0, tonnes(0.0)) if blocked else whole_tonnes(p10)
    steps.to("whole_tonnes", Decimal(whole))
    buffer = buffer_tonnes(whole, buffer_share)
    steps.add("buffer", -tonnes(buffer))
    figures: dict[str, Decimal | None] = {
        "creditable_t": Decimal(whole),
        "remainder_t_co2": remainder,
        "buffer_t": Decimal(buffer),
    }
    return Credited(figures, steps.rows, reasons)


class Waterfall:
    """Steps from one level to the next; every row says how much and what is left."""

    def __init__(self, first: str, start: Decimal) -> None:
        self._level = start
        self.rows = [{"step": first, "amount_t_co2": f"{start:f}", "after_t_co2": f"{start:f}"}]

    def add(self, step: str, amount: Decimal) -> None:
        """A step by its amount."""
        self._level += amount
        amount = amount if amount else abs(amount)
        self.rows.append({"step": step, "amount_t_co2": f"{amount:f}", "after_t_co2": f"{self._level:f}"})

    def to(self, step: str, level: Decimal) -> None:
        """A step by the level it ends at."""
        self.add(step, level - self._level)


def _why_nothing(calculation: Calculation, levels: Mapping[str, Decimal]) -> tuple[Message, ...]:
    """Reasons for a creditable quantity of zero that are no gates: the baseline, or the uncertainty."""
    if levels["net_t_co2"] <= 0:
        facts = {"retained": f"{levels['retained_t_co2']:f}", "baseline": f"{levels['baseline_t_co2']:f}"}
        return (Message("BASELINE_ABOVE_PROJECT", facts, "info"),)
    if levels["net_p10_t_co2"] <= 0:
        return (Message("P10_NOT_POSITIVE", {"net": f"{levels['net_after_deductions_t_co2']:f}"}, "info"),)
    if levels["net_p10_t_co2"] < 1:
        return (Message("LESS_THAN_ONE_TONNE", {"p10": f"{levels['net_p10_t_co2']:f}"}, "info"),)
    return ()
