"""The ledger: the journal, the holdings that it makes, and what an issuance allots.

Serial numbers are global integers; one credit is one of them and stands for 1 t CO2. Ranges are ``[first, last + 1)``.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.states import append_only
from registry.credits import ledger_rules, states
from registry.credits.models.accounts import Account
from registry.credits.models.issuances import Issuance
from registry.credits.serials import Block


class SerialRange(models.Model):
    """What rows with serials have in common: a contiguous range of one vintage of one issuance."""

    serials = BigIntegerRangeField(_("serials"))
    vintage = models.SmallIntegerField(_("vintage"))

    class Meta:
        abstract = True

    @property
    def quantity_t(self) -> int:
        return self.serials.upper - self.serials.lower

    @property
    def first_serial(self) -> int:
        return self.serials.lower

    @property
    def last_serial(self) -> int:
        return self.serials.upper - 1

    @property
    def printed_serials(self) -> str:
        project = self.issuance.project
        return Block(
            division_code=project.division_code,
            project_code=project.code,
            vintage=self.vintage,
            first=self.first_serial,
            last=self.last_serial,
        ).printed


class Holding(SerialRange):
    """A range with one account in one status: opened by one journal entry, closed by at most one, else unchanged.

    Retired and cancelled ranges stay open for ever, so the one exclusion constraint covers every status.
    """

    application_rights = ("SELECT, INSERT", "UPDATE (closed_by_id)")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        IN_TRANSFER = "in_transfer", _("In transfer")
        LISTED = "listed", _("Listed")
        RETIRED = "retired", _("Retired")
        CANCELLED = "cancelled", _("Cancelled")
        BUFFER = "buffer", _("Buffer")

    # The kernel's own check implies the foreign keys, at a fifth of the price of their constraints (kernel.sql).
    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="holdings", db_constraint=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="holdings", db_index=False, db_constraint=False
    )
    """Found by ``open_holdings_in_order``: one index less at every split."""
    status = models.CharField(_("status"), max_length=16, choices=Status.choices)
    opened_by = models.ForeignKey("Entry", on_delete=models.PROTECT, related_name="opened", db_constraint=False)
    closed_by = models.ForeignKey(
        "Entry", on_delete=models.PROTECT, related_name="closed", null=True, db_constraint=False
    )

    class Meta:
        verbose_name = _("holding")
        ordering = ["serials"]
        constraints = [
            ExclusionConstraint(
                name="no_serial_held_twice",
                expressions=[("serials", RangeOperators.OVERLAPS)],
                condition=models.Q(closed_by__isnull=True),
            ),
            models.CheckConstraint(condition=models.Q(serials__isempty=False), name="holding_not_empty"),
            models.CheckConstraint(
                condition=models.Q(serials__lower_inf=False, serials__upper_inf=False), name="holding_has_both_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "in_transfer", "listed", "retired", "cancelled", "buffer"]),
                name="holding_status",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "status", "serials"],
                condition=models.Q(closed_by__isnull=True),
                name="open_holdings_in_order",
            )
        ]
        triggers = [
            ledger_rules.HOLDING_OPENED_AND_CLOSED_ONCE,
            ledger_rules.HOLDING_OPENS_WHAT_WAS_CLOSED,
            ledger_rules.HOLDING_OPENING_ENDS_CLOSING,
        ]

    def __str__(self) -> str:
        return f"{self.printed_serials} {self.get_status_display()}"


class Allotment(SerialRange):
    """What an issuance gives to whom: the rows that its journal entry opens as holdings, exactly and once."""

    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="allotments")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=[choice for choice in Holding.Status.choices if choice[0] in ("active", "buffer")],
    )

    class Meta:
        verbose_name = _("allotment")
        ordering = ["serials"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=["active", "buffer"]), name="allotment_status")
        ]
        triggers = [append_only("allotment_append_only"), ledger_rules.ALLOTMENT_BELONGS]

    def __str__(self) -> str:
        return f"{self.printed_serials} {self.status}"


class Entry(models.Model):
    """The journal: one line for each act on serials, never changed. Written by the kernel ``post_entry`` only."""

    ISSUE = "issue"
    KINDS = ((ISSUE, _("Issued")), *((verb.kind, verb.label) for verb in states.VERBS))

    kind = models.CharField(_("kind"), max_length=16, choices=KINDS)
    issuance = models.OneToOneField(Issuance, on_delete=models.PROTECT, related_name="entry", null=True)
    """Of kind ``issue`` only, and then the one entry of that issuance."""
    from_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    to_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    serials = BigIntegerRangeField(_("serials"))
    status = models.CharField(_("status"), max_length=16, choices=Holding.Status.choices, blank=True)
    """What the moved serials become; empty for an issuance, whose allotments say it."""
    reason = models.TextField(_("reason"), blank=True)
    idempotency_key = models.CharField(max_length=100)
    actor_id = models.BigIntegerField(_("person"))
    """0 is the registry's own clock, which ends offers that nobody took up."""
    at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("journal entry")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind="issue",
                    issuance__isnull=False,
                    from_account__isnull=True,
                    to_account__isnull=True,
                    status="",
                )
                | models.Q(
                    kind__in=[verb.kind for verb in states.VERBS],
                    issuance__isnull=True,
                    from_account__isnull=False,
                    to_account__isnull=False,
                    status__gt="",
                ),
                name="entry_shape",
            ),
            models.CheckConstraint(condition=models.Q(serials__isempty=False), name="entry_not_empty"),
            models.UniqueConstraint(fields=["idempotency_key"], name="entry_key_once"),
        ]
        indexes = [
            models.Index(fields=["from_account", "at"], name="entries_out_by_day"),
            models.Index(fields=["to_account", "at"], name="entries_in_by_day"),
        ]
        triggers = [
            append_only("entry_append_only"),
            ledger_rules.ENTRY_IS_FREE_TO_MOVE,
            ledger_rules.ENTRY_CONSERVES_SERIALS,
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.serials}"
