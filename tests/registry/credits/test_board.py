"""The board: listed, asked for, sold as a transfer, settled by both."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, Refusal
from registry.core.roles import Role
from registry.credits import ledger
from registry.credits.models import BuyRequest, Listing
from registry.credits.selectors import board as reads
from registry.credits.services import board, transfers
from registry.organisations.models import User
from tests.people import member
from tests.registry.credits.market import account_holder, account_of, balance, key, offer, span
from tests.registry.credits.world import issue, outcome, registrar

pytestmark = pytest.mark.django_db


def listed(m, quantity=40, price="55.50", **changes):
    given = {
        "actor": m.seller,
        "account": m.account,
        "serials": span(m.first, quantity),
        "price": Decimal(price),
        "currency": "CNY",
        "key": key(),
    }
    return board.list_credits(**{**given, **changes})


def asked(m, listing, quantity=40):
    return board.request_to_buy(actor=m.buyer, listing=listing, buyer=m.target, quantity_t=quantity)


def test_from_offer_to_settlement(m):
    listing = listed(m)
    assert (listing.vintage, listing.project_kind) == (2021, "vegetation")
    assert balance(m.account) == {"active": 142, "listed": 40}
    transfer = board.agree(actor=m.seller, request=asked(m, listing))
    assert balance(m.account) == {"active": 142, "in_transfer": 40}
    with pytest.raises(Refusal) as refusal:
        board.confirm_settlement(actor=m.seller, listing=listing)
    assert refusal.value.code == "NOT_DELIVERED"
    transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert board.confirm_settlement(actor=m.buyer, listing=Listing.objects.get()).state == "matched"
    assert board.confirm_settlement(actor=m.buyer, listing=Listing.objects.get()).state == "matched"
    assert board.confirm_settlement(actor=m.seller, listing=Listing.objects.get()).state == "settled"
    assert balance(m.target) == {"active": 40}
    assert ledger.check().differences == ()


def test_both_sides_see_where_their_deal_stands_and_nobody_else(m, client):
    listing = listed(m)
    url = reverse("credits:listing", args=[listing.pk])

    def seen_by(actor):
        client.force_login(User.objects.get(pk=actor.user_id))
        return client.get(url, headers={"accept-language": "en"}).content.decode()

    asked(m, listing, 15)
    assert "It cannot be taken back once the buyer has accepted" in seen_by(m.seller)
    assert "Ask the seller" not in seen_by(m.buyer)  # asked already
    board.agree(actor=m.seller, request=listing.buy_requests.get())
    for actor in (m.seller, m.buyer):
        assert "The buyer accepts the credits." in seen_by(actor)
        assert "15 t × 55.50 CNY = 832.50 CNY" in seen_by(actor)
    client.logout()
    assert "Where the deal stands" not in client.get(url, headers={"accept-language": "en"}).content.decode()


def test_a_part_is_sold_and_the_rest_stays_on_the_board(m):
    listing = listed(m)
    transfer = board.agree(actor=m.seller, request=asked(m, listing, 15))
    rest = Listing.objects.get(state="open")
    assert (transfer.quantity_t, rest.quantity_t, rest.rest_of, rest.price) == (15, 25, listing, Decimal("55.50"))
    assert balance(m.account) == {"active": 142, "in_transfer": 15, "listed": 25}
    board.cancel_listing(actor=m.seller, listing=rest)
    assert balance(m.account) == {"active": 167, "in_transfer": 15}


def test_a_deal_that_is_declined_falls_through(m):
    transfer = board.agree(actor=m.seller, request=asked(m, listed(m)))
    transfers.decline_transfer(actor=m.buyer, transfer=transfer)
    assert Listing.objects.get().state == "cancelled"
    assert balance(m.account) == {"active": 182}


def test_one_buyer_gets_it_and_the_others_are_refused(m):
    other = account_holder("BUYER-2")
    listing = listed(m)
    first = asked(m, listing)
    second = board.request_to_buy(
        actor=member(other, Role.REPRESENTATIVE), listing=listing, buyer=account_of(other), quantity_t=10
    )
    board.agree(actor=m.seller, request=first)
    assert BuyRequest.objects.get(pk=second.pk).state == "refused"
    with pytest.raises(IllegalTransition):
        board.agree(actor=m.seller, request=second)
    with pytest.raises(IllegalTransition):
        asked(m, listing)


def test_listed_credits_are_out_of_other_use(m):
    first = m.first
    listing = listed(m)
    with pytest.raises(Refusal) as refusal:
        offer(m, span(first, 5))
    assert refusal.value.code == "SERIALS_NOT_HELD"
    asked(m, listing)
    board.cancel_listing(actor=m.seller, listing=listing)
    assert BuyRequest.objects.get().state == "refused"
    assert offer(m, span(first, 5)).state == "offered"


def test_prices_and_quantities_are_judged(m):
    for price in ("0", "-1", "1.005", "NaN", "1E+10"):
        with pytest.raises(InvalidInput):
            listed(m, price=price)
    with pytest.raises(InvalidInput):
        listed(m, currency="BTC")
    listing = listed(m)
    for quantity in (0, 41):
        with pytest.raises(InvalidInput):
            asked(m, listing, quantity)
    with pytest.raises(InvalidInput):
        board.request_to_buy(actor=m.seller, listing=listing, buyer=m.account, quantity_t=1)
    asked(m, listing)
    with pytest.raises(Refusal):
        asked(m, listing)


def test_one_offer_holds_one_vintage(m):
    more = issue(outcome(m.issuance.project, year=2022))
    with pytest.raises(InvalidInput) as refusal:
        listed(m, serials=(*span(m.first, 2), *span(more.first_serial, 2)))
    assert refusal.value.code == "MIXED_LISTING"


def test_each_side_has_its_acts(m):
    request = asked(m, listed(m))
    with pytest.raises(NotAllowed):
        board.agree(actor=m.buyer, request=request)
    with pytest.raises(NotAllowed):
        board.withdraw_request(actor=m.seller, request=request)
    with pytest.raises(NotAllowed):
        board.cancel_listing(actor=m.buyer, listing=request.listing)
    assert board.withdraw_request(actor=m.buyer, request=request).state == "withdrawn"
    again = asked(m, request.listing)
    assert board.refuse_request(actor=m.seller, request=again).state == "refused"


def test_the_price_history_counts_what_was_settled(m):
    for quantity, price in ((10, "50"), (30, "60")):
        listing = listed(m, quantity, price)
        transfer = board.agree(actor=m.seller, request=asked(m, listing, quantity))
        transfers.accept_transfer(actor=m.buyer, transfer=transfer)
        board.confirm_settlement(actor=m.seller, listing=Listing.objects.get(pk=listing.pk))
        board.confirm_settlement(actor=m.buyer, listing=Listing.objects.get(pk=listing.pk))
    listed(m, 5, "99")  # an offer is no price
    (month,) = reads.price_history(currency="CNY", vintage=2021, project_kind="vegetation")
    assert (month.quantity_t, month.mean_price, month.lowest, month.highest) == (
        40,
        Decimal("57.50"),
        Decimal("50"),
        Decimal("60"),
    )
    assert reads.price_history(currency="USD") == []
    assert reads.price_history(currency="CNY", vintage=2020) == []


def test_the_registrar_enters_reference_prices(m):
    given = {"on": date(2025, 5, 1), "price": Decimal("88"), "currency": "CNY", "source": "CCER afforestation"}
    board.enter_reference_price(actor=registrar(), **given)
    assert [p.price for p in reads.reference_prices("CNY")] == [Decimal("88")]
    with pytest.raises(NotAllowed):
        board.enter_reference_price(actor=m.seller, **given)
