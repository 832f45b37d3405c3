"""Pages for everybody: the province, a county, its sheet, and the tables as files."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mrv.periods.states import PERIOD
from mrv.province import maps, selectors, tables, years
from mrv.province.counties import known, prefecture_of
from mrv.province.pages import TABS, file_of_table
from mrv.province.sheet import draw
from mrv.province.sheet_record import sheet_record
from registry.projects.states import PROJECT
from registry.public.caching import EVERYTHING, kept_page, versions
from registry.public.downloads import file_answer

LANGUAGES = ("zh", "en")


@require_safe
@kept_page(*EVERYTHING)
def overview(request: HttpRequest) -> HttpResponse:
    """Map, inventory by county, pipeline, trends."""
    found = selectors.province()
    trend = years.years(found.rows)
    measure = maps.BY_NAME.get(request.GET.get("show", ""), maps.MEASURES[0])
    return render(
        request,
        "province/overview.html",
        {
            "tabs": TABS,
            "province": found,
            "prefectures": found.by_prefecture(),
            "map": maps.drawn(found.counties, measure, selectors.public_stations()),
            "measures": maps.MEASURES,
            "pipeline": selectors.pipeline(request.actor),
            "project_machine": PROJECT,
            "period_machine": PERIOD,
            "years": trend,
            "flux_chart": years.flux_chart(trend),
            "credits_chart": years.credits_chart(trend),
            "kinds": selectors.kinds(found.rows),
        },
    )


@require_safe
@kept_page(*EVERYTHING)
def county(request: HttpRequest, code: str) -> HttpResponse:
    """One county: figures, projects, stations, kinds, years, and its sheet to print."""
    found = selectors.province()
    shown = found.county(code)
    trend = years.years(found.rows, code)
    stations = selectors.stations_in(code, found.rows)
    return render(
        request,
        "province/county.html",
        {
            "county": shown,
            "prefecture": prefecture_of(code),
            "map": maps.drawn([shown], maps.CHOSEN, [line.station for line in stations]),
            "projects": selectors.projects_of(code, found.rows),
            "stations": stations,
            "kinds": selectors.kinds(found.rows, code),
            "years": trend,
            "flux_chart": years.flux_chart(trend),
            "project_machine": PROJECT,
        },
    )


@require_safe
def sheet(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """A county's A4 sheet; the same records give the same bytes."""
    if language not in LANGUAGES or code not in known():
        raise Http404
    state = versions(*EVERYTHING)
    address = f"{settings.PUBLIC_BASE_URL}{reverse('province:county', args=[code])}"
    return file_answer(
        request,
        name=f"{code}-{language}.pdf",
        state=f"{state} {settings.DEMO}",
        make=lambda: draw(sheet_record(code, language, address), settings.FONTS_DIR),
        inline=True,
    )


@require_safe
def counties_file(request: HttpRequest, form: str) -> HttpResponse:
    return file_of_table(request, "counties", form, EVERYTHING, lambda: tables.counties(selectors.province()))


@require_safe
def years_file(request: HttpRequest, form: str) -> HttpResponse:
    return file_of_table(
        request, "years", form, EVERYTHING, lambda: tables.years(years.years(selectors.province().rows))
    )
