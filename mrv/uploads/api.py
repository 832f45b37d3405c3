"""Files of readings, samples and gaugings, for programs."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.stations.selectors import station_for
from mrv.uploads import selectors, services, states
from mrv.uploads.models import Upload
from registry.api.fields import Actions, Facts, ModelOut, Reason
from registry.api.views import Acts, Record, Rows


class UploadOut(ModelOut):
    actions = Actions(states.UPLOAD)
    report = Facts(read_only=True)

    class Meta:
        model = Upload
        fields = (
            "id", "station", "kind", "file_name", "sha256", "size_bytes", "zone", "canonical_sha256", "rows",
            "first_at", "last_at", "uploaded_at", "state", "report", "actions",
        )  # fmt: skip


class UploadIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Upload.Kind.choices)
    zone = serializers.CharField(max_length=64, required=False, help_text="For times that are written without a zone.")
    file = serializers.FileField()


class UploadFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Upload.Kind.choices)
    state = django_filters.ChoiceFilter(choices=states.UPLOAD.choices)


class Uploads(Rows):
    """The files of a station with their reading reports; POST (multipart) hands one in, the same bytes only once."""

    output = UploadOut
    takes = UploadIn
    success = 201
    filterset = UploadFilter

    def rows(self) -> QuerySet[Upload]:
        station = station_for(self.actor, self.kwargs["pk"])
        return selectors.uploads_of(self.actor, station)

    def act(self, request: Request, pk: int) -> Response:
        station = station_for(self.actor, pk)
        given = self.given(UploadIn)
        with NamedTemporaryFile(prefix="kcr-upload-") as on_disk:
            for chunk in given["file"].chunks():
                on_disk.write(chunk)
            on_disk.flush()
            upload = services.receive_upload(
                actor=self.actor,
                station=station,
                kind=given["kind"],
                file_name=given["file"].name,
                data=Path(on_disk.name),
                zone=given.get("zone") or None,
            )
        return Response(UploadOut(upload, context={"actor": self.actor}).data, status=201)


class OneUpload(Record):
    """One file and how it was read."""

    output = UploadOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Upload:
        return selectors.upload_for(self.actor, pk)


class UploadActs(Acts):
    """Take a file out of what later periods may use."""

    output = UploadOut
    record = OneUpload.record
    acts = {
        "withdraw": (
            Reason,
            lambda actor, row, reason: services.withdraw_upload(actor=actor, upload=row, reason=reason),
        ),
    }


urlpatterns = [
    path("stations/<int:pk>/uploads/", Uploads.as_view(), name="uploads"),
    path("uploads/<int:pk>/", OneUpload.as_view(), name="upload"),
    *UploadActs.paths("uploads/<int:pk>/", "upload"),
]
