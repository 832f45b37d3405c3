"""The number beside the bell in every page's head."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from registry.core.actors import PUBLIC
from registry.notices.selectors import unread_count


def bell(request: HttpRequest) -> dict[str, Any]:
    """Counted once per request: every panel of a page is a template of its own and asks again."""
    known: dict[str, Any] | None = getattr(request, "notices_bell", None)
    if known is None:
        actor = getattr(request, "actor", PUBLIC)
        known = {"notice_count": 0 if actor.is_anonymous else unread_count(actor)}
        request.notices_bell = known  # type: ignore[attr-defined]
    return known
