"""What the pages of accounts, the board and the oversight do, a program does too: same services, same refusals."""

from decimal import Decimal
from itertools import count

import pytest

from registry.core.roles import Role
from registry.credits.models import Freeze, Holding
from registry.credits.services import board
from tests.people import developer, member, official
from tests.registry.credits.market import key, market, span
from tests.registry.credits.programs import get, post
from tests.registry.credits.world import issue, one_world, outcome, registered_project, registrar

pytestmark = pytest.mark.django_db
_keys = count(1)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield market(issue(outcome(registered_project())))


def stranger():
    return member(developer("Another", f"DEV-API-{next(_keys)}"), Role.REPRESENTATIVE)


def test_one_official_freezes_and_two_release(world, db):
    first, second = registrar(), official(Role.APPROVER, email="second@authority.test")
    assert post(stranger(), "/freezes/", account=world.account.pk, reason="Stolen.").status_code == 403
    assert post(None, "/freezes/", account=world.account.pk, reason="Stolen.").status_code in (401, 403)
    made = post(first, "/freezes/", account=world.account.pk, reason="Stolen.")
    assert made.status_code == 201
    freeze = made.json()
    assert freeze["state"] == "in_force"
    assert get(stranger(), "/freezes/").json()["results"] == []
    assert post(first, f"/freezes/{freeze['id']}/ask-release/", reason="Found.").json()["state"] == "release_asked"
    same = post(first, f"/freezes/{freeze['id']}/release/")
    assert (same.status_code, same.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    assert post(second, f"/freezes/{freeze['id']}/release/").json()["state"] == "released"
    assert Freeze.objects.get(pk=freeze["id"]).released_by_id == second.user_id


def test_a_freeze_names_one_thing(world, db):
    answer = post(registrar(), "/freezes/", reason="Of what?")
    assert (answer.status_code, answer.json()["code"]) == (422, "FREEZE_OF_WHAT")
    answer = post(registrar(), "/freezes/", reason="Two ranges.", serials="1-2,5-6")
    assert (answer.status_code, answer.json()["code"]) == (422, "NOT_ONE_RANGE")


def test_a_reversal_is_reported_and_decided_by_another(world, db):
    project = world.issuance.project.code
    assert post(
        stranger(), f"/projects/{project}/reversals/", kind="reversal", quantity_t=1, report="Fire."
    ).status_code in (403, 404)
    made = post(world.seller, f"/projects/{project}/reversals/", kind="reversal", quantity_t=1, report="Fire.").json()
    assert made["state"] == "reported"
    assert get(stranger(), f"/reversals/{made['id']}/").status_code == 404
    approver = official(Role.APPROVER, email="second@authority.test")
    done = post(approver, f"/reversals/{made['id']}/confirm/", public_note="Burnt.").json()
    assert (done["state"], done["buffer_t"] + done["shortfall_t"]) == ("confirmed", 1)


def test_the_board_from_an_offer_to_agreement(world, db):
    listing = board.list_credits(
        actor=world.seller,
        account=world.account,
        serials=span(world.first, 2),
        price=Decimal(60),
        currency="CNY",
        key=key(),
    )
    nobody = post(stranger(), f"/listings/{listing.pk}/request/", quantity_t=1)
    assert (nobody.status_code, nobody.json()["code"]) == (409, "NO_ACCOUNT")
    asked = post(world.buyer, f"/listings/{listing.pk}/request/", quantity_t=1)
    assert asked.status_code == 200
    [request] = get(world.seller, "/buy-requests/").json()["results"]
    assert post(world.buyer, f"/buy-requests/{request['id']}/agree/").status_code == 403
    assert post(world.seller, f"/buy-requests/{request['id']}/agree/").json()["state"] == "agreed"
    assert Holding.objects.filter(account=world.account, status="in_transfer", closed_by=None).exists()


def test_a_trusted_recipient_and_an_account_of_ones_own(world, db):
    path = f"/credit-accounts/{world.account.pk}/trusted/"
    assert post(stranger(), path, recipient=world.target.pk).status_code == 404
    made = post(world.seller, path, recipient=world.target.pk)
    assert made.status_code == 201
    assert [each["recipient"] for each in get(world.seller, path).json()["results"]] == [world.target.pk]
    assert post(world.seller, f"{path}{made.json()['id']}/remove/").json()["state"] == "removed"
    other = stranger()
    opened = post(other, "/credit-accounts/open/")
    assert opened.status_code == 201
    assert post(other, "/credit-accounts/open/").json()["id"] == opened.json()["id"]
    assert post(other, f"/credit-accounts/{opened.json()['id']}/close/").status_code == 200
    assert post(world.seller, f"/credit-accounts/{world.account.pk}/close/").json()["code"] == "ACCOUNT_NOT_EMPTY"


def test_officials_enter_prices_facts_and_days(world, db):
    clerk, who = registrar(), stranger()
    price = {"on": "2026-05-01", "price": "88.00", "currency": "CNY", "source": "CCER"}
    fact = {"kind": "label", "serials": f"{world.first}-{world.first}", "text": "CORSIA", "holds_from": "2026-01-01"}
    day = {"day": "2027-10-01", "kind": "holiday", "note": "国庆节"}
    for path, body in (("/reference-prices/", price), ("/facts/", fact), ("/calendar/", day)):
        assert post(who, path, **body).status_code == 403, path
        assert post(clerk, path, **body).status_code in (200, 201), path
        assert len(get(who, path).json()["results"]) >= 1, path
