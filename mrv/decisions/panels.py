"""What a return asks for, on the pages where the verifier and the proponent work."""

from __future__ import annotations

from typing import Any

from mrv.decisions import returning
from mrv.periods.models import MonitoringPeriod
from mrv.verification.models import Assignment
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may


def shown_items(actor: Actor, period: MonitoringPeriod) -> list[dict[str, Any]]:
    """The reasons of every return of the period, with their answers, for whoever may see them."""
    return [
        {
            "item": item,
            "title": returning.title_of(item),
            "can_answer": item.answered_at is None and may(actor, "decisions.answer_return", item),
        }
        for item in returning.items_of(period)
        if may(actor, "decisions.view", item)
    ]


def returned_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    items = shown_items(actor, period)
    return {"returned": items} if items else None


def returned_of_assignment(actor: Actor, assignment: Assignment) -> dict[str, Any] | None:
    return returned_panel(actor, assignment.period) if assignment.period is not None else None


panels.register("period", "decisions/_returned.html", returned_panel, order=5)
panels.register("assignment", "decisions/_returned.html", returned_of_assignment, order=10)
