"""Readings sent by a logger: kept once whatever is repeated, late or out of order; a finished month becomes a file."""

import re
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from mrv.stations import telemetry
from mrv.stations.models import TelemetryReading
from mrv.uploads.health import health_of
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_series
from mrv.uploads.telemetry import months_to_seal, seal_finished_months
from registry.core import clock
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.organisations.models import User
from tests.mrv.evidence import site

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def jiangkou():
    return site()


@pytest.fixture
def secret(jiangkou):
    return telemetry.issue_token(actor=jiangkou.owner, station=jiangkou.station, name="modem")[1]


@pytest.fixture
def start():
    """The first quarter hour of last month, on the station's clock."""
    first = clock.now().astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first - timedelta(days=1)).replace(day=1)


def quarter(start, number, stage="0.534", **more):
    at = start + timedelta(minutes=15 * number)
    return {"at": at.isoformat(), "stage_m": stage, "ph": 7.42, "ec25_us_cm": "335.4", **more}


def send(client, jiangkou, secret, readings, station=None):
    return client.post(
        f"/api/v1/stations/{station or jiangkou.station.pk}/readings",
        {"readings": readings},
        content_type="application/json",
        headers={"Authorization": f"Station {secret}"},
    )


def test_a_message_sent_twice_late_and_out_of_order_is_kept_once(client, jiangkou, secret, start):
    quarters = [quarter(start, number) for number in range(4)]
    assert send(client, jiangkou, secret, quarters[2:]).json() == {"stored": 2, "repeated": 0, "conflicting": []}
    assert send(client, jiangkou, secret, quarters[::-1]).json() == {"stored": 2, "repeated": 2, "conflicting": []}
    assert TelemetryReading.objects.count() == 4


def test_another_value_for_a_kept_time_is_told_and_not_taken(client, jiangkou, secret, start):
    send(client, jiangkou, secret, [quarter(start, 0)])
    answer = send(client, jiangkou, secret, [quarter(start, 0, stage="0.6"), quarter(start, 1)]).json()
    assert (answer["stored"], answer["repeated"], len(answer["conflicting"])) == (1, 0, 1)
    assert TelemetryReading.objects.order_by("at").first().readings["stage_m"] == "0.534"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at": "2021-05-01T00:00:00"}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"at": "1999-01-01T00:00:00Z"}, "at"),
        ({"stage_m": "abc"}, "stage_m"),
        ({"stage_m": "NaN"}, "stage_m"),
        ({"stage_m": True}, "stage_m"),
        ({"discharge": 1}, "discharge"),
    ],
)
def test_one_bad_reading_keeps_the_whole_message_out_and_is_named(client, jiangkou, secret, start, change, said):
    answer = send(client, jiangkou, secret, [quarter(start, 0), {**quarter(start, 1), **change}])
    assert answer.status_code == 422
    assert answer.json()["code"] == "READING_INVALID"
    assert "2" in answer.json()["detail"]
    assert said in answer.json()["detail"]
    assert not TelemetryReading.objects.exists()


def test_only_the_stations_own_token_in_force_counts(client, jiangkou, secret, start):
    other = site(name="DEV-7")
    assert send(client, jiangkou, "guess", [quarter(start, 0)]).status_code == 401
    assert client.post(f"/api/v1/stations/{jiangkou.station.pk}/readings").status_code == 401
    assert send(client, jiangkou, secret, [quarter(start, 0)], station=other.station.pk).status_code == 403
    token = telemetry.token_of(secret)
    with pytest.raises(NotAllowed):
        telemetry.revoke_token(actor=other.owner, token=token)
    telemetry.revoke_token(actor=jiangkou.owner, token=token)
    assert send(client, jiangkou, secret, [quarter(start, 0)]).status_code == 401
    with pytest.raises(Refusal):
        telemetry.revoke_token(actor=jiangkou.owner, token=token)
    assert not TelemetryReading.objects.exists()


def test_a_message_too_long_is_refused(jiangkou, secret, start):
    with pytest.raises(InvalidInput) as refused:
        telemetry.receive_readings(
            token=telemetry.token_of(secret),
            station_id=jiangkou.station.pk,
            message=[quarter(start, n) for n in range(telemetry.MAX_READINGS + 1)],
        )
    assert refused.value.code == "MESSAGE_TOO_LONG"


def test_a_finished_month_becomes_a_file_with_every_reading(client, jiangkou, secret, start):
    quarters = [quarter(start, n, stage=f"{0.5 + n / 1000:.3f}", rainfall_mm=0) for n in range(96)]
    send(client, jiangkou, secret, quarters)
    with override_settings(DEMO=True):
        clock.advance_to((start + timedelta(days=32)).replace(day=1) + timedelta(days=4))
    upload = seal_finished_months()[0]
    assert not TelemetryReading.objects.exists()
    assert months_to_seal() == []
    readings = load_series(upload)
    assert len(readings) == 96
    assert readings.by_parameter()["stage"].to_float()[[0, 95]].tolist() == [0.5, 0.595]
    assert upload.first_at == start


def test_a_late_message_for_a_sealed_month_becomes_another_file(client, jiangkou, secret, start):
    send(client, jiangkou, secret, [quarter(start, n) for n in range(8)])
    with override_settings(DEMO=True):
        clock.advance_to((start + timedelta(days=32)).replace(day=1) + timedelta(days=4))
    seal_finished_months()
    send(client, jiangkou, secret, [quarter(start, n) for n in range(8, 16)])
    seal_finished_months()
    assert [len(load_series(upload)) for upload in Upload.objects.order_by("pk")] == [8, 8]


def test_a_month_that_goes_on_stays_in_the_hot_table(client, jiangkou, secret):
    this_month = clock.now().astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    send(client, jiangkou, secret, [quarter(this_month, 0)])
    assert seal_finished_months() == []


def test_health_tells_last_reading_battery_and_completeness(client, jiangkou, secret):
    now = clock.now().astimezone(ZONE)
    quarters = [{**quarter(now.replace(second=0, microsecond=0), -n), "battery_v": "11.2"} for n in range(8)]
    send(client, jiangkou, secret, quarters)
    health = health_of(jiangkou.station)
    assert not health.is_silent
    assert health.battery_v == Decimal("11.20")
    assert health.battery_is_low
    assert 0 < health.readings_this_month <= 8


def test_the_page_shows_a_new_token_once(client, jiangkou):
    client.force_login(User.objects.get(pk=jiangkou.owner.user_id))
    answer = client.post(f"/stations/{jiangkou.station.pk}/tokens/new/", {"name": "modem"})
    secret = re.search(r"Authorization: Station (\S+)", answer.content.decode())[1]
    assert telemetry.token_of(secret).station == jiangkou.station
    assert secret not in client.get(f"/stations/{jiangkou.station.pk}/").content.decode()
