from __future__ import annotations

import hashlib

import pgtrigger
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.certificates import states
from registry.certificates.drawing import CertificateRecord
from registry.core import clock
from registry.core.actors import Actor
from registry.credits.models import Issuance
from registry.organisations.models import User
from registry.projects.models import Project

KEEPS_WHAT_IT_SAYS = pgtrigger.Trigger(
    name="certificate_keeps_what_it_says",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    declare=[("later", "text[] := ARRAY['state', 'unsigned_sha256', 'signed_sha256', 'rendered_at', 'log_proof']")],
    func="""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'a certificate is cancelled, never deleted' USING ERRCODE = 'check_violation';
        END IF;
        IF to_jsonb(NEW) - later IS DISTINCT FROM to_jsonb(OLD) - later THEN
            RAISE EXCEPTION 'what a certificate says does not change' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.rendered_at IS NOT NULL
           AND (NEW.unsigned_sha256, NEW.signed_sha256, NEW.rendered_at, NEW.log_proof)
               IS DISTINCT FROM (OLD.unsigned_sha256, OLD.signed_sha256, OLD.rendered_at, OLD.log_proof) THEN
            RAISE EXCEPTION 'a certificate is drawn and signed once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class Certificate(models.Model):
    """What the registry states about one period, for anybody: a record, and the signed PDF drawn from it.

    The record (canonical JSON) is the certificate; the file can be drawn again from it and from the proof of its place
    in the audit log, byte for byte, and only its digests are kept here. The file itself lies in the evidence store
    under ``signed_sha256``.
    """

    view_action = "certificates.view"
    stored_files = ("signed_sha256",)

    class Kind(models.TextChoices):
        ISSUANCE = "issuance", _("Certificate of issuance")
        INVENTORY_STATEMENT = "inventory_statement", _("Inventory statement")

    number = models.CharField(_("number"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="certificates")
    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="certificates", null=True)
    statement_number = models.CharField(_("verification statement"), max_length=40)
    period_start = models.DateTimeField(_("period from"))
    period_end = models.DateTimeField(_("period to"))
    record = models.BinaryField(_("record"))
    log_proof = models.BinaryField(_("proof of its place in the audit log"), null=True)
    """The file that lies in the PDF beside the record; certificates drawn before there were proofs have none."""
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    rendered_at = models.DateTimeField(null=True, editable=False)
    state = states.CERTIFICATE.field()

    class Meta:
        verbose_name = _("certificate")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="issuance", issuance__isnull=False)
                | models.Q(kind="inventory_statement", issuance__isnull=True),
                name="certificate_of_issuance_names_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(prepared_by=models.F("approved_by")), name="certificate_needs_two_persons"
            ),
            models.CheckConstraint(
                condition=models.Q(rendered_at__isnull=True, unsigned_sha256="", signed_sha256="")
                | models.Q(rendered_at__isnull=False, unsigned_sha256__gt="", signed_sha256__gt=""),
                name="certificate_drawn_and_signed_together",
            ),
            models.UniqueConstraint(
                fields=["statement_number"],
                condition=models.Q(state="valid"),
                name="one_valid_certificate_per_statement",
            ),
            models.UniqueConstraint(
                fields=["issuance"], condition=models.Q(state="valid"), name="one_valid_certificate_per_issuance"
            ),
        ]
        indexes = [models.Index(fields=["signed_sha256"])]
        triggers = [states.CERTIFICATE.trigger(), KEEPS_WHAT_IT_SAYS]

    def __str__(self) -> str:
        return self.number

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return frozenset()

    @cached_property
    def content(self) -> CertificateRecord:
        return CertificateRecord.from_json(bytes(self.record))

    @property
    def record_sha256(self) -> str:
        return hashlib.sha256(bytes(self.record)).hexdigest()
