"""The exchange for programs: agreements for the authority, agreed tables for a department's reader."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.province import services
from mrv.province.exports import EXPORTS
from mrv.province.models import Agreement
from mrv.province.reads import agreement_for, department_of, own_agreement, visible_agreements
from registry.api.fields import Facts, ModelOut, Reason
from registry.api.views import Acts, ApiView, Rows
from registry.core import clock
from registry.core.errors import InvalidInput, NotAllowed
from registry.core.permissions import require
from registry.organisations.models import User

READ = ("get", "options")


class AgreementOut(ModelOut):
    department = serializers.CharField(source="department.name_en")
    liaison = serializers.CharField(source="liaison.name_en")
    tables = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Agreement
        fields = (
            "id",
            "department",
            "liaison",
            "tables",
            "valid_from",
            "reference",
            "agreed_at",
            "ended_at",
            "end_reason",
        )


class AgreementIn(serializers.Serializer):
    department = serializers.IntegerField(help_text="Key of the department's organisation.")
    liaison = serializers.IntegerField(help_text="Key of the person who is its liaison officer.")
    tables = serializers.ListField(child=serializers.ChoiceField(choices=list(EXPORTS)), min_length=1)
    valid_from = serializers.DateField()
    reference = serializers.CharField(max_length=200)


class Agreements(Rows):
    """The department's own agreements, all of them for the authority; POST records one."""

    output = AgreementOut
    takes = AgreementIn
    success = 201
    scope = "decide"

    def rows(self) -> QuerySet[Agreement]:
        return visible_agreements(self.actor)

    def act(self, request: Request) -> Response:
        require(self.actor, "province.agree")
        given = self.given(AgreementIn)
        person = User.objects.filter(pk=given.pop("liaison")).first()
        if person is None:
            raise InvalidInput("NOT_ITS_LIAISON", _("Choose the department's liaison officer."))
        department = department_of(given.pop("department"))
        made = services.record_agreement(actor=self.actor, department=department, liaison=person, **given)
        return Response(AgreementOut(made).data, status=201)


class AgreementActs(Acts):
    """End an agreement."""

    output = AgreementOut
    scope = "decide"
    acts = {
        "end": (Reason, lambda actor, row, reason: services.end_agreement(actor=actor, agreement=row, reason=reason)),
    }

    def record(self, pk: int) -> Agreement:
        return agreement_for(self.actor, pk)


class TableOut(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()


class OwnTables(ApiView):
    """The tables that are agreed with the reader's department now; none before the agreed day."""

    output = TableOut
    plain_list = True
    http_method_names = READ

    @extend_schema(operation_id="exchange_tables_list")
    def get(self, request: Request) -> Response:
        own = own_agreement(self.actor)
        if own is None:
            raise NotAllowed(
                "NO_AGREEMENT", _("No tables are agreed with your organisation. The authority agrees on them.")
            )
        names: list[Any] = own.tables if own.has_begun(clock.today()) else []
        return Response([{"name": name, "label": str(EXPORTS[name].label)} for name in names if name in EXPORTS])


class AgreedTableOut(serializers.Serializer):
    def get_fields(self) -> dict[str, serializers.Field]:
        """Here, because ``fields`` is a word of the serializers themselves."""
        columns = serializers.ListField(child=Facts(), help_text="Name, type, meaning and unit of each column.")
        rows = serializers.ListField(child=Facts(), help_text="An object for each row, by the names of the columns.")
        return {"licence": Facts(), "fields": columns, "rows": rows}


class OneTable(ApiView):
    """One agreed table with the meaning of its columns; whatever is not agreed is refused."""

    output = AgreedTableOut
    http_method_names = READ

    def get(self, request: Request, name: str) -> Response:
        return Response(json.loads(services.deliver(actor=self.actor, name=name, form="json")))


urlpatterns = [
    path("exchange/agreements/", Agreements.as_view(), name="exchange_agreements"),
    *AgreementActs.paths("exchange/agreements/<int:pk>/", "exchange_agreement"),
    path("exchange/tables/", OwnTables.as_view(), name="exchange_tables"),
    path("exchange/tables/<str:name>/", OneTable.as_view(), name="exchange_table"),
]
