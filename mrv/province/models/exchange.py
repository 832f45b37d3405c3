from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.organisations.models import Organisation


class Agreement(models.Model):
    """Which tables a department may read, from when, and who its liaison officer is; a newer one ends the older."""

    view_action = "province.view_agreement"

    department = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="data_agreements")
    liaison = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tables = models.JSONField(_("tables"))
    """Names of ``mrv.province.exports``, in its order."""
    valid_from = models.DateField(_("from"))
    reference = models.CharField(_("agreed by (letter, minutes)"), max_length=200)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    end_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("agreement with a department")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department"], condition=models.Q(ended_at__isnull=True), name="one_live_agreement"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | (models.Q(ended_by__isnull=False) & ~models.Q(end_reason="")),
                name="agreement_ended_with_reason",
            ),
            models.CheckConstraint(condition=~models.Q(tables=[]), name="agreement_of_something"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="agreement_keeps_its_terms",
                operation=pgtrigger.UpdateOf(
                    "department_id", "liaison_id", "tables", "valid_from", "reference", "agreed_by_id", "agreed_at"
                )
                | pgtrigger.Delete,
            ),
            pgtrigger.Protect(
                name="agreement_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.valid_from}"

    def has_begun(self, day: date) -> bool:
        return self.ended_at is None and self.valid_from <= day

    def relations_of(self, actor: Actor) -> frozenset[str]:
        if actor.organisation_id is not None and actor.organisation_id == self.department_id:
            return frozenset({"department"})
        return frozenset()
