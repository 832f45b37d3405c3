"""The verbs of the ledger for programs: who may, what is wrong with a body, what a key led to, what lists show."""

import pytest

from registry.audit.models import Event
from registry.core.roles import Role
from registry.credits.models import Holding
from tests.people import member
from tests.registry.api.described import is_described
from tests.registry.credits.market import balance, key
from tests.registry.credits.programs import get, post

pytestmark = pytest.mark.django_db
CLAIM = {"beneficiary_name": "Tea Co.", "beneficiary_type": "organisation", "purpose": "voluntary", "year": 2025}


def results(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_an_offer_is_found_by_its_key_and_accepted_once(m):
    once = key()
    offer = {"account": m.account.pk, "recipient": m.target.pk, "serials": [[m.first, m.first + 9]], "note": "Lot 1"}
    unknown = get(m.seller, f"/done-under/{once}/")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "KEY_UNKNOWN")
    made = post(m.seller, "/transfers/", once, **offer)
    assert made.status_code == 201
    assert made.json()["serials"] == offer["serials"]
    assert made.json()["actions"] == ["withdraw"]
    assert post(m.seller, "/transfers/", once, **offer).json()["id"] == made.json()["id"]
    other = post(m.seller, "/transfers/", once, **{**offer, "serials": [[m.first, m.first]]})
    assert (other.status_code, other.json()["code"]) == (409, "KEY_USED")
    found = get(m.seller, f"/done-under/{once}/").json()
    assert is_described("TransferOut", made.json())
    assert is_described("DoneOut", found)
    assert (found["entry"]["kind"], found["transfer"]["id"]) == ("offer", made.json()["id"])
    assert found["retirement"] is found["listing"] is found["cancellation"] is None
    assert get(m.buyer, f"/done-under/{once}/").status_code == 404  # another organisation's key
    address = f"/transfers/{made.json()['id']}/"
    assert get(m.buyer, address).json()["actions"] == ["accept", "decline"]
    again = f"accept-{key()}"
    for _twice in range(2):
        accepted = post(m.buyer, f"{address}accept/", again)
        assert (accepted.status_code, accepted.json().get("state")) == (200, "accepted"), accepted.content
    late = post(m.buyer, f"{address}decline/")
    assert (late.status_code, late.json()["code"]) == (409, "ILLEGAL_TRANSITION")
    (row,) = results(get(m.buyer, "/holdings/", {"account": m.target.pk}))
    assert (row["status"], row["quantity_t"], row["vintage"]) == ("active", 10, 2021)
    assert is_described("HoldingOut", row)
    assert row["printed_serials"].startswith("KCR-CN-520621-0001-2021-")


def test_what_is_wrong_with_a_body_is_said_and_nothing_moves(m):
    held = {"account": m.account.pk, "serials": [[m.first, m.first]], **CLAIM}
    for change, status, code in [
        ({"serials": [[5, 1]]}, 422, "FIELDS_INVALID"),
        ({"serials": "abc"}, 422, "FIELDS_INVALID"),
        ({"serials": [[True, 2]]}, 422, "FIELDS_INVALID"),
        ({"serials": [[0, 2]]}, 422, "FIELDS_INVALID"),
        ({"quantity_t": 3}, 422, "FIELDS_INVALID"),
        ({"serials": [[m.first, m.first + 1], [m.first, m.first]]}, 422, "SERIALS_UNREADABLE"),
        ({"serials": [[10**9, 10**9]]}, 409, "SERIALS_NOT_HELD"),
        ({"account": m.target.pk}, 404, "NOT_FOUND"),
        ({"account": "first"}, 422, "NOT_A_WHOLE_NUMBER"),
        ({"purpose": "?"}, 422, "FIELDS_INVALID"),
        ({"year": 1850}, 422, "YEAR"),
    ]:
        answer = post(m.seller, "/retirements/", **{**held, **change})
        assert (answer.status_code, answer.json()["code"]) == (status, code), change
    assert post(m.seller, "/retirements/", "k" * 81, **held).json()["code"] == "KEY_MISSING"
    nobody = post(m.seller, "/transfers/", account=m.account.pk, recipient=10**9, serials=held["serials"])
    assert (nobody.status_code, nobody.json()["code"]) == (422, "NO_RECIPIENT")
    assert Event.objects.filter(refused=True, reason="SERIALS_NOT_HELD").count() == 1
    assert not Holding.objects.filter(status="retired").exists()


def test_a_quantity_takes_the_oldest_free_credits_and_the_retirement_is_public(m):
    made = post(m.seller, "/retirements/", account=m.account.pk, quantity_t=3, vintage=2021, on_behalf=True, **CLAIM)
    assert made.status_code == 201, made.content
    assert (made.json()["serials"], made.json()["quantity_t"]) == ([[1, 3]], 3)  # the account's oldest
    assert is_described("RetirementOut", made.json())
    assert balance(m.account)["retired"] == 3
    assert get(None, f"/retirements/{made.json()['id']}/").json() == made.json()
    assert results(get(None, "/retirements/", {"year": 2025, "beneficiary": "tea"})) == [made.json()]
    assert results(get(None, "/retirements/", {"purpose": "compliance"})) == []
    assert get(None, "/retirements/", {"purpose": "?"}).status_code == 422


def test_cancelled_and_listed_credits_stand_in_lists_that_anybody_reads(m):
    gone = post(m.seller, "/cancellations/", account=m.account.pk, quantity_t=2, public_note="A double count.")
    assert gone.status_code == 201, gone.content
    assert is_described("CancellationOut", gone.json())
    assert results(get(None, "/cancellations/", {"account": m.account.pk})) == [gone.json()]
    owed = post(m.seller, "/cancellations/", account=m.account.pk, quantity_t=1, public_note="Owed.", reversal=10**9)
    assert owed.status_code == 404
    listed = post(m.seller, "/listings/", account=m.account.pk, quantity_t=4, price="68.50", currency="CNY")
    assert (listed.status_code, listed.json()["price"]) == (201, "68.50")
    assert is_described("ListingOut", listed.json())
    (row,) = results(get(None, "/listings/", {"currency": "CNY", "vintage": 2021}))
    assert (row["id"], row["actions"]) == (listed.json()["id"], [])
    assert results(get(None, "/listings/", {"currency": "EUR"})) == []


@pytest.mark.parametrize("path", ["/transfers/", "/retirements/", "/cancellations/", "/listings/"])
def test_only_who_moves_the_account_acts_and_the_right_is_asked_before_the_body(m, path):
    expected = {
        "anonymous": (None, 404),
        "another organisation": (m.buyer, 404),
        "its editor": (member(m.account.owner, Role.EDITOR), 403),
        "its representative, with an empty body": (m.seller, 422),
    }
    newest = Event.objects.latest("pk").pk
    for who, (actor, status) in expected.items():
        assert post(actor, path, account=m.account.pk).status_code == status, who
    assert not Event.objects.filter(refused=False, action__startswith="credits.", pk__gt=newest).exists()


def test_transfers_are_seen_by_both_sides_alone(m):
    body = {"account": m.account.pk, "recipient": m.target.pk}
    numbers = [post(m.seller, "/transfers/", **body, quantity_t=1).json()["id"] for _n in range(3)]
    assert [row["id"] for row in results(get(m.buyer, "/transfers/"))] == numbers[::-1]
    page = get(m.seller, "/transfers/", {"page_size": 2, "state": "offered"}).json()
    assert [row["id"] for row in page["results"]] == numbers[:0:-1]
    assert page["next"]
    assert results(get(None, "/transfers/")) == []
    assert get(None, f"/transfers/{numbers[0]}/").status_code == 404
