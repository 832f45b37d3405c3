"""A privilege and a lock taken away, with several connections at work: what they keep is lost, and noticed."""

from __future__ import annotations

import contextlib
import threading

import psycopg
import pytest
from django.db import connection

from registry.core.errors import Refusal
from registry.credits import kernel
from registry.credits.models import Transfer
from registry.credits.services import transfers
from tests.registry.credits.market import market, offer, span
from tests.registry.credits.over_http import application_url
from tests.registry.credits.world import issue, outcome, registered_project

pytestmark = pytest.mark.django_db(transaction=True)


def run(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def test_a_privilege_too_many_is_noticed():
    """With the right to truncate, the application could wipe what was recorded: the grant is what refuses."""
    issue(outcome(registered_project()))

    def truncated() -> bool:
        with psycopg.connect(application_url()) as application:
            try:
                application.execute("TRUNCATE audit_leaf")
                return True
            except psycopg.errors.InsufficientPrivilege:
                return False
            finally:
                application.rollback()

    assert not truncated()
    run("GRANT TRUNCATE ON audit_leaf TO kcr_app")
    try:
        assert truncated()
    finally:
        run("REVOKE TRUNCATE ON audit_leaf FROM kcr_app")


def test_nobody_closes_in_the_name_of_an_entry_that_is_still_being_written():
    """Such an entry has opened nothing yet; its writer will be checked without what a stranger closed for it."""
    m = market(issue(outcome(registered_project())))
    with psycopg.connect(application_url()) as writer, psycopg.connect(application_url()) as stranger:
        (entry,) = writer.execute(
            """INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason,
                 idempotency_key, actor_id) VALUES ('retire', %s, %s, int8range(%s, %s), 'retired', '', 'x', 1)
               RETURNING id""",
            [m.account.pk, m.account.pk, m.first, m.first + 1],
        ).fetchone()
        with pytest.raises(psycopg.errors.CheckViolation, match="before it opens"):
            stranger.execute("UPDATE credits_holding SET closed_by_id = %s WHERE closed_by_id IS NULL", [entry])
        writer.rollback()
        stranger.rollback()


@pytest.mark.parametrize("locked", [True, False])
def test_the_lock_of_the_account_is_what_keeps_the_daily_limit(monkeypatch, locked):
    """Two offers at once, together above the limit: without the lock both see the other's not yet."""
    m = market(issue(outcome(registered_project())))
    transfers.withdraw_transfer(actor=m.seller, transfer=offer(m, span(m.first, 60)))  # leaves two holdings
    monkeypatch.setattr("django.conf.settings.TRANSFER_DAILY_LIMIT_T", 100)
    if not locked:
        monkeypatch.setattr(kernel, "lock_accounts", lambda *_accounts: None)
        run("ALTER FUNCTION credits_lock_accounts(bigint[]) RENAME TO credits_lock_accounts_kept")
        run("CREATE FUNCTION credits_lock_accounts(p bigint[]) RETURNS void LANGUAGE sql AS 'SELECT'")
    meeting = threading.Barrier(2)
    plain = transfers.standing

    def counted_together(*given):
        used = plain(*given)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one may wait for the lock
            meeting.wait(timeout=3)
        return used

    monkeypatch.setattr(transfers, "standing", counted_together)
    refused = []

    def one(first: int) -> None:
        try:
            offer(m, span(first, 60))
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(m.first + 60 * n,)) for n in range(2)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        if not locked:
            run("DROP FUNCTION credits_lock_accounts(bigint[])")
            run("ALTER FUNCTION credits_lock_accounts_kept(bigint[]) RENAME TO credits_lock_accounts")
    assert refused == (["DAILY_LIMIT"] if locked else [])
    assert Transfer.objects.filter(state="offered").count() == (1 if locked else 2)
