"""What is published of a period: its verified figures, and the kit with which anybody computes them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import visible_periods
from mrv.periods.services import recompute_kit
from mrv.periods.states import PUBLIC as PUBLIC_STATES
from registry.core.actors import PUBLIC, Actor
from registry.core.compiled import Compiled


@dataclass(frozen=True)
class KitFile:
    """A recompute kit in the store, and the name under which it is handed out."""

    path: Path
    file_name: str
    sha256: str


def kit_of(actor: Actor, period: MonitoringPeriod) -> KitFile:
    """The period's recompute kit: for its proponent, verifier and the authority, and for everybody once verified.

    Raises NotVisible or NotAllowed for anybody else, Refusal ``OFFICIAL_RUN_MISSING`` before the calculation.
    """
    path = recompute_kit(actor=actor, period=period)
    revision = f"r{period.revision}" if period.revision > 1 else ""
    return KitFile(path, f"{period.project.code}-{period.number}{revision}-recompute.zip", path.name)


published_periods = Compiled(
    lambda project: (
        visible_periods(PUBLIC)
        .select_related(None)
        .filter(project=project, state__in=PUBLIC_STATES)
        .order_by("first_day", "-number", "-revision")
        .values_list("number", "first_day", "last_day", "state", "official_run_id", named=True)
    )
)
"""By the project's key: what its page says of the periods that anybody may see, by their first day."""
