"""Monitoring periods, for programs: open, seal, submit."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.periods import further, selectors, services, states
from mrv.periods.models import MonitoringPeriod, PeriodStation
from mrv.periods.preparation import prepare_evidence
from mrv.stations.selectors import station_for
from registry.api.fields import Actions, ModelOut, Reason
from registry.api.views import Acts, Record, Rows
from registry.core.actors import Actor
from registry.core.permissions import require
from registry.projects.selectors import project_for


class PeriodOut(ModelOut):
    project = serializers.CharField(source="project.code")
    further_stations = serializers.SerializerMethodField()
    actions = Actions(states.PERIOD)

    class Meta:
        model = MonitoringPeriod
        fields = (
            "id", "project", "station", "number", "revision", "first_day", "last_day", "start", "end", "zone",
            "bundle_digest", "official_run", "sealed_at", "submitted_at", "verified_at", "further_stations", "state",
            "actions",
        )  # fmt: skip

    def get_further_stations(self, period: MonitoringPeriod) -> dict[str, int]:
        """By role: the station named in it."""
        return dict(PeriodStation.objects.filter(period=period).values_list("role", "station_id"))


class PeriodIn(serializers.Serializer):
    station = serializers.IntegerField(min_value=1, max_value=2**62)
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class PeriodFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=states.PERIOD.choices)
    project = django_filters.CharFilter(field_name="project__code")
    begins_after = django_filters.DateFilter(field_name="first_day", lookup_expr="gte")


class Periods(Rows):
    """The monitoring periods that this actor may see."""

    output = PeriodOut
    filterset = PeriodFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[MonitoringPeriod]:
        return selectors.visible_periods(self.actor).select_related("project")


class PeriodsOfProject(Rows):
    """The periods of one project; POST opens one."""

    output = PeriodOut
    takes = PeriodIn
    success = 201

    def rows(self) -> QuerySet[MonitoringPeriod]:
        project = project_for(self.actor, self.kwargs["code"])
        return selectors.visible_periods(self.actor).filter(project=project).select_related("project")

    def act(self, request: Request, code: str) -> Response:
        project = project_for(self.actor, code)
        given = self.given(PeriodIn)
        station = station_for(self.actor, given.pop("station"))
        period = services.open_period(actor=self.actor, project=project, station=station, **given)
        return Response(PeriodOut(period, context={"actor": self.actor}).data, status=201)


class OnePeriod(Record):
    """One period."""

    output = PeriodOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> MonitoringPeriod:
        return selectors.period_for(self.actor, pk)


class PeriodActs(Acts):
    """Fit what is missing, seal the evidence, open it again before the submission."""

    output = PeriodOut
    record = OnePeriod.record
    acts = {
        "prepare": (None, lambda actor, row: prepare_evidence(actor=actor, period=row)),
        "seal": (None, lambda actor, row: services.seal_period(actor=actor, period=row)),
        "reopen": (Reason, lambda actor, row, reason: services.reopen_period(actor=actor, period=row, reason=reason)),
    }


class NamedStationIn(serializers.Serializer):
    role = serializers.CharField(max_length=32, help_text="downstream, control: what the methodology asks for.")
    station = serializers.IntegerField(min_value=1, max_value=2**62)


class StationRoleIn(serializers.Serializer):
    role = serializers.CharField(max_length=32)


def _name(actor: Actor, row: MonitoringPeriod, role: str, station: int) -> None:
    require(actor, "periods.name_station", row)  # before a station is looked for that might not be this actor's
    further.name_station(actor=actor, period=row, role=role, station=station_for(actor, station))


class FurtherStations(Acts):
    """Name the station that measures in a role beside the spring (control, downstream), or take it off."""

    output = PeriodOut
    record = OnePeriod.record
    acts = {
        "name-station": (NamedStationIn, _name),
        "drop-station": (
            StationRoleIn,
            lambda actor, row, role: further.drop_station(actor=actor, period=row, role=role),
        ),
    }


class Submission(Acts):
    """Submit the period with its official run."""

    scope = "decide"
    output = PeriodOut
    record = OnePeriod.record
    acts = {"submit": (None, lambda actor, row: services.submit_period(actor=actor, period=row))}


urlpatterns = [
    path("periods/", Periods.as_view(), name="periods"),
    path("projects/<str:code>/periods/", PeriodsOfProject.as_view(), name="project_periods"),
    path("periods/<int:pk>/", OnePeriod.as_view(), name="period"),
    *PeriodActs.paths("periods/<int:pk>/", "period"),
    *FurtherStations.paths("periods/<int:pk>/", "period"),
    *Submission.paths("periods/<int:pk>/", "period"),
]
