"""The rules of independence where a person meets them: on the page and over the API, each under its own name.

Who consulted a project judges it never; who verified it a number of times in a row lets another body verify once.
"""

from datetime import date

import pytest
from django.test import Client

from mrv.periods.services import open_period
from mrv.verification import independence, services
from mrv.verification.models import Assignment
from registry.audit.models import Event
from registry.core import clock
from registry.core.errors import Refusal
from registry.organisations.models import User
from tests.mrv.bodies import DECLARATION
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
DAYS = {
    2: (date(2021, 6, 1), date(2021, 6, 30)),
    3: (date(2021, 7, 1), date(2021, 7, 31)),
    4: (date(2021, 8, 1), date(2021, 8, 31)),
}


def client_of(actor, language="en"):
    client = Client(raise_request_exception=False, headers={"accept-language": language})
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def consulted(court, body):
    services.record_consultancy(
        actor=court.clerk, project=court.site.project, body=body, description="Wrote the design document in 2025."
    )


def verified(court, number, body):
    """A concluded verification of another period of the project, without going its whole way."""
    first_day, last_day = DAYS[number]
    period = open_period(
        actor=court.owner,
        project=court.site.project,
        station=court.site.station,
        first_day=first_day,
        last_day=last_day,
    )
    with triggers_off(Assignment):
        return Assignment.objects.create(
            task="verification",
            project=court.site.project,
            period=period,
            body=body,
            proposed_by_id=court.owner.user_id,
            confirmed_by_id=court.clerk.user_id,
            confirmed_at=clock.now(),
            accepted_by_id=court.lead.user_id,
            accepted_at=clock.now(),
            declaration=DECLARATION,
            state="done",
        )


def refused_everywhere(court, body, code, words):
    """The page says it in both languages, the API with its code; nothing is made; the log has each attempt."""
    attempts = Event.objects.filter(refused=True, reason=code).count()
    page = f"/periods/{court.period.pk}/verification/"
    for language, said in words.items():
        answer = client_of(court.owner, language).post(page, {"body": body.pk})
        html = answer.content.decode()
        assert answer.status_code == 409
        assert code in html
        assert said in html
    answer = client_of(court.owner).post(
        f"/api/v1{page}",
        {"body": body.pk},
        content_type="application/json",
        headers={"idempotency-key": f"refused-{code}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Assignment.objects.filter(period=court.period).exists()
    assert Event.objects.filter(refused=True, reason=code).count() == attempts + 3


def test_who_consulted_the_project_is_refused_with_the_rule_named(jiangkou):
    consulted(jiangkou, jiangkou.body)
    words = {"en": "consulted this project", "zh-hans": "咨询"}
    refused_everywhere(jiangkou, jiangkou.body, "BODY_CONSULTED_PROJECT", words)


def test_a_consultancy_that_comes_to_light_later_stops_the_next_step(jiangkou):
    """The rules are asked again at every step: confirmation and acceptance are refused under the same name."""
    proposed = services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.body)
    consulted(jiangkou, jiangkou.body)
    answer = client_of(jiangkou.clerk).post(f"/verification/{proposed.pk}/act/confirm/")
    assert answer.status_code == 409
    assert "BODY_CONSULTED_PROJECT" in answer.content.decode()
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


def test_the_rotation_limit_is_refused_with_the_rule_named(jiangkou, settings):
    settings.VERIFICATION_ROTATION_LIMIT = 2
    verified(jiangkou, 2, jiangkou.body)
    verified(jiangkou, 3, jiangkou.body)
    words = {"en": "verified the last 2 periods of this project in a row", "zh-hans": "2"}
    refused_everywhere(jiangkou, jiangkou.body, "BODY_ROTATION_LIMIT", words)
    services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.validator)


def test_another_body_between_begins_the_count_anew(jiangkou, settings):
    settings.VERIFICATION_ROTATION_LIMIT = 2
    verified(jiangkou, 2, jiangkou.body)
    verified(jiangkou, 3, jiangkou.validator)
    verified(jiangkou, 4, jiangkou.body)
    services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.body)


def test_one_below_the_limit_may_still(jiangkou, settings):
    settings.VERIFICATION_ROTATION_LIMIT = 3
    verified(jiangkou, 2, jiangkou.body)
    verified(jiangkou, 3, jiangkou.body)
    services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.body)


def test_rotation_counts_verifications_only(jiangkou, settings):
    settings.VERIFICATION_ROTATION_LIMIT = 1
    verified(jiangkou, 2, jiangkou.body)
    with pytest.raises(Refusal) as refused:
        services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.body)
    assert refused.value.code == "BODY_ROTATION_LIMIT"
    project = jiangkou.site.project
    assert independence.refusals(body=jiangkou.body, project=project, task="validation") == []
