"""What the application's own role may not do, even with any SQL it likes."""

import psycopg
import pytest
from django.db import connection

from registry.credits import ledger
from registry.credits.models import Holding
from tests.registry.credits.over_http import application_url
from tests.registry.credits.world import issue, outcome, registered_project

pytestmark = pytest.mark.django_db(transaction=True)

FORBIDDEN = [
    "TRUNCATE audit_event",
    "TRUNCATE credits_entry CASCADE",
    "UPDATE audit_event SET reason = 'x'",
    "DELETE FROM audit_event",
    "UPDATE credits_entry SET reason = 'x'",
    "DELETE FROM credits_entry",
    "UPDATE credits_holding SET status = 'active'",
    "UPDATE credits_holding SET serials = int8range(1, 2)",
    "DELETE FROM credits_holding",
    "UPDATE credits_account SET owner_id = owner_id + 1",
    "DELETE FROM credits_account",
    "UPDATE credits_issuance SET quantity_t = 1",
    "DELETE FROM credits_retirement",
    "ALTER TABLE credits_holding DISABLE TRIGGER ALL",
    "ALTER TABLE credits_holding DROP CONSTRAINT no_serial_held_twice",
    "DROP TABLE credits_entry",
    "DROP FUNCTION credits_check_entry(bigint)",
    "CREATE OR REPLACE FUNCTION credits_check_entry(p_entry bigint) RETURNS void LANGUAGE sql AS 'SELECT'",
    "SET session_replication_role = replica",
    "CREATE TABLE of_mine (a int)",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
]


def test_the_application_may_only_add_to_the_record():
    issue(outcome(registered_project()))
    before = list(Holding.objects.values_list())
    allowed = []
    with psycopg.connect(application_url(), autocommit=True) as application:
        assert application.execute("SELECT current_user").fetchone() == ("kcr_app",)
        for statement in FORBIDDEN:
            try:
                application.execute(statement)
                allowed.append(statement)
            except psycopg.errors.InsufficientPrivilege:
                pass
        assert allowed == []
        # One column is its to set, once; and what that closes must be opened again by the same entry.
        with pytest.raises(psycopg.errors.CheckViolation):
            application.execute("UPDATE credits_holding SET closed_by_id = opened_by_id WHERE status = 'active'")
    assert list(Holding.objects.values_list()) == before
    assert ledger.check().differences == ()


def test_no_session_can_switch_the_triggers_off():
    """The package that installs them would heed this setting, in anybody's session."""
    issue(outcome(registered_project()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname::text) FROM pg_trigger WHERE NOT tgisinternal")
        names = cursor.fetchone()[0]
    with psycopg.connect(application_url(), autocommit=True) as application:
        application.execute("SELECT set_config('pgtrigger.ignore', %s, false)", ["{" + ",".join(names) + "}"])
        with pytest.raises(psycopg.errors.CheckViolation):
            application.execute("UPDATE credits_holding SET closed_by_id = opened_by_id WHERE status = 'active'")
        with pytest.raises(psycopg.errors.CheckViolation):
            application.execute(
                """INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
                   SELECT int8range(900000, 900001), vintage, issuance_id, account_id, status, opened_by_id
                     FROM credits_holding WHERE status = 'active'"""
            )
