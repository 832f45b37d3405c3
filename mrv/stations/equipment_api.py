"""Sensors, deployments, calibrations, field visits and station tokens, for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.stations import equipment, selectors, telemetry, visits
from mrv.stations.models import Calibration, Deployment, FieldVisit, Sensor, StationToken, VisitPhoto
from registry.api.fields import ModelOut, Nothing
from registry.api.views import Acts, Record, Rows
from registry.core.permissions import require

LARGEST_KEY = 2**62


class SensorOut(ModelOut):
    class Meta:
        model = Sensor
        fields = (
            "id", "parameter", "unit", "maker", "model", "serial_number", "range_low", "range_high", "resolution",
            "accuracy", "vented", "created_at",
        )  # fmt: skip


class SensorIn(serializers.ModelSerializer):
    example = {
        "parameter": "stage", "maker": "Solinst", "model": "Levelogger 5", "serial_number": "025399",
        "range_low": "0", "range_high": "10", "resolution": "0.0001", "accuracy": "0.005", "vented": False,
    }  # fmt: skip

    class Meta:
        model = Sensor
        fields = (
            "parameter", "maker", "model", "serial_number", "range_low", "range_high", "resolution", "accuracy",
            "vented",
        )  # fmt: skip


class Sensors(Rows):
    """The sensors that hang or hung at a station; to those who may equip it, all of the project's. POST adds one."""

    output = SensorOut
    takes = SensorIn
    success = 201

    def rows(self) -> QuerySet[Sensor]:
        return selectors.sensors_at(self.actor, selectors.station_for(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = selectors.station_to_equip(self.actor, pk)
        made = equipment.add_sensor(actor=self.actor, project=station.project, **self.given(SensorIn))
        return Response(SensorOut(made).data, status=201)


class CalibrationOut(ModelOut):
    class Meta:
        model = Calibration
        fields = (
            "id", "sensor", "calibrated_on", "expires_on", "laboratory", "result", "certificate_name",
            "certificate_sha256", "recorded_at",
        )  # fmt: skip


class CalibrationIn(serializers.ModelSerializer):
    certificate = serializers.FileField(required=False, max_length=255, help_text="Any file; then send multipart.")
    example = {
        "calibrated_on": "2026-03-02", "expires_on": "2027-03-01", "laboratory": "Guizhou Institute of Metrology",
        "result": "Within 2 mm over the whole range.",
    }  # fmt: skip

    class Meta:
        model = Calibration
        fields = ("calibrated_on", "expires_on", "laboratory", "result", "certificate")


class Calibrations(Rows):
    """The calibrations of a sensor, for those who see it at the station. POST (multipart with a certificate) adds."""

    output = CalibrationOut
    takes = CalibrationIn
    success = 201

    def rows(self) -> QuerySet[Calibration]:
        station = selectors.station_for(self.actor, self.kwargs["pk"])
        sensor = selectors.sensor_seen(self.actor, station, self.kwargs["sensor"])
        return sensor.calibrations.all()

    def act(self, request: Request, pk: int, sensor: int) -> Response:
        station = selectors.station_to_equip(self.actor, pk)
        chosen = selectors.sensor_of(station, sensor)
        given = self.given(CalibrationIn)
        file = given.pop("certificate", None)
        made = equipment.record_calibration(
            actor=self.actor,
            sensor=chosen,
            certificate_name=file.name if file else "",
            certificate=file.read() if file else b"",
            **given,
        )
        return Response(CalibrationOut(made).data, status=201)


class DeploymentOut(ModelOut):
    class Meta:
        model = Deployment
        fields = ("id", "station", "sensor", "deployed_from", "deployed_to", "datum_m", "note")


class DeploymentIn(serializers.ModelSerializer):
    sensor = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    example = {"sensor": 1, "deployed_from": "2026-05-01T10:00:00+08:00", "datum_m": "0.1200", "note": "In the shaft."}

    class Meta:
        model = Deployment
        fields = ("sensor", "deployed_from", "datum_m", "note")


class Deployments(Rows):
    """Which sensor hung at a station from when to when. POST hangs one, which may hang nowhere else at that time."""

    output = DeploymentOut
    takes = DeploymentIn
    success = 201

    def rows(self) -> QuerySet[Deployment]:
        return Deployment.objects.filter(station=selectors.station_for(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = selectors.station_to_equip(self.actor, pk)
        given = self.given(DeploymentIn)
        sensor = selectors.sensor_of(station, given.pop("sensor"))
        made = equipment.deploy_sensor(actor=self.actor, station=station, sensor=sensor, **given)
        return Response(DeploymentOut(made).data, status=201)


class DeploymentEnd(serializers.Serializer):
    deployed_to = serializers.DateTimeField()
    example = {"deployed_to": "2026-10-01T09:30:00+08:00"}


class OneDeployment(Record):
    """One deployment."""

    output = DeploymentOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Deployment:
        return selectors.deployment_for(self.actor, pk)


class DeploymentActs(Acts):
    """The sensor was taken away."""

    output = DeploymentOut
    acts = {
        "end": (
            DeploymentEnd,
            lambda actor, row, deployed_to: equipment.end_deployment(
                actor=actor, deployment=row, deployed_to=deployed_to
            ),
        )
    }

    def record(self, pk: int) -> Deployment:
        return selectors.deployment_to_end(self.actor, pk)


class PhotoOut(ModelOut):
    class Meta:
        model = VisitPhoto
        fields = ("id", "file_name", "content_type", "sha256", "size_bytes")


class VisitOut(ModelOut):
    photos = PhotoOut(many=True)

    class Meta:
        model = FieldVisit
        fields = (
            "id", "station", "visited_at", "visitor", "staff_gauge_m", "water_temperature_c", "ph", "ec25_us_cm",
            "cleaned", "note", "replaces", "recorded_at", "photos",
        )  # fmt: skip


class VisitIn(serializers.ModelSerializer):
    replaces = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, help_text="A visit that was entered wrongly."
    )
    photos = serializers.ListField(
        child=serializers.FileField(max_length=255),
        required=False,
        max_length=visits.MAX_PHOTOS,
        help_text="JPEG or PNG; then send multipart, one part “photos” for each.",
    )
    example = {
        "visited_at": "2026-05-14T11:20:00+08:00", "visitor": "Li Ming", "staff_gauge_m": "0.534", "ph": "7.82",
        "water_temperature_c": "16.4", "ec25_us_cm": "312.0", "cleaned": True, "note": "Leaves at the intake removed.",
    }  # fmt: skip

    class Meta:
        model = FieldVisit
        fields = (
            "visited_at", "visitor", "staff_gauge_m", "water_temperature_c", "ph", "ec25_us_cm", "cleaned", "note",
            "replaces", "photos",
        )  # fmt: skip


class Visits(Rows):
    """The field visits that stand. POST adds one; with ``replaces`` in the place of one that was entered wrongly."""

    output = VisitOut
    takes = VisitIn
    success = 201

    def rows(self) -> QuerySet[FieldVisit]:
        return selectors.visits_of(selectors.station_for(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = selectors.station_to_visit(self.actor, pk)
        given = self.given(VisitIn)
        photos = [visits.Photo(each.name, each.read()) for each in given.pop("photos", ())]
        replaced = given.pop("replaces", None)
        made = visits.record_field_visit(
            actor=self.actor,
            station=station,
            photos=photos,
            replaces=selectors.visit_of(station, replaced) if replaced else None,
            **given,
        )
        return Response(VisitOut(made).data, status=201)


class StationTokenOut(ModelOut):
    class Meta:
        model = StationToken
        fields = ("id", "station", "name", "created_at", "last_used_at", "revoked_at")


class NewStationTokenOut(StationTokenOut):
    secret = serializers.CharField(help_text="Said in this answer only; a repeated request is answered without it.")

    class Meta(StationTokenOut.Meta):
        fields = (*StationTokenOut.Meta.fields, "secret")


class StationTokenIn(serializers.ModelSerializer):
    example = {"name": "Modem in the gauge house"}

    class Meta:
        model = StationToken
        fields = ("name",)


class StationTokens(Rows):
    """The keys with which a station's loggers send readings; only a digest of each is kept. POST issues one."""

    output = StationTokenOut
    takes = StationTokenIn
    made = NewStationTokenOut
    success = 201
    not_kept = ("secret",)

    def rows(self) -> QuerySet[StationToken]:
        station = selectors.station_for(self.actor, self.kwargs["pk"])
        require(self.actor, "stations.equip", station)
        return StationToken.objects.filter(station=station)

    def act(self, request: Request, pk: int) -> Response:
        station = selectors.station_to_equip(self.actor, pk)
        token, secret = telemetry.issue_token(actor=self.actor, station=station, **self.given(StationTokenIn))
        shown: dict[str, Any] = {**StationTokenOut(token).data, "secret": secret}
        return Response(shown, status=201)


class StationTokenActs(Acts):
    """The key stops counting at once."""

    output = StationTokenOut
    acts = {"revoke": (Nothing, lambda actor, row: telemetry.revoke_token(actor=actor, token=row))}

    def record(self, pk: int) -> StationToken:
        return selectors.token_to_revoke(self.actor, pk)


urlpatterns = [
    path("stations/<int:pk>/sensors/", Sensors.as_view(), name="sensors"),
    path("stations/<int:pk>/sensors/<int:sensor>/calibrations/", Calibrations.as_view(), name="calibrations"),
    path("stations/<int:pk>/deployments/", Deployments.as_view(), name="deployments"),
    path("deployments/<int:pk>/", OneDeployment.as_view(), name="deployment"),
    *DeploymentActs.paths("deployments/<int:pk>/", "deployment"),
    path("stations/<int:pk>/visits/", Visits.as_view(), name="visits"),
    path("stations/<int:pk>/tokens/", StationTokens.as_view(), name="station_tokens"),
    *StationTokenActs.paths("station-tokens/<int:pk>/", "station_token"),
]
