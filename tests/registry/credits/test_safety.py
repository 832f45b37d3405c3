"""Freezes, reversals, closed accounts and facts on ranges."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.types.range import Range

from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.roles import Role
from registry.credits import kernel, ledger, selectors
from registry.credits.models import Account, Freeze, Holding, Reversal
from registry.credits.services import accounts, board, endings, freezes, issuance, reversals, transfers
from registry.credits.states import FREEZE
from tests.people import official
from tests.registry.credits.market import balance, claim, key, offer, span
from tests.registry.credits.world import approver, issue, outcome, registered_project, registrar

pytestmark = pytest.mark.django_db


def retire(m, first):
    return endings.retire(actor=m.seller, account=m.account, serials=span(first, 1), claim=claim(), key=key())


def list_one(m, first):
    return board.list_credits(
        actor=m.seller, account=m.account, serials=span(first, 1), price=Decimal(5), currency="CNY", key=key()
    )


def cancel(m, first):
    return endings.cancel(actor=m.seller, account=m.account, serials=span(first, 1), public_note="Given up.", key=key())


VERBS = [retire, cancel, list_one, lambda m, first: offer(m, span(first, 1))]


def frozen(m, what, **changes):
    covers = {
        "account": {"account": m.account},
        "project": {"project": m.issuance.project},
        "range": {"serials": Range(m.first, m.first + 1)},
    }[what]
    return freezes.freeze(actor=registrar(), reason="Reported theft.", **covers, **changes)


@pytest.mark.parametrize("what", ["account", "project", "range"])
def test_nothing_frozen_moves_until_two_release_it(m, what):
    made, first = frozen(m, what), m.first
    for verb in VERBS:
        with pytest.raises(Refusal) as refusal:
            verb(m, first)
        assert refusal.value.code == "FROZEN"
    made = freezes.ask_release(actor=registrar(), freeze=made, reason="It was a mistake.")
    with pytest.raises(Refusal):
        retire(m, first)
    with pytest.raises(NotAllowed):
        freezes.release(actor=registrar(), freeze=made)
    freezes.release(actor=approver(), freeze=made)
    for number, verb in enumerate(VERBS):
        verb(m, first + number)


def test_a_range_freeze_leaves_the_serials_beside_it_free(m):
    frozen(m, "range")
    retire(m, m.first + 1)
    with pytest.raises(InvalidInput):
        freezes.freeze(actor=registrar(), reason="x", serials=Range(10**9, 10**9 + 1))
    with pytest.raises(InvalidInput):
        freezes.freeze(actor=registrar(), reason="x", account=m.account, serials=Range(1, 2))


@pytest.mark.parametrize("what", ["account", "project", "range"])
def test_a_freeze_ends_what_is_under_way(m, what):
    first = m.first
    transfer, listing = offer(m, span(first, 4)), None
    listing = board.list_credits(
        actor=m.seller, account=m.account, serials=span(first + 4, 4), price=Decimal(5), currency="CNY", key=key()
    )
    covers = {"serials": Range(first, first + 8)} if what == "range" else None
    if covers:
        freezes.freeze(actor=registrar(), reason="Theft.", **covers)
    else:
        frozen(m, what)
    transfer.refresh_from_db()
    listing.refresh_from_db()
    assert (transfer.state, listing.state) == ("lapsed", "cancelled")
    assert balance(m.account) == {"active": 182}


def test_a_frozen_recipient_takes_nothing(m):
    transfer = offer(m, span(m.first, 4))
    freezes.freeze(actor=registrar(), reason="Theft.", account=m.target)
    transfer.refresh_from_db()
    assert transfer.state == "lapsed"
    with pytest.raises(Refusal) as refusal:
        offer(m, span(m.first, 4))
    assert refusal.value.code == "FROZEN"


def test_nothing_is_issued_under_a_freeze_of_the_project(m):
    frozen(m, "project")
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        issue(outcome(m.issuance.project, year=2022))
    assert refusal.value.code == "FROZEN"


def test_a_release_can_be_kept_and_even_sql_needs_two(m):
    made = freezes.ask_release(actor=registrar(), freeze=frozen(m, "account"), reason="?")
    made = freezes.keep_frozen(actor=approver(), freeze=made, reason="Not yet.")
    assert (made.state, made.release_asked_by) == ("in_force", None)
    with pytest.raises(DatabaseError, match="no way from in_force"), transaction.atomic():
        Freeze.objects.update(state="released")
    made = freezes.ask_release(actor=registrar(), freeze=made, reason="?")
    with pytest.raises(DatabaseError, match="release_needs_two"), transaction.atomic():
        Freeze.objects.update(state="released", released_by=made.release_asked_by)
    assert FREEZE.state(made.state).name == "release_asked"


def report(m, quantity=10, **changes):
    given = {
        "actor": m.seller,
        "project": m.issuance.project,
        "kind": "reversal",
        "quantity_t": quantity,
        "report": "The plantation burnt on 3 May.",
    }
    return reversals.report_reversal(**{**given, **changes})


def test_the_buffer_answers_a_reversal_first(m):
    made = reversals.confirm_reversal(actor=approver(), reversal=report(m, 15), public_note="A fire.")
    assert (made.buffer_t, made.shortfall_t) == (15, 0)
    pool = Account.objects.get(kind="buffer")
    assert balance(pool) == {"buffer": 6, "cancelled": 15}
    assert balance(m.account) == {"active": 182}
    assert ledger.check().differences == ()


def test_what_the_buffer_lacks_is_owed_and_blocks_issuances_until_replaced(m):
    made = reversals.confirm_reversal(actor=approver(), reversal=report(m, 30), public_note="A fire.")
    assert (made.buffer_t, made.shortfall_t) == (21, 9)
    with pytest.raises(Refusal) as refusal:
        issue(outcome(m.issuance.project, year=2022))
    assert refusal.value.code == "REPLACEMENT_OWED"

    def replace(quantity):
        return endings.cancel(
            actor=m.seller,
            account=m.account,
            serials=span(m.first, quantity),
            public_note="Replaces what burnt.",
            key=key(),
            reversal=made,
        )

    with pytest.raises(InvalidInput):
        replace(10)
    replace(4)
    assert reversals.owed_of(made) == 5
    replace(5)
    assert reversals.owed_by(m.account.owner) == 0
    assert issue(outcome(m.issuance.project, year=2022)).quantity_t


def test_the_projects_own_buffer_goes_before_the_others(m):
    other = issue(outcome(registered_project("DEV-2")))
    reversals.confirm_reversal(
        actor=approver(), reversal=report(m, 25, project=m.issuance.project), public_note="A fire."
    )
    cancelled = Holding.objects.filter(status="cancelled", closed_by=None)
    assert {h.issuance_id: h.quantity_t for h in cancelled} == {m.issuance.pk: 21, other.pk: 4}


def test_the_authority_finds_an_over_issuance_and_another_official_decides(m):
    found = report(m, 5, actor=registrar(), kind="over_issuance")
    assert found.found_by_authority
    found = reversals.confirm_reversal(actor=approver(), reversal=found, public_note="The rating curve was wrong.")
    assert (found.kind, found.buffer_t) == ("over_issuance", 5)
    with pytest.raises(DatabaseError, match="reversal_needs_two_persons"), transaction.atomic():
        Reversal.objects.update(decided_by=found.reported_by)
    dismissed = reversals.dismiss_reversal(actor=approver(), reversal=report(m, 5), public_note="Nothing burnt.")
    assert (dismissed.state, dismissed.buffer_t) == ("dismissed", None)


def test_no_more_is_reversed_than_was_issued(m):
    report(m, 200)
    for quantity in (0, 4, -1):
        with pytest.raises(InvalidInput):
            report(m, quantity)
    with pytest.raises(InvalidInput):
        report(m, 1, kind="other")


def test_an_account_closes_when_it_is_empty(m):
    with pytest.raises(Refusal) as refusal:
        accounts.close_account(actor=m.seller, account=m.account)
    assert refusal.value.code == "ACCOUNT_NOT_EMPTY"
    with pytest.raises(DatabaseError, match="still holds credits"), transaction.atomic():
        Account.objects.filter(pk=m.account.pk).update(state="closed")
    transfer = offer(m, span(m.first, 100))
    with pytest.raises(Refusal):
        accounts.close_account(actor=m.buyer, account=m.target)
    transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    endings.retire(actor=m.seller, account=m.account, serials=span(m.first, 82), claim=claim(), key=key())
    closed = accounts.close_account(actor=m.seller, account=m.account)
    assert closed.state == "closed"
    assert balance(closed) == {"retired": 82}
    with transaction.atomic(), pytest.raises(Refusal) as refusal:
        transfers.offer_transfer(actor=m.buyer, account=m.target, recipient=closed, serials=transfer.serials, key=key())
    with pytest.raises(Refusal) as refusal, transaction.atomic():  # nor past the service
        kernel.post("accept", account=m.target.pk, to=closed.pk, serials=transfer.serials, key=key(), actor_id=1)
    assert refusal.value.code in {"ACCOUNT_CLOSED", "SERIALS_NOT_HELD"}
    assert accounts.open_account(actor=m.seller).pk != closed.pk


def test_facts_stay_with_the_serials_wherever_they_go(m):
    first = m.first
    fact = accounts.record_fact(
        actor=registrar(),
        kind="corresponding_adjustment",
        serials=Range(first, first + 10),
        text="Adjusted by the host country.",
        holds_from=date(2025, 1, 1),
    )
    transfers.accept_transfer(actor=m.buyer, transfer=offer(m, span(first + 5, 10)))
    moved = Holding.objects.get(account=m.target, closed_by=None)
    assert [f.pk for f in selectors.facts_on([moved.serials])] == [fact.pk]
    ended = accounts.record_fact(
        actor=registrar(),
        kind=fact.kind,
        serials=fact.serials,
        text="Withdrawn.",
        holds_from=date(2025, 6, 1),
        ends=fact,
    )
    assert selectors.facts_on([moved.serials]) == []
    with pytest.raises(InvalidInput):
        accounts.record_fact(
            actor=registrar(), kind=fact.kind, serials=fact.serials, text="x", holds_from=ended.holds_from, ends=fact
        )
    with pytest.raises(InvalidInput):
        accounts.record_fact(
            actor=registrar(), kind="label", serials=Range(first, 10**9), text="x", holds_from=date(2025, 1, 1)
        )
    with pytest.raises(NotAllowed):
        accounts.record_fact(
            actor=official(Role.AUDITOR), kind="label", serials=fact.serials, text="x", holds_from=date(2025, 1, 1)
        )


def test_a_period_across_two_years_has_two_vintages_and_carries_its_rest(m):
    made = issue(
        outcome(
            m.issuance.project,
            "100.5",
            year=2022,
            vintages=((2022, Decimal("0.6")), (2023, Decimal("0.4"))),
        )
    )
    assert made.quantity_t == 101  # with the 0.6 t that the first period left
    assert {a.vintage for a in made.allotments.all()} == {2022, 2023}
    assert issuance.plan_issuance(made.project, outcome(made.project, "1", year=2024)).carried_in_t == Decimal("0.1")


def test_a_block_knows_where_it_came_from(m):
    first = m.first
    transfer = transfers.accept_transfer(actor=m.buyer, transfer=offer(m, span(first + 5, 10)))
    steps = selectors.lineage_of(first + 7)
    assert [step.entry.kind for step in steps] == ["issue", "offer", "accept"]
    assert [step.account_id for step in steps] == [m.account.pk, m.account.pk, m.target.pk]
    assert steps[-1].serials == transfer.serials[0]
    connection.check_constraints()
