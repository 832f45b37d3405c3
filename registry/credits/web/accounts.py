"""What an organisation holds, whom it trusts, its statement, and where a serial came from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.core import clock
from registry.core.errors import NotVisible
from registry.core.permissions import may, require, require_right
from registry.credits import forms, selectors, states
from registry.credits.models import Account, Holding, Retirement
from registry.credits.services import accounts as services
from registry.credits.services import transfers

PAGE_SIZE = 100
RECENT = 20


def holdings(request: HttpRequest) -> HttpResponse:
    """The holdings of the visitor's own organisation."""
    if request.actor.is_anonymous:
        return redirect(f"{reverse('organisations:sign_in')}?next={request.path}")
    own = list(selectors.own_accounts(request.actor))
    others = list(selectors.visible_accounts(request.actor).exclude(pk__in=[account.pk for account in own]))
    mine = Account(owner_id=request.actor.organisation_id)
    return render(
        request,
        "credits/holdings.html",
        _context(
            request,
            own,
            {
                "others": others,
                "account": None,
                "acting": next((one for one in own if one.kind == Account.Kind.HOLDER and one.state == "open"), None),
                "can_open": not own and may(request.actor, "credits.open_account", mine),
            },
        ),
    )


def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, for those who may see it: its owner and the authority."""
    found = selectors.account_for(request.actor, pk)
    own = found.owner_id == request.actor.organisation_id and found.kind == Account.Kind.HOLDER
    return render(
        request,
        "credits/holdings.html",
        _context(request, [found], {"account": found, "acting": found if own and found.state == "open" else None}),
    )


def _context(request: HttpRequest, accounts: list[Any], more: dict[str, Any]) -> dict[str, Any]:
    rows = selectors.open_holdings(accounts)
    by_status = selectors.tonnes_by_status(rows)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "accounts": accounts,
        "page": page,
        "facts": selectors.facts_by_holding(list(page)),
        "vintages": selectors.tonnes_by_vintage(rows),
        "totals": [(label, by_status[value]) for value, label in Holding.Status.choices if value in by_status],
        "total_t": sum(by_status.values()),
        "transfers": list(selectors.transfers_of(accounts)[:RECENT]),
        "retirements": list(Retirement.objects.filter(account__in=accounts).select_related("account__owner")[:RECENT]),
        "machine": states.TRANSFER,
        "account_machine": states.ACCOUNT,
        **more,
    }


@require_POST
def open_own(request: HttpRequest) -> HttpResponse:
    services.open_account(actor=request.actor)
    messages.success(request, _("Your holding account is open."))
    return redirect("credits:holdings")


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.account_for(request.actor, pk)
    services.close_account(actor=request.actor, account=found)
    messages.success(request, _("The account is closed. What it retired and cancelled stays readable."))
    return redirect("credits:account", pk=pk)


def trusted(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of trusted recipients; posting adds one."""
    found = selectors.account_for(request.actor, pk)
    if request.method == "POST":
        recipient = recipient_of(request.POST.get("recipient"))
        listed = transfers.trust_recipient(actor=request.actor, account=found, recipient=recipient)
        messages.success(request, _("On the list. It counts from %(day)s on.") % {"day": listed.effective_on})
        return redirect("credits:trusted", pk=pk)
    query = request.GET.get("q", "")
    can_change = may(request.actor, "credits.trust_recipient", found)
    return render(
        request,
        "credits/trusted.html",
        {
            "account": found,
            "trusted": list(selectors.trusted_of(found)),
            "query": query,
            "found": selectors.find_recipients(query, but=found) if can_change else [],
            "can_change": can_change,
            "today": clock.today(),
        },
    )


@require_POST
def remove_trusted(request: HttpRequest, pk: int, trusted_pk: int) -> HttpResponse:
    found = selectors.account_for(request.actor, pk)
    listed = selectors.trusted_of(found).filter(pk=trusted_pk).first()
    if listed is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    transfers.remove_trust(actor=request.actor, trusted=listed)
    messages.success(request, _("Taken off the list."))
    return redirect("credits:trusted", pk=pk)


def serial(request: HttpRequest, number: int) -> HttpResponse:
    """Where one serial was, entry by entry. Other people's accounts appear by their kind only."""
    steps = selectors.lineage_of(number)
    if not steps:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    shown = [(step, may(request.actor, "credits.view_account", step.holding.account)) for step in steps]
    return render(
        request,
        "credits/serial.html",
        {"number": number, "steps": shown, "now": steps[-1].holding, "facts": selectors.facts_on([steps[-1].serials])},
    )


def recipient_of(pk: object) -> Account:
    found = Account.objects.select_related("owner").filter(pk=forms.whole(pk, _("recipient"))).first()
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def own_account(request: HttpRequest, pk: int, action: str) -> Account:
    """An account on which the visitor may do ``action``; a page without the right is not opened."""
    found = selectors.account_for(request.actor, pk)
    (require if request.method == "POST" else require_right)(request.actor, action, found)
    return found
