"""Reads of the ledger, each narrowed to what the actor may see. Balances are always computed from open holdings."""

from __future__ import annotations

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.compiled import Compiled
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.credits.models import Account, Holding, Issuance, IssuanceRequest
from registry.projects.models import Project

LENGTH = F("serials__endswith") - F("serials__startswith")
"""Credits in a range: serials are whole numbers, its upper end is exclusive."""


def visible_accounts(actor: Actor) -> QuerySet[Account]:
    """The accounts of the actor's organisation; the authority sees all."""
    accounts = Account.objects.select_related("owner")
    if actor.organisation_id is None or not actor.organisation_approved:
        return accounts.none()
    if actor.organisation_kind != OrganisationKind.AUTHORITY:
        accounts = accounts.filter(owner_id=actor.organisation_id)
    return accounts if may(actor, "credits.view_account", Account(owner_id=actor.organisation_id)) else accounts.none()


def account_for(actor: Actor, pk: int) -> Account:
    """One account, or :class:`NotVisible` (404) as if it did not exist."""
    found: list[Account] = _account(pk)
    if not found or not may(actor, "credits.view_account", found[0]):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found[0]


_account = Compiled(lambda pk: Account.objects.select_related("owner").filter(pk=pk))


def own_accounts(actor: Actor) -> QuerySet[Account]:
    return visible_accounts(actor).filter(owner_id=actor.organisation_id)


def open_holdings(accounts: QuerySet[Account] | list[Account]) -> QuerySet[Holding]:
    """The open holdings of accounts that the caller already narrowed."""
    return (
        Holding.objects.filter(account__in=accounts, closed_by__isnull=True)
        .select_related("issuance__project", "account__owner")
        .order_by("serials")
    )


def holdings_of(actor: Actor) -> QuerySet[Holding]:
    """What the actor's own organisation holds."""
    return open_holdings(own_accounts(actor))


def balances_of(account: Account) -> dict[str, int]:
    """Credits by status, the statuses with none left out, e.g. ``{"active": 183}``."""
    return tonnes_by_status(open_holdings([account]))


def tonnes_by_status(holdings: QuerySet[Holding]) -> dict[str, int]:
    return dict(holdings.order_by("status").values("status").annotate(t=Sum(LENGTH)).values_list("status", "t"))


def tonnes_by_vintage(holdings: QuerySet[Holding]) -> list[tuple[int, int]]:
    """(vintage, credits), oldest vintage first."""
    return list(holdings.order_by("vintage").values("vintage").annotate(t=Sum(LENGTH)).values_list("vintage", "t"))


def issuances_of(project: Project) -> QuerySet[Issuance]:
    """The issuances of a project that the caller may see; an issuance is as public as its project."""
    return (
        Issuance.objects.filter(project=project)
        .select_related("project")
        .prefetch_related("allotments")
        .order_by("period_start")
    )


def holders_of(issuance: Issuance) -> QuerySet[Holding]:
    """Where the serials of an issuance are now, for the public: ranges, account kinds and statuses."""
    return (
        Holding.objects.filter(issuance=issuance, closed_by__isnull=True)
        .select_related("issuance__project", "account")
        .order_by("serials")
    )


def requests_for(actor: Actor) -> QuerySet[IssuanceRequest]:
    """Issuance requests: all for the authority, its own projects' for a proponent."""
    requests = IssuanceRequest.objects.select_related("project__proponent", "prepared_by", "decided_by")
    if actor.organisation_id is None or not actor.organisation_approved:
        return requests.none()
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return requests
    return requests.filter(project__proponent_id=actor.organisation_id)


def request_for(actor: Actor, pk: int) -> IssuanceRequest:
    request = requests_for(actor).filter(pk=pk).first()
    if request is None or not may(actor, "credits.view_request", request):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return request


def issued_t() -> int:
    """All credits ever issued, the buffer's included."""
    return Issuance.objects.aggregate(t=Sum("quantity_t"))["t"] or 0


def retired_t() -> int:
    retired = Holding.objects.filter(status=Holding.Status.RETIRED, closed_by__isnull=True)
    return retired.aggregate(t=Sum(LENGTH))["t"] or 0
