"""The verbs on serials, for programs. Their keys are the journal's own: what one led to is found by it for ever."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import LARGEST
from registry.api.views import Acts, Record, Rows
from registry.core.errors import InvalidInput
from registry.core.permissions import require
from registry.credits import api_records as shapes
from registry.credits import forms, selectors
from registry.credits.fields import Serials
from registry.credits.models import Account, Cancellation, Listing, Retirement, Transfer
from registry.credits.selectors import board as board_reads
from registry.credits.services import board, endings, transfers
from registry.credits.services.endings import Claim

CLAIM = tuple(field.name for field in fields(Claim))


class Verb(Rows):
    """GET: the records. POST: one act on serials of one account, answered alike however often its key is sent."""

    scope = "decide"
    success = 201
    right = ""
    """What the table of permissions is asked for, before the rest of the body is read."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not isinstance(request.data, dict):
            raise ValidationError(_("The body is a JSON object."))
        account = selectors.account_for(self.actor, forms.whole(request.data.get("account"), "account"))
        require(self.actor, self.right, account)
        assert self.takes is not None
        given = self.given(self.takes)
        made = self.do(account, self._serials(account, given), given, request.headers.get("Idempotency-Key", ""))
        return Response(self.output(made, context={"actor": self.actor}).data, status=self.success)

    def do(self, account: Account, serials: Serials, given: dict[str, Any], key: str) -> Model:
        raise NotImplementedError

    def _serials(self, account: Account, given: dict[str, Any]) -> Serials:
        """Those that were named, or the oldest free ones."""
        if "serials" in given:
            named: Serials = given["serials"]
            return named
        narrowed = {"vintage": given["vintage"]} if "vintage" in given else {}
        return selectors.propose(account, given["quantity_t"], **narrowed)


class TransferFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Transfer._meta.get_field("state").choices)
    from_account = django_filters.NumberFilter(max_value=LARGEST)
    to_account = django_filters.NumberFilter(max_value=LARGEST)


class Transfers(Verb):
    """The transfers from and to the accounts of one's own organisation; POST offers one."""

    right = "credits.offer_transfer"
    takes = shapes.OfferIn
    output = shapes.TransferOut
    filterset = TransferFilter

    def rows(self) -> QuerySet[Transfer]:
        return selectors.transfers_for(self.actor)

    def do(self, account: Account, serials: Serials, given: dict[str, Any], key: str) -> Transfer:
        recipient = Account.objects.select_related("owner").filter(pk=given["recipient"]).first()
        if recipient is None:
            raise InvalidInput("NO_RECIPIENT", _("There is no account with this number."))
        return transfers.offer_transfer(
            actor=self.actor,
            account=account,
            recipient=recipient,
            serials=serials,
            key=key,
            note=given.get("note", ""),
        )


class OneTransfer(Record):
    """A transfer from or to an account of one's own organisation."""

    output = shapes.TransferOut

    def record(self, pk: int) -> Transfer:
        return selectors.transfer_for(self.actor, pk)


class TransferActs(Acts):
    """Accept a transfer, decline it, withdraw one's own, or approve it as the second person."""

    scope = "decide"
    output = shapes.TransferOut
    record = OneTransfer.record
    acts = {
        "accept": (None, lambda actor, row: transfers.accept_transfer(actor=actor, transfer=row)),
        "decline": (None, lambda actor, row: transfers.decline_transfer(actor=actor, transfer=row)),
        "withdraw": (None, lambda actor, row: transfers.withdraw_transfer(actor=actor, transfer=row)),
        "second": (None, lambda actor, row: transfers.second_transfer(actor=actor, transfer=row)),
    }


class RetirementFilter(django_filters.FilterSet):
    account = django_filters.NumberFilter(max_value=LARGEST)
    year = django_filters.NumberFilter(max_value=9999)
    purpose = django_filters.ChoiceFilter(choices=Retirement.Purpose.choices)
    beneficiary = django_filters.CharFilter(field_name="beneficiary_name", lookup_expr="icontains")


class Retirements(Verb):
    """All retirements; they are public. POST retires credits for a beneficiary, for ever."""

    right = "credits.retire"
    takes = shapes.RetirementIn
    output = shapes.RetirementOut
    filterset = RetirementFilter

    def rows(self) -> QuerySet[Retirement]:
        return Retirement.objects.all()

    def do(self, account: Account, serials: Serials, given: dict[str, Any], key: str) -> Retirement:
        claim = Claim(**{name: given[name] for name in CLAIM if name in given})
        return endings.retire(actor=self.actor, account=account, serials=serials, claim=claim, key=key)


class OneRetirement(Record):
    """One retirement; they are public."""

    output = shapes.RetirementOut

    def record(self, pk: int) -> Retirement:
        return selectors.retirement_for(pk)


class CancellationFilter(django_filters.FilterSet):
    account = django_filters.NumberFilter(max_value=LARGEST)
    reversal = django_filters.NumberFilter(max_value=LARGEST)


class Cancellations(Verb):
    """All cancellations; they are public. POST cancels credits; with ``reversal`` to replace what is owed for it."""

    right = "credits.cancel"
    takes = shapes.CancellationIn
    output = shapes.CancellationOut
    filterset = CancellationFilter

    def rows(self) -> QuerySet[Cancellation]:
        return Cancellation.objects.all()

    def do(self, account: Account, serials: Serials, given: dict[str, Any], key: str) -> Cancellation:
        owed = selectors.reversal_for(self.actor, given["reversal"]) if "reversal" in given else None
        return endings.cancel(
            actor=self.actor,
            account=account,
            serials=serials,
            public_note=given["public_note"],
            key=key,
            reversal=owed,
        )


class ListingFilter(django_filters.FilterSet):
    vintage = django_filters.NumberFilter(max_value=9999)
    project_kind = django_filters.CharFilter()
    currency = django_filters.ChoiceFilter(choices=Listing._meta.get_field("currency").choices)
    account = django_filters.NumberFilter(max_value=LARGEST)


class Listings(Verb):
    """The open offers of the board, for anybody. POST offers credits at a price."""

    right = "credits.list_credits"
    takes = shapes.ListingIn
    output = shapes.ListingOut
    filterset = ListingFilter

    def rows(self) -> QuerySet[Listing]:
        return board_reads.open_listings()

    def do(self, account: Account, serials: Serials, given: dict[str, Any], key: str) -> Listing:
        return board.list_credits(
            actor=self.actor,
            account=account,
            serials=serials,
            price=given["price"],
            currency=given["currency"],
            key=key,
            note=given.get("note", ""),
        )


class ByKey(Record):
    """What a key of one's own organisation led to; 404 when nothing was done under it: the act can be sent again."""

    output = shapes.DoneOut

    def record(self, key: str) -> Any:
        done = selectors.by_key(self.actor, key)
        made = dict.fromkeys(("transfer", "retirement", "cancellation", "listing"))
        made[done.record._meta.model_name] = done.record
        return {"key": done.key, "entry": done.entry, **made}


urlpatterns = [
    path("transfers/", Transfers.as_view(), name="transfers"),
    path("transfers/<int:pk>/", OneTransfer.as_view(), name="transfer"),
    *TransferActs.paths("transfers/<int:pk>/", "transfer"),
    path("retirements/", Retirements.as_view(), name="retirements"),
    path("retirements/<int:pk>/", OneRetirement.as_view(), name="retirement"),
    path("cancellations/", Cancellations.as_view(), name="cancellations"),
    path("listings/", Listings.as_view(), name="listings"),
    path("done-under/<str:key>/", ByKey.as_view(), name="by_key"),
]
