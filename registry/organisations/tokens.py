"""Tokens of the API: made on the account page, shown once, limited in scope, ended at any time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, SecondFactorNeeded
from registry.core.locking import lock
from registry.core.permissions import require_fresh_factor
from registry.organisations import second_factor
from registry.organisations.models import ApiToken, User
from registry.organisations.selectors import actor_of

BEGINS = "kcr_"
LONGEST_DAYS = 366
USED_EVERY = timedelta(minutes=5)
"""How often the time of the last use is written at most."""
CODE_HEADER = "X-Second-Factor"


@transaction.atomic
def create_token(*, user: User, actor: Actor, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """The row and the secret, which is nowhere else. A token that may decide needs a person with a second factor."""
    scopes = sorted(set(scopes))
    if not name.strip() or not scopes or not set(scopes) <= set(ApiToken.Scope.values):
        raise InvalidInput("TOKEN_INCOMPLETE", _("Give the token a name and at least one scope."))
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput("TOKEN_DAYS", _("A token is valid for 1 to %(days)s days."), days=LONGEST_DAYS)
    if "decide" in scopes and not second_factor.is_enrolled(user):
        raise InvalidInput("SECOND_FACTOR_MISSING", _("Set up the second factor first; deciding needs its code."))
    if "decide" in scopes:
        require_fresh_factor(actor)
    secret = BEGINS + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:80],
        prefix=secret[:10],
        token_sha256=_digest(secret),
        scopes=scopes,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record(actor, "people.create_token", token, after={"scopes": scopes, "days": days})
    return token, secret


@transaction.atomic
def end_token(*, user: User, actor: Actor, token_id: int) -> None:
    token = lock(ApiToken, token_id)
    if token.user_id != user.pk:
        raise InvalidInput("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    if token.ended_at is None:
        token.ended_at = timezone.now()
        token.save(update_fields=["ended_at"])
        record(actor, "people.end_token", token)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Credential:
    """What a request with a token may do; ``scopes`` is read by ``registry.api.views``."""

    def __init__(self, token: ApiToken) -> None:
        self.token = token
        self.scopes = frozenset(token.scopes)

    def plain_actor(self) -> Actor:
        """The person with the roles of this moment, without any code."""
        actor = actor_of(self.token.user)
        return actor if second_factor.is_enrolled(self.token.user) else second_factor.without_second_factor(actor)

    def actor(self, request: Request) -> Actor:
        """The same with the code of the second factor that came with the request. Raises when it is wrong."""
        user, actor = self.token.user, self.plain_actor()
        code = request.headers.get(CODE_HEADER)
        if not code:
            return actor
        fault = second_factor.check(user, code)
        if fault:
            raise SecondFactorNeeded("SECOND_FACTOR_WRONG", fault)
        return second_factor.freshly(actor)


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer kcr_…``."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        word, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if word.lower() != "bearer":
            return None
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("user")
            .filter(token_sha256=_digest(secret.strip()), ended_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if token is None or not token.user.is_active:
            raise AuthenticationFailed
        if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, Credential(token)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def tokens_of(user: Any) -> list[ApiToken]:
    return list(ApiToken.objects.filter(user=user, ended_at__isnull=True).order_by("-id"))
