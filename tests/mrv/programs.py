"""Requests as a program makes them, for tests of the work floor's endpoints."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client

from registry.organisations.models import User

_keys = count(1)


def client_of(actor: Any) -> Client:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if actor is not None and actor.user_id is not None:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


def post(actor: Any, path: str, key: str = "", **body: Any) -> Any:
    """A JSON body."""
    return client_of(actor).post(f"/api/v1/{path}", body, content_type="application/json", headers=_key(key))


def send(actor: Any, path: str, key: str = "", **parts: Any) -> Any:
    """A body in parts, with files."""
    return client_of(actor).post(f"/api/v1/{path}", parts, headers=_key(key))


def at(spring: Any, rest: str) -> str:
    """An address below the spring's station."""
    return f"stations/{spring.station.pk}/{rest}/"


def get(actor: Any, path: str) -> Any:
    return client_of(actor).get(f"/api/v1/{path}")


def _key(key: str) -> dict[str, str]:
    return {"idempotency-key": key or f"program-{next(_keys):06d}"}
