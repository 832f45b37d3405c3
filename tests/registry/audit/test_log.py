import json

import pytest
from django.db import DatabaseError, connection, transaction

from registry.audit.models import Event
from registry.audit.services import record
from tests.people import authority

pytestmark = pytest.mark.django_db


def test_an_event_repeats_in_canonical_json_what_happened():
    office = authority()
    event = Event.objects.filter(action="organisations.found_authority").get()
    body = json.loads(bytes(event.body))
    assert body["action"] == "organisations.found_authority"
    assert body["object"] == {"type": "organisations.Organisation", "id": str(office.pk)}
    assert bytes(event.body) == json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET reason = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_alter_an_event(statement):
    authority()
    refused = pytest.raises(DatabaseError, match=r"event_append_only|Cannot")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_a_programming_error():
    from registry.core.actors import SYSTEM

    with pytest.raises(RuntimeError):
        record(SYSTEM, "x", Event(pk=1))
