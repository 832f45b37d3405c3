"""What is published of a period: its verified figures, and the kit with which anybody computes them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import visible_periods
from mrv.periods.services import recompute_kit
from mrv.periods.states import PUBLIC as PUBLIC_STATES
from registry.core.actors import PUBLIC, Actor
from registry.projects.models import Project


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


def published_periods(project: Project) -> QuerySet[MonitoringPeriod]:
    """The periods of a project that anybody may see, the newest first."""
    return visible_periods(PUBLIC).filter(project=project, state__in=PUBLIC_STATES).order_by("-number", "-revision")
