"""Sensors, calibrations, visits and photographs go into the sealed bundle; a station without any keeps its digest."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from calculations.bundle import evidence_digest
from mrv.periods.evidence import build_evidence, sources_of
from mrv.periods.selectors import equipment_of
from mrv.periods.services import seal_period, sealed_bundle
from mrv.stations import equipment, visits
from registry.core import store
from tests.mrv.evidence import site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]
JPEG = b"\xff\xd8\xff\xe0 the gauge"


def at(day, month=5, year=2021):
    return datetime(year, month, day, 2, tzinfo=UTC)


def equip(place):
    """A level sensor all the time, one that was taken away before; a calibration; visits around and in May."""
    owner, station = place.owner, place.station
    sensors = {
        serial: equipment.add_sensor(
            actor=owner,
            project=place.project,
            parameter="stage",
            maker="Greenspan",
            model="CTDP300",
            serial_number=serial,
            range_low=Decimal(0),
            range_high=Decimal("10.000"),
            resolution=Decimal("0.001"),
            accuracy=Decimal("0.010"),
            vented=True,
        )
        for serial in ("25399", "old")
    }
    former = equipment.deploy_sensor(actor=owner, station=station, sensor=sensors["old"], deployed_from=at(1, 1))
    equipment.end_deployment(actor=owner, deployment=former, deployed_to=at(1, 3))
    equipment.deploy_sensor(
        actor=owner, station=station, sensor=sensors["25399"], deployed_from=at(1, 4), datum_m=Decimal("0.05")
    )
    equipment.record_calibration(
        actor=owner,
        sensor=sensors["25399"],
        calibrated_on=date(2021, 3, 1),
        expires_on=date(2022, 3, 1),
        laboratory="Metrology",
        certificate_name="certificate.pdf",
        certificate=b"%PDF a certificate",
    )
    equipment.record_calibration(
        actor=owner,
        sensor=sensors["25399"],
        calibrated_on=date(2022, 3, 1),
        expires_on=date(2023, 3, 1),
        laboratory="M",
    )
    for when, photos in ((at(1, 2), ()), (at(20, 4), ()), (at(10), (visits.Photo("gauge.jpg", JPEG),)), (at(9, 6), ())):
        visits.record_field_visit(
            actor=owner, station=station, visited_at=when, visitor="Li", staff_gauge_m=Decimal("0.560"), photos=photos
        )


def test_what_measured_in_the_period_is_sealed_and_shown_and_nothing_else():
    place = site("KCS-INV")
    period = place.month_of_evidence()
    bare = evidence_digest(build_evidence(sources_of(period)))
    assert build_evidence(sources_of(period)).equipment is None
    equip(place)
    period = seal_period(actor=place.owner, period=period)
    assert period.bundle_digest != bare
    found = sealed_bundle(period).evidence.equipment
    (sensor,) = found["deployments"]
    assert (sensor["serial_number"], sensor["range_high"], sensor["datum_m"]) == ("25399", "10", "0.05")
    assert (sensor["from"], sensor["to"], sensor["vented"]) == ("2021-04-01T02:00:00Z", None, True)
    (calibration,) = found["calibrations"]
    assert calibration["certificate"]["file"] == "certificate.pdf"
    assert store.read(calibration["certificate"]["sha256"]) == b"%PDF a certificate"
    assert [visit["at"][:10] for visit in found["visits"]] == ["2021-04-20", "2021-05-10", "2021-06-09"]
    (photo,) = found["visits"][1]["photographs"]
    assert store.read(photo["sha256"]) == JPEG
    visits.record_field_visit(
        actor=place.owner, station=place.station, visited_at=at(11), visitor="Wu", staff_gauge_m=Decimal("0.57")
    )
    ((_role, _station, shown),) = equipment_of(period)
    assert shown == found, "the page of a sealed period shows what was sealed"


def test_a_calibration_of_the_periods_last_day_counts_and_one_of_the_day_after_does_not():
    """The days are the station's: its last day ends at 16:00 UTC."""
    place = site("KCS-INV")
    period = place.month_of_evidence()
    equip(place)
    sensor = place.station.deployments.get(deployed_to=None).sensor
    for day in (period.last_day, period.last_day + timedelta(days=1)):
        equipment.record_calibration(
            actor=place.owner, sensor=sensor, calibrated_on=day, expires_on=date(2023, 1, 1), laboratory="M"
        )
    found = build_evidence(sources_of(period)).equipment["calibrations"]
    assert [each["calibrated_on"] for each in found] == ["2021-03-01", period.last_day.isoformat()]


def test_the_periods_page_shows_sensors_calibrations_visits_and_photographs(client):
    place = site("KCS-INV")
    period = place.month_of_evidence()
    equip(place)
    client.force_login(get_user_model().objects.get(pk=place.owner.user_id))
    page = client.get(f"/periods/{period.pk}/").content.decode()
    for words in ("读数所用的仪器", "CTDP300 25399", "certificate.pdf", "gauge.jpg", "Metrology"):
        assert words in page
