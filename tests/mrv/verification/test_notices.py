"""Who is told of assignments, findings and their due days, in one verification."""

from datetime import timedelta

import pytest

from mrv.verification import findings
from registry.core import clock
from registry.notices import reminders
from registry.notices.models import Notice
from tests.mrv.verification.finding_world import raised
from tests.registry.notices.following import tell_everybody

pytestmark = pytest.mark.django_db


def told(actor, action=None):
    tell_everybody()
    rows = Notice.objects.filter(user_id=actor.user_id)
    return [row for row in rows if action in (None, row.action)]


def test_a_proposal_is_told_to_the_authority_and_the_body_learns_it_with_the_confirmation(jiangkou):
    jiangkou.confirmed()
    assert len(told(jiangkou.clerk, "verification.propose")) == 1
    assert told(jiangkou.lead, "verification.propose") == []
    [confirmed] = told(jiangkou.lead, "verification.confirm")
    assert jiangkou.period.project.code in confirmed.name_en
    assert len(told(jiangkou.owner, "verification.confirm")) == 1
    assert told(jiangkou.reviewer, "verification.confirm") == [], "an independent reviewer accepts no assignment"


def test_a_finding_is_told_to_its_answerers_and_the_answer_to_its_judge(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    [notice] = told(jiangkou.owner, "verification.raise_finding")
    assert (notice.url, notice.kind) == (f"/findings/{finding.pk}/", "findings")
    assert told(jiangkou.reviewer, "verification.raise_finding") == []
    findings.answer(actor=jiangkou.owner, finding=finding, text="Here it is.")
    assert len(told(jiangkou.lead, "verification.answer_finding")) == 1
    assert told(jiangkou.owner, "verification.answer_finding") == []


def test_a_due_day_that_draws_near_is_told_once(jiangkou, task):
    due = clock.now() + timedelta(days=20)
    raised(jiangkou, task, "cl", due_on=due.date())
    reminders.tell()
    assert told(jiangkou.owner, "deadline") == []
    clock.advance_to(due - timedelta(days=2))
    reminders.tell()
    reminders.tell()
    [notice] = told(jiangkou.owner, "deadline")
    assert f"{due:%Y-%m-%d}" in notice.text_en
