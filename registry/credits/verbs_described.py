"""How the bodies and answers of :mod:`registry.credits.verbs_api` are described to programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.credits import states
from registry.credits.models import Entry, Holding, Retirement
from registry.credits.models.board import Currency

PAIR = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
RANGES = {"type": "array", "items": PAIR}
PURPOSES, BENEFICIARIES = Retirement.Purpose.choices, Retirement.Beneficiary.choices


@extend_schema_field({"oneOf": [{"type": "string"}, RANGES], "description": "“first-last, …” or pairs of numbers."})
class Chosen(serializers.JSONField):
    """Serials that are named one range after another."""


@extend_schema_field(RANGES)
class Moved(serializers.JSONField):
    """The ranges that an act took, first and last number of each."""


class _From(serializers.Serializer):
    """Credits of an account: named by ``serials``, or the oldest free ones by ``quantity`` (and ``vintage``)."""

    account = serializers.IntegerField()
    serials = Chosen(required=False)
    quantity = serializers.IntegerField(required=False, min_value=1)
    vintage = serializers.IntegerField(required=False)


class TransferIn(_From):
    recipient = serializers.IntegerField(help_text="Number of the recipient's account.")
    note = serializers.CharField(required=False, allow_blank=True)


class RetirementIn(_From):
    beneficiary_name = serializers.CharField()
    beneficiary_name_en = serializers.CharField(required=False, allow_blank=True)
    beneficiary_type = serializers.ChoiceField(choices=BENEFICIARIES)
    beneficiary_code = serializers.CharField(required=False, allow_blank=True)
    on_behalf = serializers.BooleanField(default=False)
    purpose = serializers.ChoiceField(choices=PURPOSES)
    year = serializers.IntegerField(help_text="The year that the retirement covers.")
    public_text = serializers.CharField(required=False, allow_blank=True)


class CancellationIn(_From):
    public_note = serializers.CharField()
    reversal = serializers.IntegerField(required=False, help_text="The reversal whose outstanding tonnes it replaces.")


class ListingIn(_From):
    price = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="For one tonne.")
    currency = serializers.ChoiceField(choices=Currency.choices)
    note = serializers.CharField(required=False, allow_blank=True)


class _Made(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    serials = Moved()
    quantity_t = serializers.IntegerField()


class TransferMade(_Made):
    state = serializers.ChoiceField(choices=states.TRANSFER.choices)
    waits_for_second_person = serializers.BooleanField()
    acceptable_from = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Here, because ``from`` is a word of the language."""
        accounts = {name: serializers.IntegerField(help_text="An account's number.") for name in ("from", "to")}
        return {**super().get_fields(), **accounts}


class RetirementMade(_Made):
    account = serializers.IntegerField()
    beneficiary_name = serializers.CharField()
    beneficiary_type = serializers.ChoiceField(choices=BENEFICIARIES)
    beneficiary_code = serializers.CharField(allow_blank=True)
    on_behalf = serializers.BooleanField()
    purpose = serializers.ChoiceField(choices=PURPOSES)
    year = serializers.IntegerField()
    public_text = serializers.CharField(allow_blank=True)


class CancellationMade(_Made):
    account = serializers.IntegerField()
    public_note = serializers.CharField()
    reversal = serializers.IntegerField(allow_null=True)


class ListingMade(_Made):
    account = serializers.IntegerField()
    vintage = serializers.IntegerField()
    project_kind = serializers.CharField()
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.ChoiceField(choices=Currency.choices)
    state = serializers.ChoiceField(choices=states.LISTING.choices)


class HeldRange(serializers.Serializer):
    serials = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    printed = serializers.CharField()
    vintage = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Holding.Status.choices)
    quantity_t = serializers.IntegerField()


class HeldNow(serializers.Serializer):
    holdings = HeldRange(many=True)
    after = serializers.IntegerField(allow_null=True, help_text="Ask again with this number; null at the end.")


class TransferList(serializers.Serializer):
    transfers = TransferMade(many=True)


class ListingList(serializers.Serializer):
    listings = ListingMade(many=True)


class EntryMade(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Entry.KINDS)
    at = serializers.DateTimeField()


class LedToOut(serializers.Serializer):
    """The journal's line, and the one record that it belongs to."""

    entry = EntryMade()
    transfer = TransferMade(required=False)
    retirement = RetirementMade(required=False)
    cancellation = CancellationMade(required=False)
    listing = ListingMade(required=False)
