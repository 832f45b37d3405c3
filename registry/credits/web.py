"""What an organisation holds."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from registry.credits import selectors
from registry.credits.models import Holding

PAGE_SIZE = 100


def holdings(request: HttpRequest) -> HttpResponse:
    """The holdings of the visitor's own organisation."""
    if request.actor.is_anonymous:
        return redirect(f"{reverse('organisations:sign_in')}?next={request.path}")
    own = list(selectors.own_accounts(request.actor))
    others = list(selectors.visible_accounts(request.actor).exclude(pk__in=[account.pk for account in own]))
    return render(request, "credits/holdings.html", _context(request, own, {"others": others}))


def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, for those who may see it: its owner and the authority."""
    found = selectors.account_for(request.actor, pk)
    return render(request, "credits/holdings.html", _context(request, [found], {"account": found}))


def _context(request: HttpRequest, accounts: list[Any], more: dict[str, Any]) -> dict[str, Any]:
    rows = selectors.open_holdings(accounts)
    by_status = selectors.tonnes_by_status(rows)
    return {
        "accounts": accounts,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "totals": [(label, by_status[value]) for value, label in Holding.Status.choices if value in by_status],
        "total_t": sum(by_status.values()),
        **more,
    }
