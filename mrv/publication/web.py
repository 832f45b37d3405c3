"""What anybody may see and take home of a published period: evidence page, series, plots, recompute kit."""

from __future__ import annotations

import json

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from mrv.periods.selectors import period_for
from mrv.periods.states import PERIOD
from mrv.publication import evidence_page as page
from mrv.publication.daily import as_panels, readings
from mrv.publication.figure import Figure
from mrv.publication.package import daily_package
from mrv.publication.selectors import kit_of
from mrv.publication.what_if import sliders_of
from mrv.verification.evidence_view import SAMPLE_NAMES
from mrv.verification.states import FINDING
from registry.certificates.states import CERTIFICATE
from registry.core.chart_files import svg_of
from registry.public.caching import EVERYTHING, kept_page, kept_sealed
from registry.public.downloads import count_download, csv_bytes, file_answer

READING = "reading"


@require_safe
@kept_page(*EVERYTHING)
def evidence(request: HttpRequest, code: str, number: int) -> HttpResponse:
    shown = page.published(code, number)
    return render(
        request,
        "publication/evidence.html",
        {
            **page.context(shown),
            "sliders": sliders_of(shown),
            "machine": PERIOD,
            "finding_machine": FINDING,
            "certificate_machine": CERTIFICATE,
            "sample_columns": SAMPLE_NAMES,
        },
    )


@require_safe
def series(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The hydrograph's series on a regular grid: by day, or reading by reading with ``?by=reading``."""
    shown = page.published(code, number)
    every = request.GET.get("by") == READING

    def content() -> bytes:
        grid = readings(shown.run) if every else page.daily_grid(shown)
        return json.dumps(as_panels(shown.period, grid), ensure_ascii=False, separators=(",", ":")).encode()

    state = (READING if every else "day", get_language() or "", *shown.digests)
    return file_answer(
        request,
        name=f"{code}-{number}-series.json",
        state=" ".join(state),
        make=lambda: kept_sealed("series", *state, make=content),
        inline=True,
    )


@require_safe
def plot(request: HttpRequest, code: str, number: int, name: str, form: str) -> HttpResponse:
    """One plot of the page as a file: ``svg`` and ``png`` the picture, ``csv`` the figures behind it."""
    if form not in ("svg", "png", "csv"):
        raise Http404
    shown = page.published(code, number)
    figure = page.figure(shown, name)
    return file_answer(
        request,
        name=f"{code}-{number}-{name}.{form}",
        state=" ".join((get_language() or "", *shown.digests)),
        make=lambda: kept_sealed("plot", name, form, *shown.digests, make=lambda: _drawn(figure, form, code, number)),
        inline=form == "svg",
    )


@require_safe
@kept_page(*EVERYTHING)
def table(request: HttpRequest, code: str, number: int, name: str) -> HttpResponse:
    """The table behind one plot as a page; the evidence page takes a long one from here when it is opened."""
    shown = page.published(code, number)
    context = {"project": shown.period.project, "period": shown.period, "figure": page.figure(shown, name)}
    return render(request, "publication/figure_table.html", context)


def _drawn(figure: Figure, form: str, code: str, number: int) -> bytes:
    if form == "csv":
        return csv_bytes(figure.table.headers, figure.table.rows)
    title = f"{code} · {number} · {figure.title}"
    if form == "svg":
        return svg_of(figure.charts, title)
    from registry.core.chart_png import png_of  # noqa: PLC0415  loading matplotlib takes half a second

    return png_of(figure.charts, title)


@require_safe
def data(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The period's daily series as a Frictionless data package."""
    shown = page.published(code, number)
    return file_answer(
        request,
        name=f"{code}-{number}-daily.zip",
        state=" ".join(shown.digests),
        make=lambda: kept_sealed("package", *shown.digests, make=lambda: daily_package(shown)),
    )


def kit(request: HttpRequest, pk: int) -> FileResponse:
    period = period_for(request.actor, pk)
    count_download(request)
    kit_file = kit_of(request.actor, period)
    return FileResponse(
        kit_file.path.open("rb"), as_attachment=True, filename=kit_file.file_name, content_type="application/zip"
    )
