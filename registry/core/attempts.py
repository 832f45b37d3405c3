"""How often an address may do what needs no account: a public form is no loudspeaker."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.core.errors import Refusal


def count(request: HttpRequest, what: str, *, limit: int, within_s: int) -> None:
    """Count one attempt of the request's address; raise :class:`Refusal` ``TOO_MANY`` above ``limit``."""
    key = f"attempts:{what}:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, within_s)
    try:
        made = cache.incr(key)
    except ValueError:  # the key ended between the two
        return
    if made > limit:
        raise Refusal(
            "TOO_MANY",
            _("Too many from your address: at most %(limit)s in %(minutes)s minutes. Try again later."),
            limit=limit,
            minutes=within_s // 60,
        )
