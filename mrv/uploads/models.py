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


class ReceivedFile(models.Model):
    """A file that was handed in and looked at, and about which nobody has decided yet.

    The bytes lie in the store under ``sha256`` from the first moment on and are never changed; ``answers`` is what
    the user said where the file does not say it (the keys of ``readers.Answers``). Imported, it becomes an upload.
    """

    view_action = "uploads.create"
    stored_files = ("sha256",)

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="received_files")
    kind = models.CharField(_("kind"), max_length=16, choices=Upload.Kind.choices)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    answers = models.JSONField(_("answers"), default=dict)
    barometer = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    state = states.RECEIVED.field()

    class Meta:
        verbose_name = _("received file")
        ordering = ["-id"]
        triggers = [
            states.RECEIVED.trigger(),
            pgtrigger.ReadOnly(name="received_never_altered", fields=["station", "file_name", "sha256", "size_bytes"]),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def project(self) -> Project:
        return self.station.project

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.project.relations_of(actor)


class StationProfile(models.Model):
    """What was answered once for files of one form at a station, so that the next one asks nothing.

    ``signature`` is the digest of layout and header; the profile is used for files with exactly this one.
    """

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="file_profiles")
    signature = models.CharField(max_length=64)
    answers = models.JSONField(_("answers"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("file profile")
        constraints = [models.UniqueConstraint(fields=["station", "signature"], name="one_profile_per_form")]

    def __str__(self) -> str:
        return f"{self.station} · {self.signature[:8]}"
