"""Who gets what answer on the pages of notices: everybody's own, nobody's besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.notices.models import Notice
from tests.registry.notices.following import tell_everybody
from tests.web.world import Journey


def of_clerk(world: Journey) -> tuple[int]:
    """A notice of the clerk: the newest, as the workers would have written it by now."""
    notices = Notice.objects.filter(user=world.users["clerk"]).order_by("-id").values_list("pk", flat=True)
    if not notices.exists():
        tell_everybody()
    return (notices[0],)


def rows(row: Any, posted: Callable[..., Any], stage: str, signed_in: frozenset[str]) -> list[Any]:
    return [
        row(stage, "notices:list", roles=signed_in, anonymous=302),
        row(stage, "notices:list", roles=signed_in, anonymous=302, query="?unread=1&page=x"),
        row(stage, "notices:settings", roles=signed_in, anonymous=302),
        posted("notices:open", of_clerk),
        posted("notices:read_all"),
    ]
