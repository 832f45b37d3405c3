"""Files that are handed in for a look, for programs: how they are read, answers, and the import as shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.stations.selectors import station_for
from mrv.uploads import preview, states
from mrv.uploads.mapping_pages import DECIMALS, TIMES, name_columns, quantities
from mrv.uploads.models import ReceivedFile, Upload
from mrv.uploads.wizard import ORDERS
from registry.api.fields import Actions, Facts, ModelOut, Nothing
from registry.api.views import Acts, Record, Rows
from registry.core.actors import Actor
from registry.core.permissions import require

MEANINGS = [*(value for value, _label in TIMES), *(value for _name, units in quantities() for value, _unit in units)]
MOST_COLUMNS = 400


class ReceivedOut(ModelOut):
    actions = Actions(states.RECEIVED)
    answers = Facts(read_only=True)

    class Meta:
        model = ReceivedFile
        fields = (
            "id", "station", "kind", "file_name", "sha256", "size_bytes", "answers", "barometer", "upload",
            "received_at", "state", "actions",
        )  # fmt: skip


class ReadOut(ReceivedOut):
    reading = serializers.SerializerMethodField(help_text="How the file is read with the answers given so far.")

    class Meta(ReceivedOut.Meta):
        fields = (*ReceivedOut.Meta.fields, "reading")

    @extend_schema_field({"type": "object"})
    def get_reading(self, file: ReceivedFile) -> dict[str, Any]:
        return preview.read(file)[1].as_dict()


class ReceivedIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Upload.Kind.choices)
    file = serializers.FileField(max_length=255, help_text="A file, or a zip of several: each waits by itself.")


class HandedIn(serializers.Serializer):
    files = ReceivedOut(many=True)


class Received(Rows):
    """The files handed in at a station and what became of them. POST (multipart) hands in one, or a zip of several."""

    output = ReceivedOut
    takes = ReceivedIn
    made = HandedIn
    success = 201

    def rows(self) -> QuerySet[ReceivedFile]:
        station = station_for(self.actor, self.kwargs["pk"])
        require(self.actor, "uploads.create", ReceivedFile(station=station))
        return ReceivedFile.objects.filter(station=station)

    def act(self, request: Request, pk: int) -> Response:
        station = station_for(self.actor, pk)
        require(self.actor, "uploads.create", ReceivedFile(station=station))
        given = self.given(ReceivedIn)
        taken = preview.take_in(
            actor=self.actor,
            station=station,
            kind=given["kind"],
            file_name=given["file"].name,
            data=given["file"].read(),
        )
        return Response(HandedIn({"files": taken}, context={"actor": self.actor}).data, status=201)


class OneReceived(Record):
    """One file, and how it is read."""

    output = ReadOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> ReceivedFile:
        return preview.received_for(self.actor, pk)


class SettleIn(serializers.Serializer):
    zone = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    encoding = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    date_order = serializers.ChoiceField(choices=ORDERS, required=False, allow_blank=True, default="")
    ec_coefficient = serializers.CharField(
        max_length=20, required=False, allow_blank=True, default="", help_text="Per degree, such as 0.0191."
    )
    ec_compensated = serializers.ChoiceField(choices=("yes", "no"), required=False, allow_blank=True, default="")
    thousands = serializers.ChoiceField(
        choices=(",", ".", " ", "'"), required=False, allow_blank=True, default="", help_text="The mark of thousands."
    )
    restarted_at = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="", help_text="On the file's clock, without a zone."
    )
    barometer = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="A received file of air pressure of this station."
    )
    example = {"zone": "Asia/Shanghai", "date_order": "dmy", "ec_compensated": "yes"}


def _settle(actor: Actor, row: ReceivedFile, barometer: int | None = None, **given: str) -> None:
    air = preview.received_for(actor, barometer) if barometer else None
    answers = {**given, "mapping": row.answers.get("mapping")}
    preview.answer(actor=actor, file=row, answers=answers, barometer=air)


class ColumnsIn(serializers.Serializer):
    columns = serializers.ListField(
        child=serializers.ChoiceField(choices=MEANINGS, allow_blank=True),
        max_length=MOST_COLUMNS,
        help_text="What each column is, in order: a time, “quantity|unit”, or empty for one that is not read.",
    )
    header_row = serializers.IntegerField(required=False, min_value=1, max_value=999)
    date_order = serializers.ChoiceField(choices=ORDERS, required=False, allow_blank=True, default="")
    decimal = serializers.ChoiceField(choices=DECIMALS, required=False, allow_blank=True, default="")
    zone = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    example = {"columns": ["time", "stage|m", "water_temperature|°C", ""], "header_row": 3, "decimal": "."}


def _name_columns(actor: Actor, row: ReceivedFile, columns: list[str], **given: Any) -> None:
    said = {f"column-{at}": choice for at, choice in enumerate(columns)}
    name_columns(actor, row, said | {name: str(value) for name, value in given.items()})


class ImportIn(serializers.Serializer):
    remember = serializers.BooleanField(
        default=False, help_text="Keep the answers for the station's next file of this form."
    )
    example = {"remember": True}


class ReceivedActs(Acts):
    """A file that waits: say how it is read, what its columns are, import it as shown, or decide against it."""

    output = ReadOut
    record = OneReceived.record
    acts = {
        "settle": (SettleIn, _settle),
        "columns": (ColumnsIn, _name_columns),
        "import": (
            ImportIn,
            lambda actor, row, remember: preview.import_received(actor=actor, file=row, remember=remember),
        ),
        "discard": (Nothing, lambda actor, row: preview.discard_received(actor=actor, file=row)),
    }


urlpatterns = [
    path("stations/<int:pk>/received/", Received.as_view(), name="received_files"),
    path("received/<int:pk>/", OneReceived.as_view(), name="received_file"),
    *ReceivedActs.paths("received/<int:pk>/", "received_file"),
]
