from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.verification.models.assignments import Assignment
from mrv.verification.models.findings import Finding
from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only

PERSON = settings.AUTH_USER_MODEL


class ChecklistAnswer(models.Model):
    """What somebody of the body says about one item of the checklist. The newest of an item counts, all are kept."""

    class Verdict(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        FINDING = "finding", _("Finding raised")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")
        OPEN = "open", _("Not looked at")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="checklist_answers")
    item = models.CharField(_("item"), max_length=40)
    checklist_digest = models.CharField(_("digest of the checklist"), max_length=64)
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict.choices)
    note = models.TextField(_("note"), blank=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+", null=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("answer to the checklist")
        ordering = ["assignment", "id"]
        indexes = [models.Index(fields=["assignment", "item"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict="finding", finding__isnull=False)
                | ~models.Q(verdict="finding") & models.Q(finding__isnull=True),
                name="checklist_finding_is_named",
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="not_applicable") | ~models.Q(note=""),
                name="checklist_not_applicable_says_why",
            ),
        ]
        triggers = [append_only("checklist_answer_append_only")]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_verdict_display()}"


class SamplingPlan(models.Model):
    """What the body looks at more closely: drawn at random from a recorded seed, and chosen where the risk is.

    The same seed over the same evidence gives the same picks; anybody can draw them again.
    """

    view_action = "verification.view_checklist"

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sampling_plans")
    seed = models.CharField(_("seed"), max_length=64)
    method = models.CharField(_("method"), max_length=32)
    bundle_digest = models.CharField(_("digest of the evidence"), max_length=64)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("sampling plan")
        ordering = ["-id"]
        triggers = [append_only("sampling_plan_append_only")]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.seed}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.assignment.relations_of(actor)


class Pick(models.Model):
    """One thing of a sampling plan: an hour, a storm, an edit by hand, a laboratory sample, a gauging."""

    class Kind(models.TextChoices):
        HOUR = "hour", _("An hour")
        STORM = "storm", _("A storm")
        EDIT = "edit", _("An edit by hand")
        SAMPLE = "sample", _("A water sample")
        GAUGING = "gauging", _("A gauging")
        GAP = "gap", _("A gap")

    plan = models.ForeignKey(SamplingPlan, on_delete=models.PROTECT, related_name="picks")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    at_random = models.BooleanField(_("at random"))
    place = models.JSONField(_("place"))

    class Meta:
        verbose_name = _("pick")
        ordering = ["id"]
        triggers = [append_only("pick_append_only")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class PickCheck(models.Model):
    """What was found when a pick was looked at; the newest counts, all are kept."""

    class Outcome(models.TextChoices):
        AS_STATED = "as_stated", _("As stated")
        DIFFERS = "differs", _("Differs")

    pick = models.ForeignKey(Pick, on_delete=models.PROTECT, related_name="checks")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    note = models.TextField(_("note"))
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("check of a pick")
        ordering = ["pick", "id"]
        triggers = [append_only("pick_check_append_only")]

    def __str__(self) -> str:
        return f"{self.pick} · {self.get_outcome_display()}"
