"""The rating's page and its three forms: a curve from gaugings, a weir, a shift. Every write is one service."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.quality import rating_pages, rating_services, selectors, services
from mrv.quality.forms import CurveForm, ShiftForm, WeirForm
from mrv.quality.models import RatingCurve
from mrv.quality.web import visible_station
from mrv.stations.models import Station
from registry.core.errors import InvalidInput, Refusal
from registry.core.permissions import may, require


def rating(request: HttpRequest, pk: int) -> HttpResponse:
    station = visible_station(request, pk)
    context = {
        "station": station,
        "may_fit": may(request.actor, "quality.fit", RatingCurve(station=station)),
        **rating_pages.rating(station, request.GET.get("version", "")),
    }
    return render(request, "quality/rating.html", context)


def new_curve(request: HttpRequest, pk: int) -> HttpResponse:
    """One power law or segments, fitted to a file of gaugings, valid from a time on."""
    station = _station_to_fit(request, pk)
    with timezone.override(ZoneInfo(station.zone)):
        form = CurveForm(request.POST or None, station=station)
        return _form_page(
            request,
            station,
            form,
            title=_("New version of the curve"),
            save=lambda: services.fit_rating_curve(
                actor=request.actor, **(form.cleaned_data | {"segments": int(form.cleaned_data["segments"])})
            ),
        )


def new_weir(request: HttpRequest, pk: int) -> HttpResponse:
    station = _station_to_fit(request, pk)
    with timezone.override(ZoneInfo(station.zone)):
        form = WeirForm(request.POST or None, station=station)
        return _form_page(
            request,
            station,
            form,
            title=_("New weir"),
            save=lambda: rating_services.keep_weir(
                actor=request.actor,
                station=station,
                dimensions=form.dimensions(),
                upload=form.cleaned_data["upload"],
                valid_from=form.cleaned_data["valid_from"],
                valid_to=form.cleaned_data["valid_to"],
            ),
        )


def new_shift(request: HttpRequest, pk: int) -> HttpResponse:
    curve = selectors.curve_for(request.actor, pk)
    station = _station_to_fit(request, curve.station_id)
    with timezone.override(ZoneInfo(station.zone)):
        form = ShiftForm(request.POST or None)
        return _form_page(
            request,
            station,
            form,
            title=_("Shift of the curve, version %(version)s") % {"version": curve.version},
            save=lambda: rating_services.add_shift(actor=request.actor, curve=curve, **form.cleaned_data),
            version=curve.version,
        )


@require_POST
def take_back_shift(request: HttpRequest, pk: int) -> HttpResponse:
    shift = selectors.shift_for(request.actor, pk)
    station = _station_to_fit(request, shift.curve.station_id)
    rating_services.take_back_shift(actor=request.actor, shift=shift, reason=request.POST.get("reason", ""))
    messages.success(request, _("The shift is taken back; it stays in the list."))
    return _to_page(station, shift.curve.version)


def _station_to_fit(request: HttpRequest, pk: int) -> Station:
    station = visible_station(request, pk)
    require(request.actor, "quality.fit", RatingCurve(station=station))
    return station


def _form_page(
    request: HttpRequest,
    station: Station,
    form: forms.Form,
    *,
    title: str,
    save: Callable[[], object],
    version: int | None = None,
) -> HttpResponse:
    """Show a form; save it and return to the rating, or show it again with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except (InvalidInput, Refusal) as error:
            form.add_error(None, [str(error), *(str(message) for message in getattr(error, "messages", ()))])
        else:
            messages.success(request, _("Saved. Look at the fit before you rely on it."))
            return _to_page(station, version)
    context = {"station": station, "form": form, "title": title}
    return render(request, "quality/rating_form.html", context, status=422 if form.errors else 200)


def _to_page(station: Station, version: int | None) -> HttpResponse:
    query = f"?version={version}" if version is not None else ""
    return redirect(reverse("quality:rating", args=[station.pk]) + query)
