"""Two connections at once: one issuance comes into being, never two."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from registry.core.errors import Refusal
from registry.credits import ledger, services
from registry.credits.models import Entry, Holding, Issuance, IssuanceRequest
from tests.registry.credits.world import approver, outcome, registered_project, registrar

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, act) -> list[object]:
    """Run ``act`` in threads that begin together, each on its own connection; results or exceptions."""
    gate = threading.Barrier(count)

    def one(number: int) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=10)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_double_approval_issues_once():
    request = services.prepare_issuance(
        actor=registrar(), outcome=outcome(registered_project()), confirmed_quantity=203
    )
    official = approver()
    results = at_once(
        4, lambda _n: services.approve_issuance(actor=official, request=request, confirmed_quantity=203).pk
    )
    assert len(set(results)) == 1
    assert results[0] == Issuance.objects.get().pk
    assert Entry.objects.count() == 1
    assert sum(h.quantity_t for h in Holding.objects.all()) == 203
    assert ledger.check().differences == ()


def test_double_preparation_makes_one_request():
    verified = outcome(registered_project())
    official = registrar()
    results = at_once(
        2, lambda _n: services.prepare_issuance(actor=official, outcome=verified, confirmed_quantity=203).pk
    )
    assert results == [IssuanceRequest.objects.get().pk] * 2


def test_two_projects_at_once_get_serials_that_do_not_overlap():
    projects = [registered_project(f"DEV-{n}") for n in range(2)]
    requests = [
        services.prepare_issuance(actor=registrar(), outcome=outcome(p), confirmed_quantity=203) for p in projects
    ]
    official = approver()
    results = at_once(
        2, lambda n: services.approve_issuance(actor=official, request=requests[n], confirmed_quantity=203)
    )
    assert not [r for r in results if isinstance(r, Refusal | Exception)]
    ranges = sorted((i.first_serial, i.last_serial) for i in Issuance.objects.all())
    assert ranges[1][0] == ranges[0][1] + 1
