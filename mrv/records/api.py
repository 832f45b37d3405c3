"""Tables of further records, for programs: what there is, bring one in, withdraw it."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.records import selectors, services, states
from mrv.records.kinds import all_kinds
from mrv.records.models import RecordFile
from mrv.stations.selectors import station_for
from registry.api.fields import Actions, Facts, ModelOut, Reason
from registry.api.views import Acts, Record, Rows

KINDS = [(name, kind.title[1]) for name, kind in all_kinds().items()]


class RecordFileOut(ModelOut):
    actions = Actions(states.RECORD_FILE)
    report = Facts(read_only=True, allow_null=True)

    class Meta:
        model = RecordFile
        fields = (
            "id", "station", "kind", "file_name", "sha256", "size_bytes", "content_sha256", "rows", "received_at",
            "imported_at", "replaces", "state", "report", "actions",
        )  # fmt: skip


class RecordFileIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=KINDS)
    replaces = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="The accepted table that this one takes the place of."
    )
    file = serializers.FileField()


class RecordFileFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=KINDS)
    state = django_filters.ChoiceFilter(choices=states.RECORD_FILE.choices)


class RecordFiles(Rows):
    """The tables of a station with their reading reports; POST (multipart) imports one, the same bytes only once."""

    output = RecordFileOut
    takes = RecordFileIn
    success = 201
    filterset = RecordFileFilter

    def rows(self) -> QuerySet[RecordFile]:
        station = station_for(self.actor, self.kwargs["pk"])
        return selectors.files_of(self.actor, station)

    def act(self, request: Request, pk: int) -> Response:
        station = station_for(self.actor, pk)
        given = self.given(RecordFileIn)
        replaces = selectors.file_for(self.actor, given["replaces"]) if given.get("replaces") else None
        with NamedTemporaryFile(prefix="kcr-records-") as on_disk:
            for chunk in given["file"].chunks():
                on_disk.write(chunk)
            on_disk.flush()
            file = services.receive_records(
                actor=self.actor,
                station=station,
                kind=given["kind"],
                file_name=given["file"].name,
                data=Path(on_disk.name),
                replaces=replaces,
            )
        return Response(RecordFileOut(file, context={"actor": self.actor}).data, status=201)


class OneRecordFile(Record):
    """One table and how it was read."""

    output = RecordFileOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> RecordFile:
        return selectors.file_for(self.actor, pk)


class RecordFileActs(Acts):
    """Take a table out of what later periods may use."""

    output = RecordFileOut
    record = OneRecordFile.record
    acts = {
        "withdraw": (Reason, lambda actor, row, reason: services.withdraw(actor=actor, file=row, reason=reason)),
    }


urlpatterns = [
    path("stations/<int:pk>/records/", RecordFiles.as_view(), name="record_files"),
    path("records/<int:pk>/", OneRecordFile.as_view(), name="record_file"),
    *RecordFileActs.paths("records/<int:pk>/", "record_file"),
]
