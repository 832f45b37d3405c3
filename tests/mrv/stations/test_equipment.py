"""Sensors, deployments, calibrations, visits: what the readings were made with, and by whom they were checked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from mrv.stations import equipment, visits
from mrv.stations.models import Deployment, FieldVisit, Station
from mrv.stations.selectors import equipment_of, visits_of
from registry.audit.models import Event
from registry.core import clock, store
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import site
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = datetime(2021, 1, 1, tzinfo=UTC), datetime(2021, 2, 1, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 a photograph"


@pytest.fixture
def jiangkou():
    return site()


def sensor(jiangkou, **changes):
    values = {
        "parameter": "stage",
        "maker": "Greenspan",
        "model": "CTDP300",
        "serial_number": "025399",
        "range_low": Decimal(0),
        "range_high": Decimal(10),
        "resolution": Decimal("0.001"),
        "accuracy": Decimal("0.01"),
        "vented": True,
    }
    return equipment.add_sensor(actor=jiangkou.owner, project=jiangkou.project, **{**values, **changes})


def deploy(jiangkou, what, since, **changes):
    return equipment.deploy_sensor(
        actor=jiangkou.owner, station=jiangkou.station, sensor=what, deployed_from=since, **changes
    )


def test_a_sensor_hangs_is_taken_away_and_hangs_again(jiangkou):
    stage = sensor(jiangkou)
    first = deploy(jiangkou, stage, JANUARY, datum_m=Decimal("0.25"))
    equipment.end_deployment(actor=jiangkou.owner, deployment=first, deployed_to=FEBRUARY)
    second = deploy(jiangkou, stage, FEBRUARY)
    assert [d.pk for d in equipment_of(jiangkou.owner, jiangkou.station)["deployments"]] == [second.pk, first.pk]
    acts = Event.objects.filter(action__startswith="stations.", object_id=str(jiangkou.station.pk))
    assert {"stations.deploy", "stations.end_deployment"} <= {event.action for event in acts}


def test_a_sensor_is_in_one_place_at_a_time_by_the_database_itself(jiangkou):
    stage = sensor(jiangkou)
    deploy(jiangkou, stage, JANUARY)
    with pytest.raises(Refusal) as refused:
        deploy(jiangkou, stage, FEBRUARY)
    assert refused.value.code == "SENSOR_DEPLOYED"
    with pytest.raises(IntegrityError, match="a_sensor_is_in_one_place"), transaction.atomic():
        Deployment.objects.create(sensor=stage, station=jiangkou.station, deployed_from=FEBRUARY)
    deploy(jiangkou, sensor(jiangkou, serial_number="another"), FEBRUARY)


def test_a_deployment_of_long_ago_is_refused_and_takes_no_other_sensors_time(jiangkou):
    """Their times stand in one row of numbers: before 1970 would be after the end of the sensor before it."""
    deploy(jiangkou, sensor(jiangkou), JANUARY)
    other = sensor(jiangkou, serial_number="another")
    with pytest.raises(InvalidInput) as refused:
        deploy(jiangkou, other, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert refused.value.code == "DEPLOYMENT_TOO_EARLY"
    with pytest.raises(IntegrityError, match="deployment_from_1970_on"), transaction.atomic():
        Deployment.objects.create(
            sensor=other, station=jiangkou.station, deployed_from=datetime(1969, 1, 1, tzinfo=UTC), deployed_to=JANUARY
        )
    assert deploy(jiangkou, other, datetime(1970, 1, 1, tzinfo=UTC)).sensor == other


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"range_high": Decimal(0)}, "SENSOR_RANGE"),
        ({"resolution": Decimal(0)}, "SENSOR_RANGE"),
        ({"accuracy": Decimal(-1)}, "SENSOR_RANGE"),
    ],
)
def test_impossible_sensors_are_refused(jiangkou, changes, code):
    with pytest.raises(InvalidInput) as refused:
        sensor(jiangkou, **changes)
    assert refused.value.code == code


def test_the_same_serial_number_twice_is_refused(jiangkou):
    sensor(jiangkou)
    with pytest.raises(InvalidInput) as refused:
        sensor(jiangkou)
    assert refused.value.code == "SENSOR_KNOWN"
    sensor(jiangkou, parameter="water_temperature")


def test_a_deployment_ends_once_and_after_it_began(jiangkou):
    hanging = deploy(jiangkou, sensor(jiangkou), FEBRUARY)
    with pytest.raises(InvalidInput):
        equipment.end_deployment(actor=jiangkou.owner, deployment=hanging, deployed_to=JANUARY)
    equipment.end_deployment(actor=jiangkou.owner, deployment=hanging, deployed_to=FEBRUARY + timedelta(days=1))
    with pytest.raises(Refusal):
        equipment.end_deployment(actor=jiangkou.owner, deployment=hanging, deployed_to=FEBRUARY + timedelta(days=2))


def test_a_calibration_keeps_its_certificate_and_is_never_changed(jiangkou):
    what = sensor(jiangkou)
    made = equipment.record_calibration(
        actor=jiangkou.owner,
        sensor=what,
        calibrated_on=date(2021, 1, 5),
        expires_on=date(2022, 1, 5),
        laboratory="省计量院",
        certificate_name="cert.pdf",
        certificate=b"%PDF certificate",
    )
    assert store.read(made.certificate_sha256) == b"%PDF certificate"
    with pytest.raises(InvalidInput):
        equipment.record_calibration(
            actor=jiangkou.owner,
            sensor=what,
            calibrated_on=date(2021, 1, 5),
            expires_on=date(2021, 1, 5),
            laboratory="省计量院",
        )
    made.laboratory = "another"
    with pytest.raises(DatabaseError, match="calibration_append_only"), transaction.atomic():
        made.save()


@pytest.mark.parametrize(("zone", "taken"), [("Asia/Shanghai", True), ("UTC", False)])
def test_a_calibration_of_today_is_of_the_day_where_the_sensor_hangs(jiangkou, zone, taken, settings):
    """Half past midnight of the new year in Guizhou, the old year's last afternoon in UTC."""
    settings.DEMO = True  # the clock may be set
    what = sensor(jiangkou)
    Station.objects.filter(pk=jiangkou.station.pk).update(zone=zone)
    jiangkou.station.refresh_from_db()
    deploy(jiangkou, what, JANUARY)
    clock.advance_to(datetime(2029, 12, 31, 16, 30, tzinfo=UTC))
    given = {"sensor": what, "expires_on": date(2030, 12, 31), "laboratory": "省计量院"}
    new_year = date(2030, 1, 1)
    assert equipment_of(jiangkou.owner, jiangkou.station)["today"] == (new_year if taken else date(2029, 12, 31))
    if taken:
        equipment.record_calibration(actor=jiangkou.owner, calibrated_on=new_year, **given)
    for day in (new_year + timedelta(days=1), *(() if taken else (new_year,))):
        with pytest.raises(InvalidInput) as refused:
            equipment.record_calibration(actor=jiangkou.owner, calibrated_on=day, **given)
        assert refused.value.code == "IN_THE_FUTURE"


def visit(jiangkou, **changes):
    values = {
        "visited_at": JANUARY,
        "visitor": "Li",
        "staff_gauge_m": Decimal("0.534"),
        "ph": Decimal("7.42"),
        "cleaned": True,
    }
    return visits.record_field_visit(actor=jiangkou.owner, station=jiangkou.station, **{**values, **changes})


def test_a_visit_with_photographs_and_its_correction(jiangkou):
    wrong = visit(jiangkou, ph=Decimal("4.72"), photos=[visits.Photo("gauge.jpg", JPEG)])
    right = visit(jiangkou, replaces=wrong)
    assert list(visits_of(jiangkou.station)) == [right]
    assert FieldVisit.objects.count() == 2
    assert store.read(wrong.photos.get().sha256) == JPEG
    with pytest.raises(Refusal) as refused:
        visit(jiangkou, replaces=wrong)
    assert refused.value.code == "VISIT_REPLACED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ph": Decimal("14.5")}, "VISIT_VALUE"),
        ({"ec25_us_cm": Decimal("-1")}, "VISIT_VALUE"),
        ({"staff_gauge_m": None, "ph": None, "cleaned": False}, "VISIT_EMPTY"),
        ({"photos": [visits.Photo("x.jpg", b"MZ program")]}, "PHOTO_TYPE"),
    ],
)
def test_visits_that_cannot_be_are_refused_and_nothing_is_kept(jiangkou, changes, code):
    with pytest.raises(InvalidInput) as refused:
        visit(jiangkou, **changes)
    assert refused.value.code == code
    assert not FieldVisit.objects.exists()


def test_the_future_is_refused(jiangkou):
    tomorrow = clock.now() + timedelta(days=1)
    for act in (lambda: visit(jiangkou, visited_at=tomorrow), lambda: deploy(jiangkou, sensor(jiangkou), tomorrow)):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert refused.value.code == "IN_THE_FUTURE"


def test_strangers_and_officials_equip_and_visit_nothing(jiangkou):
    what = sensor(jiangkou)
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR, Role.REPRESENTATIVE)
    for actor in (stranger, official(Role.APPROVER), PUBLIC):
        with pytest.raises(NotAllowed):
            equipment.deploy_sensor(actor=actor, station=jiangkou.station, sensor=what, deployed_from=JANUARY)
        with pytest.raises(NotAllowed):
            visits.record_field_visit(
                actor=actor, station=jiangkou.station, visited_at=JANUARY, visitor="x", ph=Decimal(7)
            )
