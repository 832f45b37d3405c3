"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from registry.core import todo
from registry.core.actors import PUBLIC, Actor

COUNT_KEPT_S = 30


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
        "to_do_count": _waiting(request, actor) if not actor.is_anonymous else 0,
    }


def _waiting(request: HttpRequest, actor: Actor) -> int:
    """How much waits for this person. Asking every room takes longer than most pages, so the number is kept until the
    audit log has another act, and ``COUNT_KEPT_S`` at most: days pass, and a reading that arrives is no act. The page
    that an act answers with counts that act, and a refused one changed nothing.
    """
    position = getattr(request, "log_position", None)
    if position is None:
        return len(todo.items_of(actor))
    if request.method != "GET":
        position = request.log_position_now()  # type: ignore[attr-defined]
    who = (actor.user_id, actor.organisation_id, actor.organisation_approved, *sorted(actor.roles))
    key = f"waiting:{position}:{':'.join(map(str, who))}"
    return int(caches["process"].get_or_set(key, lambda: len(todo.items_of(actor)), COUNT_KEPT_S))
