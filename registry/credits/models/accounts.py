"""Accounts: where an organisation holds credits, and the programme its buffer pool."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind
from registry.credits import ledger_rules, states
from registry.organisations.models import Organisation


class Account(models.Model):
    """Where an organisation holds credits. The programme's buffer pool is one account of the authority."""

    view_action = "credits.view_account"
    application_rights = ("SELECT, INSERT", "UPDATE (state, closed_at)")

    class Kind(models.TextChoices):
        HOLDER = "holder", _("Holding account")
        BUFFER = "buffer", _("Buffer pool")

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="credit_accounts")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    opened_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    state = states.ACCOUNT.field()

    class Meta:
        verbose_name = _("account")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind"], condition=models.Q(state="open"), name="one_account_per_owner_and_kind"
            ),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="buffer"), name="one_buffer_pool"),
        ]
        triggers = [
            ledger_rules.keeps("account", "id", "owner_id", "kind", "opened_at"),
            states.ACCOUNT.trigger(),
            ledger_rules.ACCOUNT_CLOSES_EMPTY,
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.owner}"

    @property
    def code(self) -> str:
        return f"KCR-A-{self.pk:06d}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.owner_id:
            relations.add("own")
        if actor.organisation_kind == OrganisationKind.AUTHORITY:
            relations.add("authority")
        return frozenset(relations)
