"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from registry.core import todo
from registry.core.actors import PUBLIC


def page_frame(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", PUBLIC)
    return {
        "actor": actor,
        "demo": settings.DEMO,
        "to_do_count": len(todo.items_of(actor)) if not actor.is_anonymous else 0,
    }
