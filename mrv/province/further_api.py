"""Demonstration areas and the library of documents for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.province import services
from mrv.province.models import DemonstrationArea, PolicyDocument
from mrv.province.reads import area_for, document_for, documents, live_areas
from mrv.province.services.library import Described
from registry.api.fields import ModelOut, Reason
from registry.api.views import Acts, Rows
from registry.core.permissions import require
from registry.projects.selectors import project_for


class AreaOut(ModelOut):
    project = serializers.CharField(source="project.code")

    class Meta:
        model = DemonstrationArea
        fields = ("id", "project", "note_zh", "note_en", "named_at", "ended_at", "end_reason")


class AreaIn(serializers.Serializer):
    project = serializers.CharField(max_length=40, help_text="Code of a public project.")
    note_zh = serializers.CharField(max_length=2000)
    note_en = serializers.CharField(max_length=2000)


class Areas(Rows):
    """The demonstration areas of today; POST names one."""

    output = AreaOut
    takes = AreaIn
    success = 201
    scope = "decide"

    def rows(self) -> QuerySet[DemonstrationArea]:
        return live_areas()

    def act(self, request: Request) -> Response:
        require(self.actor, "province.name_area")
        given = self.given(AreaIn)
        project = project_for(self.actor, given.pop("project"))
        return Response(AreaOut(services.name_area(actor=self.actor, project=project, **given)).data, status=201)


class AreaActs(Acts):
    """End a demonstration area, named by its project."""

    output = AreaOut
    scope = "decide"
    acts = {
        "end": (Reason, lambda actor, row, reason: services.end_area(actor=actor, area=row, reason=reason)),
    }

    def record(self, project: str) -> DemonstrationArea:
        return area_for(self.actor, project)


class PolicyDocumentOut(ModelOut):
    class Meta:
        model = PolicyDocument
        fields = (
            "id", "kind", "title_zh", "title_en", "issuer_zh", "issuer_en", "number", "issued_on", "link", "file_name",
            "sha256", "size_bytes", "supersedes", "added_at",
        )  # fmt: skip


class PolicyDocumentIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=PolicyDocument.Kind.choices)
    title_zh = serializers.CharField(max_length=200)
    title_en = serializers.CharField(max_length=200)
    issuer_zh = serializers.CharField(max_length=120)
    issuer_en = serializers.CharField(max_length=120)
    issued_on = serializers.DateField()
    number = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    link = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
    file = serializers.FileField(max_length=255, required=False)
    supersedes = serializers.IntegerField(required=False, help_text="Key of the document whose place it takes.")


class Documents(Rows):
    """The library, superseded documents too; POST (multipart) adds one or puts a newer one in another's place."""

    output = PolicyDocumentOut
    takes = PolicyDocumentIn
    success = 201

    def rows(self) -> QuerySet[PolicyDocument]:
        return documents()

    def act(self, request: Request) -> Response:
        require(self.actor, "province.keep_document")
        given = self.given(PolicyDocumentIn)
        file, older = given.pop("file", None), given.pop("supersedes", None)
        more: dict[str, Any] = {"described": Described(**given)}
        if file is not None:
            more |= {"file_name": file.name, "data": file.read()}
        if older is None:
            made = services.add_document(actor=self.actor, **more)
        else:
            made = services.supersede_document(actor=self.actor, document=document_for(self.actor, older), **more)
        return Response(PolicyDocumentOut(made).data, status=201)


urlpatterns = [
    path("province/areas/", Areas.as_view(), name="province_areas"),
    *AreaActs.paths("province/areas/<str:project>/", "province_area"),
    path("province/documents/", Documents.as_view(), name="province_documents"),
]
