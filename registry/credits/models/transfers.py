"""Transfers in two steps, and the recipients that an account trusts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind
from registry.credits import ledger_rules, states
from registry.credits.fields import SerialsField
from registry.credits.models.accounts import Account
from registry.organisations.models import User


class TrustedRecipient(models.Model):
    """A recipient on an account's list; it counts from the day ``effective_on``, the fourth working day after."""

    view_action = "credits.view_account"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="trusted_recipients")
    recipient = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    effective_on = models.DateField(_("effective on"))
    state = states.TRUST.field()

    class Meta:
        verbose_name = _("trusted recipient")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "recipient"], condition=models.Q(state="listed"), name="trusted_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(account=models.F("recipient")), name="nobody_trusts_the_own_account"
            ),
        ]
        triggers = [
            states.TRUST.trigger(),
            ledger_rules.keeps(
                "trusted_recipient", "account_id", "recipient_id", "added_by_id", "added_at", "effective_on"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account.code} → {self.recipient.code}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.account.relations_of(actor)


class Transfer(models.Model):
    """Serials offered by one account to another: in escrow until the other side, or time, decides."""

    view_action = "credits.view_transfer"

    from_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sent", db_index=False)
    to_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="received", db_index=False)
    serials = SerialsField(_("serials"))
    quantity_t = models.BigIntegerField(_("quantity"))
    key = models.CharField(max_length=100, editable=False)
    note = models.CharField(_("note to the recipient"), max_length=500, blank=True)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    offered_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    needs_second_person = models.BooleanField(_("needs a second person"))
    """The recipient was not trusted at the offer: another person of the sender approves this one transfer."""
    seconded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    seconded_at = models.DateTimeField(null=True, editable=False)
    acceptable_from = models.DateTimeField(_("can be accepted from"))
    """The delay of large transfers: time in which a theft is noticed."""
    expires_at = models.DateTimeField(_("expires"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state = states.TRANSFER.field()

    class Meta:
        verbose_name = _("transfer")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="transfer_key_once"),
            models.CheckConstraint(
                condition=~models.Q(from_account=models.F("to_account")), name="transfer_between_two_accounts"
            ),
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="transfer_of_something"),
            models.CheckConstraint(
                condition=models.Q(seconded_by__isnull=True) | ~models.Q(seconded_by=models.F("offered_by")),
                name="transfer_seconded_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted", needs_second_person=True, seconded_by__isnull=True),
                name="transfer_accepted_after_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["from_account", "offered_at"], name="sent_by_day"),
            models.Index(fields=["to_account", "state"], name="received_by_state"),
            models.Index(fields=["expires_at"], condition=models.Q(state="offered"), name="offers_by_expiry"),
        ]
        triggers = [
            states.TRANSFER.trigger(),
            ledger_rules.keeps(
                "transfer",
                "from_account_id",
                "to_account_id",
                "serials",
                "quantity_t",
                "key",
                "offered_by_id",
                "offered_at",
                "needs_second_person",
                "acceptable_from",
                "expires_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.quantity_t} t"

    @property
    def number(self) -> str:
        return f"KCR-T-{self.pk:06d}"

    @property
    def waits_for_second_person(self) -> bool:
        return self.needs_second_person and self.seconded_by_id is None

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.from_account.owner_id:
            relations.add("sender")
        if actor.organisation_id is not None and actor.organisation_id == self.to_account.owner_id:
            relations.add("recipient")
        if actor.organisation_kind == OrganisationKind.AUTHORITY:
            relations.add("authority")
        return frozenset(relations)
