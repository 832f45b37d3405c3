"""A program's requests in somebody's name; with no actor, a stranger's."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client

from registry.core.actors import Actor
from registry.organisations.models import User

API = "/api/v1"
_keys = count(1)


def post(actor: Actor | None, path: str, once: str = "", **body: Any) -> Any:
    """POST with a key of its own, or with the one that is given."""
    key = once or f"program-{next(_keys):06d}"
    return _client(actor).post(API + path, body, content_type="application/json", headers={"idempotency-key": key})


def get(actor: Actor | None, path: str, query: dict[str, Any] | None = None) -> Any:
    return _client(actor).get(API + path, query)


def _client(actor: Actor | None) -> Client:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if actor is not None:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client
