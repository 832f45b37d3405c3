"""The review of readings, for programs: what was decided about which, run the tests, decide, take back."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.quality import reviewing, screening, selectors
from mrv.quality.models import ReviewAct, Screening
from mrv.stations.models import Station
from mrv.stations.selectors import station_for
from registry.api.fields import ModelOut, Nothing
from registry.api.views import Acts, ApiView, Rows
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may, require


class ReviewActOut(ModelOut):
    class Meta:
        model = ReviewAct
        fields = (
            "id", "station", "kind", "parameter", "start", "end", "code", "start_value", "end_value", "relative",
            "reason", "undoes", "made_at",
        )  # fmt: skip


class ReviewActIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=[each for each in ReviewAct.Kind.choices if each[0] != ReviewAct.Kind.UNDO])
    parameter = serializers.CharField(max_length=64)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    code = serializers.CharField(max_length=64, allow_blank=True, default="")
    start_value = serializers.CharField(max_length=40, allow_blank=True, default="")
    end_value = serializers.CharField(max_length=40, allow_blank=True, default="")
    relative = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


def visible_station(actor: Actor, pk: int) -> Station:
    station = station_for(actor, pk)
    if not may(actor, "quality.view", Screening(station=station)):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return station


class ReviewActs(Rows):
    """What was decided about a station's readings; POST decides about a range."""

    output = ReviewActOut
    takes = ReviewActIn
    success = 201

    def rows(self) -> QuerySet[ReviewAct]:
        return ReviewAct.objects.filter(station=visible_station(self.actor, self.kwargs["pk"]))

    def act(self, request: Request, pk: int) -> Response:
        station = visible_station(self.actor, pk)
        require(self.actor, "quality.review", ReviewAct(station=station))
        made = reviewing.record_act(actor=self.actor, station=station, **self.given(ReviewActIn))
        return Response(ReviewActOut(made).data, status=201)


class TestsOut(serializers.Serializer):
    flags = serializers.IntegerField()


class Tests(ApiView):
    """Run the automatic tests on a station's readings."""

    output = TestsOut
    takes = Nothing
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        made = screening.screen_station(actor=self.actor, station=visible_station(self.actor, pk))
        return Response({"flags": made.flags.count()})


class Why(serializers.Serializer):
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class TakeBack(Acts):
    """Take a decision back: it stays in the list and no longer counts."""

    output = ReviewActOut
    acts = {"undo": (Why, lambda actor, row, reason: reviewing.undo_act(actor=actor, act=row, reason=reason))}

    def record(self, pk: int) -> ReviewAct:
        return selectors.act_for(self.actor, pk)


urlpatterns = [
    path("stations/<int:pk>/review/", ReviewActs.as_view(), name="review_acts"),
    path("stations/<int:pk>/review/tests/", Tests.as_view(), name="review_tests"),
    *TakeBack.paths("review-acts/<int:pk>/", "review_act"),
]
