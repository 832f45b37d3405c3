"""Who is told of a case: the parties on their period's page, the officials who act next, and nobody else."""

import pytest

from mrv.decisions import casework, returning, services
from mrv.decisions.models import ReturnedItem
from registry.notices.models import Notice
from tests.registry.notices.following import tell_everybody

pytestmark = pytest.mark.django_db


def told(actor, action):
    tell_everybody()
    return list(Notice.objects.filter(user_id=actor.user_id, action=action))


def test_the_parties_learn_of_the_review_of_a_hold_and_of_the_decision(jiangkou, begun):
    page = f"/periods/{jiangkou.period.pk}/"
    [notice] = told(jiangkou.owner, "decisions.begin")
    assert notice.url == page
    casework.hold(actor=jiangkou.approver, review=begun, reason="The water bureau is asked.")
    casework.lift(actor=jiangkou.approver, review=begun)
    for action in ("decisions.hold", "decisions.lift"):
        for party in (jiangkou.owner, jiangkou.lead):
            assert [each.url for each in told(party, action)] == [page], action
        assert told(jiangkou.clerk, action) == [], "officials read it on the docket"
    services.prepare(actor=jiangkou.clerk, review=begun, confirmed_quantity=jiangkou.whole_t)
    services.approve(actor=jiangkou.approver, review=begun, confirmed_quantity=jiangkou.whole_t)
    for person in (jiangkou.lead, jiangkou.reviewer, jiangkou.clerk):
        assert len(told(person, "decisions.approve")) == 1
    assert told(jiangkou.approver, "decisions.approve") == [], "who decided knows"


def test_an_answer_to_a_return_is_told_to_the_other_party(jiangkou, begun):
    services.return_to_verification(actor=jiangkou.approver, review=begun, reason="Page 3 is missing.")
    item = ReturnedItem.objects.get()
    returning.answer_item(actor=jiangkou.owner, item=item, text="It is in the file now.")
    assert len(told(jiangkou.lead, "decisions.answer_return")) == 1
    assert told(jiangkou.owner, "decisions.answer_return") == []


def test_the_lead_verifier_learns_that_the_opinion_is_in_force(jiangkou, begun):
    assert len(told(jiangkou.lead, "verification.countersign")) == 1
    assert told(jiangkou.reviewer, "verification.countersign") == []
