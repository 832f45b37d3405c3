"""Where credits end: retirements, with whom they are for, and cancellations. Both are written once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.credits.fields import SerialsField
from registry.credits.models.accounts import Account
from registry.organisations.models import User


class Retirement(models.Model):
    """Credits used up for a beneficiary, for one purpose and one year; public for ever."""

    view_action = "credits.view_retirement"

    class Purpose(models.TextChoices):
        VOLUNTARY = "voluntary", _("Voluntary")
        COMPLIANCE = "compliance", _("Compliance")

    class Beneficiary(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        PUBLIC_BODY = "public_body", _("Public body")
        EVENT = "event", _("Event")
        PRODUCT = "product", _("Product or service")
        INDIVIDUAL = "individual", _("Individual")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="retirements")
    serials = SerialsField(_("serials"))
    quantity_t = models.BigIntegerField(_("quantity"))
    key = models.CharField(max_length=100, editable=False)
    beneficiary_name = models.CharField(_("beneficiary"), max_length=200)
    beneficiary_name_en = models.CharField(_("beneficiary in English"), max_length=200, blank=True, db_default="")
    beneficiary_type = models.CharField(_("kind of beneficiary"), max_length=16, choices=Beneficiary.choices)
    beneficiary_code = models.CharField(_("code of the beneficiary"), max_length=40, blank=True)
    """Unified social credit code or LEI, its check characters verified; another registration number as given."""
    on_behalf = models.BooleanField(_("on behalf of another"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    year = models.SmallIntegerField(_("year that it covers"))
    public_text = models.CharField(_("public text"), max_length=500, blank=True)
    retired_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    retired_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("retirement")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="retirement_key_once"),
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="retirement_of_something"),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["voluntary", "compliance"]), name="retirement_purpose"
            ),
        ]
        triggers = [append_only("retirement_append_only")]

    def __str__(self) -> str:
        return f"{self.number} {self.quantity_t} t"

    @property
    def number(self) -> str:
        return f"KCR-R-{self.pk:06d}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.account.relations_of(actor)


class Cancellation(models.Model):
    """Credits taken out of use without a claim: by their holder, or to make good what a reversal left owed."""

    view_action = "credits.view_cancellation"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cancellations")
    serials = SerialsField(_("serials"))
    quantity_t = models.BigIntegerField(_("quantity"))
    key = models.CharField(max_length=100, unique=True, editable=False)
    reversal = models.ForeignKey("Reversal", on_delete=models.PROTECT, related_name="replacements", null=True)
    """Set when these credits replace what the buffer lacked."""
    public_note = models.CharField(_("public note"), max_length=500)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("cancellation")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="cancellation_of_something")]
        triggers = [append_only("cancellation_append_only")]

    def __str__(self) -> str:
        return f"{self.number} {self.quantity_t} t"

    @property
    def number(self) -> str:
        return f"KCR-X-{self.pk:06d}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.account.relations_of(actor)
