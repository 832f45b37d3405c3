"""Accounts, trusted recipients, the board's offers and requests to buy, for programs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import LARGEST, Actions, ModelOut, Nothing
from registry.api.views import Acts, ApiView, Rows
from registry.core.errors import NotVisible, Refusal
from registry.core.permissions import require
from registry.credits import batches, selectors, states
from registry.credits.api import AccountOut, OneAccount
from registry.credits.api_records import ListingOut, RetirementOut
from registry.credits.models import Account, BuyRequest, Listing, ReferencePrice, TrustedRecipient
from registry.credits.models.board import Currency
from registry.credits.selectors import board as reads
from registry.credits.services import accounts, board, endings, transfers

NOT_FOUND = _("There is no such record, or it is not yours to see.")


class OpenAccount(ApiView):
    """Open the holding account of one's own organisation; a second asking answers with the same."""

    output = AccountOut
    takes = Nothing
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request) -> Response:
        if self.actor.organisation_id is None:
            require(self.actor, "credits.open_account")
        return Response(AccountOut(accounts.open_account(actor=self.actor)).data, status=201)


class AccountActs(Acts):
    """Close an account that holds nothing any more."""

    scope = "decide"
    output = AccountOut
    record = OneAccount.record
    acts = {"close": (None, lambda actor, row: accounts.close_account(actor=actor, account=row))}


class RetirementsOut(serializers.Serializer):
    retirements = RetirementOut(many=True)


class RetirementFileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, help_text="CSV or XLSX: quantity, beneficiary_name, purpose, year, …")

    def validate_file(self, file: Any) -> Any:
        if file.size > batches.LARGEST_FILE_BYTES:
            raise serializers.ValidationError(_("The file is larger than 2 MB."))
        return file


class RetirementFile(ApiView):
    """A file of retirements (multipart), done whole or not at all; the account's oldest free serials are taken."""

    scope = "decide"
    output = RetirementsOut
    takes = RetirementFileIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        account = selectors.account_for(self.actor, pk)
        require(self.actor, "credits.retire", account)
        file, key = self.given(RetirementFileIn)["file"], request.headers["Idempotency-Key"]
        made = selectors.batch_under(self.actor, key)
        if not made:
            lines = batches.lines_of(file.read(), file.name, account)
            made = endings.retire_batch(actor=self.actor, account=account, lines=lines, key=key)
        return Response(RetirementsOut({"retirements": made}).data, status=201)


class TrustedOut(ModelOut):
    class Meta:
        model = TrustedRecipient
        fields = ("id", "account", "recipient", "added_at", "effective_on", "state")


class TrustedIn(serializers.Serializer):
    recipient = serializers.IntegerField(min_value=1, max_value=LARGEST)


class Trusted(Rows):
    """The recipients that an account trusts; POST adds one, which counts some working days later."""

    scope = "decide"
    output = TrustedOut
    takes = TrustedIn
    success = 201

    def rows(self) -> QuerySet[TrustedRecipient]:
        return selectors.trusted_of(selectors.account_for(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        account = selectors.account_for(self.actor, pk)
        require(self.actor, "credits.trust_recipient", account)
        recipient = Account.objects.filter(pk=self.given(TrustedIn)["recipient"]).first()
        if recipient is None:
            raise NotVisible("NOT_FOUND", NOT_FOUND)
        made = transfers.trust_recipient(actor=self.actor, account=account, recipient=recipient)
        return Response(TrustedOut(made).data, status=201)


class TrustedActs(Acts):
    """Take a recipient off the list."""

    scope = "decide"
    output = TrustedOut
    acts = {"remove": (None, lambda actor, row: transfers.remove_trust(actor=actor, trusted=row))}

    def record(self, pk: int, trusted: int) -> TrustedRecipient:
        account = selectors.account_for(self.actor, pk)
        found = TrustedRecipient.objects.filter(account=account, pk=trusted).first()
        if found is None:
            raise NotVisible("NOT_FOUND", NOT_FOUND)
        return found


class QuantityIn(serializers.Serializer):
    quantity_t = serializers.IntegerField(min_value=1, max_value=LARGEST)


def _request(actor: Any, row: Listing, quantity_t: int) -> BuyRequest:
    mine = selectors.own_accounts(actor).filter(kind="holder", state="open").first()
    if mine is None:
        require(actor, "credits.request_to_buy", Account(owner_id=actor.organisation_id or 0))
        raise Refusal("NO_ACCOUNT", _("Your organisation has no open account. Open one first."))
    return board.request_to_buy(actor=actor, listing=row, buyer=mine, quantity_t=quantity_t)


class ListingActs(Acts):
    """Take an offer off the board, ask to buy from it, confirm that a deal is settled."""

    scope = "decide"
    output = ListingOut
    acts = {
        "cancel": (None, lambda actor, row: board.cancel_listing(actor=actor, listing=row)),
        "request": (QuantityIn, _request),
        "confirm": (None, lambda actor, row: board.confirm_settlement(actor=actor, listing=row)),
    }

    def record(self, pk: int) -> Listing:
        return reads.listing_for(pk)


class BuyRequestOut(ModelOut):
    actions = Actions(states.BUY_REQUEST)

    class Meta:
        model = BuyRequest
        fields = ("id", "listing", "buyer", "quantity_t", "state", "actions")


class BuyRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=states.BUY_REQUEST.choices)


class BuyRequests(Rows):
    """The requests to buy that one's own organisation made or was made."""

    output = BuyRequestOut
    filterset = BuyRequestFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[BuyRequest]:
        return reads.buy_requests_for(self.actor)


class BuyRequestActs(Acts):
    """Agree to a request to buy, refuse it, or withdraw one's own."""

    scope = "decide"
    output = BuyRequestOut
    acts = {
        "agree": (None, lambda actor, row: board.agree(actor=actor, request=row)),
        "refuse": (None, lambda actor, row: board.refuse_request(actor=actor, request=row)),
        "withdraw": (None, lambda actor, row: board.withdraw_request(actor=actor, request=row)),
    }

    def record(self, pk: int) -> BuyRequest:
        return reads.buy_request_for(self.actor, pk)


class PriceOut(ModelOut):
    class Meta:
        model = ReferencePrice
        fields = ("id", "on", "price", "currency", "source")


class PriceIn(serializers.Serializer):
    on = serializers.DateField()
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.ChoiceField(choices=Currency.choices)
    source = serializers.CharField(max_length=200)


class PriceFilter(django_filters.FilterSet):
    currency = django_filters.ChoiceFilter(choices=Currency.choices)


class Prices(Rows):
    """Prices of forest-carbon credits elsewhere, as the authority entered them; POST enters one."""

    output = PriceOut
    takes = PriceIn
    success = 201
    filterset = PriceFilter

    def rows(self) -> QuerySet[ReferencePrice]:
        return ReferencePrice.objects.all()

    def act(self, request: Request) -> Response:
        require(self.actor, "credits.enter_reference_price")
        made = board.enter_reference_price(actor=self.actor, **self.given(PriceIn))
        return Response(PriceOut(made).data, status=201)


urlpatterns = [
    path("credit-accounts/open/", OpenAccount.as_view(), name="account_open"),
    *AccountActs.paths("credit-accounts/<int:pk>/", "account"),
    path("credit-accounts/<int:pk>/retirement-file/", RetirementFile.as_view(), name="retirement_file"),
    path("credit-accounts/<int:pk>/trusted/", Trusted.as_view(), name="trusted"),
    *TrustedActs.paths("credit-accounts/<int:pk>/trusted/<int:trusted>/", "trusted"),
    *ListingActs.paths("listings/<int:pk>/", "listing"),
    path("buy-requests/", BuyRequests.as_view(), name="buy_requests"),
    *BuyRequestActs.paths("buy-requests/<int:pk>/", "buy_request"),
    path("reference-prices/", Prices.as_view(), name="reference_prices"),
]
