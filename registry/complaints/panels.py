"""Under what a complaint may be about: the complaints about it, and the way to make one."""

from __future__ import annotations

from typing import Any

from registry.complaints import selectors, states
from registry.core import panels
from registry.core.actors import PUBLIC, Actor
from registry.core.permissions import may


def panel_of(kind: str, key: str) -> panels.Context:
    """The panel for records of this kind; none while the record is not public."""

    def context(_actor: Actor, record: Any) -> dict[str, Any] | None:
        if not may(PUBLIC, record.view_action, record):
            return None
        ref = str(getattr(record, key))
        return {
            "about": kind,
            "ref": ref,
            "complaints": selectors.about(kind, ref)[:10],
            "complaint_machine": states.COMPLAINT,
        }

    return context


panels.register("project", "complaints/_of_record.html", panel_of("project", "code"), order=900)
panels.register("organisation", "complaints/_of_record.html", panel_of("body", "pk"), order=900)
