from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.runs.models import Run
from mrv.verification import states
from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.organisations.models import Organisation
from registry.projects.crediting import CreditingPeriod, in_force
from registry.projects.models import Project

PERSON = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """A verification body's task: to validate a project, or to verify one of its monitoring periods."""

    view_action = "verification.view"

    class Task(models.TextChoices):
        VALIDATION = "validation", _("Validation of the project")
        VERIFICATION = "verification", _("Verification of a monitoring period")

    task = models.CharField(_("task"), max_length=16, choices=Task.choices)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assignments")
    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="assignments", null=True)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assignments")
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    confirmed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    declaration = models.TextField(_("declaration of independence"), blank=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    state = states.ASSIGNMENT.field()

    class Meta:
        verbose_name = _("assignment")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(task="validation", period__isnull=True) | Q(task="verification", period__isnull=False),
                name="assignment_of_a_project_or_a_period",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "done", "replaced"))
                | (Q(accepted_by__isnull=False, confirmed_by__isnull=False) & ~Q(declaration="")),
                name="assignment_accepted_with_declaration",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(task="verification", state__in=states.LIVE),
                name="one_live_assignment_per_period",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(task="validation", state__in=("proposed", "confirmed", "accepted")),
                name="one_live_validation_per_project",
            ),
        ]
        triggers = [
            states.ASSIGNMENT.trigger(),
            pgtrigger.Protect(name="assignment_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="assignment_task_never_altered",
                fields=["task", "project", "period", "body", "proposed_by", "proposed_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} · {self.period or self.project} · {self.body}"

    @property
    def crediting(self) -> CreditingPeriod:
        """The crediting period that this task is about: its methodology version is the one to judge by."""
        return in_force(self.project, self.period.first_day if self.period else self.project.crediting_start)

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None:
            if actor.organisation_id == self.project.proponent_id:
                relations.add("proponent")
            # A body learns of a proposal when the authority has confirmed it.
            if actor.organisation_id == self.body_id and self.state != "proposed":
                relations.add("body")
                if self.state in ("accepted", "done", "replaced"):  # its independence is declared
                    relations.add("engaged")
        if self.state == "done" and "public" in (self.period or self.project).relations_of(actor):
            relations.add("public")
        return frozenset(relations)


class Consultancy(models.Model):
    """A body consulted a project: it may never judge it. Recorded by the body itself or by the authority."""

    view_action = "verification.record_consultancy"

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consultancies")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="consultancies")
    description = models.TextField(_("what was done, and when"))
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("consultancy")
        ordering = ["-id"]
        triggers = [append_only("consultancy_append_only")]

    def __str__(self) -> str:
        return f"{self.body} · {self.project}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        own = actor.organisation_id is not None and actor.organisation_id == self.body_id
        return frozenset({"body"} if own else ())


class Recomputation(models.Model):
    """The verifier computed the downloaded kit outside the server and got the official run's digest."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="recomputations")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    result_digest = models.CharField(_("digest of the result"), max_length=64)
    note = models.TextField(_("note"), blank=True)
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("verifier's recomputation")
        ordering = ["-id"]
        triggers = [append_only("recomputation_append_only")]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.result_digest[:12]}"


class Opinion(models.Model):
    """What a body concludes, as the lead verifier and then an independent reviewer sign it.

    Of a period it states the official run's quantity, before the whole tonnes are taken; of a project it states none.
    """

    view_action = "verification.view"

    class Assurance(models.TextChoices):
        REASONABLE = "reasonable", _("Reasonable assurance")
        LIMITED = "limited", _("Limited assurance")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="opinions")
    number = models.CharField(_("statement"), max_length=40, unique=True)
    positive = models.BooleanField(_("positive"))
    reasons_zh = models.TextField(_("reasons in Chinese"))
    reasons_en = models.TextField(_("reasons in English"))
    assurance = models.CharField(_("level of assurance"), max_length=16, choices=Assurance.choices)
    materiality_pct = models.DecimalField(_("materiality (%)"), max_digits=5, decimal_places=2)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    bundle_digest = models.CharField(_("digest of the evidence"), max_length=64, blank=True)
    result_digest = models.CharField(_("digest of the result"), max_length=64, blank=True)
    quantity_claimed_t = models.DecimalField(_("quantity claimed (t)"), max_digits=24, decimal_places=9, null=True)
    quantity_verified_t = models.DecimalField(_("quantity verified (t)"), max_digits=24, decimal_places=9, null=True)
    lead_signed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    lead_signed_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    reviewer_signed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    reviewer_signed_at = models.DateTimeField(null=True, editable=False)
    sent_back_because = models.TextField(_("sent back because"), blank=True, editable=False)
    state = states.OPINION.field()

    class Meta:
        verbose_name = _("opinion")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer_signed_by__isnull=True) | ~Q(reviewer_signed_by=F("lead_signed_by")),
                name="opinion_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("signed", "returned"))
                | Q(reviewer_signed_by__isnull=False, reviewer_signed_at__isnull=False),
                name="opinion_signed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=True, quantity_verified_t__isnull=True, result_digest="")
                | (Q(run__isnull=False, quantity_verified_t__isnull=False) & ~Q(result_digest="")),
                name="opinion_of_a_run_with_its_quantity",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state__in=("lead_signed", "signed")),
                name="one_live_opinion_per_assignment",
            ),
        ]
        triggers = [
            states.OPINION.trigger(),
            pgtrigger.Trigger(
                name="opinion_waits_for_findings",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM verification_finding f WHERE f.assignment_id = NEW.assignment_id
                        AND f.kind <> 'far'
                        AND (f.state IN ('raised', 'answered') OR NEW.positive AND f.state = 'unresolved')
                    ) THEN
                        RAISE EXCEPTION 'opinion: a CAR or CL of this task is open or ended unresolved'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="opinion_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="opinion_never_altered",
                exclude=["state", "reviewer_signed_by", "reviewer_signed_at", "sent_back_because"],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.assignment.relations_of(actor)
