"""Each protection of the ledger taken away in turn: a probe that the whole database refuses then gets through.

So every trigger, constraint, privilege and lock named here is what stands between a fault and the credits; a protection
that could go without any probe noticing would be untested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection, transaction

from registry.credits import kernel
from registry.credits.models import Freeze, Holding
from tests.registry.credits.market import claim, key, offer, span
from tests.registry.credits.world import registrar

pytestmark = pytest.mark.django_db


def run(text: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params or None)


def got_through(probe: Callable[[], object]) -> bool:
    """Whether the probe's statements and everything that COMMIT would check went through; undone either way."""
    try:
        with transaction.atomic():
            probe()
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run("SET CONSTRAINTS ALL DEFERRED")
            transaction.set_rollback(True)
        return True
    except (DatabaseError, kernel.Refusal):
        return False


def trigger(table: str, name: str) -> str:
    """SQL that takes one trigger away, by the name that the model gives it."""
    return f"""DO $$ DECLARE t text; BEGIN
        SELECT tgname INTO STRICT t FROM pg_trigger WHERE tgrelid = 'credits_{table}'::regclass
           AND tgname LIKE 'pgtrigger_{name}_%'; EXECUTE format('DROP TRIGGER %I ON credits_{table}', t); END $$"""


def constraint(table: str, name: str) -> str:
    return f"ALTER TABLE credits_{table} DROP CONSTRAINT {name}"


def copy_of_a_holding(first: str, past: str, status: str = "active") -> str:
    return f"""INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
        SELECT int8range({first}, {past}), vintage, issuance_id, account_id, '{status}', opened_by_id
          FROM credits_holding WHERE status = 'active' AND closed_by_id IS NULL LIMIT 1"""


TRANSFER = """INSERT INTO credits_transfer (from_account_id, to_account_id, serials, quantity_t, key, note,
    offered_by_id, needs_second_person, acceptable_from, expires_at, reason, state)
    SELECT {from_}, {to}, '{{}}', {quantity}, 'by hand', '', owner, {second}, kcr_now(), kcr_now(), '', '{state}'
      FROM (SELECT min(id) AS owner FROM organisations_user) u"""


@dataclass(frozen=True)
class Mutant:
    """``without`` takes protections away, ``probe`` does what then nothing refuses."""

    name: str
    without: tuple[str, ...]
    probe: str
    before: str = ""

    def __str__(self) -> str:
        return self.name


SUSPECT = "UPDATE credits_holding SET {} WHERE status = 'active' AND closed_by_id IS NULL"
OPENED = trigger("holding", "holding_opens_what_was_closed")
CLOSED = trigger("holding", "holding_opening_ends_closing")
ONCE = trigger("holding", "holding_opened_and_closed_once")
MUTANTS = (
    Mutant(
        "what is opened was closed",
        (OPENED,),
        copy_of_a_holding("900000", "900005"),
    ),
    Mutant(
        "what an entry closed is settled when it opens",
        (CLOSED,),
        """UPDATE credits_holding SET closed_by_id = (SELECT max(id) FROM credits_entry)
            WHERE status = 'active' AND closed_by_id IS NULL""",
    ),
    Mutant(
        "one holding of a serial",
        (OPENED, constraint("holding", "no_serial_held_twice")),
        copy_of_a_holding("lower(serials)", "lower(serials) + 1"),
    ),
    Mutant("no empty holding", (OPENED, constraint("holding", "holding_not_empty")), copy_of_a_holding("5", "5")),
    Mutant(
        "only known statuses",
        (OPENED, constraint("holding", "holding_status")),
        copy_of_a_holding("900000", "900001", "lost"),
    ),
    Mutant(
        "both ends",
        (OPENED, constraint("holding", "holding_has_both_ends")),
        copy_of_a_holding("900000", "NULL"),
    ),
    Mutant("a holding never changes", (CLOSED, ONCE), SUSPECT.format("vintage = 1999")),
    Mutant("a holding is never deleted", (ONCE,), "DELETE FROM credits_holding WHERE status = 'buffer'"),
    Mutant(
        "the journal is never rewritten",
        (trigger("entry", "entry_append_only"),),
        "UPDATE credits_entry SET reason = 'x'",
    ),
    Mutant(
        "an entry conserves",
        (trigger("entry", "entry_conserves_serials"),),
        """INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason, idempotency_key,
           actor_id) SELECT 'retire', account_id, account_id, serials, 'retired', '', 'x', 1 FROM credits_holding
           WHERE status = 'active' AND closed_by_id IS NULL""",
    ),
    Mutant(
        "a key means one act",
        (
            "ALTER TABLE credits_entry DROP CONSTRAINT entry_key_once",
            trigger("entry", "entry_conserves_serials"),
        ),
        """INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason, idempotency_key,
           actor_id) SELECT 'retire', account_id, account_id, serials, 'retired', '', (SELECT min(idempotency_key)
           FROM credits_entry), 1 FROM credits_holding WHERE status = 'active' AND closed_by_id IS NULL""",
    ),
    Mutant(
        "an entry has the shape of its kind",
        (constraint("entry", "entry_shape"), trigger("entry", "entry_conserves_serials")),
        """INSERT INTO credits_entry (kind, serials, status, reason, idempotency_key, actor_id)
           VALUES ('gift', int8range(1, 2), 'active', '', 'x', 1)""",
    ),
    Mutant(
        "the issuance is never rewritten",
        (trigger("issuance", "issuance_append_only"),),
        "UPDATE credits_issuance SET statement_number = 'x'",
    ),
    Mutant(
        "an allotment belongs",
        (trigger("allotment", "allotment_belongs"),),
        """INSERT INTO credits_allotment (serials, vintage, issuance_id, account_id, status)
              SELECT int8range(1, 2), vintage, issuance_id, account_id, status FROM credits_allotment LIMIT 1""",
    ),
    Mutant(
        "a remainder continues",
        (trigger("remainder", "remainder_continues"),),
        """INSERT INTO credits_remainder (project_id, number, statement_number, carried_in_t, creditable_t, issued_t,
              carried_out_t) SELECT project_id, 2, 'other', 0.9, 0, 0, 0.9 FROM credits_remainder""",
    ),
    Mutant(
        "a remainder adds up",
        (constraint("remainder", "remainder_adds_up"),),
        """INSERT INTO credits_remainder (project_id, number, statement_number, carried_in_t, creditable_t, issued_t,
              carried_out_t) SELECT project_id, 2, 'other', carried_out_t, 0, 0, 0.1 FROM credits_remainder""",
    ),
    Mutant(
        "two persons issue",
        (constraint("issuancerequest", "issuance_needs_two_persons"),),
        "UPDATE credits_issuancerequest SET decided_by_id = prepared_by_id",
    ),
    Mutant(
        "a decided request stays",
        (trigger("issuancerequest", "issuance_request_states"),),
        "UPDATE credits_issuancerequest SET state = 'prepared'",
    ),
    Mutant(
        "a request keeps its outcome",
        (trigger("issuancerequest", "issuance_request_keeps_its_outcome"),),
        "UPDATE credits_issuancerequest SET quantity_t = 999",
    ),
    Mutant(
        "an account keeps its owner",
        (trigger("account", "account_keeps_its_terms"),),
        "UPDATE credits_account SET owner_id = (SELECT max(id) FROM organisations_organisation) WHERE kind = 'buffer'",
    ),
    Mutant(
        "an account closes empty",
        (trigger("account", "account_closes_empty"),),
        "UPDATE credits_account SET state = 'closed' WHERE kind = 'holder'",
    ),
    Mutant(
        "one buffer pool",
        ("DROP INDEX one_buffer_pool", "DROP INDEX one_account_per_owner_and_kind"),
        "INSERT INTO credits_account (owner_id, kind, state) SELECT owner_id, 'buffer', 'open' FROM credits_account"
        " WHERE kind = 'buffer'",
    ),
    Mutant(
        "a transfer begins offered",
        (trigger("transfer", "transfer_states"),),
        TRANSFER.format(
            from_="(SELECT min(id) FROM credits_account)",
            to="(SELECT max(id) FROM credits_account)",
            quantity=1,
            second="false",
            state="accepted",
        ),
    ),
    Mutant(
        "a transfer of something",
        (constraint("transfer", "transfer_of_something"),),
        TRANSFER.format(
            from_="(SELECT min(id) FROM credits_account)",
            to="(SELECT max(id) FROM credits_account)",
            quantity=0,
            second="false",
            state="offered",
        ),
    ),
    Mutant(
        "a transfer between two",
        (constraint("transfer", "transfer_between_two_accounts"),),
        TRANSFER.format(
            from_="(SELECT min(id) FROM credits_account)",
            to="(SELECT min(id) FROM credits_account)",
            quantity=1,
            second="false",
            state="offered",
        ),
    ),
    Mutant(
        "accepted after a second person",
        (constraint("transfer", "transfer_accepted_after_second_person"),),
        "UPDATE credits_transfer SET state = 'accepted'",
        before="untrusted",
    ),
    Mutant(
        "seconded by another",
        (constraint("transfer", "transfer_seconded_by_another"),),
        "UPDATE credits_transfer SET seconded_by_id = offered_by_id",
        before="untrusted",
    ),
    Mutant(
        "a transfer keeps its terms",
        (trigger("transfer", "transfer_keeps_its_terms"),),
        "UPDATE credits_transfer SET quantity_t = 7",
        before="untrusted",
    ),
    Mutant(
        "a retirement stays",
        (trigger("retirement", "retirement_append_only"),),
        "UPDATE credits_retirement SET beneficiary_name = 'x'",
        before="retired",
    ),
    Mutant(
        "a release takes two",
        (constraint("freeze", "release_needs_two_persons"),),
        "UPDATE credits_freeze SET state = 'released', released_by_id = release_asked_by_id",
        before="asked",
    ),
    Mutant(
        "a release is asked for",
        (trigger("freeze", "freeze_states"), constraint("freeze", "release_needs_two_persons")),
        "UPDATE credits_freeze SET state = 'released'",
        before="frozen",
    ),
    Mutant(
        "a freeze keeps what it covers",
        (trigger("freeze", "freeze_keeps_its_terms"),),
        "UPDATE credits_freeze SET account_id = (SELECT min(id) FROM credits_account WHERE kind = 'buffer')",
        before="frozen",
    ),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_each_protection_is_what_refuses(m, mutant):
    prepare(m, mutant.before)
    assert not got_through(lambda: run(mutant.probe)), "refused with everything in place"
    for number, _part in enumerate(mutant.without):
        if len(mutant.without) > 1:  # and with every other protection gone, this one alone still refuses
            with transaction.atomic():
                for other, text in enumerate(mutant.without):
                    if other != number:
                        run(text)
                assert not got_through(lambda: run(mutant.probe))
                transaction.set_rollback(True)
    with transaction.atomic():
        for text in mutant.without:
            run(text)
        assert got_through(lambda: run(mutant.probe)), "nothing else refuses it"
        transaction.set_rollback(True)


def prepare(m, what: str) -> None:
    from registry.credits.services import endings, freezes, transfers

    if what == "untrusted":
        transfers.remove_trust(actor=m.seller, trusted=m.account.trusted_recipients.get())
        offer(m, span(m.first, 5))
    elif what == "retired":
        endings.retire(actor=m.seller, account=m.account, serials=span(m.first, 5), claim=claim(), key=key())
    elif what in ("frozen", "asked"):
        made = freezes.freeze(actor=registrar(), reason="?", account=m.account)
        if what == "asked":
            freezes.ask_release(actor=registrar(), freeze=made, reason="?")
    run("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
    run("SET CONSTRAINTS ALL DEFERRED")


def test_a_freeze_is_kept_by_a_trigger(m):
    prepare(m, "frozen")

    def move() -> None:
        kernel.post("list", account=m.account.pk, serials=span(m.first, 1), key=key(), actor_id=1)

    assert not got_through(move)
    with transaction.atomic():
        run(trigger("entry", "entry_is_free_to_move"))
        assert got_through(move)
        transaction.set_rollback(True)
    assert Freeze.objects.filter(state="in_force").exists()


def test_the_verbs_are_kept_at_commit(m):
    """An entry by hand that retires out of the buffer: only the check of the verbs refuses it."""
    pool = Holding.objects.get(status="buffer")

    def by_hand() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason,
                   idempotency_key, actor_id) VALUES ('retire', %s, %s, %s, 'retired', '', 'x', 1) RETURNING id""",
                [pool.account_id, pool.account_id, pool.serials],
            )
            (entry,) = cursor.fetchone()
        run("UPDATE credits_holding SET closed_by_id = %s WHERE id = %s", entry, pool.pk)
        run(
            """INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
               SELECT serials, vintage, issuance_id, account_id, 'retired', %s FROM credits_holding WHERE id = %s""",
            entry,
            pool.pk,
        )

    assert not got_through(by_hand)
    with transaction.atomic():
        run(
            """CREATE OR REPLACE FUNCTION credits_verb_allows(p_kind text, p_source text, p_target text,
               p_changes_account boolean) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$"""
        )
        assert got_through(by_hand)
        transaction.set_rollback(True)
