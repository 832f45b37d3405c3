"""The public record in the data model of the Climate Action Data Trust (:mod:`registry.public.cad_trust_rules`).

A node takes one record at a time and numbers it itself: each record here stands under a UUID of its own, by which
others name it, and which is the same in every export.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from registry.certificates.models import Certificate
from registry.core import clock
from registry.core.geography import counties
from registry.credits.models import Holding, Issuance, Retirement
from registry.organisations.models import Organisation
from registry.projects.models import Project, Validation
from registry.public.cad_trust_rules import MODEL, Record
from registry.public.county_map import coarse_place

CHUNK = 500
REMOVAL, METRIC = "Removal - nature", "tCO2e"
STATUS = {
    "public_comment": "Listed",
    "under_validation": "Listed",
    "authority_review": "Validated",
    "registered": "Registered",
    "suspended": "Inactive",
    "completed": "Completed",
    "revoked": "Withdrawn",
    "rejected": "Rejected",
}
SECTORS = {
    "vegetation": ("Afforestation and reforestation", "Reforestation"),
    "soil": ("Agriculture", "Agriculture"),
    "irrigation": ("Agriculture", "Agriculture"),
    "powder": ("Agriculture", "Agriculture"),
    "aquatic": ("Others", "Any combination of the above"),
}
"""Kind of project -> sector and type. A natural inventory earns no credits and is not exported."""
UNIT_STATUS = {
    "active": "Held",
    "in_transfer": "Held",
    "listed": "Held",
    "retired": "Retired",
    "cancelled": "Cancelled",
    "buffer": "Buffer",
}


def records(projects: QuerySet[Project]) -> Iterator[tuple[str, str, Record]]:
    """(table, UUID, record) of these projects, referred ones first; inventories are left out."""
    found = projects.filter(kind__in=SECTORS).order_by("pk")
    known: set[str] = set()
    for project in found.select_related("proponent").prefetch_related("validations").iterator(CHUNK):
        yield from _of_project(project, known)
    numbers = Prefetch("certificates", Certificate.objects.defer("record", "log_proof"))
    issued = (
        Issuance.objects.filter(project__in=found)
        .select_related("project", "request")
        .prefetch_related("project__validations", numbers)
        .order_by("pk")
    )
    bodies = {body.pk: body for body in Organisation.objects.filter(kind="verification_body")}
    for issuance in issued.iterator(CHUNK):
        yield from _of_issuance(issuance, bodies)
    yield from _units(Holding.objects.filter(issuance__project__in=found, closed_by__isnull=True))


def key_of(table: str, name: object) -> str:
    """The same UUID for the same record in every export of this registry."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.PUBLIC_BASE_URL}/cad-trust/{table}/{name}"))


def _of_project(project: Project, known: set[str]) -> Iterator[tuple[str, str, Record]]:
    project_id, methodology_id = key_of("project", project.code), _methodology_id(project)
    registered = clock.day_of(project.registered_at or project.created_at).isoformat()
    sector, kind = SECTORS[project.kind]
    yield (
        "project",
        project_id,
        _given(
            projectRegistryName="Karst Carbon Registry",
            projectId=project.code,
            projectName=project.name_en or project.name_zh,
            projectLink=_page(f"/registry/p/{project.code}/"),
            projectDescription=f"{project.kind}, {project.county_en} ({project.division_code}), {project.area_km2} km2",
            projectSector=[sector],
            projectType=[kind],
            projectSubtype=project.kind,
            projectStatus=STATUS[project.state],
            projectStatusDate=registered,
            projectUnitMetric=METRIC,
        ),
    )
    developer = key_of("stakeholder", project.proponent.registration_code)
    if developer not in known:
        known.add(developer)
        name = project.proponent.name_en or project.proponent.name_zh
        yield "stakeholder", developer, _given(stakeholderName=name, stakeholderType="Developer")
    yield (
        "stakeholderProject",
        key_of("stakeholderProject", project.code),
        _given(cadTrustStakeholderId=developer, cadTrustProjectId=project_id),
    )
    if methodology_id not in known:
        known.add(methodology_id)
        yield "methodology", methodology_id, _methodology(project)
    yield (
        "projectMethodology",
        key_of("projectMethodology", project.code),
        _given(
            cadTrustProjectId=project_id,
            cadTrustMethodologyId=methodology_id,
            projectMethodologyDate=registered,
            projectMethodologyDescription=f"SHA-256 {project.methodology_digest}",
        ),
    )
    yield "location", key_of("location", project.code), _location(project, project_id)
    validation = _validation(project)
    if validation is not None:
        yield (
            "validation",
            key_of("validation", validation.statement_number),
            _given(
                validationId=validation.statement_number,
                validationType="Validation of Project Design Document",
                validationDate=clock.day_of(validation.signed_at).isoformat(),
                validationCreditPeriodStartDate=project.crediting_start.isoformat(),
                validationCreditPeriodEndDate=project.crediting_end.isoformat(),
                cadTrustProjectId=project_id,
            ),
        )


def _methodology_id(project: Project) -> str:
    return key_of("methodology", f"{project.methodology_id}/{project.methodology_version}")


def _methodology(project: Project) -> Record:
    name, version = project.methodology_id, project.methodology_version
    return _given(
        methodologyCode=name,
        methodologyName=f"{name} {version}",
        methodologyVersion=version,
        methodologyLink=_page(f"/methodologies/{name}/{version}/"),
        methodologyType=REMOVAL,
    )


def _location(project: Project, project_id: str) -> Record:
    longitude, latitude = coarse_place(project)
    county = project.county_en or counties.name_zh(project.division_code) or project.division_code
    return _given(
        locationCountry="China",
        locationRegion=f"Guizhou, {county} ({project.division_code})",
        locationGis=f"{latitude}, {longitude}",
        cadTrustProjectId=project_id,
    )


def _validation(project: Project) -> Validation | None:
    positive = [validation for validation in project.validations.all() if validation.positive]
    return max(positive, key=lambda validation: validation.pk, default=None)


def _of_issuance(issuance: Issuance, bodies: dict[int, Organisation]) -> Iterator[tuple[str, str, Record]]:
    project, outcome = issuance.project, issuance.request.verified_outcome
    body, validation = bodies.get(outcome.verification_body_id), _validation(project)
    verification = key_of("verification", issuance.statement_number)
    yield (
        "verification",
        verification,
        _given(
            verificationId=issuance.statement_number,
            verificationStartDate=issuance.first_day.isoformat(),
            verificationEndDate=issuance.last_day.isoformat(),
            verificationBody=(body.name_en or body.name_zh) if body else None,
            cadTrustProjectId=key_of("project", project.code),
            cadTrustValidationId=key_of("validation", validation.statement_number) if validation else None,
        ),
    )
    certificates = sorted(issuance.certificates.all(), key=lambda certificate: certificate.pk)
    yield (
        "issuance",
        key_of("issuance", issuance.pk),
        _given(
            issuanceId=certificates[-1].number if certificates else f"ISSUANCE-{issuance.pk}",
            issuanceDate=clock.day_of(issuance.issued_at).isoformat(),
            cadTrustVerificationId=verification,
            cadTrustProjectMethodologyId=key_of("projectMethodology", project.code),
            cadTrustLocationId=key_of("location", project.code),
        ),
    )


def _units(holdings: QuerySet[Holding]) -> Iterator[tuple[str, str, Record]]:
    """A unit for every block that is held by one account in one status, its retirement beside it."""
    chunk: list[Holding] = []
    for holding in holdings.select_related("issuance__project").order_by("serials").iterator(CHUNK):
        chunk.append(holding)
        if len(chunk) == CHUNK:
            yield from _units_of(chunk)
            chunk = []
    yield from _units_of(chunk)


def _units_of(chunk: list[Holding]) -> Iterator[tuple[str, str, Record]]:
    retired = [holding.serials for holding in chunk if holding.status == Holding.Status.RETIRED]
    retirements = list(Retirement.objects.filter(serials__touches=retired)) if retired else []
    for holding in chunk:
        ending = next((each for each in retirements if _holds(each, holding)), None) if retirements else None
        yield "unit", key_of("unit", holding.printed_serials), _unit(holding, ending)


def _holds(retirement: Retirement, holding: Holding) -> bool:
    return any(span.lower <= holding.first_serial < span.upper for span in retirement.serials)


def _unit(holding: Holding, ending: Retirement | None) -> Record:
    project = holding.issuance.project
    page = f"/credits/retirements/{ending.pk}/" if ending else f"/registry/p/{project.code}/"
    return _given(
        unitSerialId=holding.printed_serials,
        unitStartBlock=str(holding.first_serial),
        unitEndBlock=str(holding.last_serial),
        unitCount=holding.quantity_t,
        unitType=REMOVAL,
        unitVintageYear=holding.vintage,
        unitStatus=UNIT_STATUS[holding.status],
        unitStatusReason=ending.purpose if ending else None,
        unitStatusDate=clock.day_of(ending.retired_at).isoformat() if ending else None,
        unitRetirementDetail=f"{ending.number} {ending.public_text}".strip() if ending else None,
        unitRetirementBeneficiary=ending.beneficiary_name if ending else None,
        unitRetirementBeneficiaryId=(ending.beneficiary_code or None) if ending else None,
        unitLink=_page(page),
        unitMetric=METRIC,
        cadTrustIssuanceId=key_of("issuance", holding.issuance_id),
    )


def _page(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{path}"


def _given(**values: Any) -> Record:
    return {name: value for name, value in values.items() if value is not None}


def said_on(day: date) -> Record:
    """The head of an export."""
    return {"dataModel": MODEL, "registry": settings.PUBLIC_BASE_URL, "exportedOn": day.isoformat()}
