"""Region, further stations and the review of readings, as a program does them."""

from itertools import count

import pytest
from django.test import Client

from mrv.quality.models import ReviewAct
from registry.core.roles import Role
from registry.organisations.models import User
from tests.mrv.evidence import site
from tests.people import developer, member

pytestmark = pytest.mark.django_db
_keys = count(1)


@pytest.fixture
def spring(settings, tmp_path):
    settings.EVIDENCE_STORE = tmp_path / "store"
    return site()


def post(actor, path, **body):
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=actor.user_id))
    return client.post(
        f"/api/v1/{path}",
        body,
        content_type="application/json",
        headers={"idempotency-key": f"review-{next(_keys):06d}"},
    )


def test_a_station_is_placed_in_a_region_by_its_own_people(spring):
    stranger = member(developer("Another", "DEV-9"), Role.EDITOR)
    path = f"stations/{spring.station.pk}/place/"
    assert post(stranger, path, region="Wujiang").status_code in (403, 404)
    assert post(spring.owner, path, region="Wujiang").json()["region"] == "Wujiang"
    spring.station.refresh_from_db()
    assert spring.station.region == "Wujiang"


def test_readings_are_judged_and_the_judgement_taken_back(spring):
    spring.month_of_evidence()
    stranger = member(developer("Another", "DEV-9"), Role.EDITOR)
    path = f"stations/{spring.station.pk}/review/"
    act = {
        "kind": "exclude", "parameter": "ph", "start": "2021-05-02T00:00:00+08:00",
        "end": "2021-05-03T00:00:00+08:00", "reason": "The probe was in the air.",
    }  # fmt: skip
    assert post(stranger, path, **act).status_code in (403, 404)
    without = post(spring.owner, path, **{**act, "reason": ""})
    assert (without.status_code, without.json()["code"]) == (422, "REASON_MISSING")
    made = post(spring.owner, path, **act)
    assert made.status_code == 201
    assert post(spring.owner, f"{path}tests/").json()["flags"] >= 0
    undone = post(spring.owner, f"review-acts/{made.json()['id']}/undo/", reason="It was not.")
    assert undone.status_code == 200
    again = post(spring.owner, f"review-acts/{made.json()['id']}/undo/")
    assert (again.status_code, again.json()["code"]) == (409, "ACT_DOES_NOT_STAND")
    assert ReviewAct.objects.filter(station=spring.station).count() == 2


def test_a_role_that_the_methodology_does_not_ask_for_is_refused(spring):
    period = spring.month_of_evidence()
    stranger = member(developer("Another", "DEV-9"), Role.EDITOR)
    for act in ("name-station", "drop-station"):
        given = {"role": "control", "station": spring.station.pk}
        assert post(stranger, f"periods/{period.pk}/{act}/", **given).status_code in (403, 404)
    answer = post(spring.owner, f"periods/{period.pk}/name-station/", role="moon", station=spring.station.pk)
    assert (answer.status_code, answer.json()["code"]) == (422, "ROLE_NOT_ASKED")
