"""The self-test counts answers and keeps nothing else."""

import pytest
from django.core.cache import cache

from mrv.learning import web
from mrv.learning.models import AnswerCount
from mrv.learning.selectors import tallies
from mrv.learning.services import count_answers
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput

pytestmark = pytest.mark.django_db
ANSWERS = {"knew": "no", "storm": "more", "credits": "none"}


@pytest.fixture(autouse=True)
def no_attempts_yet():
    cache.delete_pattern("attempts:self-test:*") if hasattr(cache, "delete_pattern") else cache.clear()


def counts() -> dict[tuple[str, str], int]:
    return {(row.question, row.choice): row.count for row in AnswerCount.objects.all()}


def test_answers_are_counted_and_shown(client):
    answer = client.post("/learn/self-test/", ANSWERS)
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"].partition("#")[0], HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert counts() == {("knew", "no"): 1, ("storm", "more"): 1, ("credits", "none"): 1}
    assert "your answer" in page
    assert "17.6 % knew" in page


def test_a_second_reader_adds_to_the_counts():
    count_answers(actor=PUBLIC, answers=ANSWERS)
    count_answers(actor=PUBLIC, answers={**ANSWERS, "knew": "yes"})
    assert counts() == {("knew", "no"): 1, ("knew", "yes"): 1, ("storm", "more"): 2, ("credits", "none"): 2}
    knew = tallies({})[0]
    assert [(choice.count, str(choice.share_pct)) for choice in knew.choices] == [(1, "50.0"), (1, "50.0")]


@pytest.mark.parametrize("given", [{}, {"knew": "no", "storm": "more"}, {**ANSWERS, "credits": "many"}])
def test_a_missing_answer_counts_nothing(given):
    with pytest.raises(InvalidInput) as refusal:
        count_answers(actor=PUBLIC, answers=given)
    assert refusal.value.code == "SELF_TEST_UNANSWERED"
    assert counts() == {}


def test_nothing_of_the_reader_is_kept(client):
    client.post("/learn/self-test/", ANSWERS)
    assert {field.name for field in AnswerCount._meta.get_fields()} == {"id", "question", "choice", "count"}
    assert "sessionid" not in client.cookies


def test_an_address_cannot_answer_for_ever(client, monkeypatch):
    monkeypatch.setattr(web, "ANSWERS_AN_HOUR", 2)
    statuses = [client.post("/learn/self-test/", ANSWERS).status_code for _attempt in range(3)]
    assert statuses[:2] == [302, 302]
    assert statuses[2] == 409
    assert counts()[("knew", "no")] == 2


def test_before_the_first_answer_there_is_no_share():
    assert [choice.share_pct for choice in tallies({})[0].choices] == [None, None]
