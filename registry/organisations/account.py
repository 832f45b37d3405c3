"""How people sign in: allauth, with the registry's words and its audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record, record_refusal
from registry.core.actors import PUBLIC
from registry.organisations import second_factor
from registry.organisations.models import User
from registry.organisations.selectors import actor_of


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "E-mail and password do not fit together. Check both; capital letters count in the password."
        ),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again."),
        "rate_limited": _("Too many attempts. Wait five minutes and try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        record_sign_in(user, second_factor=second_factor.is_enrolled(user))
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record_refusal(PUBLIC, "people.sign_in", object_type="page", reason="BAD_CREDENTIALS")


@transaction.atomic
def record_sign_in(user: User, *, second_factor: bool) -> None:
    record(actor_of(user), "people.sign_in", user, after={"second_factor": second_factor})


def sign_in_demonstration(request: HttpRequest, user: User) -> None:
    """One click into a demonstration account. Its code was computed from its real secret, and is checked like one."""
    proved = second_factor.prove(user, second_factor.demonstration_code(user))
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    UserSession.objects.create_from_request(request)
    if proved:
        record_authentication(request, user, method="mfa", type="totp")
    record_sign_in(user, second_factor=bool(proved))
