"""A signed statement of an account, asked for on the account's own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.certificates import services
from registry.credits.web.statements import asked_span


@require_POST
def sign_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who may see the account; the same span as the page."""
    account, first_day, last_day = asked_span(request, pk, request.POST)
    made = services.state_account(actor=request.actor, account=account, first_day=first_day, last_day=last_day)
    messages.success(request, _("The statement is being drawn and signed; its file appears here in a moment."))
    return redirect("certificates:show", number=made.number)
