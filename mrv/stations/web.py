from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.stations import equipment, regions, selectors, services, telemetry, visits
from mrv.stations.forms import (
    CalibrationForm,
    DeploymentForm,
    EndForm,
    RegionForm,
    SensorForm,
    StationForm,
    TokenForm,
    VisitForm,
)
from mrv.stations.models import Station
from registry.core import store
from registry.core.errors import InvalidInput
from registry.core.permissions import require
from registry.projects.selectors import project_for


def station_page(request: HttpRequest, pk: int) -> HttpResponse:
    station = selectors.station_for(request.actor, pk)
    place = selectors.place_for(request.actor, station)
    context = {"station": station, "place": place, **selectors.equipment_of(request.actor, station)}
    return render(request, "stations/detail.html", context)


def new_station(request: HttpRequest, code: str) -> HttpResponse:
    project = project_for(request.actor, code)
    require(request.actor, "stations.create", Station(project=project))
    form = StationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            station = services.create_station(actor=request.actor, project=project, **form.cleaned_data)
        except InvalidInput as error:
            form.add_error(None, str(error))
            if error.code == "LOCATION_LOOKS_SHIFTED":
                form.data = form.data.copy()  # the corrected place stands ready in the form: look at it and save again
                form.data["longitude_deg"], form.data["latitude_deg"] = (
                    error.params["longitude"],
                    error.params["latitude"],
                )
        else:
            messages.success(request, _("The station is saved. Upload its files next."))
            return redirect("stations:detail", pk=station.pk)
    status = 422 if form.errors else 200
    return render(request, "stations/new.html", {"form": form, "project": project}, status=status)


def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Which region a station belongs to."""
    station = selectors.station_to_equip(request.actor, pk)
    return _form_page(
        request,
        station,
        RegionForm(request.POST or None, initial={"region": station.region_name}),
        title=_("Region"),
        save=lambda values: regions.place_in_region(actor=request.actor, station=station, **values),
        saved=_("The region is saved."),
    )


def add_sensor(request: HttpRequest, pk: int) -> HttpResponse:
    station = selectors.station_to_equip(request.actor, pk)
    return _form_page(
        request,
        station,
        SensorForm(request.POST or None),
        title=_("New sensor"),
        save=lambda values: equipment.add_sensor(actor=request.actor, project=station.project, **values),
        saved=_("The sensor is saved. Deploy it next."),
    )


def deploy_sensor(request: HttpRequest, pk: int) -> HttpResponse:
    station = selectors.station_to_equip(request.actor, pk)
    with timezone.override(ZoneInfo(station.zone)):
        return _form_page(
            request,
            station,
            DeploymentForm(request.POST or None, station=station),
            title=_("Deploy a sensor"),
            save=lambda values: equipment.deploy_sensor(actor=request.actor, station=station, **values),
            saved=_("The deployment is saved."),
        )


def end_deployment(request: HttpRequest, pk: int) -> HttpResponse:
    deployment = selectors.deployment_to_end(request.actor, pk)
    with timezone.override(ZoneInfo(deployment.station.zone)):
        return _form_page(
            request,
            deployment.station,
            EndForm(request.POST or None),
            title=_("End the deployment of %s") % deployment.sensor,
            save=lambda values: equipment.end_deployment(actor=request.actor, deployment=deployment, **values),
            saved=_("The deployment has ended."),
        )


def calibrate(request: HttpRequest, pk: int, sensor_pk: int) -> HttpResponse:
    station = selectors.station_to_equip(request.actor, pk)
    sensor = selectors.sensor_of(station, sensor_pk)

    def save(values: dict[str, Any]) -> object:
        certificate = values.pop("certificate")
        return equipment.record_calibration(
            actor=request.actor,
            sensor=sensor,
            certificate_name=certificate.name if certificate else "",
            certificate=certificate.read() if certificate else b"",
            **values,
        )

    return _form_page(
        request,
        station,
        CalibrationForm(request.POST or None, request.FILES or None),
        title=_("Calibration of %s") % sensor,
        save=save,
        saved=_("The calibration is saved."),
    )


def visit(request: HttpRequest, pk: int) -> HttpResponse:
    station = selectors.station_to_visit(request.actor, pk)

    def save(values: dict[str, Any]) -> object:
        photos = [visits.Photo(photo.name, photo.read()) for photo in values.pop("photos")]
        return visits.record_field_visit(actor=request.actor, station=station, photos=photos, **values)

    with timezone.override(ZoneInfo(station.zone)):
        return _form_page(
            request,
            station,
            VisitForm(request.POST or None, request.FILES or None),
            title=_("New field visit"),
            save=save,
            saved=_("The field visit is saved."),
        )


def photo(request: HttpRequest, pk: int) -> FileResponse:
    found = selectors.photo_for(request.actor, pk)
    return FileResponse(store.path(found.sha256).open("rb"), content_type=found.content_type)


def issue_token(request: HttpRequest, pk: int) -> HttpResponse:
    """The new secret is shown on this answer and never again."""
    station = selectors.station_to_equip(request.actor, pk)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = telemetry.issue_token(actor=request.actor, station=station, **form.cleaned_data)
        address = request.build_absolute_uri(f"/api/v1/stations/{station.pk}/readings")
        return render(
            request,
            "stations/token.html",
            {"station": station, "token": token, "secret": secret, "address": address},
        )
    context = {"station": station, "form": form, "title": _("New station token")}
    return render(request, "stations/form.html", context, status=422 if form.errors else 200)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = telemetry.revoke_token(actor=request.actor, token=selectors.token_to_revoke(request.actor, pk))
    messages.success(request, _("The token is revoked."))
    return redirect("stations:detail", pk=token.station_id)


def _form_page(
    request: HttpRequest,
    station: Station,
    form: forms.BaseForm,
    *,
    title: str,
    save: Callable[[dict[str, Any]], object],
    saved: str,
) -> HttpResponse:
    """Show a form of the station; save it and return to the station, or show it again with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            save(dict(form.cleaned_data))
        except InvalidInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, saved)
            return redirect("stations:detail", pk=station.pk)
    context = {"station": station, "form": form, "title": title}
    return render(request, "stations/form.html", context, status=422 if form.errors else 200)
