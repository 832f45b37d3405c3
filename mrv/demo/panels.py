"""The guided tour on the start page of a demonstration."""

from __future__ import annotations

from typing import Any

from mrv.demo import tour
from registry.core import panels
from registry.core.actors import Actor


def _tour(_actor: Actor, request: Any) -> dict[str, Any] | None:
    cards = tour.cards(request.session.get(tour.VISITED, ()))
    return {"cards": cards} if cards else None


panels.register("home", "demo/_tour.html", _tour)
