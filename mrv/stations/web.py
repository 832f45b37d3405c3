from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mrv.stations import selectors, services
from mrv.stations.forms import StationForm
from mrv.stations.models import Station
from registry.core.permissions import require
from registry.projects.selectors import project_for


def station_page(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "stations/detail.html", {"station": selectors.station_for(request.actor, pk)})


def new_station(request: HttpRequest, code: str) -> HttpResponse:
    project = project_for(request.actor, code)
    require(request.actor, "stations.create", Station(project=project))
    form = StationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        station = services.create_station(actor=request.actor, project=project, **form.cleaned_data)
        messages.success(request, _("The station is saved. Upload its files next."))
        return redirect("stations:detail", pk=station.pk)
    status = 422 if form.errors else 200
    return render(request, "stations/new.html", {"form": form, "project": project}, status=status)
