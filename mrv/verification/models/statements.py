from __future__ import annotations

import hashlib
import json
from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.verification.models.assignments import Opinion
from registry.core import clock
from registry.core.actors import Actor


class VerificationStatement(models.Model):
    """The document of a signed opinion: its record, made with the second signature, and the signed PDF soon after.

    The record (canonical JSON) is what was concluded; the file can be drawn from it again, byte for byte.
    """

    view_action = "verification.view"
    stored_files = ("signed_sha256",)

    opinion = models.OneToOneField(Opinion, on_delete=models.PROTECT, related_name="statement")
    record = models.BinaryField(_("record"))
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    rendered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("verification statement")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rendered_at__isnull=True, unsigned_sha256="", signed_sha256="")
                | models.Q(rendered_at__isnull=False, unsigned_sha256__gt="", signed_sha256__gt=""),
                name="statement_drawn_and_signed_together",
            )
        ]
        indexes = [models.Index(fields=["signed_sha256"])]
        triggers = [
            pgtrigger.Protect(name="statement_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="statement_never_altered", fields=["opinion", "record", "created_at"]),
            pgtrigger.Protect(
                name="statement_drawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__rendered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.opinion.number

    @property
    def content(self) -> dict[str, Any]:
        return dict(json.loads(bytes(self.record)))

    @property
    def record_sha256(self) -> str:
        return hashlib.sha256(bytes(self.record)).hexdigest()

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.opinion.relations_of(actor)
