"""``manage.py ledger check``: the journal alone tells every holding."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg.types.range import Range

from registry.credits import kernel, ledger
from registry.credits.models import Holding
from tests.registry.credits.world import issue, outcome, registered_project


@pytest.fixture
def issued(transactional_db):
    issue(outcome(registered_project()))


def run() -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("ledger", "check", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_journal_and_holdings_agree(issued):
    out, err = run()
    assert "2 holdings identical, 203 t open" in out
    assert err == ""


def test_a_holding_altered_past_all_triggers_is_named(issued):
    first = Holding.objects.get(status="active").first_serial
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE credits_holding DISABLE TRIGGER USER")  # as the tables' owner can
        try:
            cursor.execute(
                "UPDATE credits_holding SET serials = int8range(%s, %s) WHERE status = 'active'", [first, first + 5]
            )
        finally:
            cursor.execute("ALTER TABLE credits_holding ENABLE TRIGGER USER")
    report = ledger.check()
    assert len(report.differences) == 2
    assert any("the journal makes, the table lacks" in line and f"{first}-" in line for line in report.differences)
    with pytest.raises(CommandError, match="2 differences"):
        run()


def test_a_status_without_its_record_is_named(issued):
    """A journal entry alone does not retire: somebody must be named as the beneficiary."""
    held = Holding.objects.get(status="active")
    serials = (Range(held.first_serial, held.first_serial + 5),)
    with transaction.atomic():
        kernel.post("retire", account=held.account_id, serials=serials, key="by hand", actor_id=1)
    (difference,) = ledger.check().differences
    assert difference == f"retired without a record: {held.first_serial}-{held.first_serial + 4}"
