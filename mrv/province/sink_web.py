"""Pages that answer what government asks: rate, stability, contribution and value; potential; the network."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mrv.province import network, potential, selectors, sink, tables
from mrv.province.pages import TABS, file_of_table
from mrv.stations.models import Station
from registry.credits.models.board import Currency
from registry.public.caching import EVERYTHING, kept_page


@require_safe
@kept_page(*EVERYTHING)
def sink_page(request: HttpRequest) -> HttpResponse:
    """By region and county: rate, stability; contribution and value with the reader's own emissions and price."""
    found = selectors.province()
    known = sink.kappas(found.rows)
    counties = sink.by_county(found, known)
    terms = sink.terms_of(request.GET.dict())
    lines = sink.worth(found, counties, terms)
    return render(
        request,
        "province/sink.html",
        {
            "tabs": TABS,
            "whole": sink.whole(found.rows, known),
            "regions": sink.by_region(found.rows, known),
            "counties": counties,
            "terms": terms,
            "currencies": Currency.choices,
            "worth": lines,
            "total": sink.total(lines),
            "china_2020_t": sink.CHINA_2020_T,
        },
    )


@require_safe
@kept_page(*EVERYTHING)
def potential_page(request: HttpRequest) -> HttpResponse:
    """Kinds of enhancement, and the potential of carbonate powder under conditions."""
    found = selectors.province()
    return render(
        request,
        "province/potential.html",
        {
            "tabs": TABS,
            "kinds": potential.kind_lines(selectors.kinds(found.rows)),
            "powder": potential.powder(request.GET.dict()),
            "published_mt": potential.PUBLISHED_T_CO2_A / 1e6,
        },
    )


@require_safe
@kept_page(*EVERYTHING)
def network_page(request: HttpRequest) -> HttpResponse:
    """Where stations stand, what they see of each county, and the gaps between them."""
    found = network.network(selectors.province())
    return render(
        request,
        "province/network.html",
        {"tabs": TABS, "network": found, "map": found.map, "station_kinds": Station.BEYOND_PROJECT},
    )


@require_safe
def network_file(request: HttpRequest, form: str) -> HttpResponse:
    return file_of_table(
        request, "network", form, EVERYTHING, lambda: tables.network(network.network(selectors.province()))
    )
