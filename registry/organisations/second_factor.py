"""The second factor: an authenticator app (TOTP, RFC 6238) with recovery codes, kept by allauth.

Two things are asked of a person whose role decides something or moves credits. The session must have been begun with
the factor (otherwise these roles are withheld), and it must be shown again at the act itself: :func:`confirm` is how a
page or the API does that, ``registry.core.permissions.require`` is where it is asked for.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.errors import NotAllowed
from registry.core.roles import Role
from registry.organisations.models import User

ROLES = frozenset(
    str(role)
    for role in (
        Role.LEAD_VERIFIER,
        Role.INDEPENDENT_REVIEWER,
        Role.REVIEWER,
        Role.APPROVER,
        Role.REGISTRAR,
        Role.METHODOLOGY_EDITOR,
        Role.REPRESENTATIVE,
        Role.TRADER,
    )
)
"""The roles that decide or move credits."""
FIELD = "second_factor_code"
"""A form may carry the code under this name beside its own fields; the API takes it as ``X-Second-Factor``."""
USED_FOR_S = 120
"""Longer than any code is valid: none works twice."""


class MfaAdapter(DefaultMFAAdapter):
    """Secrets are encrypted in the database; refusals are said in the registry's words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong, or was used already. Wait for the next one and enter it."),
        "cannot_delete_authenticator": _("Your role needs the second factor; it cannot be taken off."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        roles = set(authenticator.user.memberships.filter(ended_at__isnull=True).values_list("role", flat=True))
        return not roles & ROLES


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"second factor" + settings.SECOND_FACTOR_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class _UsedOnce:
    """allauth forgets a used code after one step of the clock; with a tolerance it would be valid longer."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"second-factor:{self.user.pk}:{code}", 1, timeout=USED_FOR_S):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_UsedOnce, AuthenticateForm):
    """The code at sign-in."""


class FreshCodeForm(_UsedOnce, ReauthenticateForm):
    """The code at an act."""


def with_second_factor(actor: Actor, request: HttpRequest) -> Actor:
    """The actor as this session lets it act: deciding roles withheld without the factor, freshness filled in."""
    shown = [record for record in get_authentication_records(request, request.user) if record.get("method") == "mfa"]
    if not shown:
        return without_second_factor(actor)
    fresh = [record["at"] for record in shown if record.get("reauthenticated")]
    return replace(actor, second_factor_at=datetime.fromtimestamp(max(fresh), UTC)) if fresh else actor


def without_second_factor(actor: Actor) -> Actor:
    withheld = actor.roles & ROLES
    return replace(actor, roles=actor.roles - withheld, withheld_roles=withheld) if withheld else actor


def confirm(user: User, code: str) -> str:
    """Take the code for the acts of this session; returns what is wrong with it, or nothing."""
    return check(user, code, for_session=True)


def check(user: User, code: str, *, for_session: bool = False) -> str:
    """Take the code for one request; returns what is wrong with it, or nothing."""
    form = FreshCodeForm(user=user, data={"code": "".join(code.split())})
    if not form.is_valid():
        return " ".join(str(error) for errors in form.errors.values() for error in errors)
    if for_session:
        form.save()
    return ""


def freshly(actor: Actor) -> Actor:
    return replace(actor, second_factor_at=timezone.now())


def is_enrolled(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def enrol(user: User) -> None:
    """A new secret with its recovery codes, for a demonstration account; others scan theirs on their own page."""
    if not is_enrolled(user):
        totp.TOTP.activate(user, totp.generate_totp_secret())
        RecoveryCodes.activate(user)


def demonstration_code(user: User) -> str:
    """The present code of a demonstration account, from its real secret. Only in a demonstration."""
    if not settings.DEMO or not user.is_demo:
        raise NotAllowed("DEMO_ONLY", _("Codes are shown for demonstration accounts only."))
    secret = get_adapter().decrypt(_totp_of(user).data["secret"])
    counter = int(timezone.now().timestamp()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def prove(user: User, code: str) -> datetime | None:
    """When the code is right now: the instant of the proof. For programs that act as a demonstration account."""
    secret = get_adapter().decrypt(_totp_of(user).data["secret"])
    return timezone.now() if totp.validate_totp_code(secret, code) else None


def _totp_of(user: User) -> Authenticator:
    return Authenticator.objects.get(user_id=user.pk, type=Authenticator.Type.TOTP)
