"""Before the submission: the page shows the result, leads to it, and says when nothing is creditable on it."""

import pytest
from django.urls import reverse

from mrv.periods.services import seal_period
from mrv.runs import submission
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from tests.mrv.browsers import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]
NOTHING = "Nothing is creditable on this result"


@pytest.fixture
def calculated(jiangkou):
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    run = request_run(actor=jiangkou.owner, period=period)
    calculate(run.pk)
    run.refresh_from_db()
    return period, run


def test_it_works(jiangkou, calculated):
    period, run = calculated
    text = browser(jiangkou.owner).get(reverse("runs:submission", args=[period.pk])).content.decode()
    assert f'href="{reverse("runs:detail", args=[run.pk])}"' in text
    assert f'action="{reverse("periods:act", args=[period.pk, "submit"])}"' in text
    assert period.bundle_digest in text
    assert "Creditable whole tonnes" in text
    assert NOTHING not in text


def test_a_result_that_earns_nothing_is_pointed_at(jiangkou, calculated, monkeypatch):
    period, run = calculated
    shown = [{"name": "creditable_t", "label": "creditable", "value": 0, "unit": "t", "decimals": 0}]
    monkeypatch.setattr(submission, "headline", lambda _result: shown)
    review = submission.review_of(period, run)
    [(said, url)] = review.hints
    assert said.startswith(NOTHING)
    assert url == reverse("runs:detail", args=[run.pk])
