"""What the springs of an inventory account for together over the same days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from mrv.methodologies.models import MethodologyVersion
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import periods_of
from mrv.periods.states import REJECTED
from mrv.runs.models import Run
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects.models import Project


@dataclass(frozen=True)
class Together:
    """Periods of different springs over exactly the same days, with the official result of each."""

    first_day: date
    last_day: date
    springs: tuple[tuple[MonitoringPeriod, Decimal], ...]
    """(period, t CO2 retained)."""

    @property
    def total_t_co2(self) -> Decimal:
        return sum((tonnes for _period, tonnes in self.springs), Decimal(0))


def together(actor: Actor, project: Project) -> list[Together]:
    """The spans in which two springs or more have an official result that this actor may see; inventories only."""
    periods = (
        periods_of(actor, project)
        .exclude(state__in=REJECTED)
        .filter(official_run__isnull=False, official_run__state="succeeded")
        .exclude(official_run__methodology__outcome=MethodologyVersion.Outcome.CREDITS)
        .select_related("station", "official_run__methodology")
        .order_by("first_day", "last_day", "station__code")
    )
    found = []
    for (first_day, last_day), group in groupby(periods, key=lambda each: (each.first_day, each.last_day)):
        springs = tuple(
            (each, _retained(each.official_run)) for each in group if may(actor, "runs.view", each.official_run)
        )
        if len(springs) > 1:
            found.append(Together(first_day, last_day, springs))
    return found


def _retained(run: Run) -> Decimal:
    assert run.figures is not None
    return Decimal(run.figures["retained_t_co2"])
