"""Requests of a registered project that the authority decides: renewal of crediting, change of proponent.

A request keeps its terms; one that was returned is readable for ever, and a new one takes its place.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.organisations.models import Organisation, User
from registry.projects import states


class Renewal(models.Model):
    """A further crediting period, asked for with baseline and additionality stated anew."""

    view_action = "projects.view_request"

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="renewals")
    starts_on = models.DateField(_("crediting from"))
    ends_on = models.DateField(_("crediting to"))
    baseline = models.TextField(_("baseline, stated anew"))
    additionality = models.TextField(_("additionality, stated anew"))
    baseline_document = models.ForeignKey(
        "projects.ProjectDocument", on_delete=models.PROTECT, related_name="renewals", null=True
    )
    methodology_id = models.CharField(_("methodology"), max_length=40)
    methodology_version = models.CharField(_("methodology version"), max_length=20)
    methodology_digest = models.CharField(max_length=64)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(_("reason"), blank=True)
    state = states.RENEWAL.field()

    class Meta:
        verbose_name = _("renewal of crediting")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="renewal_span"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("approved", "returned", "refused"))
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("requested_by"))),
                name="renewal_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(state="requested"), name="one_renewal_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["project", "starts_on"], condition=models.Q(state="approved"), name="one_renewal_per_start"
            ),
        ]
        triggers = [
            states.RENEWAL.trigger(),
            pgtrigger.Protect(
                name="renewal_keeps_its_terms",
                operation=pgtrigger.UpdateOf(
                    "project_id",
                    "starts_on",
                    "ends_on",
                    "baseline",
                    "additionality",
                    "baseline_document_id",
                    "methodology_id",
                    "methodology_version",
                    "methodology_digest",
                    "requested_by_id",
                    "requested_at",
                )
                | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="renewal_follows",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state="approved") & ~pgtrigger.Q(old__state="approved"),
                func="""
                    IF NEW.starts_on <> 1 + (
                        SELECT greatest(p.crediting_end, coalesce(max(r.ends_on), p.crediting_end))
                        FROM projects_project p
                        LEFT JOIN projects_renewal r ON r.project_id = p.id AND r.state = 'approved'
                        WHERE p.id = NEW.project_id GROUP BY p.crediting_end)
                    THEN
                        RAISE EXCEPTION 'renewal: a crediting period follows the one before without gap or overlap'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.starts_on}–{self.ends_on}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.project.proponent_id:
            relations.add("proponent")
        if self.state == "approved":
            relations.add("public")
        return frozenset(relations)


class ChangeOfProponent(models.Model):
    """A project passes to another developer: both sign, the authority decides."""

    view_action = "projects.view_request"

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="proponent_changes")
    from_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    countersigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    countersigned_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(_("reason"), blank=True)
    state = states.PROPONENT_CHANGE.field()

    class Meta:
        verbose_name = _("change of proponent")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(from_organisation=models.F("to_organisation")), name="change_is_to_another"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("countersigned", "approved"))
                | (models.Q(countersigned_by__isnull=False) & ~models.Q(countersigned_by=models.F("requested_by"))),
                name="change_signed_by_both",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (
                    models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("requested_by"))
                    & ~models.Q(decided_by=models.F("countersigned_by"))
                ),
                name="change_decided_by_a_third",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(state__in=("requested", "countersigned")),
                name="one_change_of_proponent_at_a_time",
            ),
        ]
        triggers = [
            states.PROPONENT_CHANGE.trigger(),
            pgtrigger.Protect(
                name="change_keeps_its_terms",
                operation=pgtrigger.UpdateOf(
                    "project_id",
                    "from_organisation_id",
                    "to_organisation_id",
                    "reason",
                    "requested_by_id",
                    "requested_at",
                )
                | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.from_organisation} → {self.to_organisation}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None:
            if actor.organisation_id == self.from_organisation_id:
                relations.add("proponent")
            if actor.organisation_id == self.to_organisation_id:
                relations.add("new_proponent")
        if self.state == "approved":
            relations.add("public")
        return frozenset(relations)
