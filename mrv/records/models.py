from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mrv.records import states
from mrv.records.kinds import Kind, all_kinds, of_language
from mrv.stations.models import Station
from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.projects.models import Project


class RecordFile(models.Model):
    """A table of records as it was received, and, once imported, what was read from it.

    The bytes lie in the store under ``sha256`` from the first moment on; the rows, once imported, as canonical JSON
    under ``content_sha256``, with ``answers`` what the user said where the table does not. An imported table changes
    no more: a better one supersedes it, or it is withdrawn.
    """

    view_action = "records.view"
    stored_files = ("sha256", "content_sha256")

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="record_files")
    kind = models.CharField(_("kind"), max_length=32)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    answers = models.JSONField(_("answers"), default=dict)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    report = models.JSONField(_("reading report"), null=True)
    content_sha256 = models.CharField(_("digest of the content"), max_length=64, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    imported_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    state = states.RECORD_FILE.field()

    class Meta:
        verbose_name = _("table of records")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind", "sha256"],
                condition=models.Q(state="accepted"),
                name="one_record_file_per_bytes",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "discarded"))
                | ~models.Q(content_sha256="") & models.Q(report__isnull=False, imported_at__isnull=False),
                name="record_file_imported_whole",
            ),
        ]
        triggers = [
            states.RECORD_FILE.trigger(),
            pgtrigger.Protect(name="record_file_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="record_file_never_altered",
                fields=["station", "kind", "file_name", "sha256", "size_bytes", "received_by", "received_at"],
            ),
            pgtrigger.Protect(
                name="record_file_content_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=("accepted", "superseded", "withdrawn"))
                & (
                    pgtrigger.Q(old__content_sha256__df=pgtrigger.F("new__content_sha256"))
                    | pgtrigger.Q(old__answers__df=pgtrigger.F("new__answers"))
                    | pgtrigger.Q(old__rows__df=pgtrigger.F("new__rows"))
                    | pgtrigger.Q(old__report__df=pgtrigger.F("new__report"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_title} · {self.file_name}"

    @property
    def project(self) -> Project:
        return self.station.project

    @property
    def described(self) -> Kind:
        return all_kinds()[self.kind]

    @property
    def kind_title(self) -> str:
        return of_language(self.described.title, get_language())

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.relations_of(actor)


class Attachment(models.Model):
    """A photograph or paper that rows name: kept by the digest of its bytes, never changed."""

    view_action = "records.view"
    stored_files = ("sha256",)

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="attachments")
    file_name = models.CharField(_("file"), max_length=255)
    content_type = models.CharField(max_length=32)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("attachment")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["station", "file_name"], name="one_attachment_per_name"),
        ]
        triggers = [append_only("attachment_append_only")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def project(self) -> Project:
        return self.station.project

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.relations_of(actor)
