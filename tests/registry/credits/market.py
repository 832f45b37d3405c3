"""Two holders beside the ledger's world: who has credits, who gets some, and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import override_settings
from psycopg.types.range import Range

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind, Role
from registry.credits import selectors
from registry.credits.fields import Serials
from registry.credits.models import Account, Holding, Issuance, Transfer, TrustedRecipient
from registry.credits.services import accounts, endings, transfers
from registry.organisations.models import Organisation
from tests.people import member, organisation
from tests.registry.credits.world import issue, outcome, registered_project

_keys = count(1)


def key() -> str:
    return f"key-{next(_keys)}"


@dataclass
class Market:
    """``seller`` offers in ``account``; ``second`` is another person of the seller; ``buyer`` takes in ``target``."""

    issuance: Issuance
    account: Account
    target: Account
    seller: Actor
    second: Actor
    buyer: Actor

    @property
    def first(self) -> int:
        held = Holding.objects.filter(account=self.account, status="active", closed_by=None)
        return held.order_by("serials")[0].first_serial


def account_holder(code: str = "BUYER-1") -> Organisation:
    return organisation(OrganisationKind.ACCOUNT_HOLDER, f"Buyer {code}", code)


def account_of(owner: Organisation) -> Account:
    return accounts.open_account(actor=member(owner, Role.REPRESENTATIVE))


def market(issuance: Issuance | None = None) -> Market:
    issuance = issuance or issue(outcome(registered_project()))
    owner = issuance.project.proponent
    buyer = Organisation.objects.filter(registration_code="BUYER-1").first() or account_holder()
    return Market(
        issuance=issuance,
        account=Account.objects.get(owner=owner, kind="holder"),
        target=account_of(buyer),
        seller=member(owner, Role.REPRESENTATIVE),
        second=member(owner, Role.REPRESENTATIVE, email=f"second@{owner.registration_code.lower()}.test"),
        buyer=member(buyer, Role.REPRESENTATIVE),
    )


def trusted(market: Market) -> TrustedRecipient:
    """The recipient is on the list and the days have passed."""
    listed = transfers.trust_recipient(actor=market.seller, account=market.account, recipient=market.target)
    with override_settings(DEMO=True):
        clock.advance_to(clock.now() + timedelta(days=30))
    return listed


def span(first: int, quantity: int) -> Serials:
    return (Range(first, first + quantity),)


def offer(market: Market, serials: Serials, **changes: Any) -> Transfer:
    given = {
        "actor": market.seller,
        "account": market.account,
        "recipient": market.target,
        "serials": serials,
        "key": key(),
    }
    return transfers.offer_transfer(**{**given, **changes})


def claim(**changes: Any) -> endings.Claim:
    given = {
        "beneficiary_name": "Guizhou Tea Co.",
        "beneficiary_type": "organisation",
        "purpose": "voluntary",
        "year": 2025,
    }
    return endings.Claim(**{**given, **changes})


def balance(account: Account) -> dict[str, int]:
    return selectors.balances_of(account)


def pass_time(**delta: float) -> None:
    with override_settings(DEMO=True):
        clock.advance_to(clock.now() + timedelta(**delta))
