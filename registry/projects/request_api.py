"""Renewals of crediting and changes of proponent, for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Actions, ModelOut, Reason
from registry.api.views import Acts, Record, Rows
from registry.core.permissions import require
from registry.organisations.models import Organisation
from registry.projects import request_selectors, selectors, services, states
from registry.projects.models import ChangeOfProponent, Renewal

FILE_LIMIT_BYTES = 50 * 1024 * 1024


class RenewalOut(ModelOut):
    project = serializers.CharField(source="project.code")
    baseline_sha256 = serializers.CharField(source="baseline_document.sha256", default="")
    actions = Actions(states.RENEWAL)

    class Meta:
        model = Renewal
        fields = (
            "id", "project", "starts_on", "ends_on", "baseline", "additionality", "baseline_sha256", "methodology_id",
            "methodology_version", "methodology_digest", "requested_at", "decided_at", "decision_reason", "state",
            "actions",
        )  # fmt: skip


class RenewalIn(serializers.Serializer):
    baseline = serializers.CharField(max_length=20_000)
    additionality = serializers.CharField(max_length=20_000)
    file = serializers.FileField(max_length=255, required=False)

    def validate_file(self, file: Any) -> Any:
        if file.size > FILE_LIMIT_BYTES:
            raise serializers.ValidationError("50 MB", code="too_large")
        return file


class Renewals(Rows):
    """Renewals of a project's crediting; POST (multipart, with the baseline document) asks for one."""

    scope = "decide"
    output = RenewalOut
    takes = RenewalIn
    success = 201

    def rows(self) -> QuerySet[Renewal]:
        project = selectors.project_for(self.actor, self.kwargs["code"])
        return request_selectors.visible_renewals(self.actor).filter(project=project)

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        require(self.actor, "projects.request_renewal", project)  # before what was sent is read
        given = self.given(RenewalIn)
        file = given.pop("file", None)
        made = services.request_renewal(
            actor=self.actor,
            project=project,
            file_name=file.name if file else "",
            data=file.read() if file else b"",
            **given,
        )
        return Response(RenewalOut(made, context={"actor": self.actor}).data, status=201)


class OneRenewal(Record):
    """One renewal."""

    output = RenewalOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Renewal:
        return request_selectors.renewal_for(self.actor, pk)


def renewal(service: Callable[..., Any]) -> Callable[..., Any]:
    return lambda actor, row, **given: service(actor=actor, renewal=row, **given)


class RenewalActs(Acts):
    """The authority decides; the proponent may withdraw before that."""

    scope = "decide"
    output = RenewalOut
    record = OneRenewal.record
    acts = {
        "approve": (None, renewal(services.approve_renewal)),
        "return": (Reason, renewal(services.return_renewal)),
        "refuse": (Reason, renewal(services.refuse_renewal)),
        "withdraw": (None, renewal(services.withdraw_renewal)),
    }


class ChangeOut(ModelOut):
    project = serializers.CharField(source="project.code")
    actions = Actions(states.PROPONENT_CHANGE)

    class Meta:
        model = ChangeOfProponent
        fields = (
            "id", "project", "from_organisation", "to_organisation", "reason", "requested_at", "countersigned_at",
            "decided_at", "decision_reason", "state", "actions",
        )  # fmt: skip


class ChangeIn(serializers.Serializer):
    to_organisation = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.filter(kind="developer"))
    reason = serializers.CharField(max_length=4000)


class Changes(Rows):
    """Changes of a project's proponent; POST signs one as the present proponent."""

    scope = "decide"
    output = ChangeOut
    takes = ChangeIn
    success = 201

    def rows(self) -> QuerySet[ChangeOfProponent]:
        project = selectors.project_for(self.actor, self.kwargs["code"])
        return request_selectors.visible_changes(self.actor).filter(project=project)

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        require(self.actor, "projects.request_change", project)  # before what was sent is read
        made = services.request_change(actor=self.actor, project=project, **self.given(ChangeIn))
        return Response(ChangeOut(made, context={"actor": self.actor}).data, status=201)


class OneChange(Record):
    """One change of proponent."""

    output = ChangeOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> ChangeOfProponent:
        return request_selectors.change_for(self.actor, pk)


def change(service: Callable[..., Any]) -> Callable[..., Any]:
    return lambda actor, row, **given: service(actor=actor, change=row, **given)


class ChangeActs(Acts):
    """The new proponent signs or declines, the authority decides; the present one may withdraw before that."""

    scope = "decide"
    output = ChangeOut
    record = OneChange.record
    acts = {
        "countersign": (None, change(services.countersign_change)),
        "decline": (None, change(services.decline_change)),
        "withdraw": (None, change(services.withdraw_change)),
        "approve": (None, change(services.approve_change)),
        "return": (Reason, change(services.return_change)),
        "refuse": (Reason, change(services.refuse_change)),
    }


urlpatterns = [
    path("projects/<str:code>/renewals/", Renewals.as_view(), name="renewals"),
    path("renewals/<int:pk>/", OneRenewal.as_view(), name="renewal"),
    *RenewalActs.paths("renewals/<int:pk>/", "renewal"),
    path("projects/<str:code>/proponent-changes/", Changes.as_view(), name="proponent_changes"),
    path("proponent-changes/<int:pk>/", OneChange.as_view(), name="proponent_change"),
    *ChangeActs.paths("proponent-changes/<int:pk>/", "proponent_change"),
]
