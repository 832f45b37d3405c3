"""Who gets what answer on the pages of certificates besides those of the issuance that the journey ends with."""

from __future__ import annotations

from typing import Any

from registry.certificates.models import Certificate
from registry.certificates.services import state_account
from registry.credits.models import Account
from tests.web.credit_pages import AUTHORITY, READERS, REPRESENTATIVE, ledger
from tests.web.world import Journey

_made: dict[int, Certificate] = {}
ASKED = "?quantity=1&beneficiary_name=茶&beneficiary_type=event&purpose=voluntary&year=2025"


def _account(world: Journey) -> Account:
    return ledger(world)["account"]


def of_account(world: Journey) -> tuple[int]:
    return (_account(world).pk,)


def of_retirement(world: Journey) -> tuple[int]:
    return (ledger(world)["retirement"].pk,)


def of_statement(world: Journey) -> tuple[str]:
    """A statement of the proponent's account, which is not everybody's to read."""
    if id(world) not in _made:
        account = _account(world)
        day = account.opened_at.date()
        _made[id(world)] = state_account(
            actor=world.actor("representative"), account=account, first_day=day, last_day=day
        )
    return (_made[id(world)].number,)


def of_certificate(world: Journey) -> tuple[str]:
    return (world.certificate.number,)


def rows(row: Any, stage: str) -> list[Any]:
    reading = {"roles": REPRESENTATIVE | READERS, "where": of_account}
    return [
        row(stage, "certificates:preview", query=ASKED, **reading),
        row(stage, "certificates:preview", **reading),
        row(stage, "certificates:preview_pdf", query=ASKED, **reading),
        row(stage, "certificates:of_retirement", where=of_retirement),
        row(stage, "certificates:of_retirement", where=lambda _world: (10**9,), status=404),
        row(stage, "certificates:file", where=of_certificate),
        row(stage, "certificates:show", where=of_statement),
        row(stage, "certificates:record", roles=REPRESENTATIVE | AUTHORITY | {"editor"}, where=of_statement),
        row(stage, "certificates:pdf", roles=REPRESENTATIVE | AUTHORITY | {"editor"}, where=of_statement, status=503),
        row(stage, "certificates:sign_statement", where=of_account, status=405),
        row(stage, "certificates:end", where=lambda world: (*of_certificate(world), "cancel"), status=405),
    ]


def acts(act: Any, stage: str) -> list[Any]:
    def said(_world: Journey) -> dict[str, str]:
        return {"reason_zh": "名称更正", "reason_en": "A name was corrected."}

    return [
        act(
            stage,
            "certificates:end",
            lambda world: (*of_certificate(world), "cancel"),
            frozenset({"approver"}),
            ("certificates:show", of_certificate),
            said,
        ),
        act(
            stage,
            "certificates:sign_statement",
            of_account,
            REPRESENTATIVE | READERS,
            ("credits:statement", of_account),
        ),
    ]
