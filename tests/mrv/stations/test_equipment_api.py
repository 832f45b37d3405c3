"""What hangs at a station, its calibrations, visits and keys, as a program keeps them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.stations.models import FieldVisit, StationToken
from registry.core import store
from registry.core.actors import PUBLIC
from registry.core.models import IdempotentAnswer
from tests.mrv.evidence import site
from tests.mrv.programs import at, get, post, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
SENSOR = {
    "parameter": "stage", "maker": "Solinst", "model": "Levelogger", "serial_number": "025399", "range_low": "0",
    "range_high": "10", "resolution": "0.001", "accuracy": "0.01", "vented": True,
}  # fmt: skip
VISIT = {"visited_at": "2021-05-14T11:20:00+08:00", "visitor": "Li", "staff_gauge_m": "0.534"}


@pytest.fixture
def spring(jiangkou):
    return jiangkou


def test_a_sensor_is_added_calibrated_hung_and_taken_away(spring, stranger):
    assert post(stranger, at(spring, "sensors"), **SENSOR).status_code in (403, 404)
    made = post(spring.owner, at(spring, "sensors"), **SENSOR)
    assert (made.status_code, made.json()["unit"]) == (201, "m")
    sensor = made.json()["id"]
    again = post(spring.owner, at(spring, "sensors"), **SENSOR)
    assert (again.status_code, again.json()["code"]) == (422, "SENSOR_KNOWN")

    paper = SimpleUploadedFile("calibration.pdf", b"%PDF-1.7 within 2 mm")
    days = {"calibrated_on": "2021-03-02", "expires_on": "2022-03-01", "laboratory": "Guiyang"}
    address = at(spring, f"sensors/{sensor}/calibrations")
    assert send(stranger, address, **days).status_code in (403, 404)
    calibrated = send(spring.owner, address, **days, certificate=paper)
    assert calibrated.status_code == 201
    assert store.read(calibrated.json()["certificate_sha256"]) == b"%PDF-1.7 within 2 mm"
    assert [row["laboratory"] for row in get(spring.owner, address).json()["results"]] == ["Guiyang"]

    hang = {"sensor": sensor, "deployed_from": "2021-05-01T10:00:00+08:00", "datum_m": "0.25"}
    hung = post(spring.owner, at(spring, "deployments"), **hang)
    assert (hung.status_code, hung.json()["deployed_to"]) == (201, None)
    assert post(spring.owner, at(spring, "deployments"), **hang).json()["code"] == "SENSOR_DEPLOYED"
    end = f"deployments/{hung.json()['id']}/end/"
    assert post(stranger, end, deployed_to="2021-06-01T10:00:00+08:00").status_code in (403, 404)
    ended = post(spring.owner, end, deployed_to="2021-06-01T10:00:00+08:00")
    assert (ended.status_code, ended.json()["deployed_to"]) == (200, "2021-06-01T02:00:00Z")
    assert post(spring.owner, end, deployed_to="2021-06-01T10:00:00+08:00").status_code == 409


def test_a_sensor_of_another_project_is_not_hung(spring):
    other = site(name="DEV-8")
    theirs = post(other.owner, at(other, "sensors"), **SENSOR).json()["id"]
    answer = post(spring.owner, at(spring, "deployments"), sensor=theirs, deployed_from="2021-05-01T00:00:00Z")
    assert answer.status_code == 404


def test_a_visit_with_its_photographs_and_one_that_takes_its_place(spring, stranger):
    photos = [SimpleUploadedFile(f"{name}.jpg", b"\xff\xd8\xff\xe0 " + name.encode()) for name in ("gauge", "shaft")]
    assert post(stranger, at(spring, "visits"), **VISIT).status_code in (403, 404)
    made = send(spring.owner, at(spring, "visits"), **VISIT, photos=photos)
    assert made.status_code == 201
    assert [photo["file_name"] for photo in made.json()["photos"]] == ["gauge.jpg", "shaft.jpg"]
    no_photo = send(spring.owner, at(spring, "visits"), **VISIT, photos=[SimpleUploadedFile("a.jpg", b"text")])
    assert (no_photo.status_code, no_photo.json()["code"]) == (422, "PHOTO_TYPE")
    right = post(spring.owner, at(spring, "visits"), **{**VISIT, "staff_gauge_m": "0.543"}, replaces=made.json()["id"])
    assert right.status_code == 201
    assert [row["staff_gauge_m"] for row in get(spring.owner, at(spring, "visits")).json()["results"]] == ["0.543"]
    assert FieldVisit.objects.count() == 2


def test_the_secret_of_a_token_is_said_once_and_written_nowhere(spring, stranger):
    assert post(stranger, at(spring, "tokens"), name="modem").status_code in (403, 404)
    made = post(spring.owner, at(spring, "tokens"), key="token-of-the-modem", name="modem")
    secret = made.json()["secret"]
    repeated = post(spring.owner, at(spring, "tokens"), key="token-of-the-modem", name="modem")
    assert (repeated.status_code, repeated.json()["id"]) == (201, made.json()["id"])
    assert "secret" not in repeated.json()
    assert secret not in str(IdempotentAnswer.objects.get(key="token-of-the-modem").body)
    assert StationToken.objects.count() == 1
    assert get(PUBLIC, at(spring, "tokens")).status_code in (403, 404)
    reading = {"readings": [{"at": "2021-05-01T00:15:00+08:00", "stage_m": "0.534"}]}
    revoke = f"station-tokens/{made.json()['id']}/revoke/"
    assert post(stranger, revoke).status_code == 404
    assert post(spring.owner, revoke).json()["revoked_at"] is not None
    assert post(spring.owner, revoke).status_code == 409
    late = post(None, f"stations/{spring.station.pk}/readings", **reading)
    assert late.status_code == 401
