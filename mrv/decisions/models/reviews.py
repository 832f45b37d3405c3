from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mrv.decisions import states
from mrv.periods.models import MonitoringPeriod
from mrv.verification.models import Opinion
from registry.certificates.models import Certificate
from registry.core import clock
from registry.core.actors import Actor
from registry.credits.models import IssuanceRequest

PERSON = settings.AUTH_USER_MODEL


class Review(models.Model):
    """The authority's review of a verified period: prepared by one official, decided by another.

    ``outcome`` is what the verified result makes: credits, whose issuance ``registry.credits`` owns (``request``), or
    a statement, where the methodology only states or nothing is creditable.
    """

    view_action = "decisions.view"

    class Outcome(models.TextChoices):
        CREDITS = "credits", _("Credits")
        STATEMENT = "statement", _("Statement")

    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="reviews")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    begun_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    prepared_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    prepared_at = models.DateTimeField(null=True, editable=False)
    request = models.ForeignKey(IssuanceRequest, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    state = states.REVIEW.field()

    class Meta:
        verbose_name = _("review")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=("begun", "prepared", "decided")),
                name="one_live_review_per_period",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(prepared_by__isnull=True)
                | ~Q(state="decided")
                | ~Q(decided_by=F("prepared_by")),
                name="review_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | Q(prepared_by__isnull=False, decided_by__isnull=False, certificate__isnull=False),
                name="review_decided_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("prepared", "decided")) | Q(outcome="statement") | Q(request__isnull=False),
                name="review_of_credits_with_request",
            ),
        ]
        triggers = [
            states.REVIEW.trigger(),
            pgtrigger.Protect(name="review_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="review_subject_never_altered", fields=["period", "opinion", "outcome", "begun_by", "begun_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.get_outcome_display()} · {self.get_state_display()}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set(self.period.relations_of(actor)) & {"proponent", "verifier", "authority"}
        if self.state == "decided":
            relations.add("decided")
        return frozenset(relations)
