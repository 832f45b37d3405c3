from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Station
from mrv.uploads import states
from registry.core import clock
from registry.core.actors import Actor
from registry.projects.models import Project


class Upload(models.Model):
    """A file as it was received, and what was read from it.

    The bytes lie in the store under ``sha256``. What was read from them (the canonical content) has the digest
    ``canonical_sha256`` and lies in the store under ``content_sha256``: a logger's series as Parquet, everything
    else as canonical JSON. The row only ever changes by being withdrawn.
    """

    view_action = "uploads.view"
    received_before = False
    """Set on the instance that ``receive_upload`` returns when these bytes were already here."""

    stored_files = ("sha256", "content_sha256")

    class Kind(models.TextChoices):
        LOGGER = "logger", _("Logger readings")
        SAMPLES = "samples", _("Water samples")
        GAUGINGS = "gaugings", _("Discharge gaugings")
        BASELINE = "baseline", _("Baseline")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="uploads")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="uploads")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("Of times that the file states without an offset.")
    )
    report = models.JSONField(_("reading report"))
    canonical_sha256 = models.CharField(_("digest of the content"), max_length=64)
    content_sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    first_at = models.DateTimeField(_("first time"), null=True)
    last_at = models.DateTimeField(_("last time"), null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    state = states.UPLOAD.field()

    class Meta:
        verbose_name = _("upload")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind", "sha256", "zone"],
                condition=models.Q(state="accepted"),
                name="one_upload_per_bytes",
            )
        ]
        triggers = [
            states.UPLOAD.trigger(),
            pgtrigger.Protect(name="upload_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="upload_never_altered", exclude=["state"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.file_name}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.project.relations_of(actor)
