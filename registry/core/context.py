"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from registry.core import todo
from registry.core.actors import PUBLIC


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Worked out once per request: every panel of a page is a template of its own and asks again."""
    known: dict[str, Any] | None = getattr(request, "page_frame", None)
    if known is None:
        known = request.page_frame = _frame(request)  # type: ignore[attr-defined]
    return known


def _frame(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", PUBLIC)
    return {
        "actor": actor,
        "demo": settings.DEMO,
        "to_do_count": len(todo.items_of(actor)) if not actor.is_anonymous else 0,
    }
