"""Who gets what answer in the room of credits, and the records that its pages are about, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.types.range import Range

from registry.core.roles import Role
from registry.credits.fields import first_of
from registry.credits.models import Account, Holding
from registry.credits.services import accounts, board, endings, freezes, reversals, transfers
from registry.organisations.models import Organisation
from registry.organisations.selectors import actor_of
from tests.people import FOR_EVER
from tests.web.world import ANONYMOUS, ROLES, STRANGER, Journey

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {ANONYMOUS}
REPRESENTATIVE = frozenset({"representative"})
AUTHORITY = frozenset({"clerk", "approver", "methodology_editor"})
READERS = AUTHORITY | {"editor"}
_made: dict[int, dict[str, Any]] = {}


def ledger(world: Journey) -> dict[str, Any]:
    """A transfer offered to the stranger, a retirement, a listing asked for, a freeze, a reversal: one of each."""
    if id(world) not in _made:
        _made[id(world)] = _make(world)
    return _made[id(world)]


def _make(world: Journey) -> dict[str, Any]:
    seller, stranger = (
        world.actor("representative"),
        replace(actor_of(world.users[STRANGER]), second_factor_at=FOR_EVER),
    )
    account = Account.objects.get(kind="holder", owner=world.project["registered"].proponent)
    target = accounts.open_account(actor=stranger)
    free = tuple(
        Holding.objects.filter(account=account, status="active", closed_by=None)
        .order_by("serials")
        .values_list("serials", flat=True)
    )

    def take(quantity: int) -> tuple[Range[int], ...]:
        nonlocal free
        taken, free = first_of(free, quantity)
        return taken

    listed = {"price": Decimal("60"), "currency": "CNY"}
    listing = board.list_credits(actor=seller, account=account, serials=take(1), key="page-list", **listed)
    request = board.request_to_buy(actor=stranger, listing=listing, buyer=target, quantity_t=1)
    made = {
        "transfer": transfers.offer_transfer(
            actor=seller, account=account, recipient=target, serials=take(1), key="page-transfer"
        ),
        "retirement": endings.retire(
            actor=seller,
            account=account,
            serials=take(1),
            claim=endings.Claim("茶业公司", "organisation", "voluntary", 2025),
            key="page-retire",
        ),
        "listing": listing,
        "request": request,
        "trusted": transfers.trust_recipient(actor=seller, account=account, recipient=target),
        "reversal": reversals.report_reversal(
            actor=seller, project=world.project["registered"], kind="reversal", quantity_t=1, report="山火。"
        ),
        "account": account,
    }
    accounts.record_fact(
        actor=world.actor("clerk"),
        kind="label",
        serials=listing.serials[0],
        text="CORSIA",
        holds_from=date(2025, 1, 1),
    )
    board.enter_reference_price(
        actor=world.actor("clerk"), on=date(2025, 5, 1), price=Decimal("88"), currency="CNY", source="CCER"
    )
    other = Account.objects.exclude(pk__in=[account.pk, target.pk]).filter(kind="buffer").first()
    made["freeze"] = freezes.freeze(actor=world.actor("clerk"), reason="被盗", account=other or target)
    assert Role.REPRESENTATIVE in seller.roles
    assert Organisation.objects.filter(pk=account.owner_id).exists()
    return made


def _pk(name: str, *more: Any) -> Callable[[Journey], tuple[Any, ...]]:
    return lambda world: (ledger(world)[name].pk, *more)


def rows(row: Any, stage: str, of_account: Callable[[Journey], tuple[Any, ...]]) -> list[Any]:
    """The lines of the table; ``row`` is its class, ``stage`` the one in which credits exist."""
    acting = {"roles": REPRESENTATIVE, "where": of_account, "forbidden": READERS}
    reading = {"roles": REPRESENTATIVE | READERS, "where": of_account}

    def posted(name: str, where: Callable[[Journey], tuple[Any, ...]] = lambda _world: ()) -> Any:
        return row(stage, f"credits:{name}", where=where, status=405)

    return [
        row(stage, "credits:transfer_new", **acting),
        row(stage, "credits:transfer_new", query="?q=DEV-OTHER", **acting),
        row(stage, "credits:retire", **acting),
        row(
            stage,
            "credits:retire",
            query="?quantity=1&beneficiary_name=茶&beneficiary_type=event&purpose=voluntary&year=2025",
            **acting,
        ),
        row(stage, "credits:cancel", query="?quantity=1", **acting),
        row(stage, "credits:list", query="?quantity=1", **acting),
        row(stage, "credits:trusted", **reading),
        row(stage, "credits:statement", **reading),
        row(stage, "credits:statement_csv", **reading),
        row(
            stage,
            "credits:transfer",
            roles=frozenset({"representative", "editor", STRANGER}) | AUTHORITY,
            where=_pk("transfer"),
        ),
        row(stage, "credits:retirement", where=_pk("retirement")),
        row(stage, "credits:serial", where=lambda world: (ledger(world)["listing"].serials[0].lower,)),
        row(stage, "credits:serial", where=lambda _world: (10**12,), status=404),
        row(stage, "credits:board"),
        row(stage, "credits:board", query="?currency=CNY&vintage=2021&kind=vegetation"),
        row(stage, "credits:listing", where=_pk("listing")),
        row(stage, "credits:oversight", roles=AUTHORITY),
        row(
            stage, "credits:reversal", roles=frozenset({"representative", "editor"}) | AUTHORITY, where=_pk("reversal")
        ),
        posted("open_account"),
        posted("close", of_account),
        posted("retire_file", of_account),
        posted("remove_trusted", lambda world: (ledger(world)["account"].pk, ledger(world)["trusted"].pk)),
        posted("transfer_act", _pk("transfer", "withdraw")),
        posted("reference_price"),
        posted("answer_request", _pk("request", "agree")),
        posted("listing_act", _pk("listing", "cancel")),
        posted("freeze"),
        posted("freeze_act", _pk("freeze", "release")),
        posted("fact"),
        posted("report_reversal", lambda world: (world.project["registered"].code,)),
        posted("reversal_act", _pk("reversal", "confirm")),
    ]
