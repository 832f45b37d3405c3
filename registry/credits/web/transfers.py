"""Offering a transfer step by step, and answering one."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.audit.selectors import history_of
from registry.core import clock
from registry.core.errors import InvalidInput
from registry.credits import forms, selectors, states
from registry.credits.fields import tonnes_in
from registry.credits.services import transfers as services
from registry.credits.standing import standing
from registry.credits.web.accounts import own_account, recipient_of

ACTS = {
    "accept": services.accept_transfer,
    "decline": services.decline_transfer,
    "withdraw": services.withdraw_transfer,
    "second": services.second_transfer,
}
WITH_REASON = ("decline", "withdraw")


def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Who, how much, and a review page; nothing happens before the quantity is typed there."""
    account = own_account(request, pk, "credits.offer_transfer")
    if request.method == "POST":
        serials = selectors.written(request.POST.get("serials", ""))
        forms.refuse_unconfirmed(serials, request.POST.get("typed"))
        transfer = services.offer_transfer(
            actor=request.actor,
            account=account,
            recipient=recipient_of(request.POST.get("recipient")),
            serials=serials,
            key=request.POST.get("key", ""),
            note=request.POST.get("note", ""),
        )
        messages.success(request, _("Offered. The credits lie in escrow until the recipient answers."))
        return redirect("credits:transfer", pk=transfer.pk)
    query, asked = request.GET.get("q", ""), request.GET
    context = {
        "account": account,
        "query": query,
        "found": selectors.find_recipients(query, but=account),
        "trusted": list(selectors.trusted_of(account)),
        "today": clock.today(),
        "vintages": selectors.tonnes_by_vintage(selectors.open_holdings([account]).filter(status="active")),
        "asked": asked,
    }
    if asked.get("recipient"):
        context["recipient"] = recipient_of(asked["recipient"])
        if asked.get("quantity") or asked.get("serials"):
            serials, problem = forms.asked_serials(asked, account)
            context |= {"problem": problem, "key": uuid4().hex, "ready": not problem}
            if serials:
                trusted = standing(account, context["recipient"], clock.now()).trusted
                context |= {
                    "serials": serials,
                    "blocks": selectors.blocks_of(serials),
                    "quantity_t": tonnes_in(serials),
                    "needs_second_person": not trusted,
                    "is_large": tonnes_in(serials) >= settings.TRANSFER_LARGE_T,
                    "delay_h": settings.TRANSFER_LARGE_DELAY_HOURS,
                    "expiry_days": settings.TRANSFER_EXPIRY_DAYS,
                }
    return render(request, "credits/transfer_new.html", context)


def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.transfer_for(request.actor, pk)
    return render(
        request,
        "credits/transfer.html",
        {
            "transfer": found,
            "machine": states.TRANSFER,
            "blocks": selectors.blocks_of(found.serials),
            "actions": selectors.transfer_acts(request.actor, found),
            "history": history_of(found),
        },
    )


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found = selectors.transfer_for(request.actor, pk)
    if action not in ACTS:
        raise Http404
    given = {"reason": request.POST.get("reason", "")} if action in WITH_REASON else {}
    if action == "accept" and forms.whole(request.POST.get("typed", "")) != found.quantity_t:
        raise InvalidInput(
            "QUANTITY_NOT_TYPED",
            _("Type the quantity %(quantity)s to confirm. Nothing was changed."),
            quantity=found.quantity_t,
        )
    ACTS[action](actor=request.actor, transfer=found, **given)
    messages.success(request, _("Done. The history below has the new entry."))
    return redirect("credits:transfer", pk=pk)
