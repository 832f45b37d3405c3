"""Lists of everything of a kind are narrowed by what they are asked for, and refuse a state that is none."""

import json

import pytest
from django.conf import settings

from registry.core.roles import Role
from registry.organisations.models import User
from tests.mrv.evidence import methodologies
from tests.people import official

pytestmark = pytest.mark.django_db
ONE_RECORDS_OWN = "{"
"""Lists that hang at one record are short, and have no filters."""
WITHOUT = {
    "/api/v1/calendar/": "by day, and read whole",
    "/api/v1/credit-accounts/": "one's own: one or two",
    "/api/v1/exchange/agreements/": "one for each department",
    "/api/v1/province/areas/": "a handful",
    "/api/v1/province/documents/": "read whole, like the page",
}


@pytest.fixture
def clerk(client):
    client.force_login(User.objects.get(pk=official(Role.REVIEWER, Role.REGISTRAR).user_id))
    return client


def lists():
    """Address -> names of the filters, of every list that comes in pages."""
    described = json.loads((settings.ROOT / "docs" / "openapi.json").read_text())["paths"]
    for address, ways in described.items():
        names = {one["name"] for one in ways.get("get", {}).get("parameters", ()) if one["in"] == "query"}
        if "cursor" in names and ONE_RECORDS_OWN not in address:
            yield address, names - {"cursor", "page_size"}


def test_every_list_has_filters_or_a_reason():
    assert {address for address, filters in lists() if not filters} == set(WITHOUT)


def test_a_state_that_is_none_is_refused_everywhere(clerk):
    with_state = [address for address, filters in lists() if "state" in filters]
    assert len(with_state) > 10
    answers = {address: clerk.get(f"{address}?state=dreaming") for address in with_state}
    assert {address: one.status_code for address, one in answers.items() if one.status_code != 422} == {}


def test_methodologies_are_found_by_name_and_state(clerk):
    methodologies()
    address = "/api/v1/methodologies/"
    found = clerk.get(f"{address}?identifier=KCS-ENH-BACI&state=published").json()["results"]
    assert [(row["identifier"], row["version"]) for row in found] == [("KCS-ENH-BACI", "1.1.0")]
    assert clerk.get(f"{address}?identifier=KCS-NOTHING").json()["results"] == []
