"""Freezes, reversals and facts on ranges: what the authority records about credits that it does not hold."""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind
from registry.core.states import append_only
from registry.credits import ledger_rules, states
from registry.credits.fields import SerialsField
from registry.credits.models.accounts import Account
from registry.credits.models.issuances import Issuance
from registry.organisations.models import User
from registry.projects.models import Project


class Freeze(models.Model):
    """No verb moves what a freeze covers: an account, a project's credits, or a range. One freezes, two release."""

    view_action = "credits.view_freeze"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="freezes", null=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="freezes", null=True)
    serials = BigIntegerRangeField(_("serials"), null=True)
    reason = models.CharField(_("reason"), max_length=500)
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    release_asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    release_reason = models.CharField(_("reason of the release"), max_length=500, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    released_at = models.DateTimeField(null=True, editable=False)
    state = states.FREEZE.field()

    class Meta:
        verbose_name = _("freeze")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, project__isnull=True, serials__isnull=True)
                | models.Q(account__isnull=True, project__isnull=False, serials__isnull=True)
                | models.Q(account__isnull=True, project__isnull=True, serials__isempty=False),
                name="freeze_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released")
                | (
                    models.Q(released_by__isnull=False, release_asked_by__isnull=False)
                    & ~models.Q(released_by=models.F("release_asked_by"))
                ),
                name="release_needs_two_persons",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=~models.Q(state="released"), name="frozen_accounts"),
            models.Index(fields=["project"], condition=~models.Q(state="released"), name="frozen_projects"),
        ]
        triggers = [
            states.FREEZE.trigger(),
            ledger_rules.keeps("freeze", "account_id", "project_id", "serials", "reason", "frozen_by_id", "frozen_at"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.covers}"

    @property
    def covers(self) -> str:
        if self.account is not None:
            return str(self.account)
        if self.project is not None:
            return str(self.project)
        assert self.serials is not None
        return f"{self.serials.lower}–{self.serials.upper - 1}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return frozenset({"authority"} if actor.organisation_kind == OrganisationKind.AUTHORITY else ())


class Reversal(models.Model):
    """Removals that did not last, or that were issued too much of: answered by the buffer, the rest is owed."""

    view_action = "credits.view_reversal"

    class Kind(models.TextChoices):
        REVERSAL = "reversal", _("Reversal")
        OVER_ISSUANCE = "over_issuance", _("Over-issuance")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reversals")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    quantity_t = models.BigIntegerField(_("quantity"))
    found_by_authority = models.BooleanField(_("found by the authority"))
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    report = models.CharField(_("what happened"), max_length=2000)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    public_note = models.CharField(_("public note"), max_length=1000, blank=True)
    buffer_serials = SerialsField(_("cancelled from the buffer"), null=True)
    buffer_t = models.BigIntegerField(_("cancelled from the buffer"), null=True)
    shortfall_t = models.BigIntegerField(_("owed by the proponent"), null=True)
    state = states.REVERSAL.field()

    class Meta:
        verbose_name = _("reversal")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="reversal_of_something"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("reported_by")),
                name="reversal_needs_two_persons",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | models.Q(
                    quantity_t=models.F("buffer_t") + models.F("shortfall_t"), buffer_t__gte=0, shortfall_t__gte=0
                ),
                name="reversal_is_answered_whole",
            ),
        ]
        triggers = [
            states.REVERSAL.trigger(),
            ledger_rules.keeps("reversal", "project_id", "kind", "quantity_t", "reported_by_id", "reported_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.quantity_t} t"

    @property
    def number(self) -> str:
        return f"KCR-V-{self.pk:06d}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.project.proponent_id:
            relations.add("proponent")
        if actor.organisation_kind == OrganisationKind.AUTHORITY:
            relations.add("authority")
        return frozenset(relations)


class RangeFact(models.Model):
    """A dated fact on serials: a corresponding adjustment, or a label. It stays with them wherever they go."""

    view_action = "credits.view_fact"

    class Kind(models.TextChoices):
        CORRESPONDING_ADJUSTMENT = "corresponding_adjustment", _("Corresponding adjustment")
        LABEL = "label", _("Label")

    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="facts")
    serials = BigIntegerRangeField(_("serials"))
    text = models.CharField(_("what holds"), max_length=300)
    reference = models.CharField(_("reference"), max_length=300, blank=True)
    holds_from = models.DateField(_("holds from"))
    ends = models.OneToOneField("self", on_delete=models.PROTECT, related_name="ended_by", null=True)
    """Set on a fact that ends an earlier one; the earlier one stays readable."""
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("fact on a range")
        ordering = ["holds_from", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(serials__isempty=False), name="fact_on_serials")]
        triggers = [append_only("range_fact_append_only")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serials.lower}–{self.serials.upper - 1}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return frozenset({"authority"} if actor.organisation_kind == OrganisationKind.AUTHORITY else ())
