"""Who is told of issuances, transfers, deals, freezes and reversals."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.told import Kind, Line
from registry.core.told import organisation as of

SENDER, RECIPIENT = of("from_account.owner_id"), of("to_account.owner_id")
PROPONENT = of("project.proponent_id")

told.describe(
    "credits.Account", name=lambda account: account.code, url=lambda one: reverse("credits:account", args=[one.pk])
)
told.describe("credits.Transfer", name=str, url=lambda one: reverse("credits:transfer", args=[one.pk]))
told.describe("credits.Listing", name=str, url=lambda one: reverse("credits:listing", args=[one.pk]))
told.describe("credits.BuyRequest", name=str, url=lambda one: reverse("credits:listing", args=[one.listing_id]))
told.describe("credits.Freeze", name=lambda one: one.covers, url=lambda _one: reverse("credits:oversight"))
told.describe("credits.Reversal", name=str, url=lambda one: reverse("credits:reversal", args=[one.pk]))


def _sender(text: Any, may: str = "credits.view_transfer") -> Line:
    return Line(Kind.CREDITS, text, to=SENDER, may=may)


def _recipient(text: Any, may: str = "credits.view_transfer") -> Line:
    return Line(Kind.CREDITS, text, to=RECIPIENT, may=may)


# --- transfers ---
told.when(
    "credits.offer_transfer",
    _recipient(_("Credits are offered to you: accept or decline"), "credits.accept_transfer"),
    Line(Kind.SECURITY, _("A transfer was offered from your account"), to=SENDER, may="credits.second_transfer"),
)
told.when("credits.second_transfer", _recipient(_("The second person approved the transfer to you")))
told.when("credits.accept_transfer", _sender(_("Your transfer was accepted")))
told.when("credits.decline_transfer", _sender(_("Your transfer was declined; the credits are back")))
told.when("credits.withdraw_transfer", _recipient(_("The transfer to you was withdrawn")))
told.when(
    "credits.expire_transfer",
    _sender(_("Your transfer expired; the credits are back")),
    _recipient(_("The transfer to you expired")),
)
told.when(
    "credits.lapse_transfer",
    _sender(_("Your transfer ended because of a freeze")),
    _recipient(_("The transfer to you ended because of a freeze")),
)

# --- the board ---
BUYER = of("buyer.owner_id")
told.when(
    "credits.request_to_buy",
    Line(
        Kind.CREDITS,
        _("Somebody wants to buy from your offer: answer"),
        to=of("listing.account.owner_id"),
        may="credits.answer_buy_request",
    ),
)
told.when(
    "credits.withdraw_request",
    Line(
        Kind.CREDITS,
        _("A request to buy from your offer was withdrawn"),
        to=of("listing.account.owner_id"),
        may="credits.answer_buy_request",
    ),
)
told.when(
    "credits.agree_request",
    Line(Kind.CREDITS, _("The seller agreed to your request to buy"), to=BUYER, may="credits.view_buy_request"),
)
told.when(
    "credits.refuse_request",
    Line(Kind.CREDITS, _("The seller refused your request to buy"), to=BUYER, may="credits.view_buy_request"),
)


def _both_sides(listing: Any) -> models.Q:
    owners = {listing.account.owner_id} | ({listing.transfer.to_account.owner_id} if listing.transfer else set())
    return models.Q(organisation_id__in=owners)


told.when(
    "credits.confirm_settlement",
    Line(Kind.CREDITS, _("The other side confirmed the settlement"), to=_both_sides, may="credits.confirm_settlement"),
)
told.when(
    "credits.settle",
    Line(Kind.CREDITS, _("The deal is settled"), to=_both_sides, may="credits.confirm_settlement"),
)
told.when(
    "credits.fall_through",
    Line(Kind.CREDITS, _("The deal fell through"), to=_both_sides, may="credits.confirm_settlement"),
)

# --- freezes and reversals ---


def _frozen(freeze: Any) -> list[models.Model]:
    """The accounts that a freeze holds: its own, or those that own what it covers."""
    from registry.credits.models import Account, Holding, Issuance  # noqa: PLC0415  models are not loaded before this

    if freeze.account is not None:
        return [freeze.account]
    ranges = (
        [freeze.serials]
        if freeze.serials is not None
        else list(Issuance.objects.filter(project=freeze.project_id).values_list("serials", flat=True))
    )
    covered = models.Q(pk__in=[])
    for serials in ranges:
        covered |= models.Q(serials__overlap=serials)
    holders = Holding.objects.filter(covered, closed_by__isnull=True).exclude(status__in=("retired", "cancelled"))
    return list(Account.objects.filter(pk__in=holders.values("account_id")).order_by("pk"))


def _holder(text: Any) -> Line:
    return Line(Kind.SECURITY, text, to=of("owner_id"), may="credits.view_account", about=_frozen)


told.when("credits.freeze", _holder(_("Credits of your account were frozen by the authority")))
told.when("credits.release", _holder(_("Credits of your account were released")))
told.when(
    "credits.ask_release",
    Line(
        Kind.DECISIONS, _("The release of a freeze was asked for: grant or refuse it"),
        to=told.the_authority, may="credits.release",
    ),
)  # fmt: skip
told.when(
    "credits.keep_frozen",
    Line(Kind.DECISIONS, _("The release of a freeze was refused"), to=told.the_authority, may="credits.release"),
)
told.when(
    "credits.report_reversal",
    Line(
        Kind.DECISIONS, _("A reversal was reported: confirm or dismiss it"), to=told.the_authority,
        may="credits.decide_reversal",
    ),
    Line(Kind.CREDITS, _("A reversal of your project was reported"), to=PROPONENT, may="credits.view_reversal"),
)  # fmt: skip
told.when(
    "credits.confirm_reversal",
    Line(Kind.DECISIONS, _("A reversal of your project was confirmed"), to=PROPONENT, may="credits.view_reversal"),
)
told.when(
    "credits.dismiss_reversal",
    Line(Kind.DECISIONS, _("A reversal of your project was dismissed"), to=PROPONENT, may="credits.view_reversal"),
)

# --- accounts ---
told.when(
    "credits.trust_recipient",
    Line(
        Kind.SECURITY, _("A recipient was put on the trusted list of your account"), to=of("owner_id"),
        may="credits.view_account", about=lambda trusted: (trusted.account,),
    ),
)  # fmt: skip
told.when(
    "credits.close_account",
    Line(Kind.SECURITY, _("Your account was closed"), to=of("owner_id"), may="credits.view_account"),
)
told.nobody(
    "credits.prepare_issuance",  # told as a decision that was prepared
    "credits.approve_issuance",
    "credits.return_issuance",
    "credits.issue",  # told by the period, where its proponent looks
    "credits.carry_remainder",
    "credits.open_account",
    "credits.remove_trust",
    "credits.retire",
    "credits.cancel",
    "credits.list_credits",
    "credits.keep_on_board",
    "credits.cancel_listing",
    "credits.match",  # told by the agreement
    "credits.enter_reference_price",
    "credits.record_fact",
)
