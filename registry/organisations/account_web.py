"""A person's own account: sign-in, password, second factor, sessions. allauth's views in the registry's frame."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from registry.organisations import account, second_factor, selectors
from registry.organisations import tokens as api_tokens
from registry.organisations.models import ApiToken, User


class SignIn(LoginView):
    template_name = "organisations/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["demo_accounts"] = selectors.demo_accounts() if settings.DEMO else []
        context["next"] = self.request.POST.get("next") or self.request.GET.get("next", "")
        return context


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click, only in a demonstration, only into a demonstration account."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(User, pk=_number(request.POST.get("user")), is_demo=True, is_active=True)
    account.sign_in_demonstration(request, user)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = settings.LOGIN_REDIRECT_URL
    return redirect(target)


class ActivateSecondFactor(ActivateTOTPView):
    """The code that proves the new authenticator counts as the session's second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp")
        messages.success(self.request, _("The second factor is set up. Keep the recovery codes in a safe place."))
        return response


@require_GET
@login_required
def demo_code(request: HttpRequest) -> HttpResponse:
    """The field of the code, filled in for a demonstration account."""
    if not settings.DEMO or not request.user.is_demo:
        raise Http404
    name = second_factor.FIELD if request.GET.get("name") == second_factor.FIELD else "code"
    code = second_factor.demonstration_code(request.user)
    return render(request, "organisations/_code_field.html", {"code": code, "name": name})


class Sessions(ListUserSessionsView):
    """Where this account is signed in; one session or all others can be ended."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = request.POST.get("session")
        if one is None:
            return super().post(request, *args, **kwargs)
        session = get_object_or_404(UserSession, pk=_number(one), user=request.user)
        session.end()
        messages.success(request, _("This session is ended."))
        return redirect("usersessions_list")


@never_cache
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of this account; a new one's secret is shown on the answer and never again."""
    secret = ""
    if request.method == "POST" and "end" in request.POST:
        api_tokens.end_token(user=request.user, actor=request.actor, token_id=_number(request.POST["end"]))
        messages.success(request, _("The token is ended."))
        return redirect("organisations:tokens")
    if request.method == "POST":
        _token, secret = api_tokens.create_token(
            user=request.user,
            actor=request.actor,
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scopes"),
            days=_number(request.POST.get("days")),
        )
    return render(
        request,
        "organisations/tokens.html",
        {"tokens": api_tokens.tokens_of(request.user), "secret": secret, "scopes": ApiToken.Scope.choices},
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
