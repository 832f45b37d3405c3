"""A transaction that the database ended to break a deadlock is begun again; any other fault is a fault."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError

from registry.core import transactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def ends_with(monkeypatch):
    """Work that the database ends so many times with this state, and how often it was tried."""
    monkeypatch.setattr(transactions, "connection", SimpleNamespace(in_atomic_block=False))
    tries = []

    def make(state, times):
        def work():
            tries.append(state)
            if len(tries) <= times:
                raise OperationalError("ended") from EndedError(state)
            return "done"

        return work, tries

    return make


class EndedError(Exception):
    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("state", [transactions.DEADLOCK, transactions.NOT_SERIALISED])
def test_a_broken_deadlock_is_tried_again(ends_with, state):
    work, tries = ends_with(state, 2)
    assert transactions.in_transaction(work) == "done"
    assert len(tries) == 3


def test_no_more_than_so_many_times(ends_with):
    work, tries = ends_with(transactions.DEADLOCK, 99)
    with pytest.raises(OperationalError):
        transactions.in_transaction(work)
    assert len(tries) == transactions.TRIES


def test_another_fault_is_a_fault(ends_with):
    work, tries = ends_with("57014", 1)
    with pytest.raises(OperationalError):
        transactions.in_transaction(work)
    assert len(tries) == 1


def test_inside_a_callers_transaction_nothing_is_tried_again(ends_with, monkeypatch):
    work, tries = ends_with(transactions.DEADLOCK, 99)
    monkeypatch.setattr(transactions, "connection", SimpleNamespace(in_atomic_block=True))
    with pytest.raises(OperationalError):
        transactions.in_transaction(work)
    assert len(tries) == 1
