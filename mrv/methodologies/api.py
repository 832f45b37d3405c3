"""Methodology versions for programs, and the draft of a project, which names one."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.methodologies import selectors, states
from mrv.methodologies.models import MethodologyVersion
from registry.api.fields import Actions
from registry.api.views import ApiView, Record, Rows
from registry.core.permissions import require
from registry.projects.api import ProjectOut
from registry.projects.models import Project
from registry.projects.services import draft_project


class MethodologyOut(serializers.ModelSerializer):
    actions = Actions(states.METHODOLOGY)

    class Meta:
        model = MethodologyVersion
        fields = ("id", "identifier", "version", "digest", "state", "effective_from", "actions")


class Methodologies(Rows):
    """The methodology versions that this actor may see."""

    output = MethodologyOut
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[MethodologyVersion]:
        return MethodologyVersion.objects.filter(
            pk__in=[record.pk for record in selectors.visible_methodologies(self.actor)]
        )


class OneMethodology(Record):
    """One version."""

    output = MethodologyOut
    http_method_names = ("get", "options")

    def record(self, identifier: str, version: str) -> MethodologyVersion:
        return selectors.methodology_for(self.actor, identifier, version)


class DraftIn(serializers.Serializer):
    name_zh = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Project.Kind.choices)
    methodology = serializers.PrimaryKeyRelatedField(queryset=MethodologyVersion.objects.none())
    division_code = serializers.RegexField(r"^\d{6}$")
    county_zh = serializers.CharField(max_length=60)
    county_en = serializers.CharField(max_length=60)
    area_km2 = serializers.DecimalField(max_digits=10, decimal_places=4, min_value=0)
    longitude_deg = serializers.DecimalField(max_digits=9, decimal_places=6, min_value=73, max_value=136)
    latitude_deg = serializers.DecimalField(max_digits=8, decimal_places=6, min_value=3, max_value=54)
    crediting_start = serializers.DateField()
    crediting_end = serializers.DateField()
    additionality = serializers.CharField(max_length=20000, allow_blank=True, default="")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        published = [record.pk for record in selectors.published_methodologies()] if "data" in kwargs else []
        self.fields["methodology"].queryset = MethodologyVersion.objects.filter(pk__in=published)


class Drafts(ApiView):
    """Draft a project for one's own organisation under a published methodology version."""

    output = ProjectOut
    takes = DraftIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request) -> Response:
        require(self.actor, "projects.create")
        given = self.given(DraftIn)
        chosen = given.pop("methodology")
        project = draft_project(
            actor=self.actor,
            **given,
            methodology_id=chosen.identifier,
            methodology_version=chosen.version,
            methodology_digest=chosen.digest,
        )
        return Response(ProjectOut(project, context={"actor": self.actor}).data, status=201)


urlpatterns = [
    path("methodologies/", Methodologies.as_view(), name="methodologies"),
    path("methodologies/<str:identifier>/<str:version>/", OneMethodology.as_view(), name="methodology"),
    path("project-drafts/", Drafts.as_view(), name="project_drafts"),
]
