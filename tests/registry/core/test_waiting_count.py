"""How many things wait for a person stands on every page; it is kept for as long as nothing is recorded."""

import re

import pytest
from django.core.cache import caches
from django.test import Client

from registry.core import todo
from registry.core.roles import Role
from registry.organisations import services
from registry.organisations.models import User
from tests.people import member, official, verification_body

pytestmark = pytest.mark.django_db
APPLICATION = {
    "kind": "developer",
    "name_zh": "新机构",
    "name_en": "New organisation",
    "code_kind": "uscc",
    "registration_code": "91520123DEM001236P",
    "applicant_name": "Li",
    "applicant_email": "li@new.test",
}
BADGE = re.compile(r'class="badge text-bg-danger">(\d+)')


@pytest.fixture(autouse=True)
def _nothing_kept():
    caches["process"].clear()


@pytest.fixture
def asked(monkeypatch):
    """Whose to-do lists were worked out, in order."""
    seen, really = [], todo.items_of
    monkeypatch.setattr(todo, "items_of", lambda actor: [seen.append(actor.user_id), really(actor)][1])
    return seen


def browser(actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def waiting(client) -> int:
    found = BADGE.search(client.get("/organisations/").content.decode())
    return int(found[1]) if found else 0


def apply(name: str, code: str):
    return services.apply_for_registration(kind="developer", name_zh="甲", name_en=name, registration_code=code)


def test_it_is_worked_out_once_until_something_is_recorded(asked):
    reviewer = official(Role.REVIEWER)
    client = browser(reviewer)
    apply("First", "91520123DEM001236P")
    assert [waiting(client), waiting(client)] == [1, 1]
    assert asked == [reviewer.user_id]
    apply("Second", "91520621DEM006213D")
    assert [waiting(client), waiting(client)] == [2, 2]
    assert len(asked) == 2


def test_nobody_sees_the_number_of_another(asked):
    apply("First", "91520123DEM001236P")
    reviewer = official(Role.REVIEWER)
    other = member(verification_body("Body", "VVB-5", "validation", "verification"), Role.VERIFIER)
    assert [waiting(browser(reviewer)), waiting(browser(other)), waiting(Client())] == [1, 0, 0]
    assert asked == [reviewer.user_id, other.user_id]


def test_the_page_that_an_act_answers_with_counts_that_act(asked):
    client = browser(official(Role.REVIEWER))
    assert waiting(client) == 0
    answer = client.post("/organisations/apply/", APPLICATION)
    assert BADGE.search(answer.content.decode())[1] == "1"
    assert len(asked) == 2


def test_what_was_refused_changed_nothing_and_is_not_counted_anew(asked):
    client = browser(official(Role.REVIEWER))
    apply("First", "91520123DEM001236P")
    assert waiting(client) == 1
    incomplete = client.post("/organisations/apply/", {"kind": "developer"})
    forbidden = client.post("/methodology/new/", {})
    assert [incomplete.status_code, forbidden.status_code] == [422, 403]
    assert [BADGE.search(each.content.decode())[1] for each in (incomplete, forbidden)] == ["1", "1"]
    assert len(asked) == 1
