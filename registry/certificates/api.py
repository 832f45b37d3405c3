"""The certificate check for programs, and the list of certificates."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Facts
from registry.api.views import ApiView, Rows
from registry.certificates import presentation, selectors, states
from registry.certificates.models import Certificate
from registry.core.errors import NotVisible
from registry.organisations.members import NOT_FOUND


class CheckedOut(serializers.Serializer):
    """What the register says; see the record inside the certificate for its fields."""

    certificate = Facts()


class _Check(ApiView):
    output = CheckedOut
    http_method_names = ("get", "options")


class CertificateByNumber(_Check):
    """What the register says about a number now; 404 when it has none of that number."""

    def get(self, request: Request, number: str) -> Response:
        return _answer(selectors.by_number(number))


class CertificateByFile(_Check):
    """The certificate whose signed file has this SHA-256 (computed by the asker; no file is sent)."""

    def get(self, request: Request, sha256: str) -> Response:
        return _answer(selectors.by_file(sha256))


def _answer(certificate: Certificate | None) -> Response:
    if certificate is None:
        raise NotVisible("NOT_FOUND", NOT_FOUND)
    return Response(presentation.as_json(certificate))


class CertificateOut(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code", default=None, allow_null=True)

    class Meta:
        model = Certificate
        fields = ("number", "kind", "project", "statement_number", "period_start", "period_end", "state", "created_at")


class CertificateFilter(django_filters.FilterSet):
    project = django_filters.CharFilter(field_name="project__code")
    kind = django_filters.ChoiceFilter(choices=Certificate.Kind.choices)
    state = django_filters.ChoiceFilter(choices=states.CERTIFICATE.choices)


class Certificates(Rows):
    """The certificates, but for statements of accounts; they are everybody's."""

    output = CertificateOut
    filterset = CertificateFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Certificate]:
        return selectors.listed()


urlpatterns = [path("certificates/", Certificates.as_view(), name="certificates")]
