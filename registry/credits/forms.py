"""What pages send, parsed; each fault is named with its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput
from registry.credits import selectors
from registry.credits.fields import Serials, tonnes_in
from registry.credits.models import Account
from registry.credits.services.endings import Claim

LONGEST_NUMBER = 18


def whole(text: object, name: str = "quantity") -> int:
    """A whole number as typed, blanks between the digits allowed."""
    digits = "".join(str(text if text is not None else "").split()).replace("\u202f", "")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        raise InvalidInput("NOT_A_WHOLE_NUMBER", _("%(name)s: type digits only."), name=name)
    return int(digits)


def price(text: object) -> Decimal:
    try:
        return Decimal("".join(str(text or "").split()).replace(",", ""))
    except InvalidOperation:
        raise InvalidInput("PRICE", _("A price is a positive amount with at most two decimals.")) from None


def day(text: object, name: str = "day") -> date:
    try:
        return date.fromisoformat(str(text or "").strip())
    except ValueError:
        raise InvalidInput("NOT_A_DAY", _("%(name)s: write a day as 2025-03-31."), name=name) from None


def claim(given: Mapping[str, Any]) -> Claim:
    """For whom and what credits are retired; the service judges it."""
    return Claim(
        beneficiary_name=str(given.get("beneficiary_name", "")),
        beneficiary_type=str(given.get("beneficiary_type", "")),
        beneficiary_code=str(given.get("beneficiary_code", "")),
        purpose=str(given.get("purpose", "")),
        year=whole(given.get("year"), "year"),
        on_behalf=given.get("on_behalf") in ("on", "yes", "true", True),
        public_text=str(given.get("public_text", "")),
        beneficiary_name_en=str(given.get("beneficiary_name_en", "")),
    )


def refuse_unconfirmed(ranges: Serials, typed: object) -> None:
    """An act that cannot be taken back is confirmed by typing its quantity."""
    quantity_t = tonnes_in(ranges)
    if whole(typed) != quantity_t:
        raise InvalidInput(
            "QUANTITY_NOT_TYPED",
            _("Type the quantity %(quantity)s to confirm. Nothing was changed."),
            quantity=quantity_t,
        )


def asked_serials(asked: Mapping[str, Any], account: Account) -> tuple[Serials, InvalidInput | None]:
    """The ranges that a wizard's first page asks for, or what is wrong with the question."""
    try:
        if asked.get("serials"):
            return selectors.written(asked["serials"]), None
        narrowed = {"vintage": whole(asked["vintage"], _("vintage"))} if asked.get("vintage") else {}
        return selectors.propose(account, whole(asked.get("quantity")), **narrowed), None
    except InvalidInput as fault:
        return (), fault
