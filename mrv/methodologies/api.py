"""Methodology versions for programs, and the draft of a project, which names one."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.methodologies import impact, selectors, services, states
from mrv.methodologies.models import MethodologyVersion
from registry.api.fields import Actions, Facts, ModelOut, Reason
from registry.api.views import Acts, ApiView, Record, Rows
from registry.core.errors import NotVisible
from registry.core.permissions import require
from registry.projects.api import ProjectOut
from registry.projects.models import Project
from registry.projects.services import draft_project


class MethodologyOut(ModelOut):
    actions = Actions(states.METHODOLOGY)

    class Meta:
        model = MethodologyVersion
        fields = ("id", "identifier", "version", "digest", "state", "effective_from", "actions")


class ImpactRow(serializers.Serializer):
    period = serializers.IntegerField()
    name = serializers.CharField()
    followed = serializers.CharField()
    state = serializers.ChoiceField(choices=(impact.WAITING, impact.DONE, impact.FAILED))
    before_t = serializers.CharField(help_text="t CO2 as the official result states it.")
    after_t = serializers.CharField()
    difference_t = serializers.DecimalField(max_digits=24, decimal_places=9, allow_null=True)
    digest_before = serializers.CharField()
    digest_after = serializers.CharField()
    error = Facts(allow_null=True)


class ImpactOut(serializers.Serializer):
    version = serializers.CharField()
    periods = ImpactRow(many=True)
    kept = Facts(allow_null=True, help_text="As recorded, with totals and the digest; null before.")


class TomlIn(serializers.Serializer):
    toml = serializers.CharField(max_length=1024**2, trim_whitespace=False)


class MethodologyFilter(django_filters.FilterSet):
    identifier = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=states.METHODOLOGY.choices)


class Methodologies(Rows):
    """The methodology versions that this actor may see; POST drafts one from the text of its TOML file."""

    output = MethodologyOut
    takes = TomlIn
    success = 201
    filterset = MethodologyFilter

    def act(self, request: Request) -> Response:
        require(self.actor, "methodologies.draft")
        record = services.draft_version(actor=self.actor, **self.given(TomlIn))
        return Response(MethodologyOut(record, context={"actor": self.actor}).data, status=201)

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


class Impact(ApiView):
    """How far the impact test of a version is, and what was recorded of it."""

    output = ImpactOut
    http_method_names = ("get", "options")

    def get(self, request: Request, identifier: str, version: str) -> Response:
        record = selectors.methodology_for(self.actor, identifier, version)
        if not selectors.sees_impact(self.actor, record):
            raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
        testing = record.state in ("draft", "tested")
        rows = impact.rows_of(record) if testing else []
        return Response(ImpactOut({"version": str(record), "periods": rows, "kept": record.impact}).data)


class MethodologyImpact(Acts):
    """Start the impact test of a version, in the workers' queue; ``Location`` is where its progress is told."""

    output = MethodologyOut
    record = OneMethodology.record
    success = 202
    acts = {"start-impact": (None, lambda actor, row: services.start_impact(actor=actor, version=row))}

    def act(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().act(request, *args, **kwargs)
        answer["Location"] = reverse("api:methodology_impact", kwargs=kwargs)
        return answer


class MethodologyTests(Acts):
    """Record the impact of a version once every past period is calculated."""

    output = MethodologyOut
    record = OneMethodology.record
    acts = {
        "test": (None, lambda actor, row: services.record_impact(actor=actor, version=row)),
    }


class EffectiveIn(serializers.Serializer):
    effective_from = serializers.DateField()


class MethodologyActs(Acts):
    """Sign, publish (a second person), withdraw."""

    scope = "decide"
    output = MethodologyOut
    record = OneMethodology.record
    acts = {
        "sign": (None, lambda actor, row: services.sign_version(actor=actor, version=row)),
        "publish": (
            EffectiveIn,
            lambda actor, row, **given: services.publish_version(actor=actor, version=row, **given),
        ),
        "withdraw": (
            Reason,
            lambda actor, row, reason: services.withdraw_version(actor=actor, version=row, reason=reason),
        ),
    }


class DraftIn(serializers.Serializer):
    name_zh = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Project.Kind.choices)
    methodology = serializers.PrimaryKeyRelatedField(queryset=MethodologyVersion.objects.none())
    division_code = serializers.RegexField(r"^\d{6}$")
    county_zh = serializers.CharField(max_length=60)
    county_en = serializers.CharField(max_length=60)
    area_km2 = serializers.DecimalField(max_digits=10, decimal_places=4, min_value=0)
    karst_area_km2 = serializers.DecimalField(
        max_digits=10, decimal_places=4, min_value=0, allow_null=True, default=None
    )
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
    path("methodologies/<str:identifier>/<str:version>/impact/", Impact.as_view(), name="methodology_impact"),
    *MethodologyImpact.paths("methodologies/<str:identifier>/<str:version>/", "methodology"),
    *MethodologyTests.paths("methodologies/<str:identifier>/<str:version>/", "methodology"),
    *MethodologyActs.paths("methodologies/<str:identifier>/<str:version>/", "methodology"),
    path("project-drafts/", Drafts.as_view(), name="project_drafts"),
]
