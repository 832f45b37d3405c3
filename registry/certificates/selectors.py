"""Reads of certificates. They are public: whoever holds a number may ask about it."""

from __future__ import annotations

from django.db.models import QuerySet

from registry.certificates.checking import RegisterEntry
from registry.certificates.models import Certificate
from registry.credits.models import Holding
from registry.credits.selectors import holders_of
from registry.projects.models import Project


def by_number(number: str) -> Certificate | None:
    """The certificate of a number as somebody typed it (spaces and small letters do not matter)."""
    typed = "".join(number.replace("\0", "").split()).upper()
    return Certificate.objects.select_related("project", "issuance").filter(number=typed).first()


def by_file(sha256: str) -> Certificate | None:
    """The certificate whose signed file has this digest."""
    return Certificate.objects.select_related("project").filter(signed_sha256=sha256.lower()).first()


def of_issuance(issuance_id: int) -> Certificate | None:
    """The newest certificate of an issuance."""
    return Certificate.objects.filter(issuance_id=issuance_id).order_by("-id").first()


def register_entry(number: str) -> RegisterEntry | None:
    """What the register says about a number, for the checker of files."""
    certificate = by_number(number)
    if certificate is None or not certificate.signed_sha256:
        return None
    return RegisterEntry(signed_sha256=certificate.signed_sha256, status=certificate.state)


def certificates_of(project: Project) -> QuerySet[Certificate]:
    return Certificate.objects.filter(project=project).defer("record").order_by("period_start", "id")


def latest(count: int) -> QuerySet[Certificate]:
    """The newest certificates of projects that anybody may see (a certificate's project always is)."""
    return Certificate.objects.select_related("project", "issuance").defer("record").order_by("-id")[:count]


def present_holdings(certificate: Certificate) -> QuerySet[Holding]:
    """Where the credits of the certificate are now; none for a statement."""
    if certificate.issuance is None:
        return Holding.objects.none()
    return holders_of(certificate.issuance).select_related("account__owner")
