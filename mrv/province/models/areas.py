from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.projects.models import Project


class DemonstrationArea(models.Model):
    """A project that the authority names a demonstration area, from the naming to its end; ended once."""

    view_action = "province.view_area"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="demonstration_areas")
    note_zh = models.TextField(_("what it is to show, in Chinese"))
    note_en = models.TextField(_("what it is to show, in English"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    end_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("demonstration area")
        ordering = ["project__code", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(ended_at__isnull=True), name="one_live_area_per_project"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | (models.Q(ended_by__isnull=False) & ~models.Q(end_reason="")),
                name="area_ended_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="area_keeps_its_words",
                operation=pgtrigger.UpdateOf("project_id", "note_zh", "note_en", "named_by_id", "named_at")
                | pgtrigger.Delete,
            ),
            pgtrigger.Protect(
                name="area_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.project.relations_of(actor)
