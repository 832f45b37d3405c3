"""Pages beside the review: completeness calendar, samples with their diagrams, rating curve, ion models."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mrv.quality import completeness, derived_pages, waters
from mrv.quality import regions as by_region
from mrv.quality.charts import ION_NAMES
from mrv.quality.controls import controls_context
from mrv.quality.models import Screening
from mrv.quality.reference_pages import reference_context
from mrv.quality.web import visible_station
from mrv.stations.selectors import stations_of
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.projects.selectors import project_for


def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Every station of a project, day by day."""
    project = project_for(request.actor, code)
    stations = [
        s for s in stations_of(request.actor, project) if may(request.actor, "quality.view", Screening(station=s))
    ]
    if not stations and not may(request.actor, "projects.edit", project):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    years = completeness.years_of(stations)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else None)
    shown = [completeness.station_year(station, year) for station in stations] if year else []
    context = {"project": project, "years": years, "year": year, "shown": shown}
    return render(request, "quality/calendar.html", context)


def samples(request: HttpRequest, pk: int) -> HttpResponse:
    station = visible_station(request, pk)
    unit = request.GET.get("unit", "")
    unit = unit if unit in waters.UNITS else waters.UNITS[0]
    found = waters.samples_of(station, unit)
    natural = [sample for sample in found if not sample.control]
    return render(
        request,
        "quality/samples.html",
        {
            "station": station,
            "samples": found,
            "unit": unit,
            "units": waters.UNITS,
            "ions": [ION_NAMES[ion] for ion in waters.IONS],
            "piper": waters.piper(natural),
            "gibbs": waters.gibbs(natural),
        }
        | controls_context(request.actor, station, found),
    )


def ions(request: HttpRequest, pk: int) -> HttpResponse:
    station = visible_station(request, pk)
    asked = request.GET.get("reference", "")
    shown = derived_pages.ions(station, asked)
    shown |= reference_context(request.actor, station, asked, shown["models"])
    return _derived(request, station, "quality/ions.html", shown)


def _derived(request: HttpRequest, station: Any, template: str, shown: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"station": station} | shown)


def regions(request: HttpRequest) -> HttpResponse:
    """Means, variation and n per region, of the stations whose data the visitor may see."""
    found = by_region.regions_seen(request.actor)
    return render(request, "quality/regions.html", {"table": by_region.table(found), "regions": found})


def regions_csv(request: HttpRequest) -> HttpResponse:
    text = by_region.as_csv(by_region.table(by_region.regions_seen(request.actor)))
    answer = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="regions.csv"'
    return answer
