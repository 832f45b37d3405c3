from __future__ import annotations

from registry.core.actors import Actor
from registry.organisations.models import User
from registry.organisations.tokens import create_token


def bearer(actor: Actor, *scopes: str) -> dict[str, str]:
    """The header of a program that acts for this person."""
    _row, secret = create_token(user=User.objects.get(pk=actor.user_id), actor=actor, name="t", scopes=scopes, days=9)
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
