"""What the board shows to everybody: offers, settled prices by month, and reference prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import F, Max, Min, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.credits.models import BuyRequest, Listing, ReferencePrice

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Month:
    """The settled deals of one calendar month of the programme."""

    first_day: date
    quantity_t: int
    mean_price: Decimal
    """Weighted by quantity."""
    lowest: Decimal
    highest: Decimal


def open_listings(**narrowed: Any) -> QuerySet[Listing]:
    """The offers on the board, cheapest first within a currency."""
    return (
        Listing.objects.filter(state="open", **narrowed)
        .select_related("account__owner", "transfer")
        .order_by("currency", "price", "pk")
    )


def own_listings(actor: Actor) -> QuerySet[Listing]:
    """What the actor's organisation sells, or bought and has to settle."""
    found = Listing.objects.select_related("account__owner", "transfer__to_account__owner")
    if actor.organisation_id is None or not actor.organisation_approved:
        return found.none()
    return found.filter(account__owner=actor.organisation_id) | found.filter(
        transfer__to_account__owner=actor.organisation_id
    )


def listing_for(pk: int) -> Listing:
    """One listing; listings are public."""
    listing = Listing.objects.select_related("account__owner", "transfer__to_account__owner").filter(pk=pk).first()
    if listing is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return listing


def buy_requests_for(actor: Actor) -> QuerySet[BuyRequest]:
    """The requests that the actor's organisation made or has to answer."""
    found = BuyRequest.objects.select_related("listing__account__owner", "buyer__owner")
    if actor.organisation_id is None or not actor.organisation_approved:
        return found.none()
    return found.filter(listing__account__owner=actor.organisation_id) | found.filter(
        buyer__owner=actor.organisation_id
    )


def buy_request_for(actor: Actor, pk: int) -> BuyRequest:
    request = buy_requests_for(actor).filter(pk=pk).first()
    if request is None or not may(actor, "credits.view_buy_request", request):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return request


def price_history(*, currency: str, vintage: int | None = None, project_kind: str = "") -> list[Month]:
    """Settled deals by month, in one currency: prices in different ones are never mixed."""
    deals = Listing.objects.filter(state="settled", currency=currency)
    if vintage is not None:
        deals = deals.filter(vintage=vintage)
    if project_kind:
        deals = deals.filter(project_kind=project_kind)
    rows = (
        deals.annotate(month=TruncMonth("matched_at", tzinfo=PROGRAMME_ZONE))
        .values("month")
        .annotate(t=Sum("sold_t"), value=Sum(F("price") * F("sold_t")), lowest=Min("price"), highest=Max("price"))
        .order_by("month")
    )
    return [
        Month(
            first_day=row["month"].date(),
            quantity_t=row["t"],
            mean_price=(row["value"] / row["t"]).quantize(CENT, ROUND_HALF_UP),
            lowest=row["lowest"],
            highest=row["highest"],
        )
        for row in rows
    ]


def reference_prices(currency: str) -> list[ReferencePrice]:
    return list(ReferencePrice.objects.filter(currency=currency))


def sorts(listings: Iterable[tuple[int, str]] | None = None) -> tuple[list[int], list[str]]:
    """The vintages and kinds of project that were ever on the board, for the filter."""
    known = listings if listings is not None else Listing.objects.values_list("vintage", "project_kind").distinct()
    pairs = set(known)
    return sorted({vintage for vintage, _kind in pairs}), sorted({kind for _vintage, kind in pairs})
