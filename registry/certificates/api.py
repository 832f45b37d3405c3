"""The certificate check for programs, and the list of certificates."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Facts, ModelOut
from registry.api.views import Acts, ApiView, Rows
from registry.certificates import presentation, selectors, services, states
from registry.certificates.models import Certificate
from registry.core import clock
from registry.core.errors import NotVisible
from registry.core.permissions import require
from registry.credits.selectors import account_for
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


class CertificateOut(ModelOut):
    project = serializers.CharField(source="project.code", default=None, allow_null=True)

    class Meta:
        model = Certificate
        fields = ("number", "kind", "project", "statement_number", "period_start", "period_end", "state", "created_at")


class EndedOut(CertificateOut):
    superseded_by = serializers.CharField(source="superseded_by.number", default=None, allow_null=True)

    class Meta(CertificateOut.Meta):
        fields = (*CertificateOut.Meta.fields, "ended_at", "superseded_by")


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


class EndIn(serializers.Serializer):
    reason_zh = serializers.CharField(max_length=2000)
    reason_en = serializers.CharField(max_length=2000)
    example = {"reason_zh": "受益方名称有误。", "reason_en": "The beneficiary's name was wrong."}


class CertificateActs(Acts):
    """An approver ends a certificate: another takes its place, or it is cancelled. The reasons are everybody's.

    Answers with the certificate that ended; ``superseded_by`` is the number of the new one.
    """

    scope = "decide"
    output = EndedOut
    acts = {
        "supersede": (
            EndIn,
            lambda actor, row, **reasons: services.replace_certificate(actor=actor, certificate=row, **reasons),
        ),
        "cancel": (
            EndIn,
            lambda actor, row, **reasons: services.cancel_certificate(actor=actor, certificate=row, **reasons),
        ),
    }

    def record(self, number: str) -> Certificate:
        found = selectors.by_number(number)
        if found is None:
            raise NotVisible("NOT_FOUND", NOT_FOUND)
        require(self.actor, "certificates.withdraw", found)
        return found


class StatementIn(serializers.Serializer):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    example = {"first_day": "2026-01-01", "last_day": "2026-06-30"}

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["last_day"] < given["first_day"] or given["last_day"].year > clock.today().year + 1:
            raise serializers.ValidationError(_("The last day lies before the first, or too far ahead."))
        return given


class Statements(ApiView):
    """A signed statement of an account for the days given; its file is drawn and signed by a worker."""

    output = CertificateOut
    takes = StatementIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        account = account_for(self.actor, pk)
        made = services.state_account(actor=self.actor, account=account, **self.given(StatementIn))
        return Response(CertificateOut(made).data, status=201)


urlpatterns = [
    path("certificates/", Certificates.as_view(), name="certificates"),
    *CertificateActs.paths("certificates/<str:number>/", "certificate"),
    path("credit-accounts/<int:pk>/statements/", Statements.as_view(), name="account_statements"),
]
