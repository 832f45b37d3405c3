"""Panels: a later room shows its part on an earlier room's page without that room knowing it.

``panels.register("project", "periods/_of_project.html", context)`` in a room's ``panels.py``; the page says
``{% panels "project" project %}``. ``context(actor, obj)`` returns the template's context, or None for no panel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from registry.core.actors import Actor

Context = Callable[[Actor, Any], dict[str, Any] | None]
_panels: dict[str, list[tuple[int, str, Context]]] = defaultdict(list)


def register(place: str, template: str, context: Context, *, order: int = 100) -> None:
    if all(known != template for _order, known, _context in _panels[place]):
        _panels[place].append((order, template, context))
        _panels[place].sort(key=lambda panel: panel[0])


def of(place: str, actor: Actor, obj: Any) -> list[tuple[str, dict[str, Any]]]:
    shown = []
    for _order, template, context in _panels[place]:
        values = context(actor, obj)
        if values is not None:
            shown.append((template, values))
    return shown
