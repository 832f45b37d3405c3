"""The start page and the public search."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from registry.certificates import selectors as certificates
from registry.certificates.states import CERTIFICATE
from registry.projects.states import PROJECT
from registry.public import selectors

PAGE_SIZE = 25
LATEST = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "public/home.html",
        {"numbers": selectors.numbers(), "latest": certificates.latest(LATEST), "machine": CERTIFICATE},
    )


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Search by certificate number, project or county; a whole certificate number leads straight to it."""
    words, county = (request.GET.get(name, "").replace("\0", "").strip() for name in ("q", "county"))
    if words and (found := certificates.by_number(words)) is not None:
        return redirect("certificates:show", number=found.number)
    page = Paginator(selectors.search(words, county), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "public/registry.html",
        {
            "page": page,
            "query": words,
            "county": county,
            "counties": selectors.counties(),
            "certificates": selectors.certificates_like(words)[:LATEST] if words else (),
            "machine": PROJECT,
            "certificate_machine": CERTIFICATE,
        },
    )
