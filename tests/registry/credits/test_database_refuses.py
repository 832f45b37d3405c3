"""What the database itself refuses, whoever writes: plain SQL as a person at psql would type it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.range import Range

from registry.credits import kernel, ledger, services
from registry.credits.models import Account, Entry, Holding, Issuance
from registry.credits.states import KINDS_UNDER_FREEZE, VERBS
from tests.people import developer
from tests.registry.credits.world import issue, one_world, outcome, registered_project, registrar

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield issue(outcome(registered_project())).pk


@pytest.fixture
def issuance(world, db):
    return Issuance.objects.get(pk=world)


def sql(text: str, *params: object) -> None:
    """One statement in its own transaction, with everything checked that COMMIT would check."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(text: str, *params: object, match: str) -> None:
    before = list(Holding.objects.values_list())
    with pytest.raises(DatabaseError, match=match):
        sql(text, *params)
    assert list(Holding.objects.values_list()) == before


def move(holding: Holding, first: int, last: int, *, to: Account, verb: str = "list", key: str = "k") -> int:
    status = kernel.VERB[verb].target
    with transaction.atomic():
        entry = kernel.post_entry(
            kind=verb,
            serials=Range(first, last + 1),
            from_account_id=holding.account_id,
            to_account_id=to.pk,
            status=status,
            key=key,
            actor_id=1,
        )
        connection.check_constraints()
    return entry


def differences() -> list[str]:
    """What the journal and the table disagree on; these movements by hand have no transfers or listings beside them."""
    return [line for line in ledger.check().differences if "a record" not in line]


@pytest.fixture
def holding(issuance):
    return Holding.objects.get(status="active")


@pytest.fixture
def buyer(issuance):
    return Account.objects.create(owner=developer("Buyer", "BUY-1"), kind="holder")


INSERT = """
    INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
    SELECT int8range(%s, %s), vintage, issuance_id, account_id, %s, opened_by_id FROM credits_holding WHERE id = %s
"""


@pytest.mark.parametrize("status", ["active", "retired", "buffer", "cancelled"])
@pytest.mark.parametrize(("first", "past"), [(0, 1), (181, 182), (-5, 1), (100, 101)])
def test_no_serial_is_held_twice(holding, status, first, past):
    start = holding.first_serial
    refused(INSERT, start + first, start + past, status, holding.pk, match="no_serial_held_twice")


@pytest.mark.parametrize("status", ["active", "lost"])
def test_serials_out_of_nowhere_are_refused_at_commit(holding, status):
    refused(INSERT, 10**9, 10**9 + 5, status, holding.pk, match=r"opens its serials|holding_status")


def test_an_empty_range_is_no_holding(holding):
    refused(INSERT, 5, 5, "active", holding.pk, match="holding_not_empty")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("status = 'retired'", "changes only by being closed"),
        ("account_id = account_id + 1", "changes only by being closed"),
        ("serials = int8range(lower(serials), upper(serials) - 1)", "changes only by being closed"),
        ("vintage = vintage + 1", "changes only by being closed"),
        ("closed_by_id = opened_by_id", "closes what it takes before it opens"),
    ],
)
def test_a_holding_changes_only_by_an_entry_that_conserves(holding, change, match):
    refused(f"UPDATE credits_holding SET {change} WHERE id = %s", holding.pk, match=match)


@pytest.mark.parametrize("table", ["entry", "issuance", "allotment", "remainder", "account"])
@pytest.mark.parametrize("act", ["DELETE FROM credits_{}", "UPDATE credits_{} SET id = id"])
def test_the_journal_and_what_it_rests_on_only_grow(issuance, table, act):
    refused(act.format(table), match=r"Cannot update( of .*)? or delete")


def test_a_holding_is_never_deleted(holding):
    refused("DELETE FROM credits_holding WHERE id = %s", holding.pk, match="never deleted")


def test_an_approved_request_keeps_its_outcome(issuance):
    refused("UPDATE credits_issuancerequest SET quantity_t = 999", match="Cannot update")
    refused("UPDATE credits_issuancerequest SET state = 'prepared'", match="no way from approved")


def test_nobody_decides_on_the_own_request_even_in_sql(issuance):
    refused("UPDATE credits_issuancerequest SET decided_by_id = prepared_by_id", match="issuance_needs_two_persons")


def test_a_journal_entry_that_moves_nothing_is_refused(holding, buyer):
    refused(
        """INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason, idempotency_key,
           actor_id) VALUES ('accept', %s, %s, int8range(1, 2), 'active', '', 'x', 1)""",
        holding.account_id,
        buyer.pk,
        match="not the same serials",
    )


def test_an_issuance_without_its_entry_is_refused(issuance):
    request = services.prepare_issuance(
        actor=registrar(), outcome=outcome(issuance.project, "9", year=2022), confirmed_quantity=9
    )
    refused(
        """INSERT INTO credits_issuance (request_id, project_id, period_start, period_end, utc_offset_s, serials,
             quantity_t, buffer_t, statement_number, approved_by_id)
           SELECT %s, project_id, period_end, period_end + interval '1 year', 0,
                  int8range(upper(serials), upper(serials) + 9), 9, 0, 'other', approved_by_id FROM credits_issuance""",
        request.pk,
        match="its allotments are not its quantity",
    )


def test_the_same_issuance_cannot_be_posted_twice(issuance):
    with pytest.raises(IntegrityError, match="issuance_id"), transaction.atomic():
        kernel.post_entry(
            kind="issue", serials=issuance.serials, issuance_id=issuance.pk, key="another key", actor_id=1
        )
    with transaction.atomic():  # with its own key it is the same act: the same entry comes back
        assert kernel.post_issuance(issuance, actor_id=1) == Entry.objects.get().pk
    assert Holding.objects.count() == 2


def test_no_period_of_a_project_is_issued_twice(issuance):
    refused(
        """INSERT INTO credits_issuance (request_id, project_id, period_start, period_end, utc_offset_s, serials,
             quantity_t, buffer_t, statement_number, approved_by_id)
           SELECT request_id + 1, project_id, period_end - interval '1 second', period_end + interval '1 year', 0,
                  int8range(upper(serials), upper(serials) + 9), 9, 0, 'other', approved_by_id FROM credits_issuance""",
        match="no_period_issued_twice",
    )
    assert Issuance.objects.count() == 1


def test_a_remainder_must_continue_the_one_before(issuance):
    refused(
        """INSERT INTO credits_remainder (project_id, number, statement_number, carried_in_t, creditable_t, issued_t,
             carried_out_t) SELECT project_id, 2, 'other', 0.9, 0, 0, 0.9 FROM credits_remainder""",
        match="does not continue",
    )


def test_a_movement_splits_and_conserves(holding, buyer):
    first, last = holding.first_serial, holding.last_serial
    move(holding, first, last, to=holding.account, verb="offer", key="offered")
    holding = Holding.objects.get(status="in_transfer", closed_by=None)
    entry = move(holding, first + 10, first + 19, to=buyer, verb="accept")
    pieces = Holding.objects.filter(opened_by=entry).order_by("serials")
    assert [(p.first_serial, p.last_serial, p.account_id) for p in pieces] == [
        (first, first + 9, holding.account_id),
        (first + 10, first + 19, buyer.pk),
        (first + 20, last, holding.account_id),
    ]
    assert Holding.objects.get(pk=holding.pk).closed_by_id == entry
    assert differences() == []


def test_a_movement_over_several_holdings_is_one_entry(holding, buyer):
    first, last = holding.first_serial, holding.last_serial
    move(holding, first + 10, first + 19, to=holding.account, key="split")
    move(holding, first + 10, first + 19, to=holding.account, verb="unlist", key="joined")
    move(holding, first + 5, first + 30, to=holding.account, verb="offer")
    moved = Holding.objects.filter(status="in_transfer", closed_by__isnull=True)
    assert sorted(h.quantity_t for h in moved) == [5, 10, 11]
    kept = Holding.objects.filter(account=holding.account, status="active", closed_by__isnull=True)
    assert sum(h.quantity_t for h in kept) == last - first + 1 - 26
    assert differences() == []


def test_what_is_not_held_or_final_does_not_move(holding, buyer):
    first = holding.first_serial
    with pytest.raises(IntegrityError, match="does not hold all"):  # reaches into the buffer's range
        move(holding, holding.last_serial, holding.last_serial + 1, to=holding.account)
    with pytest.raises(IntegrityError, match="does not hold all"):  # from one account to another only out of escrow
        move(holding, first, first + 4, to=buyer, verb="accept")
    move(holding, first, first + 4, to=holding.account, verb="retire", key="retire")
    with pytest.raises(IntegrityError, match="does not hold all"):
        move(holding, first + 4, first + 5, to=holding.account)
    refused("UPDATE credits_holding SET closed_by_id = opened_by_id WHERE status = 'retired'", match="that is final")


ENTRY = """
    WITH made AS (
        INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason, idempotency_key,
            actor_id)
        SELECT %s, account_id, %s, serials, %s, '', 'by hand', 1 FROM credits_holding WHERE id = %s RETURNING id)
    SELECT id FROM made
"""


@pytest.mark.parametrize(
    ("verb", "status"), [("retire", "active"), ("accept", "active"), ("reverse", "cancelled"), ("list", "retired")]
)
def by_hand(holding: Holding, verb: str, status: str) -> None:
    """An entry, the closing and the opening that belong to it, without the kernel."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ENTRY, [verb, holding.account_id, status, holding.pk])
        (entry,) = cursor.fetchone()
        cursor.execute("UPDATE credits_holding SET closed_by_id = %s WHERE id = %s", [entry, holding.pk])
        cursor.execute(
            """INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
               SELECT serials, vintage, issuance_id, account_id, %s, %s FROM credits_holding WHERE id = %s""",
            [status, entry, holding.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    ("verb", "status"), [("retire", "active"), ("accept", "active"), ("reverse", "cancelled"), ("list", "retired")]
)
def test_an_entry_by_hand_keeps_to_the_verbs(holding, verb, status):
    """Everything else about it is right: only the verb does not make this of an active holding."""
    with pytest.raises(DatabaseError, match="makes no"):
        by_hand(holding, verb, status)
    by_hand(holding, "list", "listed")


def test_the_database_knows_the_same_verbs_as_the_code(issuance):
    kinds = [verb.kind for verb in VERBS]
    statuses = Holding.Status.values
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT k, a, b, c FROM unnest(%s::text[]) k, unnest(%s::text[]) a, unnest(%s::text[]) b,
               unnest(ARRAY[true, false]) c WHERE credits_verb_allows(k, a, b, c)""",
            [kinds, statuses, statuses],
        )
        assert set(cursor.fetchall()) == {(v.kind, v.source, v.target, v.changes_account) for v in VERBS}
        cursor.execute("SELECT k FROM unnest(%s::text[]) k WHERE credits_goes_on_under_freeze(k)", [kinds])
        assert {kind for (kind,) in cursor.fetchall()} == set(KINDS_UNDER_FREEZE)


def test_no_verb_leaves_a_final_status():
    assert not {"retired", "cancelled"} & {verb.source for verb in VERBS}
    assert {verb.target for verb in VERBS} | {"buffer"} == set(Holding.Status.values)


def test_a_key_means_one_act(holding, buyer):
    first = holding.first_serial
    entry = move(holding, first, first + 4, to=holding.account, key="once")
    assert move(holding, first, first + 4, to=holding.account, key="once") == entry
    with pytest.raises(IntegrityError, match="belongs to another act"):
        move(holding, first, first + 5, to=holding.account, key="once")
    assert sum(h.quantity_t for h in Holding.objects.filter(status="listed", closed_by__isnull=True)) == 5
