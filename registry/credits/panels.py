from __future__ import annotations

from typing import Any

from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.credits import selectors
from registry.credits.models import Reversal
from registry.projects.models import Project


def issuances(actor: Actor, project: Project) -> dict[str, Any] | None:
    rows = list(selectors.issuances_of(project))
    if not rows and project.registered_at is None:
        return None
    return {
        "issuances": rows,
        "total_t": sum(row.quantity_t for row in rows),
        "project": project,
        "reversals": list(project.reversals.filter(state="confirmed")) if rows else [],
        "can_report": bool(rows) and may(actor, "credits.report_reversal", Reversal(project=project)),
        "reversal_kinds": Reversal.Kind.choices,
    }


panels.register("project", "credits/_of_project.html", issuances, order=400)
