"""The listing board: credits at a price, requests to buy, and what forest-carbon credits cost meanwhile."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.credits import ledger_rules, states
from registry.credits.fields import SerialsField
from registry.credits.models.accounts import Account
from registry.credits.models.transfers import Transfer
from registry.organisations.models import User


class Currency(models.TextChoices):
    CNY = "CNY", _("Chinese yuan")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")


def price_field() -> models.DecimalField:
    return models.DecimalField(_("price of one credit"), max_digits=12, decimal_places=2)


class Listing(models.Model):
    """Credits of one vintage and kind of project offered at a price; the money moves outside the registry."""

    view_action = "credits.view_listing"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="listings")
    serials = SerialsField(_("serials"))
    quantity_t = models.BigIntegerField(_("quantity"))
    vintage = models.SmallIntegerField(_("vintage"))
    project_kind = models.CharField(_("kind of project"), max_length=32)
    price = price_field()
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    note = models.CharField(_("note to buyers"), max_length=500, blank=True)
    key = models.CharField(max_length=100, editable=False)
    rest_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="rests", null=True)
    """Set on what was left on the board when a part was sold."""
    listed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    listed_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="listing", null=True)
    sold_t = models.BigIntegerField(_("quantity sold"), null=True)
    matched_at = models.DateTimeField(null=True, editable=False)
    seller_confirmed_at = models.DateTimeField(null=True, editable=False)
    buyer_confirmed_at = models.DateTimeField(null=True, editable=False)
    state = states.LISTING.field()

    class Meta:
        verbose_name = _("listing")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="listing_key_once"),
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0, price__gt=0), name="listing_of_something"),
            models.CheckConstraint(
                condition=~models.Q(state="settled")
                | models.Q(seller_confirmed_at__isnull=False, buyer_confirmed_at__isnull=False),
                name="settled_by_both",
            ),
        ]
        triggers = [
            states.LISTING.trigger(),
            ledger_rules.keeps(
                "listing", "account_id", "serials", "quantity_t", "vintage", "price", "currency", "key", "listed_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.quantity_t} t"

    @property
    def number(self) -> str:
        return f"KCR-L-{self.pk:06d}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set(self.account.relations_of(actor))
        if self.transfer is not None and self.transfer.to_account.owner_id == actor.organisation_id:
            relations.add("buyer")
        return frozenset(relations)


class BuyRequest(models.Model):
    """An account asks to buy from a listing at its price, all of it or a part."""

    view_action = "credits.view_buy_request"

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="buy_requests")
    buyer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="buy_requests")
    quantity_t = models.BigIntegerField(_("quantity"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    state = states.BUY_REQUEST.field()

    class Meta:
        verbose_name = _("request to buy")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="request_of_something"),
            models.UniqueConstraint(
                fields=["listing", "buyer"], condition=models.Q(state="open"), name="one_open_request_per_buyer"
            ),
        ]
        triggers = [
            states.BUY_REQUEST.trigger(),
            ledger_rules.keeps("buy_request", "listing_id", "buyer_id", "quantity_t", "asked_at"),
        ]

    def __str__(self) -> str:
        return f"{self.listing.number} {self.quantity_t} t"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.listing.account.owner_id:
            relations.add("seller")
        if actor.organisation_id is not None and actor.organisation_id == self.buyer.owner_id:
            relations.add("buyer")
        return frozenset(relations)


class ReferencePrice(models.Model):
    """What one tonne of forest carbon cost on a day somewhere else: the line beside the board's own prices."""

    view_action = "credits.view_listing"

    on = models.DateField(_("day"))
    price = price_field()
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    source = models.CharField(_("source"), max_length=200)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("reference price")
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(price__gt=0), name="reference_price_positive")]
        triggers = [append_only("reference_price_append_only")]

    def __str__(self) -> str:
        return f"{self.on} {self.price} {self.currency}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return frozenset()
