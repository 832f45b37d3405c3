"""The verbs for programs. Writing needs the header ``Idempotency-Key``; what it led to is found by the key for ever."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.views import ApiView
from registry.core.errors import InvalidInput
from registry.credits import forms, selectors
from registry.credits import verbs_described as said
from registry.credits.fields import Serials
from registry.credits.models import Account, Cancellation, Holding, Listing, Retirement, Transfer
from registry.credits.selectors import board as board_reads
from registry.credits.services import board, endings, transfers

PAGE = 500
READ, WRITE = ("get", "options"), ("post", "options")


class LedgerView(ApiView):
    """Acts on credits: a token needs the scope ``decide``; the key is the journal's own, kept for ever."""

    scope = "decide"
    success = 201

    @property
    def key(self) -> str:
        return self.request.headers.get("Idempotency-Key", "")

    @property
    def body(self) -> dict[str, Any]:
        if not isinstance(self.request.data, dict):
            raise ValidationError(_("The body is a JSON object."))
        return self.request.data

    def own_account(self, pk: object) -> Account:
        return selectors.account_for(self.actor, forms.whole(pk, "account"))


class Holdings(LedgerView):
    """GET: what one account holds now, by serials; ``after`` continues behind a serial number."""

    output = said.HeldNow
    http_method_names = READ

    @extend_schema(parameters=[OpenApiParameter("after", int, description="Go on behind this serial number.")])
    def get(self, request: Request, account: int) -> Response:
        found = selectors.open_holdings([self.own_account(account)])
        if after := request.query_params.get("after"):
            found = found.filter(serials__startswith__gt=forms.whole(after, "after"))
        rows = list(found[: PAGE + 1])
        more = rows[PAGE - 1].last_serial if len(rows) > PAGE else None
        return Response({"holdings": [_holding(row) for row in rows[:PAGE]], "after": more})


class Transfers(LedgerView):
    """GET: the newest transfers of the caller's accounts. POST: offer one."""

    takes, output, made = said.TransferIn, said.TransferList, said.TransferMade

    @extend_schema(operation_id="credits_transfers_list")
    def get(self, request: Request) -> Response:
        return Response({"transfers": [_transfer(t) for t in selectors.transfers_for(self.actor)[:PAGE]]})

    def post(self, request: Request) -> Response:
        account = self.own_account(self.body.get("account"))
        transfer = transfers.offer_transfer(
            actor=self.actor,
            account=account,
            recipient=_recipient(self.body.get("recipient")),
            serials=_serials(self.body, account),
            key=self.key,
            note=str(self.body.get("note", "")),
        )
        return Response(_transfer(transfer), status=201)


class OneTransfer(LedgerView):
    """GET: a transfer that the caller may see."""

    output = said.TransferMade
    http_method_names = READ

    def get(self, request: Request, pk: int) -> Response:
        return Response(_transfer(selectors.transfer_for(self.actor, pk)))


class TransferAct(LedgerView):
    """POST: accept, decline, withdraw, or approve as the second person. Done once; the transfer's state tells."""

    output = said.TransferMade
    success = 200
    needs_key = False
    http_method_names = WRITE
    acts = {
        "accept": transfers.accept_transfer,
        "decline": transfers.decline_transfer,
        "withdraw": transfers.withdraw_transfer,
        "second": transfers.second_transfer,
    }

    def post(self, request: Request, pk: int, action: str) -> Response:
        transfer = selectors.transfer_for(self.actor, pk)
        return Response(_transfer(self.acts[action](actor=self.actor, transfer=transfer)))


class Retirements(LedgerView):
    """POST: retire for a beneficiary."""

    takes, output = said.RetirementIn, said.RetirementMade
    http_method_names = WRITE

    def post(self, request: Request) -> Response:
        account = self.own_account(self.body.get("account"))
        made = endings.retire(
            actor=self.actor,
            account=account,
            serials=_serials(self.body, account),
            claim=forms.claim(self.body),
            key=self.key,
        )
        return Response(_retirement(made), status=201)


class Cancellations(LedgerView):
    """POST: cancel with a public note; with ``reversal`` to replace what is owed."""

    takes, output = said.CancellationIn, said.CancellationMade
    http_method_names = WRITE

    def post(self, request: Request) -> Response:
        account = self.own_account(self.body.get("account"))
        reversal = self.body.get("reversal")
        made = endings.cancel(
            actor=self.actor,
            account=account,
            serials=_serials(self.body, account),
            public_note=str(self.body.get("public_note", "")),
            key=self.key,
            reversal=selectors.reversal_for(self.actor, forms.whole(reversal, "reversal")) if reversal else None,
        )
        return Response(_cancellation(made), status=201)


class Listings(LedgerView):
    """GET: the open offers of the board, for anybody. POST: list credits at a price."""

    takes, output, made = said.ListingIn, said.ListingList, said.ListingMade

    def get(self, request: Request) -> Response:
        return Response({"listings": [_listing(one) for one in board_reads.open_listings()[:PAGE]]})

    def post(self, request: Request) -> Response:
        account = self.own_account(self.body.get("account"))
        made = board.list_credits(
            actor=self.actor,
            account=account,
            serials=_serials(self.body, account),
            price=forms.price(self.body.get("price")),
            currency=str(self.body.get("currency", "")),
            key=self.key,
            note=str(self.body.get("note", "")),
        )
        return Response(_listing(made), status=201)


class ByKey(LedgerView):
    """GET: what an idempotency key of the caller's organisation led to; 404 when nothing was done under it."""

    output = said.LedToOut
    http_method_names = READ

    def get(self, request: Request, key: str) -> Response:
        done = selectors.by_key(self.actor, key)
        entry = {"id": done.entry.pk, "kind": done.entry.kind, "at": done.entry.at.isoformat()}
        record = done.record
        if isinstance(record, Transfer):
            return Response({"entry": entry, "transfer": _transfer(record)})
        if isinstance(record, Retirement):
            return Response({"entry": entry, "retirement": _retirement(record)})
        if isinstance(record, Cancellation):
            return Response({"entry": entry, "cancellation": _cancellation(record)})
        return Response({"entry": entry, "listing": _listing(record)})


def _serials(given: dict[str, Any], account: Account) -> Serials:
    return forms.serials(given["serials"] if "serials" in given else dict(given), account)


def _recipient(pk: object) -> Account:
    found = Account.objects.select_related("owner").filter(pk=forms.whole(pk, "recipient")).first()
    if found is None:
        raise InvalidInput("NO_RECIPIENT", _("There is no account with this number."))
    return found


def _ranges(serials: Serials) -> list[list[int]]:
    return [[one.lower, one.upper - 1] for one in serials]


def _holding(holding: Holding) -> dict[str, Any]:
    return {
        "serials": [holding.first_serial, holding.last_serial],
        "printed": holding.printed_serials,
        "vintage": holding.vintage,
        "status": holding.status,
        "quantity_t": holding.quantity_t,
    }


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "id": transfer.pk,
        "number": transfer.number,
        "from": transfer.from_account_id,
        "to": transfer.to_account_id,
        "serials": _ranges(transfer.serials),
        "quantity_t": transfer.quantity_t,
        "state": transfer.state,
        "waits_for_second_person": transfer.waits_for_second_person,
        "acceptable_from": transfer.acceptable_from.isoformat(),
        "expires_at": transfer.expires_at.isoformat(),
    }


def _retirement(made: Retirement) -> dict[str, Any]:
    return {
        "id": made.pk,
        "number": made.number,
        "account": made.account_id,
        "serials": _ranges(made.serials),
        "quantity_t": made.quantity_t,
        "beneficiary_name": made.beneficiary_name,
        "beneficiary_type": made.beneficiary_type,
        "beneficiary_code": made.beneficiary_code,
        "on_behalf": made.on_behalf,
        "purpose": made.purpose,
        "year": made.year,
        "public_text": made.public_text,
    }


def _cancellation(made: Cancellation) -> dict[str, Any]:
    return {
        "id": made.pk,
        "number": made.number,
        "account": made.account_id,
        "serials": _ranges(made.serials),
        "quantity_t": made.quantity_t,
        "public_note": made.public_note,
        "reversal": made.reversal_id,
    }


def _listing(listing: Listing) -> dict[str, Any]:
    return {
        "id": listing.pk,
        "number": listing.number,
        "account": listing.account_id,
        "serials": _ranges(listing.serials),
        "quantity_t": listing.quantity_t,
        "vintage": listing.vintage,
        "project_kind": listing.project_kind,
        "price": f"{listing.price:f}",
        "currency": listing.currency,
        "state": listing.state,
    }
