"""The public tables, column by column: what CSV, JSON and data packages of the registry hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from registry.credits.models import Issuance, Retirement
from registry.credits.selectors.blocks import blocks_of_many
from registry.projects.models import Project
from registry.public.county_map import coarse_place
from registry.public.packages import Field, Table

CHUNK = 500
PROJECT_FIELDS = (
    Field("code", "string", "Code of the project in this registry.", required=True),
    Field("name_zh", "string", "Name in Chinese."),
    Field("name_en", "string", "Name in English."),
    Field("kind", "string", "What is done: inventory, vegetation, soil, irrigation, aquatic, powder."),
    Field("state", "string", "State of the project at the time of the download.", required=True),
    Field("proponent_zh", "string", "Developer, name in Chinese."),
    Field("proponent_en", "string", "Developer, name in English."),
    Field("proponent_code", "string", "Unified social credit code of the developer."),
    Field("division_code", "string", "County by GB/T 2260.", required=True),
    Field("county_zh", "string", "County, name in Chinese."),
    Field("county_en", "string", "County, name in English."),
    Field("longitude_deg", "number", "Middle of the catchment, rounded to 0.05 degree (CGCS2000).", "degree"),
    Field("latitude_deg", "number", "Middle of the catchment, rounded to 0.05 degree (CGCS2000).", "degree"),
    Field("area_km2", "number", "Area of the catchment.", "km2"),
    Field("methodology_id", "string", "Methodology by which it is counted."),
    Field("methodology_version", "string", "Version of the methodology."),
    Field("crediting_start", "date", "First day of the crediting period."),
    Field("crediting_end", "date", "Last day of the crediting period."),
    Field("registered_at", "datetime", "When the project was registered; empty before."),
    Field("page", "string", "Address of the project's public page."),
)
ISSUANCE_FIELDS = (
    Field("issuance", "integer", "Number of the issuance.", required=True),
    Field("project_code", "string", "Code of the project.", required=True),
    Field("period_first_day", "date", "First day of the monitoring period."),
    Field("period_last_day", "date", "Last day of the monitoring period."),
    Field("vintage", "year", "Calendar year of the credits."),
    Field("serials", "string", "Block of serials as it is printed; a row for each.", required=True),
    Field("first_serial", "integer", "First serial of the block."),
    Field("last_serial", "integer", "Last serial of the block."),
    Field("quantity_t", "integer", "Credits of the block, 1 t CO2 each.", "t CO2"),
    Field("issued_at", "datetime", "When they were issued."),
    Field("statement_number", "string", "Verification statement they rest on."),
)
RETIREMENT_FIELDS = (
    Field("number", "string", "Number of the retirement.", required=True),
    Field("retired_at", "datetime", "When it was done.", required=True),
    Field("quantity_t", "integer", "Credits retired, 1 t CO2 each.", "t CO2"),
    Field("beneficiary_name", "string", "For whom."),
    Field("beneficiary_type", "string", "organisation, public_body, event, product or individual."),
    Field("beneficiary_code", "string", "Unified social credit code, LEI or other number of the beneficiary."),
    Field("purpose", "string", "voluntary or compliance."),
    Field("year", "year", "Year that the retirement covers."),
    Field("project_codes", "string", "Projects the credits came from, separated by spaces."),
    Field("serials", "string", "Blocks of serials as they are printed, separated by spaces."),
    Field("public_text", "string", "What the retiring organisation said."),
    Field("page", "string", "Address that stays."),
)


def projects(rows: QuerySet[Project]) -> Table:
    return Table("projects", "Public projects", PROJECT_FIELDS, _projects(rows), key="code")


def _projects(rows: QuerySet[Project]) -> Iterator[tuple[Any, ...]]:
    for project in rows.select_related("proponent").iterator(CHUNK):
        longitude, latitude = coarse_place(project)
        yield (
            project.code,
            project.name_zh,
            project.name_en,
            project.kind,
            project.state,
            project.proponent.name_zh,
            project.proponent.name_en,
            project.proponent.registration_code,
            project.division_code,
            project.county_zh,
            project.county_en,
            longitude,
            latitude,
            project.area_km2,
            project.methodology_id,
            project.methodology_version,
            project.crediting_start,
            project.crediting_end,
            project.registered_at,
            f"{settings.PUBLIC_BASE_URL}/registry/p/{project.code}/",
        )


def issuances(rows: QuerySet[Issuance]) -> Table:
    return Table("issuances", "Issuances, a row per block of serials", ISSUANCE_FIELDS, _issuances(rows))


def _issuances(rows: QuerySet[Issuance]) -> Iterator[tuple[Any, ...]]:
    found = rows.select_related("project").prefetch_related("allotments").order_by("id")
    for issuance in found.iterator(CHUNK):
        for block in issuance.blocks():
            yield (
                issuance.pk,
                issuance.project.code,
                issuance.first_day,
                issuance.last_day,
                block.vintage,
                block.printed,
                block.first,
                block.last,
                block.last - block.first + 1,
                issuance.issued_at,
                issuance.statement_number,
            )


def retirements(rows: QuerySet[Retirement]) -> Table:
    return Table("retirements", "Retirements", RETIREMENT_FIELDS, _retirements(rows), key="number")


def _retirements(rows: QuerySet[Retirement]) -> Iterator[tuple[Any, ...]]:
    chunk: list[Retirement] = []
    for retirement in rows.iterator(CHUNK):
        chunk.append(retirement)
        if len(chunk) == CHUNK:
            yield from _retirement_rows(chunk)
            chunk = []
    yield from _retirement_rows(chunk)


def _retirement_rows(chunk: list[Retirement]) -> Iterator[tuple[Any, ...]]:
    for retirement, blocks in zip(chunk, blocks_of_many([each.serials for each in chunk]), strict=True):
        yield (
            retirement.number,
            retirement.retired_at,
            retirement.quantity_t,
            retirement.beneficiary_name,
            retirement.beneficiary_type,
            retirement.beneficiary_code,
            retirement.purpose,
            retirement.year,
            " ".join(dict.fromkeys(block.project_code for block in blocks)),
            " ".join(block.printed for block in blocks),
            retirement.public_text,
            f"{settings.PUBLIC_BASE_URL}/credits/retirements/{retirement.pk}/",
        )
