"""The ledger: what was asked, what was issued, the journal, and the holdings that the journal makes.

Serial numbers are global integers; one credit is one of them and stands for 1 t CO2. Ranges are ``[first, last + 1)``.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind
from registry.core.states import append_only
from registry.credits import ledger_rules, states
from registry.credits.handover import MAX_DECIMALS, VerifiedOutcome
from registry.credits.serials import Block, first_day, last_day
from registry.organisations.models import Organisation, User
from registry.projects.models import Project


def tonnes(label: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=24, decimal_places=MAX_DECIMALS)


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


class IssuanceRequest(models.Model):
    """One official's request that another official approves. The quantity follows from the verified outcome."""

    view_action = "credits.view_request"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="issuance_requests")
    period_start = models.DateTimeField(_("period from"))
    period_end = models.DateTimeField(_("period to"))
    outcome = models.JSONField(_("verified outcome"))
    quantity_t = models.BigIntegerField(_("whole tonnes"))
    buffer_t = models.BigIntegerField(_("of which buffer"))
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True)
    state = states.ISSUANCE_REQUEST.field()

    class Meta:
        verbose_name = _("issuance request")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("prepared_by")),
                name="issuance_needs_two_persons",
                violation_error_message=_("Nobody decides on the request that he or she prepared."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(decided_by__isnull=False),
                name="approved_issuance_names_its_approver",
            ),
            models.UniqueConstraint(
                fields=["project", "period_start", "period_end"],
                condition=models.Q(state="prepared"),
                name="one_open_issuance_request_per_period",
            ),
        ]
        triggers = [states.ISSUANCE_REQUEST.trigger(), ledger_rules.REQUEST_KEEPS_ITS_OUTCOME]

    def __str__(self) -> str:
        return f"{self.project.code} {self.period_start:%Y-%m-%d} {self.quantity_t} t"

    @property
    def verified_outcome(self) -> VerifiedOutcome:
        return VerifiedOutcome.from_plain(self.outcome)

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.project.proponent_id:
            relations.add("proponent")
        if actor.organisation_kind == OrganisationKind.AUTHORITY:
            relations.add("authority")
        return frozenset(relations)


class Issuance(models.Model):
    """Credits that came into being for one period: once, all together, by two persons."""

    request = models.OneToOneField(IssuanceRequest, on_delete=models.PROTECT, related_name="issuance")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="issuances")
    period_start = models.DateTimeField(_("period from"))
    period_end = models.DateTimeField(_("period to"))
    utc_offset_s = models.IntegerField(_("offset of the station's zone in seconds"))
    span = BigIntegerRangeField(editable=False)
    """Set by the database: project and seconds in one range, so that no second of a project is issued twice."""
    serials = BigIntegerRangeField(_("serials"))
    quantity_t = models.BigIntegerField(_("whole tonnes"))
    buffer_t = models.BigIntegerField(_("of which buffer"))
    statement_number = models.CharField(_("verification statement"), max_length=40, unique=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("issuance")
        ordering = ["-id"]
        constraints = [
            ExclusionConstraint(name="no_period_issued_twice", expressions=[("span", RangeOperators.OVERLAPS)]),
            ExclusionConstraint(name="no_serial_issued_twice", expressions=[("serials", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                condition=models.Q(quantity_t__gt=0, buffer_t__gte=0, buffer_t__lte=models.F("quantity_t")),
                name="issuance_quantities",
            ),
            models.CheckConstraint(
                condition=models.Q(period_end__gt=models.F("period_start")), name="issuance_period_span"
            ),
        ]
        triggers = [
            append_only("issuance_append_only"),
            ledger_rules.ISSUANCE_SPAN,
            ledger_rules.ISSUANCE_IS_COMPLETE,
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.quantity_t} t"

    @property
    def first_serial(self) -> int:
        return self.serials.lower

    @property
    def last_serial(self) -> int:
        return self.serials.upper - 1

    @property
    def first_day(self) -> date:
        return first_day(self.period_start, self.utc_offset_s)

    @property
    def last_day(self) -> date:
        return last_day(self.period_end, self.utc_offset_s)

    def blocks(self) -> list[Block]:
        """One contiguous block for each vintage, the buffer's part included. Reads ``allotments``."""
        ranges: dict[int, list[int]] = defaultdict(list)
        for allotment in self.allotments.all():
            ranges[allotment.vintage] += [allotment.first_serial, allotment.last_serial]
        return [
            Block(
                division_code=self.project.division_code,
                project_code=self.project.code,
                vintage=vintage,
                first=min(ends),
                last=max(ends),
            )
            for vintage, ends in sorted(ranges.items())
        ]


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


class Remainder(models.Model):
    """The part of a tonne that a project carries from one period to the next, in order of issuance."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="remainders")
    number = models.IntegerField(_("number"))
    issuance = models.OneToOneField(Issuance, on_delete=models.PROTECT, related_name="remainder", null=True)
    """Null when a period had too little for one whole tonne: then all of it is carried."""
    statement_number = models.CharField(_("verification statement"), max_length=40, unique=True)
    carried_in_t = tonnes(_("carried in"))
    creditable_t = tonnes(_("creditable"))
    issued_t = models.BigIntegerField(_("issued"))
    carried_out_t = tonnes(_("carried out"))
    at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("remainder")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="remainders_in_order"),
            models.CheckConstraint(
                condition=models.Q(
                    carried_out_t=models.F("carried_in_t") + models.F("creditable_t") - models.F("issued_t")
                ),
                name="remainder_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(carried_out_t__gte=0, carried_out_t__lt=1, creditable_t__gte=0, issued_t__gte=0),
                name="remainder_below_one_tonne",
            ),
            models.CheckConstraint(
                condition=models.Q(issuance__isnull=False, issued_t__gt=0)
                | models.Q(issuance__isnull=True, issued_t=0),
                name="remainder_of_issuance",
            ),
        ]
        triggers = [append_only("remainder_append_only"), ledger_rules.REMAINDER_CONTINUES]

    def __str__(self) -> str:
        return f"{self.project.code} #{self.number}: {self.carried_out_t} t"
