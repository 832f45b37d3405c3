"""Calculations, for programs: a request is answered 202 with the address of the run, which tells its progress."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.methodologies.selectors import methodology_for
from mrv.periods.selectors import period_for
from mrv.runs import selectors, services
from mrv.runs.models import Run
from registry.api.fields import Facts, ModelOut
from registry.api.problems import Problem
from registry.api.views import ApiView, Record, Rows


class RunOut(ModelOut):
    figures = Facts(read_only=True, allow_null=True)
    error = Facts(read_only=True, allow_null=True)

    class Meta:
        model = Run
        fields = (
            "id", "period", "kind", "engine_version", "bundle_digest", "state", "phase", "done", "total",
            "requested_at", "finished_at", "duration_ms", "result_digest", "figures", "error",
        )  # fmt: skip


class RunIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Run.Kind.choices, default=Run.Kind.OFFICIAL)
    methodology = serializers.CharField(
        max_length=80,
        required=False,
        help_text="Of a preview: another methodology beside the project's, as KCS-TAB 1.0.0.",
    )


class Runs(Rows):
    """The runs of a period; POST requests one: 202, and ``Location`` is where its progress is told."""

    output = RunOut
    takes = RunIn
    success = 202

    def rows(self) -> QuerySet[Run]:
        return selectors.runs_of(self.actor, period_for(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        period = period_for(self.actor, pk)
        given = self.given(RunIn)
        identifier, _space, version = given.get("methodology", "").partition(" ")
        beside = methodology_for(self.actor, identifier, version) if identifier else None
        run = services.request_run(actor=self.actor, period=period, kind=given["kind"], methodology=beside)
        return Response(RunOut(run).data, status=202, headers={"Location": reverse("api:run", args=[run.pk])})


class OneRun(Record):
    """A run: queued, running with its phase, succeeded or failed with a reason."""

    output = RunOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Run:
        return selectors.run_for(self.actor, pk)


class ResultOut(serializers.Serializer):
    result_digest = serializers.CharField()
    result = Facts()


class Result(ApiView):
    """The whole result of a run that succeeded."""

    output = ResultOut
    http_method_names = ("get", "options")

    def get(self, request: Request, pk: int) -> Response:
        run = selectors.run_for(self.actor, pk)
        if run.state != "succeeded":
            raise Problem(409, "NO_RESULT", _("This run has no result (yet)."))
        return Response({"result_digest": run.result_digest, "result": selectors.result_of(run)})


urlpatterns = [
    path("periods/<int:pk>/runs/", Runs.as_view(), name="runs"),
    path("runs/<int:pk>/", OneRun.as_view(), name="run"),
    path("runs/<int:pk>/result/", Result.as_view(), name="result"),
]
