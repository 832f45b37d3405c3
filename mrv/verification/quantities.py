"""Which of a result's quantities an opinion and a decision speak of."""

from __future__ import annotations

from decimal import Decimal

from mrv.methodologies.models import MethodologyVersion
from mrv.runs.models import Run


def quantity_of(run: Run) -> Decimal:
    """t CO2 of a finished run: what may be credited before whole tonnes are taken, or what a statement states.

    The engine gives the creditable quantity as whole tonnes and the remainder that is carried; together they are it.
    """
    assert run.figures is not None
    if run.methodology.outcome == MethodologyVersion.Outcome.CREDITS:
        return Decimal(run.figures["creditable_t"]) + Decimal(run.figures["remainder_t_co2"])
    return Decimal(run.figures["retained_t_co2"])
