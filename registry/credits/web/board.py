"""The board: offers, requests, deals, prices."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.core.permissions import may
from registry.credits import forms, selectors, states
from registry.credits.charts import price_chart
from registry.credits.fields import tonnes_in
from registry.credits.models.board import Currency
from registry.credits.selectors import board as reads
from registry.credits.services import board as services
from registry.credits.web.accounts import own_account
from registry.projects.models import Project

REQUEST_ACTS = {
    "agree": services.agree,
    "refuse": services.refuse_request,
    "withdraw": services.withdraw_request,
}


def board(request: HttpRequest) -> HttpResponse:
    """Open offers and settled prices, for everybody; own deals for who has some."""
    asked = request.GET
    currency = asked.get("currency") if asked.get("currency") in Currency.values else Currency.CNY.value
    vintage = forms.whole(asked["vintage"], _("vintage")) if asked.get("vintage") else None
    kind = asked.get("kind", "") if asked.get("kind") in Project.Kind.values else ""
    narrowed = {**({"vintage": vintage} if vintage else {}), **({"project_kind": kind} if kind else {})}
    months = reads.price_history(currency=currency, vintage=vintage, project_kind=kind)
    references = reads.reference_prices(currency)
    vintages, kinds = reads.sorts()
    return render(
        request,
        "credits/board.html",
        {
            "listings": list(reads.open_listings(**narrowed)[:200]),
            "own": list(reads.own_listings(request.actor)[:50]),
            "requests": list(reads.buy_requests_for(request.actor).filter(state="open")[:50]),
            "machine": states.LISTING,
            "chart": price_chart(months, references, currency),
            "months": months,
            "references": references,
            "currency": currency,
            "currencies": Currency.choices,
            "vintage": vintage,
            "vintages": vintages,
            "kind": kind,
            "kinds": [(value, Project.Kind(value).label) for value in kinds],
            "kind_names": dict(Project.Kind.choices),
            "can_enter_prices": may(request.actor, "credits.enter_reference_price"),
            "selling": _selling(request),
        },
    )


def _selling(request: HttpRequest) -> object:
    own = selectors.own_accounts(request.actor).filter(kind="holder", state="open").first()
    return own if own is not None and may(request.actor, "credits.list_credits", own) else None


def new(request: HttpRequest, pk: int) -> HttpResponse:
    """List credits: how much at what price, then a review."""
    account = own_account(request, pk, "credits.list_credits")
    if request.method == "POST":
        listing = services.list_credits(
            actor=request.actor,
            account=account,
            serials=selectors.written(request.POST.get("serials", "")),
            price=forms.price(request.POST.get("price")),
            currency=request.POST.get("currency", ""),
            key=request.POST.get("key", ""),
            note=request.POST.get("note", ""),
        )
        messages.success(request, _("On the board. You can take the offer down until somebody buys."))
        return redirect("credits:listing", pk=listing.pk)
    context = {
        "account": account,
        "asked": request.GET,
        "currencies": Currency.choices,
        "vintages": selectors.tonnes_by_vintage(selectors.open_holdings([account]).filter(status="active")),
    }
    if request.GET.get("quantity"):
        serials, problem = forms.asked_serials(request.GET, account)
        context |= {"problem": problem, "key": uuid4().hex}
        if serials:
            context |= {
                "serials": serials,
                "blocks": selectors.blocks_of(serials),
                "quantity_t": tonnes_in(serials),
            }
    return render(request, "credits/list.html", context)


def listing(request: HttpRequest, pk: int) -> HttpResponse:
    found = reads.listing_for(pk)
    mine = selectors.own_accounts(request.actor).filter(kind="holder", state="open").first()
    requests = list(reads.buy_requests_for(request.actor).filter(listing=found, state="open"))
    can_buy = mine is not None and mine.pk != found.account_id and may(request.actor, "credits.request_to_buy", mine)
    return render(
        request,
        "credits/listing.html",
        {
            "listing": found,
            "machine": states.LISTING,
            "blocks": selectors.blocks_of(found.serials),
            "facts": selectors.facts_on(found.serials),
            "kind": Project.Kind(found.project_kind).label,
            "total": found.price * found.quantity_t,
            "sold_total": found.price * (found.sold_t or 0),
            "can_buy": can_buy and found.state == "open" and not any(one.buyer_id == mine.pk for one in requests),
            "deal": found.transfer if found.relations_of(request.actor) & {"own", "buyer"} else None,
            "answering": any(may(request.actor, "credits.answer_buy_request", one) for one in requests),
            "can_cancel": found.state == "open" and may(request.actor, "credits.sell", found),
            "can_confirm": found.state == "matched"
            and found.transfer.state == "accepted"
            and may(request.actor, "credits.confirm_settlement", found)
            and not _confirmed(request, found),
            "requests": requests,
        },
    )


def _confirmed(request: HttpRequest, found: services.Listing) -> bool:
    side = "seller" if "own" in found.relations_of(request.actor) else "buyer"
    return getattr(found, f"{side}_confirmed_at") is not None


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found = reads.listing_for(pk)
    if action == "cancel":
        services.cancel_listing(actor=request.actor, listing=found)
    elif action == "confirm":
        services.confirm_settlement(actor=request.actor, listing=found)
    elif action == "request":
        mine = selectors.own_accounts(request.actor).filter(kind="holder", state="open").first()
        services.request_to_buy(
            actor=request.actor,
            listing=found,
            buyer=mine or services.Account(),
            quantity_t=forms.whole(request.POST.get("quantity")),
        )
    else:
        raise Http404
    messages.success(request, _("Done."))
    return redirect("credits:listing", pk=pk)


@require_POST
def answer(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found = reads.buy_request_for(request.actor, pk)
    if action not in REQUEST_ACTS:
        raise Http404
    REQUEST_ACTS[action](actor=request.actor, request=found)
    messages.success(request, _("Done."))
    return redirect("credits:listing", pk=found.listing_id)


@require_POST
def reference_price(request: HttpRequest) -> HttpResponse:
    services.enter_reference_price(
        actor=request.actor,
        on=forms.day(request.POST.get("on"), _("day")),
        price=forms.price(request.POST.get("price")),
        currency=request.POST.get("currency", ""),
        source=request.POST.get("source", ""),
    )
    messages.success(request, _("Done."))
    return redirect("credits:board")
