"""Reads of certificates. That one exists and is in force is public: whoever holds a number may ask about it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from registry.certificates.checking import RegisterEntry
from registry.certificates.models import Certificate
from registry.certificates.standing import standing_of
from registry.core.compiled import Compiled
from registry.credits.models import Holding, Retirement
from registry.projects.models import Project

NUMBERS_OF_RETIREMENTS = (
    "SELECT retirement_id, number FROM certificates_certificate WHERE retirement_id = ANY(%s::bigint[]) ORDER BY id"
)
LATEST = 6
OF_A_PERIOD = ("issuance", "inventory_statement")
WITH_SUBJECTS = (
    "project__proponent",
    "issuance__request",
    "retirement__account",
    "account",
    "body",
    "superseded_by",
    "replaced",
)


def by_number(number: str) -> Certificate | None:
    """The certificate of a number as somebody typed it (spaces and small letters do not matter)."""
    typed = "".join(number.replace("\0", "").split()).upper()
    return Certificate.objects.select_related(*WITH_SUBJECTS).filter(number=typed).first()


def by_file(sha256: str) -> Certificate | None:
    """The certificate whose signed file has this digest."""
    return Certificate.objects.select_related(*WITH_SUBJECTS).filter(signed_sha256=sha256.lower()).first()


def of_issuance(issuance_id: int) -> Certificate | None:
    """The newest certificate of an issuance."""
    return Certificate.objects.filter(issuance_id=issuance_id).order_by("-id").first()


def of_retirement(retirement: Retirement) -> Certificate | None:
    """The newest certificate of a retirement; None until the worker has certified it."""
    return Certificate.objects.filter(retirement=retirement).order_by("-id").first()


def numbers_of_retirements(retirement_ids: Iterable[int]) -> dict[int, str]:
    """By retirement: the number of its newest certificate; one that is not certified yet is missing."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS_OF_RETIREMENTS, [list(retirement_ids)])
        return dict(cursor.fetchall())


def register_entry(number: str) -> RegisterEntry | None:
    """What the register says about a number, for the checker of files."""
    certificate = by_number(number)
    if certificate is None or not certificate.signed_sha256:
        return None
    return RegisterEntry(
        signed_sha256=certificate.signed_sha256,
        status=standing_of(certificate).status,
        record_sha256=certificate.record_sha256,
        replaced_by=certificate.superseded_by.number if certificate.superseded_by else "",
    )


def certificates_of(project: Project) -> QuerySet[Certificate]:
    """What was certified about a project: its registration, then period after period."""
    found = Certificate.objects.filter(project=project).select_related("project")
    return found.defer("record").order_by("period_start", "id")


_public_of_project = Compiled(
    lambda project: (
        Certificate.objects.filter(project=project, is_public=True).defer("record").order_by("period_start", "id")
    )
)


def public_of_project(project: Project) -> list[Certificate]:
    """What anybody may read of what was certified about a project, in the order of :func:`certificates_of`."""
    found: list[Certificate] = _public_of_project(project.pk)
    for certificate in found:
        certificate.project = project
    return found


latest = Compiled(
    lambda: (
        Certificate.objects.filter(kind__in=OF_A_PERIOD)
        .select_related("project", "issuance")
        .only(
            *("number", "kind", "state", "issuance__quantity_t"),
            *("project__code", "project__name_zh", "project__name_en"),
        )
        .order_by("-id")[:LATEST]
    )
)
"""The newest certificates and statements of periods (a certificate's project is always public)."""


def listed() -> QuerySet[Certificate]:
    """Those that everybody may read."""
    return Certificate.objects.filter(is_public=True).select_related("project").defer("record")


def present_holdings(certificate: Certificate) -> QuerySet[Holding]:
    """Where the credits of the certificate are now; none for kinds that speak of none."""
    holdings = Holding.objects.filter(closed_by=None).select_related("issuance__project", "account__owner")
    if certificate.issuance is not None:
        return holdings.filter(issuance=certificate.issuance).order_by("serials")
    if certificate.retirement is not None:
        inside = Q()
        for one in certificate.retirement.serials:
            inside |= Q(serials__overlap=one)
        return holdings.filter(inside).order_by("serials")
    return holdings.none()
