from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from registry.organisations import selectors
from registry.organisations.models import User


class SignIn(LoginView):
    template_name = "organisations/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        context["demo_accounts"] = selectors.demo_accounts() if settings.DEMO else []
        return context


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click, only in a demonstration, only into a demonstration account."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(User, pk=request.POST.get("user") or 0, is_demo=True, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = settings.LOGIN_REDIRECT_URL
    return redirect(target)
