from __future__ import annotations

from typing import Any

from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.projects import crediting, request_selectors, states
from registry.projects.models import Project

ENDED = ("completed", "revoked")


def _requests(actor: Actor, project: Project) -> dict[str, Any] | None:
    """Crediting periods and requests of a project that is or was registered."""
    if project.registered_at is None:
        return None
    return {
        "project": project,
        "periods": crediting.crediting_periods(project),
        "window": crediting.window_of(project),
        "waiting_renewals": request_selectors.visible_renewals(actor).filter(project=project, state="requested"),
        "waiting_changes": request_selectors.visible_changes(actor).filter(
            project=project, state__in=("requested", "countersigned")
        ),
        "renewal_machine": states.RENEWAL,
        "change_machine": states.PROPONENT_CHANGE,
        "may_ask": project.state == "registered" and may(actor, "projects.request_change", project),
        "is_over": project.state in ENDED,
    }


panels.register("project", "projects/_requests.html", _requests, order=300)
