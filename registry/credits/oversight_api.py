"""Freezes, reversals and facts on ranges, for programs of the authority and of proponents."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import LARGEST, Actions, ModelOut, Reason
from registry.api.views import Acts, ApiView, Record, Rows
from registry.core.errors import InvalidInput, NotVisible
from registry.core.permissions import require
from registry.credits import selectors, states
from registry.credits.models import Freeze, RangeFact, Reversal
from registry.credits.services import accounts, freezes, reversals
from registry.projects.selectors import project_for


class FreezeOut(ModelOut):
    covers = serializers.CharField()
    project = serializers.CharField(source="project.code", default=None)
    actions = Actions(states.FREEZE)

    class Meta:
        model = Freeze
        fields = ("id", "covers", "account", "project", "reason", "frozen_at", "released_at", "state", "actions")


class FreezeIn(serializers.Serializer):
    """One of the three is given."""

    account = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    project = serializers.CharField(max_length=40, required=False)
    serials = serializers.CharField(max_length=60, required=False, help_text="first-last")
    reason = serializers.CharField(max_length=500)


class FreezeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=states.FREEZE.choices)
    project = django_filters.CharFilter(field_name="project__code")


class Freezes(Rows):
    """The freezes that the authority sees; POST freezes an account, a project's credits or a range."""

    scope = "decide"
    output = FreezeOut
    takes = FreezeIn
    success = 201
    filterset = FreezeFilter

    def rows(self) -> QuerySet[Freeze]:
        return selectors.freezes_for(self.actor)

    def act(self, request: Request) -> Response:
        require(self.actor, "credits.freeze")
        given = self.given(FreezeIn)
        covered: dict[str, Any] = {}
        if "account" in given:
            covered["account"] = selectors.account_for(self.actor, given["account"])
        if "project" in given:
            covered["project"] = project_for(self.actor, given["project"])
        if "serials" in given:
            covered["serials"] = one_range(given["serials"])
        made = freezes.freeze(actor=self.actor, reason=given["reason"], **covered)
        return Response(FreezeOut(made, context={"actor": self.actor}).data, status=201)


def one_range(text: str) -> Any:
    ranges = selectors.written(text)
    if len(ranges) != 1:
        raise InvalidInput("NOT_ONE_RANGE", _("Name one range of serials, as first-last."))
    return ranges[0]


class FreezeActs(Acts):
    """Ask for the release, grant it as another person, or keep it frozen."""

    scope = "decide"
    output = FreezeOut
    acts = {
        "ask-release": (Reason, lambda actor, row, reason: freezes.ask_release(actor=actor, freeze=row, reason=reason)),
        "release": (None, lambda actor, row: freezes.release(actor=actor, freeze=row)),
        "keep": (Reason, lambda actor, row, reason: freezes.keep_frozen(actor=actor, freeze=row, reason=reason)),
    }

    def record(self, pk: int) -> Freeze:
        return selectors.freeze_for(self.actor, pk)


class ReversalOut(ModelOut):
    project = serializers.CharField(source="project.code")
    actions = Actions(states.REVERSAL)

    class Meta:
        model = Reversal
        fields = (
            "id", "project", "kind", "quantity_t", "report", "reported_at", "decided_at", "public_note", "buffer_t",
            "shortfall_t", "state", "actions",
        )  # fmt: skip


class ReversalIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Reversal.Kind.choices)
    quantity_t = serializers.IntegerField(min_value=1, max_value=LARGEST)
    report = serializers.CharField(max_length=2000)


class ReversalFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=states.REVERSAL.choices)
    kind = django_filters.ChoiceFilter(choices=Reversal.Kind.choices)
    project = django_filters.CharFilter(field_name="project__code")


class Reversals(Rows):
    """The reversals that this actor may see."""

    output = ReversalOut
    filterset = ReversalFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Reversal]:
        return selectors.reversals_for(self.actor).select_related("project")


class ReversalReport(ApiView):
    """Report a reversal or an over-issuance of a project."""

    output = ReversalOut
    takes = ReversalIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, code: str) -> Response:
        project = project_for(self.actor, code)
        require(self.actor, "credits.report_reversal", Reversal(project=project))
        made = reversals.report_reversal(actor=self.actor, project=project, **self.given(ReversalIn))
        return Response(ReversalOut(made, context={"actor": self.actor}).data, status=201)


class OneReversal(Record):
    """One reversal."""

    output = ReversalOut

    def record(self, pk: int) -> Reversal:
        return selectors.reversal_for(self.actor, pk)


class PublicNote(serializers.Serializer):
    public_note = serializers.CharField(max_length=1000)


class ReversalActs(Acts):
    """Confirm a reported reversal, or dismiss it, as another person than who reported it."""

    scope = "decide"
    output = ReversalOut
    record = OneReversal.record
    acts = {
        "confirm": (
            PublicNote,
            lambda actor, row, public_note: reversals.confirm_reversal(
                actor=actor, reversal=row, public_note=public_note
            ),
        ),
        "dismiss": (
            PublicNote,
            lambda actor, row, public_note: reversals.dismiss_reversal(
                actor=actor, reversal=row, public_note=public_note
            ),
        ),
    }


class RangeFactOut(ModelOut):
    first_serial = serializers.IntegerField(source="serials.lower")
    last_serial = serializers.SerializerMethodField()

    class Meta:
        model = RangeFact
        fields = ("id", "kind", "first_serial", "last_serial", "text", "reference", "holds_from", "ends")

    def get_last_serial(self, fact: RangeFact) -> int:
        return fact.serials.upper - 1


class FactIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=RangeFact.Kind.choices)
    serials = serializers.CharField(max_length=60, help_text="first-last")
    text = serializers.CharField(max_length=500)
    reference = serializers.CharField(max_length=200, allow_blank=True, default="")
    holds_from = serializers.DateField()
    ends = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)


class FactFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=RangeFact.Kind.choices)


class Facts(Rows):
    """Facts recorded on ranges (corresponding adjustments, labels); POST records one."""

    output = RangeFactOut
    takes = FactIn
    success = 201
    filterset = FactFilter

    def rows(self) -> QuerySet[RangeFact]:
        return RangeFact.objects.all()

    def act(self, request: Request) -> Response:
        require(self.actor, "credits.record_fact")
        given = self.given(FactIn)
        ends, earlier = given.pop("ends", None), None
        if ends is not None:
            earlier = RangeFact.objects.filter(pk=ends).first()
            if earlier is None:
                raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
        made = accounts.record_fact(actor=self.actor, serials=one_range(given.pop("serials")), ends=earlier, **given)
        return Response(RangeFactOut(made).data, status=201)


urlpatterns = [
    path("freezes/", Freezes.as_view(), name="freezes"),
    *FreezeActs.paths("freezes/<int:pk>/", "freeze"),
    path("reversals/", Reversals.as_view(), name="reversals"),
    path("reversals/<int:pk>/", OneReversal.as_view(), name="reversal"),
    *ReversalActs.paths("reversals/<int:pk>/", "reversal"),
    path("projects/<str:code>/reversals/", ReversalReport.as_view(), name="report_reversal"),
    path("facts/", Facts.as_view(), name="facts"),
]
