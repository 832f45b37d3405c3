"""Any order of acts, against a model of a few lines: every serial is somewhere, once, where the model says."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.types.range import Range

from registry.core.errors import Refusal
from registry.credits import ledger
from registry.credits.models import Freeze, Holding, Listing, Transfer
from registry.credits.services import board, endings, freezes, transfers
from tests.registry.credits.market import claim, key, market, span, trusted
from tests.registry.credits.world import approver, issue, one_world, outcome, registered_project, registrar

LONG = os.environ.get("KCR_LONG") == "1"
pytestmark = pytest.mark.django_db
SERIALS = 60
FREE, OUT, BOARD, GONE = "active", "in_transfer", "listed", ("retired", "cancelled")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        made = market(issue(outcome(registered_project())))
        trusted(made)
        yield made


def test_the_ledger_does_what_a_simple_model_says(world, db):
    class Ledger(RuleBasedStateMachine):
        """``where[serial] = (side, status)`` for the first sixty serials of the seller."""

        def __init__(self):
            super().__init__()
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.base = world.first
            self.people = {"a": world.seller, "b": world.buyer}
            self.accounts = {"a": world.account, "b": world.target}

        @initialize()
        def begin(self):
            self.where = {serial: ("a", FREE) for serial in range(SERIALS)}
            self.offers: dict[int, tuple[str, int, int]] = {}
            self.listings: dict[int, tuple[str, int, int]] = {}
            self.frozen: dict[int, tuple[int, int]] = {}

        def teardown(self):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

        # --- what the model expects ---

        def held(self, side, first, count, status=FREE):
            return all(self.where.get(n) == (side, status) for n in range(first, first + count))

        def free(self, first, count):
            return not any(low < first + count and first < high for low, high in self.frozen.values())

        def set(self, first, count, side, status):
            self.where.update(dict.fromkeys(range(first, first + count), (side, status)))

        def tried(self, allowed, act):
            """The act succeeds exactly when the model says so; a refusal changes nothing."""
            try:
                with transaction.atomic():
                    made = act()
            except Refusal:
                assert not allowed
                return None
            assert allowed
            return made

        def serials(self, first, count):
            return span(self.base + first, count)

        # --- the acts ---

        places = {"side": st.sampled_from("ab"), "first": st.integers(0, SERIALS - 15), "count": st.integers(1, 15)}

        @rule(**places)
        def offer(self, side, first, count):
            other = "b" if side == "a" else "a"
            made = self.tried(
                self.held(side, first, count) and self.free(first, count),
                lambda: transfers.offer_transfer(
                    actor=self.people[side],
                    account=self.accounts[side],
                    recipient=self.accounts[other],
                    serials=self.serials(first, count),
                    key=key(),
                ),
            )
            if made:
                self.set(first, count, side, OUT)
                self.offers[made.pk] = (side, first, count)

        @precondition(lambda self: self.offers)
        @rule(data=st.data(), how=st.sampled_from(["accept", "accept", "decline", "withdraw"]))
        def answer(self, data, how):
            pk = data.draw(st.sampled_from(sorted(self.offers)))
            side, first, count = self.offers[pk]
            other = "b" if side == "a" else "a"
            transfer = Transfer.objects.get(pk=pk)
            if how == "accept":
                second = transfer.needs_second_person and not transfer.seconded_by_id
                if second:
                    with suppress(Refusal):  # the buyer has only one person: its untrusted offers are never accepted
                        transfers.second_transfer(actor=world.second, transfer=transfer)
                        second = False
                made = self.tried(
                    not second and self.free(first, count),
                    lambda: transfers.accept_transfer(actor=self.people[other], transfer=transfer),
                )
                after = other
            else:
                service = transfers.decline_transfer if how == "decline" else transfers.withdraw_transfer
                actor = self.people[other if how == "decline" else side]
                made = self.tried(True, lambda: service(actor=actor, transfer=transfer))
                after = side
            if made:
                self.set(first, count, after, FREE)
                del self.offers[pk]

        @rule(**places, end=st.sampled_from(GONE))
        def end(self, side, first, count, end):
            given = {
                "actor": self.people[side],
                "account": self.accounts[side],
                "serials": self.serials(first, count),
                "key": key(),
            }
            made = self.tried(
                self.held(side, first, count) and self.free(first, count),
                lambda: (
                    endings.retire(claim=claim(), **given)
                    if end == "retired"
                    else endings.cancel(public_note="Given up.", **given)
                ),
            )
            if made:
                self.set(first, count, side, end)

        @rule(**places)
        def list_on_board(self, side, first, count):
            made = self.tried(
                self.held(side, first, count) and self.free(first, count),
                lambda: board.list_credits(
                    actor=self.people[side],
                    account=self.accounts[side],
                    serials=self.serials(first, count),
                    price=Decimal("50"),
                    currency="CNY",
                    key=key(),
                ),
            )
            if made:
                self.set(first, count, side, BOARD)
                self.listings[made.pk] = (side, first, count)

        @precondition(lambda self: self.listings)
        @rule(data=st.data(), bought=st.integers(0, 15))
        def sell_or_take_down(self, data, bought):
            pk = data.draw(st.sampled_from(sorted(self.listings)))
            side, first, count = self.listings[pk]
            other = "b" if side == "a" else "a"
            listing = Listing.objects.get(pk=pk)
            if not 0 < bought <= count:
                self.tried(True, lambda: board.cancel_listing(actor=self.people[side], listing=listing))
                self.set(first, count, side, FREE)
                del self.listings[pk]
                return
            request = board.request_to_buy(
                actor=self.people[other], listing=listing, buyer=self.accounts[other], quantity_t=bought
            )
            made = self.tried(self.free(first, bought), lambda: board.agree(actor=self.people[side], request=request))
            if not made:
                board.withdraw_request(actor=self.people[other], request=request)
                return
            del self.listings[pk]
            self.set(first, bought, side, OUT)
            self.offers[made.pk] = (side, first, bought)
            if bought < count:
                rest = Listing.objects.get(rest_of=pk)
                self.listings[rest.pk] = (side, first + bought, count - bought)

        @rule(first=st.integers(0, SERIALS - 10), count=st.integers(1, 10))
        def freeze(self, first, count):
            made = freezes.freeze(
                actor=registrar(), reason="?", serials=Range(self.base + first, self.base + first + count)
            )
            self.frozen[made.pk] = (first, first + count)
            for known in (self.offers, self.listings):
                for pk, (side, low, many) in list(known.items()):
                    if low < first + count and first < low + many:
                        self.set(low, many, side, FREE)
                        del known[pk]

        @precondition(lambda self: self.frozen)
        @rule(data=st.data())
        def release(self, data):
            pk = data.draw(st.sampled_from(sorted(self.frozen)))
            asked = freezes.ask_release(actor=registrar(), freeze=Freeze.objects.get(pk=pk), reason="?")
            freezes.release(actor=approver(), freeze=asked)
            del self.frozen[pk]

        # --- what must hold after every act ---

        @invariant()
        def every_serial_is_where_the_model_says(self):
            if not hasattr(self, "where"):
                return
            window = Range(self.base, self.base + SERIALS)
            found = {}
            for holding in Holding.objects.filter(closed_by=None, serials__overlap=window):
                side = "a" if holding.account_id == world.account.pk else "b"
                for serial in range(holding.serials.lower, holding.serials.upper):
                    assert serial not in found
                    found[serial] = (side, holding.status)
            assert {n: found[self.base + n] for n in range(SERIALS)} == self.where
            connection.check_constraints()

    steps, examples = (60, 120) if LONG else (25, 8)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.conf.settings.TRANSFER_DAILY_LIMIT_T", 10**9)
        run_state_machine_as_test(
            Ledger,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=timedelta(seconds=60),
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert ledger.check().differences == ()
