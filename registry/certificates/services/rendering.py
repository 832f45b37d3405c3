"""Drawing and signing: once for each certificate, after its event is under a checkpoint of the log."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from registry.audit.models import Event
from registry.audit.services import record
from registry.audit.upkeep import proof_now
from registry.certificates import keys, signing
from registry.certificates.kinds import kind_of
from registry.certificates.models import Certificate
from registry.core import clock, store
from registry.core.actors import SYSTEM
from registry.core.locking import lock
from registry.core.permissions import require


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
    pdf = kind_of(certificate).draw(certificate.content, settings.FONTS_DIR, proof)
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
