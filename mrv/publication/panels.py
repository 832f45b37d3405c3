from __future__ import annotations

from typing import Any

from mrv.periods.models import MonitoringPeriod
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may


def kit_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """The kit for those who may see the evidence now, and for everybody once the period is verified."""
    ready = period.official_run_id is not None and may(actor, "periods.download_kit", period)
    return {"period": period} if ready else None


panels.register("period_side", "publication/_kit.html", kit_panel, order=10)
