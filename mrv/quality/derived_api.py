"""Rating curves, weirs and shifts, laboratory reports and ion models, for programs: the same services as the pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from calculations.regression.reference_sets import REFERENCE_SET_NAMES
from mrv.quality import lab_reports, rating_services, selectors, services
from mrv.quality.api import visible_station
from mrv.quality.forms import SEGMENTS, WeirForm
from mrv.quality.models import IonModels, LabReport, RatingCurve, RatingShift
from mrv.quality.reference_choice import choose_reference_set
from mrv.stations.models import Station
from mrv.uploads.selectors import upload_of
from registry.api.fields import LARGEST, Facts, ModelOut
from registry.api.views import Acts, ApiView, Rows
from registry.core.errors import InvalidInput
from registry.core.permissions import require

KEY: dict[str, Any] = {"min_value": 1, "max_value": LARGEST}
DERIVED = ("id", "station", "version", "upload", "valid_from", "valid_to", "record", "digest", "messages", "made_at")


class _Derived(serializers.ModelSerializer):
    record = Facts(read_only=True)
    messages = serializers.ListField(child=Facts(), read_only=True)


class ShiftOut(ModelOut):
    class Meta:
        model = RatingShift
        fields = ("id", "curve", "at", "shift_m", "sd_m", "reason", "undoes", "made_at")


class CurveOut(_Derived):
    shifts = ShiftOut(many=True, help_text="All of them, also those that were taken back and what took them back.")

    class Meta:
        model = RatingCurve
        fields = (*DERIVED, "shifts")


class _Validity(serializers.Serializer):
    upload = serializers.IntegerField(**KEY, help_text="A file of gaugings of this station.")
    valid_from = serializers.DateTimeField(required=False, allow_null=True, default=None)
    valid_to = serializers.DateTimeField(required=False, allow_null=True, default=None)


class CurveIn(_Validity):
    segments = serializers.ChoiceField(choices=[(int(value), label) for value, label in SEGMENTS], default=1)
    gauged_from = serializers.DateTimeField(required=False, allow_null=True, default=None)
    gauged_to = serializers.DateTimeField(required=False, allow_null=True, default=None)
    example = {"upload": 12, "segments": 2, "valid_from": "2026-01-01T00:00:00+08:00"}


class Curves(Rows):
    """A station's rating curves and weirs, each a version. POST fits one to a file of gaugings."""

    output = CurveOut
    takes = CurveIn
    success = 201

    def rows(self) -> QuerySet[RatingCurve]:
        return RatingCurve.objects.filter(station=visible_station(self.actor, self.kwargs["pk"])).prefetch_related(
            "shifts"
        )

    def act(self, request: Request, pk: int) -> Response:
        station = visible_station(self.actor, pk)
        require(self.actor, "quality.fit", station)
        given = self.given(CurveIn)
        upload = upload_of(station, given.pop("upload"))
        return _made(CurveOut(services.fit_rating_curve(actor=self.actor, upload=upload, **given)))


class WeirIn(_Validity):
    kind = serializers.ChoiceField(choices=WeirForm.KINDS)
    crest_stage_m = serializers.FloatField(min_value=-100, max_value=9000)
    angle_deg = serializers.FloatField(required=False, min_value=20, max_value=100, help_text="Of a V-notch.")
    width_m = serializers.FloatField(required=False, min_value=0.15, max_value=200, help_text="Of a rectangular weir.")
    notch_above_bed_m = serializers.FloatField(required=False, min_value=0.05, max_value=50)
    discharge_coefficient = serializers.FloatField(required=False, min_value=0.4, max_value=0.8)
    relative_sd_of_coefficient = serializers.FloatField(required=False, min_value=0, max_value=0.5)
    sd_of_stage_m = serializers.FloatField(required=False, min_value=0, max_value=0.5, default=0.003)
    upload = serializers.IntegerField(**KEY, required=False, help_text="Gaugings that check the weir.")
    example = {"kind": "v_notch", "crest_stage_m": 0.2, "angle_deg": 90, "valid_from": "2026-01-01T00:00:00+08:00"}

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        needed = ("angle_deg",) if given["kind"] == "v_notch" else ("width_m", "notch_above_bed_m")
        if missing := [name for name in needed if name not in given]:
            raise serializers.ValidationError({name: _("This kind of weir needs it.") for name in missing})
        given.pop("width_m" if given["kind"] == "v_notch" else "angle_deg", None)
        return given


class Weirs(ApiView):
    """Keep a weir as the station's newest rating."""

    output = CurveOut
    takes = WeirIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        station = visible_station(self.actor, pk)
        require(self.actor, "quality.fit", station)
        given = self.given(WeirIn)
        upload = upload_of(station, given.pop("upload")) if "upload" in given else None
        span = {name: given.pop(name) for name in ("valid_from", "valid_to")}
        made = rating_services.keep_weir(actor=self.actor, station=station, upload=upload, dimensions=given, **span)
        return _made(CurveOut(made))


class ShiftIn(serializers.ModelSerializer):
    example = {
        "at": "2026-06-20T08:00:00+08:00",
        "shift_m": "0.035",
        "sd_m": "0.005",
        "reason": "Scoured.",
    }

    class Meta:
        model = RatingShift
        fields = ("at", "shift_m", "sd_m", "reason")


class Shifts(Rows):
    """What is added to the stage before a curve is entered. POST adds a shift."""

    output = ShiftOut
    takes = ShiftIn
    success = 201

    def rows(self) -> QuerySet[RatingShift]:
        return RatingShift.objects.filter(curve=selectors.curve_for(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        curve = selectors.curve_for(self.actor, pk)
        require(self.actor, "quality.fit", curve)
        return _made(ShiftOut(rating_services.add_shift(actor=self.actor, curve=curve, **self.given(ShiftIn))))


class WhyIn(serializers.Serializer):
    reason = serializers.CharField(max_length=1000, allow_blank=True, default="")
    example = {"reason": "Entered with the wrong sign."}


class ShiftActs(Acts):
    """The shift stays in the list and no longer counts."""

    output = ShiftOut
    acts = {
        "take-back": (
            WhyIn,
            lambda actor, row, reason: rating_services.take_back_shift(actor=actor, shift=row, reason=reason),
        )
    }

    def record(self, pk: int) -> RatingShift:
        return selectors.shift_for(self.actor, pk)


class ReportOut(ModelOut):
    class Meta:
        model = LabReport
        fields = ("id", "upload", "file_name", "sha256", "size_bytes", "laboratory", "number", "added_at")


class ReportIn(serializers.Serializer):
    upload = serializers.IntegerField(**KEY, help_text="The sheet of samples whose figures the report proves.")
    laboratory = serializers.CharField(max_length=200, allow_blank=True, default="")
    number = serializers.CharField(max_length=100, allow_blank=True, default="")
    file = serializers.FileField(max_length=255, help_text="A PDF.")


class Reports(Rows):
    """The laboratory's signed reports beside the sheets of samples. POST (multipart) attaches one."""

    output = ReportOut
    takes = ReportIn
    success = 201

    def rows(self) -> QuerySet[LabReport]:
        return LabReport.objects.filter(upload__station=visible_station(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = visible_station(self.actor, pk)
        require(self.actor, "quality.attach", station)
        given = self.given(ReportIn)
        file = given.pop("file")
        made = lab_reports.attach_lab_report(
            actor=self.actor,
            upload=upload_of(station, given.pop("upload")),
            file_name=file.name,
            data=file.read(lab_reports.MAX_BYTES + 1),
            **given,
        )
        return _made(ReportOut(made))


class IonsOut(_Derived):
    class Meta:
        model = IonModels
        fields = (*DERIVED, "reference", "reason")


class _Days(serializers.Serializer):
    first_day = serializers.DateField(help_text="On the station's clock.")
    last_day = serializers.DateField(help_text="The last day inside.")


class FitIn(_Days):
    upload = serializers.IntegerField(**KEY, required=False, help_text="A sheet of samples; without it the newest.")
    example = {"first_day": "2026-05-01", "last_day": "2027-04-30"}


class Ions(Rows):
    """A station's ion models, each a version. POST fits the station's own samples for the days given."""

    output = IonsOut
    takes = FitIn
    success = 201

    def rows(self) -> QuerySet[IonModels]:
        return IonModels.objects.filter(station=visible_station(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = visible_station(self.actor, pk)
        require(self.actor, "quality.choose", station)
        given = self.given(FitIn)
        start, end = _span(station, given["first_day"], given["last_day"])
        upload = upload_of(station, given["upload"]) if "upload" in given else selectors.newest_samples(station)
        return _made(IonsOut(services.fit_ion_models(actor=self.actor, upload=upload, start=start, end=end)))


class ReferenceIn(_Days):
    reference = serializers.ChoiceField(choices=REFERENCE_SET_NAMES)
    reason = serializers.CharField(max_length=4000)
    example = {
        "first_day": "2026-05-01", "last_day": "2027-04-30", "reference": "guizhou-south",
        "reason": "The samples of this year were lost in the flood.",
    }  # fmt: skip


class References(ApiView):
    """A published set in the place of the station's own ion models for the days given; the reason stays."""

    output = IonsOut
    takes = ReferenceIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        station = visible_station(self.actor, pk)
        require(self.actor, "quality.choose", station)
        given = self.given(ReferenceIn)
        start, end = _span(station, given["first_day"], given["last_day"])
        made = choose_reference_set(
            actor=self.actor, station=station, name=given["reference"], start=start, end=end, reason=given["reason"]
        )
        return _made(IonsOut(made))


def _made(shown: serializers.ModelSerializer) -> Response:
    return Response(shown.data, status=201)


def _span(station: Station, first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's midnight on the station's clock to the end of the last."""
    zone = ZoneInfo(station.zone)
    try:
        return datetime.combine(first, time.min, zone), datetime.combine(last + timedelta(days=1), time.min, zone)
    except OverflowError as error:
        raise InvalidInput("SPAN", _("The last day lies before the first, or too far ahead.")) from error


urlpatterns = [
    path("stations/<int:pk>/rating-curves/", Curves.as_view(), name="rating_curves"),
    path("stations/<int:pk>/weirs/", Weirs.as_view(), name="weirs"),
    path("rating-curves/<int:pk>/shifts/", Shifts.as_view(), name="rating_shifts"),
    *ShiftActs.paths("rating-shifts/<int:pk>/", "rating_shift"),
    path("stations/<int:pk>/lab-reports/", Reports.as_view(), name="lab_reports"),
    path("stations/<int:pk>/ion-models/", Ions.as_view(), name="ion_models"),
    path("stations/<int:pk>/ion-models/published/", References.as_view(), name="ion_models_published"),
]
