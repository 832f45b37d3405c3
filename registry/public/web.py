"""The start page, the search with map and list, a project for everybody, and the ledger of retirements."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from registry.certificates import selectors as certificates
from registry.certificates.states import CERTIFICATE
from registry.core.actors import PUBLIC
from registry.core.languages import is_chinese
from registry.credits.models import Retirement
from registry.projects.selectors import project_for
from registry.projects.states import PROJECT
from registry.public import county_map, selectors
from registry.public.caching import EVERYTHING, kept_page
from registry.public.filters import PUBLIC_STATES, Asked, RetirementsAsked, serials_in
from registry.public.project_page import (
    comments_of,
    documents_of,
    facts_of,
    issuances_of,
    outcomes_of,
    validations_of,
    years_of,
)

LATEST = 6
MOST_HOLDINGS = 20


@require_safe
@kept_page("projects", "credits")
def home(request: HttpRequest) -> HttpResponse:
    counted = selectors.counted()
    return render(
        request,
        "public/home.html",
        {
            "numbers": selectors.numbers(counted),
            "latest": certificates.latest(),
            "machine": CERTIFICATE,
            "map": county_map.drawn(counted.counties, selectors.newest_places(), chinese=is_chinese()),
        },
    )


@require_safe
@kept_page("projects", "credits")
def registry(request: HttpRequest) -> HttpResponse:
    """Search in one box or by filters; a whole certificate number leads straight to the certificate."""
    asked = Asked.of(request.GET)
    if asked.q and (certificate := certificates.by_number(asked.q)) is not None:
        return redirect("certificates:show", number=certificate.number)
    counted = selectors.counted()
    rows, more = selectors.projects_page(asked, number := _page(request))
    return render(
        request,
        "public/registry.html",
        {
            "asked": asked,
            "rows": rows,
            "page": number,
            "more": more,
            "counties": counted.counties,
            "map": county_map.drawn(selectors.counties_of(asked, counted), rows, chinese=is_chinese()),
            "states": [PROJECT.state(name) for name in PUBLIC_STATES],
            "methodologies": counted.methodologies,
            "machine": PROJECT,
            **(_beside(asked) if asked.q or asked.serial or asked.beneficiary else {}),
        },
    )


def _beside(asked: Asked) -> dict[str, Any]:
    """What else the search box may have meant: certificates, serials, beneficiaries of retirements."""
    span = asked.serials or (None if asked.serial else serials_in(asked.q, may_be_a_year=True))
    for_whom = asked.beneficiary or asked.q
    return {
        "certificates": selectors.certificates_like(asked.q)[:LATEST] if asked.q else (),
        "certificate_machine": CERTIFICATE,
        "holdings": selectors.holdings_with(*span, MOST_HOLDINGS) if span else (),
        "retirements": selectors.retirements(RetirementsAsked(beneficiary=for_whom))[:LATEST] if for_whom else (),
    }


@require_safe
@kept_page(*EVERYTHING)
def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project as everybody sees it, whoever asks."""
    shown = project_for(PUBLIC, code)
    issuances = issuances_of(shown.pk)
    return render(
        request,
        "public/project.html",
        {
            "project": shown,
            "facts": facts_of(shown),
            "machine": PROJECT,
            "place": county_map.coarse_place(shown),
            "map": county_map.drawn(
                [selectors.County(shown.division_code, shown.county_zh, shown.county_en, 1)],
                [shown],
                chinese=is_chinese(),
            ),
            "documents": documents_of(shown.pk),
            "validations": validations_of(shown.pk),
            "comments": comments_of(shown.pk),
            "credits": selectors.credits_of(shown),
            "issuances": issuances,
            "outcomes": outcomes_of(issuances),
            "years": years_of(shown),
            "certificates": certificates.public_of_project(shown),
        },
    )


@require_safe
@kept_page("projects", "credits")
def retirements(request: HttpRequest) -> HttpResponse:
    """The ledger of retirements, newest first."""
    asked = RetirementsAsked.of(request.GET)
    rows, more = selectors.retirements_page(asked, number := _page(request))
    return render(
        request,
        "public/retirements.html",
        {
            "asked": asked,
            "rows": selectors.lines_of(rows),
            "page": number,
            "more": more,
            "purposes": Retirement.Purpose.choices,
            "total_t": selectors.tonnes()[1],
        },
    )


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 and int(text) > 0 else 1
