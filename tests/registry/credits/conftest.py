"""One issuance with a seller, a trusted buyer and their accounts, made once for a module."""

import pytest

from registry.credits.models import Issuance
from tests.registry.credits.market import market, trusted
from tests.registry.credits.world import issue, one_world, outcome, registered_project


@pytest.fixture(scope="module")
def traded(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        made = issue(outcome(registered_project()))
        trusted(market(made))
        yield made.pk


@pytest.fixture
def m(traded, db):
    return market(Issuance.objects.get(pk=traded))
