"""What was asked, what was issued, and the parts of a tonne that go on to the next issuance."""

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
from registry.organisations.models import User
from registry.projects.models import Project


def tonnes(label: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=24, decimal_places=MAX_DECIMALS)


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
