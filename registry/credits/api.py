"""Accounts, holdings and issuances, for programs."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from registry.api.fields import LARGEST, ModelOut
from registry.api.views import Record, Rows
from registry.credits import selectors
from registry.credits.api_records import HoldingOut
from registry.credits.models import Account, Holding, Issuance
from registry.projects.selectors import project_for


class AccountOut(ModelOut):
    balances_t = serializers.SerializerMethodField()

    class Meta:
        model = Account
        fields = ("id", "owner", "kind", "opened_at", "balances_t")

    def get_balances_t(self, account: Account) -> dict[str, int]:
        return selectors.balances_of(account)


class Accounts(Rows):
    """The credit accounts that this actor may see, with what they hold by status."""

    output = AccountOut
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Account]:
        return selectors.visible_accounts(self.actor)


class OneAccount(Record):
    """One account."""

    output = AccountOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Account:
        return selectors.account_for(self.actor, pk)


class HoldingFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Holding.Status.choices)
    account = django_filters.NumberFilter(max_value=LARGEST)
    issuance = django_filters.NumberFilter(max_value=LARGEST)


class Holdings(Rows):
    """The serial ranges in the accounts that this actor may see, as they are now."""

    output = HoldingOut
    filterset = HoldingFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Holding]:
        return selectors.open_holdings(selectors.visible_accounts(self.actor))


class IssuanceOut(ModelOut):
    project = serializers.CharField(source="project.code")

    class Meta:
        model = Issuance
        fields = (
            "id",
            "project",
            "period_start",
            "period_end",
            "quantity_t",
            "buffer_t",
            "statement_number",
            "issued_at",
        )


class Issuances(Rows):
    """What was issued to a project."""

    output = IssuanceOut
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Issuance]:
        project = project_for(self.actor, self.kwargs["code"])
        return Issuance.objects.filter(project=project).select_related("project")


urlpatterns = [
    path("credit-accounts/", Accounts.as_view(), name="accounts"),
    path("credit-accounts/<int:pk>/", OneAccount.as_view(), name="account"),
    path("holdings/", Holdings.as_view(), name="holdings"),
    path("projects/<str:code>/issuances/", Issuances.as_view(), name="issuances"),
]
