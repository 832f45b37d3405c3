"""Flags on commit, decisions as rows, evidence that follows them, and raw readings that never change."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from calculations.bundle import evidence_digest
from mrv.periods.evidence import build_evidence, sources_of
from mrv.periods.readiness import lines_of
from mrv.quality.models import Flag, ReviewAct, Screening
from mrv.quality.reviewing import record_act, undo_act
from mrv.quality.screening import screen_station
from mrv.quality.selectors import newest_screening, station_review, visits_unseen
from mrv.quality.shares import Weighing, totals
from mrv.stations.equipment import add_sensor, deploy_sensor, end_deployment
from mrv.stations.visits import record_field_visit
from mrv.uploads.services import withdraw_upload
from registry.audit.models import Event
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import ZONE, part_of_year, site
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]
EC25 = "specific_conductance_25c"


def spoilt(days=30):
    """The month with a conductivity spike on the 10th at noon and pH that stands still on the 20th."""
    lines = part_of_year(days).decode().splitlines()
    spike = 1 + 9 * 96 + 48
    cells = lines[spike].split(",")
    cells[5] = "900"
    lines[spike] = ",".join(cells)
    for row in range(1 + 19 * 96, 1 + 19 * 96 + 40):
        cells = lines[row].split(",")
        cells[4] = "7.30"
        lines[row] = ",".join(cells)
    return ("\n".join(lines) + "\n").encode()


SPIKE_AT = datetime(2021, 5, 10, 12, tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def jiangkou():
    place = site()
    place.upload("logger", spoilt())
    return place


def month(place):
    from datetime import date

    from mrv.quality.services import fit_ion_models, fit_rating_curve
    from tests.mrv.evidence import GAUGINGS, LAB

    period = place.period(last_day=date(2021, 5, 30))
    fit_rating_curve(actor=place.owner, upload=place.upload("gaugings", GAUGINGS))
    fit_ion_models(actor=place.owner, upload=place.upload("samples", LAB), start=period.start, end=period.end)
    return period


def weigh(period):
    sources = sources_of(period)
    weighing = Weighing(period.station, sources.merged, sources.check, sources.review, sources.rating, sources.ions)
    found = totals(weighing, period.start, period.end)
    assert found is not None
    return found


def flags(place):
    return list(Flag.objects.filter(screening=Screening.objects.filter(station=place.station).latest("version")))


def act(place, kind, flag=None, **options):
    given = {"reason": "seen on the plot", "parameter": EC25, "start": SPIKE_AT, "end": SPIKE_AT + timedelta(hours=1)}
    if flag is not None:
        given |= {"parameter": flag.parameter, "start": flag.start, "end": flag.end, "code": flag.code}
    return record_act(actor=place.owner, station=place.station, kind=kind, **(given | options))


def test_flags_are_there_as_soon_as_the_file_is(jiangkou):
    found = {(flag.code, flag.parameter): flag for flag in flags(jiangkou)}
    assert set(found) == {("SPIKE", EC25), ("FLAT_LINE", "ph")}
    spike = found["SPIKE", EC25]
    assert (spike.start, spike.end, spike.flag) == (SPIKE_AT, SPIKE_AT + timedelta(minutes=15), 4)
    assert Event.objects.filter(action="quality.screening").exists()


def test_a_clean_file_has_no_flags_and_its_evidence_is_what_it_was():
    place = site()
    period = place.month_of_evidence()
    evidence = build_evidence(sources_of(period))
    assert flags(place) == []
    assert evidence.flags == []
    assert evidence.records == {}


def test_the_same_files_are_tested_once_and_a_withdrawn_one_no_longer(jiangkou):
    first = screen_station(actor=jiangkou.owner, station=jiangkou.station)
    assert first.version == 1
    assert screen_station(actor=jiangkou.owner, station=jiangkou.station) == first
    upload = jiangkou.station.uploads.get(kind="logger")
    withdraw_upload(actor=jiangkou.owner, upload=upload, reason="wrong file")
    assert flags(jiangkou) == []


def test_a_failed_flag_takes_its_reading_out_until_it_is_rejected(jiangkou):
    period = month(jiangkou)
    out = build_evidence(sources_of(period))
    assert [(f["code"], f["flag"]) for f in out.flags if f["parameter"] == EC25] == [("SPIKE", 4)]
    before = weigh(period)
    assert before.excluded.time_pct == pytest.approx(100 / (30 * 96), rel=1e-6)
    assert before.excluded.flux_pct is not None
    (spike,) = [flag for flag in flags(jiangkou) if flag.code == "SPIKE"]
    rejected = act(jiangkou, "reject", spike)
    kept = build_evidence(sources_of(period))
    (record,) = [f for f in kept.flags if f["parameter"] == EC25]
    assert (record["flag"], record["reason"]) == (1, "seen on the plot")
    assert record["by"]
    assert weigh(period).excluded.time_pct == 0.0
    undo_act(actor=jiangkou.owner, act=rejected)
    assert evidence_digest(build_evidence(sources_of(period))) == evidence_digest(out)
    assert weigh(period).excluded == before.excluded


def test_an_exclusion_counts_in_time_and_in_flux_and_can_be_taken_back(jiangkou):
    period = month(jiangkou)
    before = weigh(period)
    day = datetime(2021, 5, 25, tzinfo=ZONE)
    out = act(jiangkou, "exclude", start=day, end=day + timedelta(days=2), parameter="stage")
    after = weigh(period)
    assert after.excluded.time_pct == pytest.approx(before.excluded.time_pct + 100 * 2 / 30, abs=0.01)
    assert after.excluded.flux_pct != pytest.approx(after.excluded.time_pct, abs=0.2)
    assert after.filled.time_pct == pytest.approx(after.excluded.time_pct)
    assert [gap.filled for gap in after.gaps] == [True, True]
    undo_act(actor=jiangkou.owner, act=out)
    assert weigh(period).excluded == before.excluded


def test_a_correction_enters_the_evidence_and_the_raw_stays(jiangkou):
    period = month(jiangkou)
    before = build_evidence(sources_of(period))
    act(jiangkou, "drift", start=period.start, end=period.end, start_value="0", end_value="0.12", relative=True)
    after = build_evidence(sources_of(period))
    (record,) = after.records["corrections"]
    assert (record["kind"], record["start"], record["end"], record["relative"]) == ("drift", "0", "0.12", True)
    for old, new in zip(before.series, after.series, strict=True):
        assert (old.values == new.values).all()
    assert weigh(period).excluded.time_pct == weigh(period).excluded.time_pct


def test_what_was_decided_is_never_changed(jiangkou):
    made = act(jiangkou, "note", reason="sensor looked dirty")
    made.reason = "nothing"
    with pytest.raises(DatabaseError), transaction.atomic():
        made.save()
    undo_act(actor=jiangkou.owner, act=made)
    with pytest.raises(Refusal, match="taken back already"):
        undo_act(actor=jiangkou.owner, act=made)
    assert ReviewAct.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("REASON_MISSING", {"kind": "exclude", "reason": " "}),
        ("SPAN_EMPTY", {"kind": "exclude", "end": SPIKE_AT}),
        (
            "SPAN_WITHOUT_READINGS",
            {"kind": "note", "start": datetime(2031, 1, 1, tzinfo=UTC), "end": datetime(2031, 1, 2, tzinfo=UTC)},
        ),
        ("PARAMETER_UNKNOWN", {"kind": "exclude", "parameter": "turbidity"}),
        ("REVIEW_KIND_UNKNOWN", {"kind": "delete"}),
        ("REVIEW_KIND_UNKNOWN", {"kind": "undo"}),
        ("CORRECTION_IS_NOTHING", {"kind": "offset", "start_value": "0.0"}),
        ("CORRECTION_UNREADABLE", {"kind": "offset", "start_value": "much"}),
        ("CORRECTION_UNREADABLE", {"kind": "drift", "end_value": "3", "relative": True}),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_reason(jiangkou, code, given):
    with pytest.raises(InvalidInput) as refusal:
        act(jiangkou, **given)
    assert refusal.value.code == code
    assert ReviewAct.objects.count() == 0


def test_the_readiness_list_waits_for_undecided_flags_and_tells_of_failed_ones(jiangkou):
    period = month(jiangkou)
    lines = {line.code: line for line in lines_of(sources_of(period))}
    assert lines["FLAGS_FAILED"].blocking is False
    assert "2 failed flags" in lines["FLAGS_FAILED"].text
    assert "FLAGS_UNDECIDED" not in lines
    (suspect,) = [flag for flag in flags(jiangkou) if flag.code == "SPIKE"]
    suspect.pk, suspect.flag = None, 3
    suspect.save()
    line = next(line for line in lines_of(sources_of(period)) if line.code == "FLAGS_UNDECIDED")
    assert line.blocking
    assert not line.ok
    act(jiangkou, "reject", suspect)
    assert "FLAGS_UNDECIDED" not in {line.code for line in lines_of(sources_of(period))}


def test_a_field_visit_runs_the_drift_test_by_itself(jiangkou):
    visited_at = datetime(2021, 5, 28, 3, tzinfo=UTC)
    wrong = record_field_visit(
        actor=jiangkou.owner,
        station=jiangkou.station,
        visited_at=visited_at,
        visitor="Wu",
        ph=Decimal("8.10"),
        cleaned=True,
    )
    screening = newest_screening(jiangkou.station)
    assert screening.version == 2
    assert not visits_unseen(jiangkou.station, screening)
    drift = screening.flags.get(code="DRIFT")
    assert drift.parameter == "ph"
    assert drift.facts["end_error"] == pytest.approx(0.7, abs=0.2)
    act(jiangkou, "drift", drift, code="", start_value="0", end_value=str(drift.facts["end_error"]))
    review = station_review(jiangkou.station, drift.start, drift.end)
    assert next(item.state for item in review.judged if item.flag == drift) == "corrected"
    record_field_visit(
        actor=jiangkou.owner,
        station=jiangkou.station,
        visited_at=visited_at,
        visitor="Wu",
        ph=Decimal("7.40"),
        cleaned=True,
        replaces=wrong,
    )
    assert not newest_screening(jiangkou.station).flags.filter(code="DRIFT").exists(), "the wrong entry is forgotten"


def test_a_sensors_range_is_held_against_the_readings_while_it_hangs_there(jiangkou):
    sensor = add_sensor(
        actor=jiangkou.owner,
        project=jiangkou.project,
        parameter="ph",
        maker="Greenspan",
        model="pH",
        serial_number="1",
        range_low=Decimal(4),
        range_high=Decimal("7.4"),
        resolution=Decimal("0.01"),
        accuracy=Decimal("0.1"),
    )
    before = newest_screening(jiangkou.station)
    hung = deploy_sensor(
        actor=jiangkou.owner, station=jiangkou.station, sensor=sensor, deployed_from=datetime(2021, 5, 3, tzinfo=UTC)
    )
    screening = newest_screening(jiangkou.station)
    assert screening.version == before.version + 1
    assert [(span["parameter"], span["high"]) for span in screening.sensors] == [("ph", 7.4)]
    beyond = screening.flags.filter(code="SENSOR_RANGE")
    assert beyond.exists()
    assert min(flag.start for flag in beyond) >= hung.deployed_from
    assert {flag.flag for flag in beyond} == {4}
    end_deployment(actor=jiangkou.owner, deployment=hung, deployed_to=datetime(2021, 5, 4, tzinfo=UTC))
    newest = newest_screening(jiangkou.station)
    assert newest.flags.filter(code="SENSOR_RANGE").count() < beyond.count()
    evidence = build_evidence(sources_of(month(jiangkou)))
    assert any(flag["code"] == "SENSOR_RANGE" for flag in evidence.flags), "sealed with the readings"


def test_only_the_proponents_editors_decide(jiangkou):
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    with pytest.raises(NotVisible):
        record_act(
            actor=stranger,
            station=jiangkou.station,
            kind="note",
            parameter=EC25,
            start=SPIKE_AT,
            end=SPIKE_AT + timedelta(hours=1),
            reason="x",
        )
    administrator = member(jiangkou.project.proponent, Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        screen_station(actor=administrator, station=jiangkou.station)


def test_a_newer_decision_replaces_an_older_one(jiangkou):
    (spike,) = [flag for flag in flags(jiangkou) if flag.code == "SPIKE"]
    act(jiangkou, "accept", spike)
    newer = act(jiangkou, "reject", spike)

    def state():
        review = station_review(jiangkou.station, spike.start, spike.end)
        return next(item.state for item in review.judged if item.flag == spike)

    assert state() == "rejected"
    undo_act(actor=jiangkou.owner, act=newer)
    assert state() == "accepted"
