"""The province for programs: inventory by county, one county, trends by year."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.province import exchange_api, further_api, selectors
from mrv.province.selectors import County
from mrv.province.years import years
from registry.api.views import ApiView

READ = ("get", "options")


def tonnes() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=24, decimal_places=6)


def rate(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True, **options)


class CountyOut(serializers.Serializer):
    """Uptake of the published periods; `retained_t_km2_a` is weighted by area and time, null without a station."""

    division_code = serializers.CharField(source="code")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    projects = serializers.IntegerField()
    stations = serializers.IntegerField()
    verified_periods = serializers.IntegerField(source="sums.periods")
    gross_t = serializers.DecimalField(max_digits=24, decimal_places=6, source="sums.gross_t")
    retained_t = serializers.DecimalField(max_digits=24, decimal_places=6, source="sums.retained_t")
    retained_t_km2_a = rate(source="sums.rate")
    credits_issued_t = serializers.IntegerField(source="credits.issued_t")
    credits_held_t = serializers.IntegerField(source="credits.held_t")
    credits_buffer_t = serializers.IntegerField(source="credits.buffer_t")
    credits_retired_t = serializers.IntegerField(source="credits.retired_t")
    credits_cancelled_t = serializers.IntegerField(source="credits.cancelled_t")


class YearOut(serializers.Serializer):
    """A calendar year in the stations' own zones; credits by vintage, retirements by the year of the act."""

    year = serializers.IntegerField()
    stations = serializers.IntegerField()
    gross_t = tonnes()
    retained_t = tonnes()
    retained_t_km2_a = rate(source="rate")
    projects_registered = serializers.IntegerField(source="registered")
    credits_issued_t = serializers.IntegerField(source="issued_t")
    credits_retired_t = serializers.IntegerField(source="retired_t")


class Counties(ApiView):
    """All counties of the province with what the register has of each; nobody needs an account."""

    output = CountyOut
    http_method_names = READ

    @extend_schema(operation_id="province_counties_list", responses=CountyOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(CountyOut(selectors.province().counties, many=True).data)


class OneCounty(ApiView):
    """One county by its GB/T 2260 code."""

    output = CountyOut
    http_method_names = READ

    def get(self, request: Request, county: str) -> Response:
        found: County = selectors.province().county(county)
        return Response(CountyOut(found).data)


class Years(ApiView):
    """Every year with anything in it."""

    output = YearOut
    http_method_names = READ

    @extend_schema(operation_id="province_years_list", responses=YearOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(YearOut(years(selectors.province().rows), many=True).data)


urlpatterns = [
    path("province/counties/", Counties.as_view(), name="province_counties"),
    path("province/counties/<str:county>/", OneCounty.as_view(), name="province_county"),
    path("province/years/", Years.as_view(), name="province_years"),
    *exchange_api.urlpatterns,
    *further_api.urlpatterns,
]
