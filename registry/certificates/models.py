from __future__ import annotations

import hashlib
from typing import Any

import pgtrigger
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.certificates import kinds, states
from registry.core import clock
from registry.core.actors import Actor
from registry.credits.models import Account, Issuance, Retirement
from registry.organisations.models import Organisation, User
from registry.projects.models import Project

SUBJECTS = {
    "issuance": {"project", "issuance"},
    "inventory_statement": {"project"},
    "registration": {"project"},
    "retirement": {"retirement"},
    "account_statement": {"account"},
    "opinion": {"project", "body"},
}
"""Which columns say what a certificate of each kind is about; the others are empty."""


def _names_its_subject() -> models.Q:
    """A certificate names what its kind is about, and nothing else."""
    columns = sorted(set().union(*SUBJECTS.values()))
    condition = models.Q()
    for kind, named in SUBJECTS.items():
        condition |= models.Q(kind=kind, **{f"{column}__isnull": column not in named for column in columns})
    return condition


KEEPS_WHAT_IT_SAYS = pgtrigger.Trigger(
    name="certificate_keeps_what_it_says",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    declare=[
        (
            "later",
            "text[] := ARRAY['state', 'unsigned_sha256', 'signed_sha256', 'rendered_at', 'log_proof',"
            " 'ended_at', 'ended_because_zh', 'ended_because_en', 'superseded_by_id']",
        )
    ],
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
        IF OLD.ended_at IS NOT NULL
           AND (NEW.ended_at, NEW.ended_because_zh, NEW.ended_because_en)
               IS DISTINCT FROM (OLD.ended_at, OLD.ended_because_zh, OLD.ended_because_en)
           OR OLD.superseded_by_id IS NOT NULL AND NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id THEN
            RAISE EXCEPTION 'a certificate ends once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class Certificate(models.Model):
    """What the registry states, for anybody who holds it: a record, and the signed PDF drawn from it.

    The record (canonical JSON) is the certificate; the file can be drawn again from it and from the proof of its place
    in the audit log, byte for byte, and only its digests are kept here. The file itself lies in the evidence store
    under ``signed_sha256``. What each kind is about, draws and may
    become is said in :mod:`registry.certificates.kinds`.
    """

    view_action = "certificates.view"
    stored_files = ("signed_sha256",)

    class Kind(models.TextChoices):
        ISSUANCE = "issuance", _("Certificate of issuance")
        INVENTORY_STATEMENT = "inventory_statement", _("Inventory statement")
        REGISTRATION = "registration", _("Certificate of registration")
        RETIREMENT = "retirement", _("Certificate of retirement")
        ACCOUNT_STATEMENT = "account_statement", _("Account statement")
        OPINION = "opinion", _("Verification opinion")

    number = models.CharField(_("number"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="certificates", null=True)
    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="certificates", null=True)
    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, related_name="certificates", null=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="certificates", null=True)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="opinions", null=True)
    """The verification body that states an opinion."""
    statement_number = models.CharField(_("verification statement"), max_length=40, blank=True)
    period_start = models.DateTimeField(_("period from"), null=True)
    period_end = models.DateTimeField(_("period to"), null=True)
    is_public = models.BooleanField(_("public"), default=True, db_default=True, editable=False)
    """Whether everybody may read what it says; that it exists and whether it is in force is always public."""
    record = models.BinaryField(_("record"))
    log_proof = models.BinaryField(_("proof of its place in the audit log"), null=True)
    """The file that lies in the PDF beside the record; certificates drawn before there were proofs have none."""
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    rendered_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_because_zh = models.TextField(_("reason in Chinese"), blank=True, editable=False)
    ended_because_en = models.TextField(_("reason in English"), blank=True, editable=False)
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="replaced", null=True, editable=False
    )
    state = states.CERTIFICATE.field()

    class Meta:
        verbose_name = _("certificate")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=_names_its_subject(), name="certificate_names_what_it_is_about"),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["issuance", "inventory_statement"])
                | models.Q(prepared_by__isnull=False, approved_by__isnull=False)
                & ~models.Q(prepared_by=models.F("approved_by")),
                name="certificate_needs_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(rendered_at__isnull=True, unsigned_sha256="", signed_sha256="")
                | models.Q(rendered_at__isnull=False, unsigned_sha256__gt="", signed_sha256__gt=""),
                name="certificate_drawn_and_signed_together",
            ),
            models.UniqueConstraint(
                fields=["kind", "statement_number"],
                condition=models.Q(state="valid") & ~models.Q(statement_number=""),
                name="one_valid_certificate_per_statement",
            ),
            models.UniqueConstraint(
                fields=["issuance"], condition=models.Q(state="valid"), name="one_valid_certificate_per_issuance"
            ),
            models.UniqueConstraint(
                fields=["retirement"], condition=models.Q(state="valid"), name="one_valid_certificate_per_retirement"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(state="valid", kind="registration"),
                name="one_valid_certificate_per_registration",
            ),
        ]
        indexes = [models.Index(fields=["signed_sha256"])]
        triggers = [states.CERTIFICATE.trigger(), KEEPS_WHAT_IT_SAYS]

    def __str__(self) -> str:
        return self.number

    def relations_of(self, actor: Actor) -> frozenset[str]:
        """``public``: what it says is everybody's; ``own``: it speaks of the actor's project, account or opinion."""
        relations = set()
        if self.is_public:
            relations.add("public")
        if actor.organisation_id is not None:
            owners = {self.body_id}
            owners.add(self.project.proponent_id if self.project else None)
            owners.add(self.account.owner_id if self.account else None)
            if actor.organisation_id in owners:
                relations.add("own")
        return frozenset(relations)

    @cached_property
    def content(self) -> Any:
        """The record as its kind reads it."""
        return kinds.kind_of(self).read(bytes(self.record))

    @property
    def record_sha256(self) -> str:
        return hashlib.sha256(bytes(self.record)).hexdigest()
