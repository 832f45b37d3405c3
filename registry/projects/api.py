"""Projects and their documents, for programs. Drafts are made in ``mrv.methodologies.api``: they name a version."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Actions, Facts, Reason
from registry.api.views import Acts, Record, Rows
from registry.projects import selectors, services, states
from registry.projects.models import Project, ProjectDocument

DOCUMENT_LIMIT_BYTES = 50 * 1024 * 1024


class ProjectOut(serializers.ModelSerializer):
    actions = Actions(states.PROJECT)
    boundary = Facts(read_only=True)

    class Meta:
        model = Project
        fields = (
            "code", "name_zh", "name_en", "kind", "proponent", "division_code", "county_zh", "county_en", "area_km2",
            "boundary", "boundary_is_drawn", "crediting_start", "crediting_end", "methodology_id",
            "methodology_version", "methodology_digest", "additionality", "is_demo", "comment_opens_on",
            "comment_closes_on", "registered_at", "state", "created_at", "actions",
        )  # fmt: skip


class ProjectFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Words of the name, code or county.")
    state = django_filters.ChoiceFilter(choices=states.PROJECT.choices)
    kind = django_filters.ChoiceFilter(choices=Project.Kind.choices)
    county = django_filters.CharFilter(field_name="division_code", label="Division code (GB/T 2260).")
    methodology = django_filters.CharFilter(field_name="methodology_id")

    def by_words(self, rows: QuerySet[Project], _name: str, value: str) -> QuerySet[Project]:
        return selectors.search(rows, value)


class Projects(Rows):
    """The projects that this actor may see."""

    output = ProjectOut
    filterset = ProjectFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Project]:
        return selectors.visible_projects(self.actor)


class OneProject(Record):
    """One project."""

    output = ProjectOut
    http_method_names = ("get", "options")

    def record(self, code: str) -> Project:
        return selectors.project_for(self.actor, code)


class ProjectActs(Acts):
    """The steps of the project cycle."""

    scope = "decide"
    output = ProjectOut
    record = OneProject.record
    acts = {
        "submit": (None, lambda actor, row: services.submit(actor=actor, project=row)),
        "open-comment": (None, lambda actor, row: services.open_comment(actor=actor, project=row)),
        "close-comment": (None, lambda actor, row: services.close_comment(actor=actor, project=row)),
        "register": (None, lambda actor, row: services.register(actor=actor, project=row)),
        "return": (
            Reason,
            lambda actor, row, reason: services.return_to_draft(actor=actor, project=row, reason=reason),
        ),
    }


class DocumentOut(serializers.ModelSerializer):
    class Meta:
        model = ProjectDocument
        fields = ("id", "kind", "file_name", "sha256", "size_bytes", "added_at")


class DocumentIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ProjectDocument.Kind.choices)
    file = serializers.FileField(max_length=255)

    def validate_file(self, file: object) -> object:
        if file.size > DOCUMENT_LIMIT_BYTES:  # type: ignore[attr-defined]
            raise serializers.ValidationError("50 MB", code="too_large")
        return file


class Documents(Rows):
    """The documents in the project's file, by the digest of their bytes; POST (multipart) adds one to a draft."""

    output = DocumentOut
    takes = DocumentIn
    success = 201

    def rows(self) -> QuerySet[ProjectDocument]:
        return selectors.project_for(self.actor, self.kwargs["code"]).documents.all()

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        given = self.given(DocumentIn)
        document = services.add_document(
            actor=self.actor,
            project=project,
            kind=given["kind"],
            file_name=given["file"].name,
            data=given["file"].read(),
        )
        return Response(DocumentOut(document).data, status=201)


urlpatterns = [
    path("projects/", Projects.as_view(), name="projects"),
    path("projects/<str:code>/", OneProject.as_view(), name="project"),
    *ProjectActs.paths("projects/<str:code>/", "project"),
    path("projects/<str:code>/documents/", Documents.as_view(), name="documents"),
]
