"""Stations for programs, and the intake of readings that loggers send by a station token."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mrv.stations import selectors, services, telemetry
from mrv.stations.models import Station
from mrv.stations.regions import place_in_region
from registry.api.fields import ModelOut
from registry.api.problems import Problem
from registry.api.views import Acts, Record, Rows
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput
from registry.projects.selectors import project_for


class Readings(APIView):
    """POST ``{"readings": [{"at": "2026-05-01T00:15:00+08:00", "stage_m": "0.534", ...}]}`` with the header
    ``Authorization: Station <token>``; may be sent again, late and out of order."""

    authentication_classes = ()  # the station's own token, not a person's session

    def post(self, request: Request, pk: int) -> Response:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = telemetry.token_of(secret) if scheme == "Station" and secret else None
        if token is None:
            raise Problem(401, "TOKEN_UNKNOWN", _("Send a valid station token: Authorization: Station <token>."))
        message: Any = request.data.get("readings") if isinstance(request.data, dict) else None
        if not isinstance(message, list):
            raise InvalidInput("READINGS_MISSING", _('The body is {"readings": [...]}.'))
        received = telemetry.receive_readings(token=token, station_id=pk, message=message)
        return Response(
            {
                "stored": received.stored,
                "repeated": received.repeated,
                "conflicting": [at.isoformat().replace("+00:00", "Z") for at in received.conflicting],
            }
        )


class StationOut(ModelOut):
    project = serializers.CharField(source="project.code")

    class Meta:
        model = Station
        fields = (
            "id", "project", "code", "name_zh", "name_en", "kind", "longitude_deg", "latitude_deg", "zone",
            "catchment_area_km2", "region", "created_at",
        )  # fmt: skip

    def to_representation(self, station: Station) -> dict[str, Any]:
        """The place is rounded for whom it is not to be told exactly."""
        shown = super().to_representation(station)
        longitude, latitude = selectors.place_for(self.context.get("actor", PUBLIC), station)
        return {**shown, "longitude_deg": f"{longitude:.6f}", "latitude_deg": f"{latitude:.6f}"}


class StationIn(serializers.ModelSerializer):
    catchment_area_km2 = serializers.DecimalField(max_digits=10, decimal_places=4, min_value=0)

    class Meta:
        model = Station
        fields = (
            "code", "name_zh", "name_en", "kind", "longitude_deg", "latitude_deg", "zone", "catchment_area_km2",
        )  # fmt: skip


class Stations(Rows):
    """The stations of a project; POST adds one."""

    output = StationOut
    takes = StationIn
    success = 201

    def rows(self) -> QuerySet[Station]:
        project = project_for(self.actor, self.kwargs["code"])
        return selectors.stations_of(self.actor, project).select_related("project")

    def act(self, request: Request, code: str) -> Response:
        project = project_for(self.actor, code)
        station = services.create_station(actor=self.actor, project=project, **self.given(StationIn))
        return Response(StationOut(station, context={"actor": self.actor}).data, status=201)


class OneStation(Record):
    """One station."""

    output = StationOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Station:
        return selectors.station_for(self.actor, pk)


class RegionIn(serializers.Serializer):
    region = serializers.CharField(max_length=64, allow_blank=True, help_text="Empty: out of every region.")


class StationActs(Acts):
    """Say which region a station belongs to."""

    output = StationOut
    record = OneStation.record
    acts = {
        "place": (RegionIn, lambda actor, row, region: place_in_region(actor=actor, station=row, region=region)),
    }


urlpatterns = [
    path("projects/<str:code>/stations/", Stations.as_view(), name="stations"),
    path("stations/<int:pk>/", OneStation.as_view(), name="station"),
    *StationActs.paths("stations/<int:pk>/", "station"),
]
