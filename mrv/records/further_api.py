"""Attachments, grids, and tables that wait for a decision, for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.records import attachments, selectors, services
from mrv.records.api import KINDS, OneRecordFile, RecordFileOut
from mrv.records.grids.packing import pack
from mrv.records.grids.quantities import QUANTITIES
from mrv.records.grids.reader import SOURCES
from mrv.records.models import Attachment, RecordFile
from mrv.stations.models import Station
from mrv.stations.selectors import station_for
from mrv.uploads.services import plain_file_name
from mrv.uploads.wizard import ORDERS
from registry.api.fields import Facts, ModelOut, Nothing
from registry.api.views import Acts, ApiView, Rows
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import require

GRIDS = "dissolution_grid"


def _station(actor: Actor, pk: int) -> Station:
    station = station_for(actor, pk)
    if not selectors.may_see(actor, station):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return station


class AttachmentOut(ModelOut):
    class Meta:
        model = Attachment
        fields = ("id", "station", "file_name", "content_type", "sha256", "size_bytes", "added_at")


class AttachmentIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, help_text="JPEG, PNG or PDF; rows name it by its file name.")


class Attachments(Rows):
    """Photographs and papers that rows of records name. POST (multipart) keeps one, the same bytes only once."""

    output = AttachmentOut
    takes = AttachmentIn
    success = 201

    def rows(self) -> QuerySet[Attachment]:
        return selectors.attachments_of(_station(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = _station(self.actor, pk)
        require(self.actor, "records.create", Attachment(station=station))
        file = self.given(AttachmentIn)["file"]
        made = attachments.attach(
            actor=self.actor, station=station, file_name=file.name, data=file.read(attachments.MAX_BYTES + 1)
        )
        return Response(AttachmentOut(made).data, status=201)


class GridsIn(serializers.Serializer):
    """One file for each quantity (CSV, GeoTIFF or NetCDF), its unit where the file does not say it, the sources."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields: dict[str, serializers.Field] = {
            source: serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
            for source in SOURCES
        }
        for quantity in QUANTITIES:
            fields[quantity.name] = serializers.FileField(max_length=255, required=False)
            fields[f"{quantity.name}_unit"] = serializers.ChoiceField(choices=list(quantity.units), required=False)
        return fields

    def validate(self, given: dict[str, object]) -> dict[str, object]:
        if not any(quantity.name in given for quantity in QUANTITIES):
            raise serializers.ValidationError(_("Choose a file."))
        return given


class Grids(ApiView):
    """Grids of the potential dissolution, handed in and imported in one step (multipart)."""

    output = RecordFileOut
    takes = GridsIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        station = _station(self.actor, pk)
        require(self.actor, "records.create", RecordFile(station=station))
        given = self.given(GridsIn)
        names = [quantity.name for quantity in QUANTITIES if quantity.name in given]
        files = {name: (plain_file_name(given[name].name), given[name].read()) for name in names}
        units = {name: given[f"{name}_unit"] for name in names if f"{name}_unit" in given}
        stated = {source: given[source].strip() for source in SOURCES}
        made = services.receive_records(
            actor=self.actor,
            station=station,
            kind=GRIDS,
            file_name="grids.zip",
            data=pack(files, {**stated, "units": units}),
        )
        return Response(RecordFileOut(made, context={"actor": self.actor}).data, status=201)


class WaitingOut(RecordFileOut):
    reading = serializers.SerializerMethodField(help_text="How the table is read with the answers given so far.")
    answers = Facts(read_only=True)

    class Meta(RecordFileOut.Meta):
        fields = (*RecordFileOut.Meta.fields, "answers", "reading")

    @extend_schema_field({"type": "object"})
    def get_reading(self, file: RecordFile) -> dict[str, Any]:
        return services.read(file)[1].as_dict() if file.state == "waiting" else file.report or {}


class WaitingIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=KINDS)
    file = serializers.FileField(max_length=255)


class Waiting(ApiView):
    """Hand a table in for a look (multipart): it waits until it is imported or discarded."""

    output = WaitingOut
    takes = WaitingIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        station = _station(self.actor, pk)
        require(self.actor, "records.create", RecordFile(station=station))
        given = self.given(WaitingIn)
        file = services.take_in(
            actor=self.actor,
            station=station,
            kind=given["kind"],
            file_name=given["file"].name,
            data=given["file"].read(),
        )
        return Response(WaitingOut(file, context={"actor": self.actor}).data, status=201)


class TableSettleIn(serializers.Serializer):
    zone = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    encoding = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    date_order = serializers.ChoiceField(choices=ORDERS, required=False, allow_blank=True, default="")
    example = {"zone": "Asia/Shanghai", "date_order": "dmy"}


class TableImportIn(serializers.Serializer):
    replaces = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="The accepted table that this one takes the place of."
    )
    example = {"replaces": 7}


def _import(actor: Actor, row: RecordFile, replaces: int | None = None) -> RecordFile:
    require(actor, "records.create", row)
    old = selectors.file_for(actor, replaces) if replaces else None
    return services.import_table(actor=actor, file=row, replaces=old)


class WaitingActs(Acts):
    """A table that waits: say how it is read, import it as shown, or decide against it."""

    output = WaitingOut
    record = OneRecordFile.record
    acts = {
        "settle": (TableSettleIn, lambda actor, row, **given: services.answer(actor=actor, file=row, answers=given)),
        "import": (TableImportIn, _import),
        "discard": (Nothing, lambda actor, row: services.discard(actor=actor, file=row)),
    }


urlpatterns = [
    path("stations/<int:pk>/attachments/", Attachments.as_view(), name="attachments"),
    path("stations/<int:pk>/grids/", Grids.as_view(), name="grids"),
    path("stations/<int:pk>/records/waiting/", Waiting.as_view(), name="waiting_records"),
    *WaitingActs.paths("records/<int:pk>/", "record_file"),
]
