"""How programs read and write what the ledger keeps: ranges of serials, holdings, and the records of the verbs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from psycopg.types.range import Range
from rest_framework import serializers

from registry.api.fields import LARGEST, Actions, ModelOut
from registry.core.actors import PUBLIC
from registry.credits import selectors, states
from registry.credits.fields import Serials
from registry.credits.models import Cancellation, Entry, Holding, Listing, Retirement, Transfer

SERIAL = {"type": "integer", "minimum": 1, "maximum": LARGEST}


@extend_schema_field(
    {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": SERIAL}}
)
class Ranges(serializers.Field):
    """Ranges of serials as ``[[first, last], ...]``, both ends included."""

    default_error_messages = {
        "serials_unreadable": _("Name at least one range of serials as [first, last], and no serial twice.")
    }

    def to_internal_value(self, data: Any) -> Serials:
        if not isinstance(data, list) or not data or not all(_is_range(pair) for pair in data):
            self.fail("serials_unreadable")
        return tuple(Range(first, last + 1) for first, last in data)

    def to_representation(self, serials: Serials) -> list[list[int]]:
        return [[one.lower, one.upper - 1] for one in serials]


def _is_range(pair: Any) -> bool:
    """Whether it is a pair of serials, the first one not behind the last one."""
    whole = isinstance(pair, list) and len(pair) == 2 and all(type(serial) is int for serial in pair)
    return whole and 0 < pair[0] <= pair[1] <= LARGEST


class HoldingOut(ModelOut):
    first_serial = serializers.IntegerField()
    last_serial = serializers.IntegerField()
    printed_serials = serializers.CharField()
    quantity_t = serializers.IntegerField()

    class Meta:
        model = Holding
        fields = (
            "id", "account", "issuance", "vintage", "status", "first_serial", "last_serial", "printed_serials",
            "quantity_t",
        )  # fmt: skip


class TransferActions(Actions):
    """What this person may do with the transfer now, the second person's approval with it."""

    def to_representation(self, transfer: Any) -> list[str]:
        return selectors.transfer_acts(self.context.get("actor", PUBLIC), transfer)


class TransferOut(ModelOut):
    serials = Ranges()
    waits_for_second_person = serializers.BooleanField()
    actions = TransferActions(states.TRANSFER)

    class Meta:
        model = Transfer
        fields = (
            "id", "number", "from_account", "to_account", "serials", "quantity_t", "note", "offered_at",
            "waits_for_second_person", "acceptable_from", "expires_at", "decided_at", "reason", "state", "actions",
        )  # fmt: skip


class RetirementOut(ModelOut):
    serials = Ranges()

    class Meta:
        model = Retirement
        fields = (
            "id", "number", "account", "serials", "quantity_t", "beneficiary_name", "beneficiary_name_en",
            "beneficiary_type", "beneficiary_code", "on_behalf", "purpose", "year", "public_text", "retired_at",
        )  # fmt: skip


class CancellationOut(ModelOut):
    serials = Ranges()

    class Meta:
        model = Cancellation
        fields = ("id", "number", "account", "serials", "quantity_t", "public_note", "reversal", "cancelled_at")


class ListingOut(ModelOut):
    serials = Ranges()
    actions = Actions(states.LISTING)

    class Meta:
        model = Listing
        fields = (
            "id", "number", "account", "serials", "quantity_t", "vintage", "project_kind", "price", "currency", "note",
            "state", "actions",
        )  # fmt: skip


class EntryOut(ModelOut):
    class Meta:
        model = Entry
        fields = ("id", "kind", "at")


class DoneOut(serializers.Serializer):
    """What a key led to: the journal's first entry, and the one record that the act made."""

    key = serializers.CharField()
    entry = EntryOut()
    transfer = TransferOut(allow_null=True)
    retirement = RetirementOut(allow_null=True)
    cancellation = CancellationOut(allow_null=True)
    listing = ListingOut(allow_null=True)


class SerialsIn(serializers.Serializer):
    """Which credits of which account: named ones, or a quantity of the oldest free ones."""

    account = serializers.IntegerField(min_value=1, max_value=LARGEST)
    serials = Ranges(required=False)
    quantity_t = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    vintage = serializers.IntegerField(min_value=1, max_value=9999, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("serials" in given) == ("quantity_t" in given):
            raise serializers.ValidationError(
                _("Send either “serials”, or “quantity_t” for the oldest free ones (of one “vintage”, if you like).")
            )
        return given


class OfferIn(SerialsIn):
    recipient = serializers.IntegerField(min_value=1, max_value=LARGEST)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class RetirementIn(SerialsIn):
    beneficiary_name = serializers.CharField(max_length=200)
    beneficiary_name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    beneficiary_type = serializers.ChoiceField(choices=Retirement.Beneficiary.choices)
    beneficiary_code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    on_behalf = serializers.BooleanField(required=False)
    purpose = serializers.ChoiceField(choices=Retirement.Purpose.choices)
    year = serializers.IntegerField(min_value=1, max_value=9999)
    public_text = serializers.CharField(max_length=500, required=False, allow_blank=True)


class CancellationIn(SerialsIn):
    public_note = serializers.CharField(max_length=500)
    reversal = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)


class ListingIn(SerialsIn):
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.ChoiceField(choices=Listing._meta.get_field("currency").choices)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
