"""The board: offers at a price, requests to buy, a deal that becomes a transfer, and its settlement by both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import IllegalTransition, InvalidInput, Refusal, needed_text
from registry.core.locking import lock
from registry.core.rows import insert
from registry.credits import kernel
from registry.credits.fields import Serials, first_of, tonnes_in
from registry.credits.models import Account, BuyRequest, Listing, ReferencePrice, Transfer
from registry.credits.models.board import Currency
from registry.credits.services import transfers
from registry.credits.services.acting import act, chosen, done_before, own_key, require_act
from registry.credits.standing import sorts_of
from registry.credits.states import BUY_REQUEST, LISTING

LARGEST_PRICE = Decimal(10) ** 9


@act
def list_credits(
    *, actor: Actor, account: Account, serials: Serials, price: Decimal, currency: str, key: str, note: str = ""
) -> Listing:
    """Put credits of one vintage and one kind of project on the board; they stay the account's, out of other use."""
    person = require_act(actor, "credits.list_credits", account)
    serials, own = chosen(serials), own_key(actor, key)
    refuse_price(price, currency)
    kernel.lock_accounts(account.pk)
    known = done_before(Listing, own)
    if known is not None:
        if (known.account_id, known.serials, known.price) != (account.pk, serials, price):
            raise Refusal(*kernel.SAID["key_means_one_act"])
        return known
    vintage, project_kind = _one_sort(account, serials)
    kernel.post("list", account=account.pk, serials=serials, key=own, actor_id=person)
    listing = insert(
        Listing(
            account=account,
            serials=serials,
            quantity_t=tonnes_in(serials),
            vintage=vintage,
            project_kind=project_kind,
            price=price,
            currency=currency,
            note=note.strip(),
            key=own,
            listed_by_id=person,
        )
    )
    record(
        actor,
        "credits.list_credits",
        listing,
        after={"serials": transfers.plain(serials), "price": price, "currency": currency},
    )
    return listing


@act
def cancel_listing(*, actor: Actor, listing: Listing) -> Listing:
    """Take an offer off the board; its credits are free again and open requests are refused."""
    person = require_act(actor, "credits.sell", listing)
    kernel.lock_accounts(listing.account_id)
    return take_down(actor, person, listing)


@act
def request_to_buy(*, actor: Actor, listing: Listing, buyer: Account, quantity_t: int) -> BuyRequest:
    """Ask to buy from an offer at its price; the seller answers."""
    person = require_act(actor, "credits.request_to_buy", buyer)
    listing = lock(Listing, listing.pk)
    if listing.state != "open":
        raise IllegalTransition("LISTING_GONE", _("This offer is no longer on the board."))
    if buyer.pk == listing.account_id:
        raise InvalidInput("OWN_LISTING", _("This is your own offer."))
    if not 0 < quantity_t <= listing.quantity_t:
        raise InvalidInput("BUY_QUANTITY", _("Ask for 1 to %(limit)s credits of this offer."), limit=listing.quantity_t)
    if BuyRequest.objects.filter(listing=listing, buyer=buyer, state="open").exists():
        raise Refusal("ALREADY_ASKED", _("You asked for this offer already. Withdraw that request first."))
    request = BuyRequest.objects.create(listing=listing, buyer=buyer, quantity_t=quantity_t, asked_by_id=person)
    record(actor, "credits.request_to_buy", request, after={"listing": listing.pk, "quantity_t": quantity_t})
    return request


@act
def withdraw_request(*, actor: Actor, request: BuyRequest) -> BuyRequest:
    require_act(actor, "credits.withdraw_buy_request", request)
    return _answer(actor, lock(BuyRequest, request.pk), "withdraw")


@act
def refuse_request(*, actor: Actor, request: BuyRequest) -> BuyRequest:
    require_act(actor, "credits.answer_buy_request", request)
    return _answer(actor, lock(BuyRequest, request.pk), "refuse")


@act
def agree(*, actor: Actor, request: BuyRequest) -> Transfer:
    """The seller agrees: the credits are offered to the buyer; what the buyer did not want stays on the board."""
    person = require_act(actor, "credits.answer_buy_request", request)
    kernel.lock_accounts(request.listing.account_id, request.buyer_id)
    listing = lock(Listing, request.listing_id)
    request = lock(BuyRequest, request.pk)
    BUY_REQUEST.target(request.state, "agree")
    LISTING.target(listing.state, "match")
    sold, rest = first_of(listing.serials, request.quantity_t)
    transfer = transfers.offer(
        actor, "deal", listing.account, request.buyer, sold, f"deal:{request.pk}", listing.number
    )
    _answer(actor, request, "agree")
    LISTING.move(listing, "match", transfer=transfer, sold_t=request.quantity_t, matched_at=clock.now())
    record(actor, "credits.match", listing, after={"state": listing.state, "transfer": transfer.pk})
    _refuse_others(actor, listing)
    if rest:
        _keep_rest(actor, person, listing, rest)
    return transfer


@act
def confirm_settlement(*, actor: Actor, listing: Listing) -> Listing:
    """Seller and buyer each confirm that money and credits changed hands; the second one settles the deal."""
    require_act(actor, "credits.confirm_settlement", listing)
    listing = lock(Listing, listing.pk)
    LISTING.target(listing.state, "settle")
    assert listing.transfer is not None
    if listing.transfer.state != "accepted":
        raise Refusal("NOT_DELIVERED", _("The buyer has not accepted the credits yet; then both confirm settlement."))
    side = "seller" if "own" in listing.relations_of(actor) else "buyer"
    if getattr(listing, f"{side}_confirmed_at") is None:
        setattr(listing, f"{side}_confirmed_at", clock.now())
        listing.save(update_fields=[f"{side}_confirmed_at"])
        record(actor, "credits.confirm_settlement", listing, after={"side": side})
    if listing.seller_confirmed_at and listing.buyer_confirmed_at:
        before = LISTING.move(listing, "settle")
        record(actor, "credits.settle", listing, before={"state": before}, after={"state": listing.state})
    return listing


@act
def enter_reference_price(*, actor: Actor, on: date, price: Decimal, currency: str, source: str) -> ReferencePrice:
    """What forest-carbon credits cost on a day, with the source that says so."""
    person = require_act(actor, "credits.enter_reference_price")
    refuse_price(price, currency)
    text = needed_text(source, "SOURCE_MISSING", _("Name the source of the price."))
    made = ReferencePrice.objects.create(on=on, price=price, currency=currency, source=text, entered_by_id=person)
    record(actor, "credits.enter_reference_price", made, after={"on": on, "price": price, "currency": currency})
    return made


def take_down(actor: Actor, person: int, listing: Listing) -> Listing:
    """End an open offer; its account is locked."""
    listing = lock(Listing, listing.pk)
    before = LISTING.move(listing, "cancel")
    kernel.post(
        "unlist",
        account=listing.account_id,
        serials=listing.serials,
        key=f"listing:{listing.pk}:cancel",
        actor_id=person,
    )
    _refuse_others(actor, listing)
    record(actor, "credits.cancel_listing", listing, before={"state": before}, after={"state": listing.state})
    return listing


def deal_fell_through(actor: Actor, transfer: Transfer) -> None:
    """A transfer ended without acceptance: if a deal led to it, its listing ends; the serials went back already."""
    listing = Listing.objects.select_for_update(no_key=True).filter(transfer=transfer, state="matched").first()
    if listing is not None:
        before = LISTING.move(listing, "fall_through")
        record(actor, "credits.fall_through", listing, before={"state": before}, after={"state": listing.state})


def refuse_price(price: Decimal, currency: str) -> None:
    if not price.is_finite() or not 0 < price < LARGEST_PRICE or price != price.quantize(Decimal("0.01")):
        raise InvalidInput("PRICE", _("A price is a positive amount with at most two decimals."))
    if currency not in Currency.values:
        raise InvalidInput("CURRENCY", _("Choose the currency of the price."))


def _one_sort(account: Account, serials: Serials) -> tuple[int, str]:
    sorts = sorts_of(account, serials)
    if len(sorts) > 1:
        raise InvalidInput("MIXED_LISTING", _("One offer holds one vintage and one kind of project. List them apart."))
    if not sorts:
        raise Refusal(*kernel.SAID["account_holds_the_serials"])
    return next(iter(sorts))


def _answer(actor: Actor, request: BuyRequest, action: str) -> BuyRequest:
    before = BUY_REQUEST.move(request, action)
    record(actor, f"credits.{action}_request", request, before={"state": before}, after={"state": request.state})
    return request


def _refuse_others(actor: Actor, listing: Listing) -> None:
    for other in BuyRequest.objects.select_for_update(no_key=True).filter(listing=listing, state="open"):
        _answer(actor, other, "refuse")


def _keep_rest(actor: Actor, person: int, listing: Listing, rest: Serials) -> None:
    kept = Listing.objects.create(
        account=listing.account,
        serials=rest,
        quantity_t=tonnes_in(rest),
        vintage=listing.vintage,
        project_kind=listing.project_kind,
        price=listing.price,
        currency=listing.currency,
        note=listing.note,
        key=f"rest:{listing.pk}",
        rest_of=listing,
        listed_by_id=person,
    )
    record(actor, "credits.keep_on_board", kept, after={"rest_of": listing.pk, "serials": transfers.plain(rest)})
