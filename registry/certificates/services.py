"""Certificates: the record in the transaction of the act it speaks of, the signed file soon after."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.models import Event
from registry.audit.services import record
from registry.audit.upkeep import proof_now
from registry.celery import tell
from registry.certificates import keys, records, signing
from registry.certificates.drawing import CertificateRecord, draw
from registry.certificates.models import Certificate
from registry.core import clock, store
from registry.core.actors import SYSTEM, Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.credits import services as credits
from registry.credits.handover import CREDITS, VerifiedOutcome
from registry.credits.models import Issuance
from registry.organisations.models import Organisation, User
from registry.projects.models import Project
from registry.projects.services import PROGRAMME_ZONE

RENDER_TASK = "registry.certificates.tasks.render"


@transaction.atomic
def issue_certificate(*, actor: Actor, issuance: Issuance) -> Certificate:
    """The certificate of an issuance, by its approver, to be called in the transaction of the issuance itself.

    The same issuance again gives the same certificate. The file is drawn and signed by a task after the commit.
    """
    require(actor, "certificates.issue")
    lock(Project, issuance.project_id)  # an issuance is written once: its row cannot be locked by the application
    if actor.user_id != issuance.approved_by_id:
        raise NotAllowed("NOT_THE_APPROVER", _("The certificate is issued by the person who approved the issuance."))
    known = Certificate.objects.filter(issuance=issuance, state="valid").first()
    if known is not None:
        return known
    outcome = issuance.request.verified_outcome
    occasion = _occasion(actor, issuance.project, issuance.request.prepared_by_id)
    return _keep(actor, occasion, outcome, records.record_of_issuance(occasion, outcome, issuance), issuance)


@transaction.atomic
def record_issuance_statement(
    *, preparer: Actor, approver: Actor, outcome: VerifiedOutcome, reason_zh: str = "", reason_en: str = ""
) -> Certificate:
    """The inventory statement of a period that brings no credits, by two officials.

    For methodologies that end in a statement, and for periods in which nothing is creditable; the latter need a
    reason, here or in ``certificate_figures``. A creditable part of a tonne is carried. The same statement again
    gives the same certificate.
    """
    require(preparer, "credits.prepare_issuance")
    require(approver, "certificates.issue")
    if preparer.user_id == approver.user_id:
        raise NotAllowed("SEPARATION_OF_DUTIES", _("Another person than the preparer decides on a statement."))
    project = lock(Project, Project.objects.filter(code=outcome.project_code).values_list("pk", flat=True).first())
    for official in (preparer, approver):
        credits.refuse_interested(official, project, outcome)
    known = Certificate.objects.filter(statement_number=outcome.statement_number, state="valid").first()
    if known is not None and known.kind == Certificate.Kind.INVENTORY_STATEMENT:
        return known
    credits.refuse_unregistered(project)
    _refuse_decided(project, outcome)
    reason = _reason(outcome, reason_zh, reason_en)
    credits.carry_fraction(actor=approver, outcome=outcome)
    occasion = _occasion(approver, project, preparer.user_id)
    return _keep(approver, occasion, outcome, records.record_of_statement(occasion, outcome, reason), None)


def render_now(certificate: Certificate) -> Certificate:
    """Draw and sign the file of a certificate, once; a second call changes nothing.

    The file carries the proof that its issuing stands in the audit log, under a signed checkpoint: whoever holds the
    certificate is a witness of the log. To be called outside any transaction. Raises ``FontsMissing``,
    ``MissingGlyph``, ``KeyUnusable`` or a refusal about a signing key or the log; then the certificate goes on waiting.
    """
    keys.signing_key()  # first: what cannot be signed leaves the log alone
    issued = Event.objects.filter(
        object_type=Certificate._meta.label, object_id=str(certificate.pk), action="certificates.issue"
    ).get()
    return _render(certificate.pk, proof_now(issued).to_json())


@transaction.atomic
def _render(certificate_id: int, proof: bytes) -> Certificate:
    certificate = lock(Certificate, certificate_id)
    require(SYSTEM, "certificates.render", certificate)
    if certificate.rendered_at is not None:
        return certificate
    pdf = draw(certificate.content, settings.FONTS_DIR, proof)
    signed = signing.sign(pdf, keys.signing_key(), signed_at=clock.now())
    store.put(signed.data)
    certificate.log_proof = proof
    certificate.unsigned_sha256 = signed.unsigned_sha256
    certificate.signed_sha256 = signed.signed_sha256
    certificate.rendered_at = clock.now()
    certificate.save(update_fields=["log_proof", "unsigned_sha256", "signed_sha256", "rendered_at"])
    record(
        SYSTEM,
        "certificates.render",
        certificate,
        after={"unsigned_sha256": signed.unsigned_sha256, "signed_sha256": signed.signed_sha256},
    )
    return certificate


def _keep(
    actor: Actor,
    occasion: records.Occasion,
    outcome: VerifiedOutcome,
    content: CertificateRecord,
    issuance: Issuance | None,
) -> Certificate:
    certificate = Certificate.objects.create(
        number=occasion.number,
        kind=content.kind,
        project=occasion.project,
        issuance=issuance,
        statement_number=outcome.statement_number,
        period_start=outcome.period_start,
        period_end=outcome.period_end,
        record=content.to_json(),
        prepared_by=occasion.prepared_by,
        approved_by=occasion.approved_by,
    )
    record(
        actor,
        "certificates.issue",
        certificate,
        after={
            "number": certificate.number,
            "kind": certificate.kind,
            "record_sha256": certificate.record_sha256,
            "prepared_by": occasion.prepared_by.pk,
            "statement": outcome.statement_number,
        },
    )
    transaction.on_commit(partial(send, certificate.pk))
    return certificate


def send(certificate_id: int) -> None:
    """Ask a worker for the file."""
    tell(RENDER_TASK, [certificate_id])


def _occasion(approver: Actor, project: Project, preparer_id: int | None) -> records.Occasion:
    today = clock.now().astimezone(PROGRAMME_ZONE).date()
    return records.Occasion(
        number=_next_number(today.year),
        project=project,
        authority=Organisation.objects.get(pk=approver.organisation_id),
        prepared_by=User.objects.get(pk=preparer_id),
        approved_by=User.objects.get(pk=approver.user_id),
        issued_on=today,
    )


def _next_number(year: int) -> str:
    """``KCR-C-2026-000001``: counted up within the year; the advisory lock lets one number out at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('certificates.number'))")
    used = Certificate.objects.filter(number__startswith=f"KCR-C-{year}-").count()
    return f"KCR-C-{year}-{used + 1:06d}"


def _refuse_decided(project: Project, outcome: VerifiedOutcome) -> None:
    inside = {"project": project, "period_start__lt": outcome.period_end, "period_end__gt": outcome.period_start}
    if Issuance.objects.filter(**inside).exists() or Certificate.objects.filter(state="valid", **inside).exists():
        raise Refusal(
            "PERIOD_ALREADY_DECIDED",
            _("This period has its credits or its statement already. A period is decided once."),
        )


def _reason(outcome: VerifiedOutcome, zh: str, en: str) -> records.Words | None:
    given = outcome.certificate_figures.get("reason")
    if zh.strip() and en.strip():
        return records.words(zh.strip(), en.strip())
    if given:
        return dict(given)
    if outcome.outcome == CREDITS:
        raise InvalidInput(
            "REASON_MISSING", _("Say in Chinese and in English why no credits are issued: the statement prints it.")
        )
    return None
