"""Downloads of the public tables: CSV and JSON with the filters of the page, and one data package of everything."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from itertools import islice

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.core import clock
from registry.credits.models import Issuance
from registry.public import cad_trust, cad_trust_rules, selectors, tables
from registry.public.caching import kept_page, versions
from registry.public.downloads import LICENCE, TYPES, count_download
from registry.public.filters import Asked, RetirementsAsked
from registry.public.packages import Table, write_csv, write_json, write_package

CHECKED = 2000
"""So many records of an export are held against the model's rules for the coverage page."""
NAME = "karst-carbon-registry"
DESCRIPTION = (
    "Public projects, issuances and retirements of the Karst Carbon Registry. One credit is 1 t CO2. "
    "Serials are global whole numbers; a block is printed as country, division, project, vintage, first, last."
)


@require_safe
@kept_page("projects")
def data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, in which form, under which licence."""
    described = [
        ("projects", tables.PROJECT_FIELDS),
        ("issuances", tables.ISSUANCE_FIELDS),
        ("retirements", tables.RETIREMENT_FIELDS),
    ]
    return render(request, "public/data.html", {"licence": LICENCE, "tables": described})


@require_safe
def projects(request: HttpRequest, form: str) -> HttpResponse:
    return _table(request, form, lambda: tables.projects(selectors.search(Asked.of(request.GET))), "projects")


@require_safe
def retirements(request: HttpRequest, form: str) -> HttpResponse:
    asked = RetirementsAsked.of(request.GET)
    return _table(request, form, lambda: tables.retirements(selectors.retirements(asked)), "credits")


@require_safe
def issuances(request: HttpRequest, form: str) -> HttpResponse:
    return _table(request, form, lambda: tables.issuances(_public_issuances()), "credits")


def _public_issuances() -> QuerySet[Issuance]:
    """An issuance is as public as its project, and a registered project always is."""
    return Issuance.objects.filter(project__in=selectors.public_projects())


def _table(request: HttpRequest, form: str, make: Callable[[], Table], subject: str) -> HttpResponse:
    """The rows that fit the request's filters, all of them, as ``csv`` or ``json``; written to a file first.

    Half a table is worse than none: what fails does so before the first byte is sent.
    """
    if form not in ("csv", "json"):
        raise Http404
    count_download(request)
    table, state = make(), versions(subject)
    spool = tempfile.SpooledTemporaryFile(8 * 1024 * 1024)  # noqa: SIM115  closed with the answer
    if form == "csv":
        write_csv(table, spool)
    else:
        write_json(table, spool)
    size = spool.tell()
    spool.seek(0)
    response = FileResponse(spool, as_attachment=True, filename=f"{table.name}.{form}", content_type=TYPES[form])
    response["Content-Length"] = str(size)
    response["Cache-Control"] = "no-cache"
    response["X-Registry-State"] = state
    return response


@require_safe
def cad_trust_export(request: HttpRequest) -> StreamingHttpResponse:
    """Projects and credits in the data model of the Climate Action Data Trust, a record a line."""
    count_download(request)
    spool = tempfile.SpooledTemporaryFile(8 * 1024 * 1024)  # noqa: SIM115  closed with the answer
    head = {**cad_trust.said_on(clock.today()), "licence": LICENCE}
    spool.write(json.dumps(head)[:-1].encode() + b', "records": [')
    for number, (table, key, record) in enumerate(cad_trust.records(selectors.public_projects())):
        line = json.dumps({"table": table, "uuid": key, "record": record}, ensure_ascii=False)
        spool.write((b",\n" if number else b"\n") + line.encode())
    spool.write(b"\n]}\n")
    spool.seek(0)
    response = FileResponse(spool, as_attachment=True, filename="cad-trust.json", content_type=TYPES["json"])
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@kept_page("projects", "credits")
def cad_trust_coverage(request: HttpRequest) -> HttpResponse:
    """Which fields of that model the export fills, which not and why, and what a node would refuse of it today."""
    found = [
        {"table": table, "key": record.get("projectId") or record.get("unitSerialId") or key, "faults": problems}
        for table, key, record in islice(cad_trust.records(selectors.public_projects()), CHECKED)
        if (problems := cad_trust_rules.faults(table, record))
    ]
    rows = cad_trust_rules.coverage()
    return render(
        request,
        "public/cad_trust.html",
        {
            "rows": rows,
            "model": cad_trust_rules.MODEL,
            "filled": sum(1 for row in rows if row["filled"]),
            "fields": sum(1 for row in rows if row["field"]),
            "required": sum(1 for row in rows if row["required"]),
            "faults": found,
            "checked": CHECKED,
        },
    )


@require_safe
def package(request: HttpRequest) -> StreamingHttpResponse:
    """Frictionless data package of projects, issuances and retirements."""
    count_download(request)
    spool = tempfile.SpooledTemporaryFile(8 * 1024 * 1024)  # noqa: SIM115  closed with the answer
    write_package(
        spool,
        name=NAME,
        title="Karst Carbon Registry: public record",
        description=DESCRIPTION,
        tables=[
            tables.projects(selectors.public_projects().order_by("code")),
            tables.issuances(_public_issuances()),
            tables.retirements(selectors.retirements(RetirementsAsked()).order_by("id")),
        ],
        facts={"version": versions("projects", "credits")},
    )
    spool.seek(0)
    response = FileResponse(spool, as_attachment=True, filename=f"{NAME}.zip", content_type=TYPES["zip"])
    response["Cache-Control"] = "no-cache"
    return response
