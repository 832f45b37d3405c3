from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.methodologies import states
from registry.core import clock
from registry.core.actors import Actor


class MethodologyVersion(models.Model):
    """One version of a methodology as a governed record; its content never changes once it is signed."""

    view_action = "methodologies.view"

    class Outcome(models.TextChoices):
        STATEMENT = "statement", _("Inventory statement")
        CREDITS = "credits", _("Credits")
        REPORTING = "reporting", _("Reporting line")
        PILOT = "pilot", _("Pilot, no credits yet")
        SCREENING = "screening", _("Screening")

    identifier = models.CharField(_("methodology"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    toml = models.TextField(_("text of the version"))
    impact = models.JSONField(
        _("impact"),
        null=True,
        editable=False,
        help_text=_("Per past period, the result by this version beside the one by the version before."),
    )
    effective_from = models.DateField(_("effective from"), null=True, editable=False)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    drafted_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    state = states.METHODOLOGY.field()

    class Meta:
        verbose_name = _("methodology version")
        ordering = ["identifier", "id"]
        constraints = [
            models.UniqueConstraint(fields=["identifier", "version"], name="one_record_per_methodology_version"),
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True)
                | models.Q(published_by__isnull=True)
                | ~models.Q(signed_by=models.F("published_by")),
                name="methodology_two_persons",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=states.PUBLISHED_ONCE)
                | models.Q(
                    signed_by__isnull=False,
                    published_by__isnull=False,
                    effective_from__isnull=False,
                    impact__isnull=False,
                ),
                name="methodology_published_whole",
            ),
        ]
        triggers = [
            states.METHODOLOGY.trigger(),
            pgtrigger.Protect(name="methodology_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="methodology_content_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.state NOT IN ('draft', 'tested') AND
                       (NEW.identifier, NEW.version, NEW.digest, NEW.title_zh, NEW.title_en, NEW.outcome, NEW.toml,
                        NEW.impact, NEW.drafted_by_id, NEW.signed_by_id, NEW.signed_at)
                       IS DISTINCT FROM
                       (OLD.identifier, OLD.version, OLD.digest, OLD.title_zh, OLD.title_en, OLD.outcome, OLD.toml,
                        OLD.impact, OLD.drafted_by_id, OLD.signed_by_id, OLD.signed_at)
                    THEN
                        RAISE EXCEPTION 'methodology: the version % % is signed and cannot change',
                            OLD.identifier, OLD.version USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.version}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return frozenset({"public"} if self.state in states.PUBLISHED_ONCE else ())
