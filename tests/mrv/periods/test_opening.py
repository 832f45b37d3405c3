"""A period is a span of whole days that no other accepted period of its project shares."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import period_for, periods_of, visible_periods
from mrv.periods.services import open_period
from mrv.periods.states import PERIOD, REJECTED
from registry.audit.models import Event
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.projects.states import PROJECT
from tests.mrv.evidence import site
from tests.people import developer, member, official, verification_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def jiangkou():
    return site()


def test_days_begin_and_end_at_midnight_of_the_station(jiangkou):
    period = jiangkou.period()
    assert period.start == datetime(2021, 4, 30, 16, tzinfo=UTC)
    assert period.end == datetime(2022, 4, 30, 16, tzinfo=UTC)
    assert (period.days, period.utc_offset_s, period.number, period.revision) == (365, 28_800, 1, 1)
    assert Event.objects.filter(action="periods.open", object_id=str(period.pk)).exists()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2021, 5, 1), date(2022, 4, 30)),
        (date(2022, 4, 30), date(2022, 6, 30)),
        (date(2021, 7, 1), date(2021, 7, 1)),
        (date(2021, 5, 1), date(2023, 4, 30)),
    ],
)
def test_an_overlap_is_refused_and_names_the_other_period(jiangkou, first, last):
    jiangkou.period()
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.period(first, last)
    assert refusal.value.code == "PERIOD_OVERLAPS"
    assert "2021-05-01" in str(refusal.value)
    assert "2022-04-30" in str(refusal.value)
    assert MonitoringPeriod.objects.count() == 1


def test_the_next_period_begins_the_day_after(jiangkou):
    jiangkou.period()
    assert jiangkou.period(date(2022, 5, 1), date(2023, 4, 30)).number == 2


def test_the_database_itself_refuses_the_overlap_and_another_project_is_no_overlap(jiangkou):
    first = jiangkou.period()
    other = site(name="DEV-2").period()
    assert other.number == 1
    facts = {name: getattr(first, name) for name in ("project", "station", "start", "end", "zone")}
    with pytest.raises(IntegrityError, match="periods_of_station_never_overlap"), transaction.atomic():
        MonitoringPeriod.objects.create(**facts, number=9, first_day=date(2022, 4, 30), last_day=date(2022, 5, 2))
    with pytest.raises(DatabaseError), transaction.atomic():
        MonitoringPeriod.objects.filter(pk=first.pk).update(last_day=date(2021, 6, 1))


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_at_once_one_gets_the_days():
    jiangkou = site()
    start = threading.Barrier(2)
    answers = []

    def write():
        start.wait()
        try:
            answers.append(jiangkou.period())
        except InvalidInput as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    def insert():
        """Past the service and its locks: only the constraint stands in the way."""
        start.wait()
        try:
            with transaction.atomic():
                MonitoringPeriod.objects.create(
                    project=jiangkou.project,
                    station=jiangkou.station,
                    number=7,
                    first_day=date(2022, 1, 1),
                    last_day=date(2022, 12, 31),
                    start=datetime(2022, 1, 1, tzinfo=UTC),
                    end=datetime(2023, 1, 1, tzinfo=UTC),
                    zone="UTC",
                )
                answers.append("inserted")
        except IntegrityError:
            answers.append("refused")
        finally:
            connection.close()

    for other in (write, insert):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE periods_monitoringperiod CASCADE")
        answers.clear()
        writers = [threading.Thread(target=write), threading.Thread(target=other)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(timeout=20)
        assert len(answers) == 2, answers
        assert MonitoringPeriod.objects.count() == 1, answers


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2021, 4, 30), date(2022, 4, 30), "PERIOD_OUTSIDE_CREDITING"),
        (date(2031, 1, 1), date(2031, 5, 1), "PERIOD_OUTSIDE_CREDITING"),
        (date(2022, 1, 1), date(2021, 12, 31), "PERIOD_ENDS_BEFORE_START"),
    ],
)
def test_impossible_days_are_refused(jiangkou, first, last, code):
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.period(first, last)
    assert refusal.value.code == code
    assert not MonitoringPeriod.objects.exists()


def test_the_future_of_the_registrys_clock_is_refused_until_it_has_come(jiangkou, settings):
    settings.DEMO = True
    today = clock.today()
    last = min(today + timedelta(days=40), date(2031, 4, 30))
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.period(last_day=last)
    assert refusal.value.code == "PERIOD_NOT_OVER"
    clock.advance_to(datetime.combine(last + timedelta(days=2), datetime.min.time(), UTC))
    assert jiangkou.period(last_day=last).last_day == last


def test_only_a_registered_project_and_its_own_station(jiangkou):
    draft = site(name="DEV-3", state="draft")
    with pytest.raises(Refusal) as refusal:
        draft.period()
    assert refusal.value.code == "PROJECT_NOT_REGISTERED"
    with pytest.raises(InvalidInput) as refusal:
        open_period(
            actor=jiangkou.owner,
            project=jiangkou.project,
            station=draft.station,
            first_day=date(2021, 5, 1),
            last_day=date(2022, 4, 30),
        )
    assert refusal.value.code == "STATION_OF_OTHER_PROJECT"
    PROJECT.move(jiangkou.project, "suspend")
    with pytest.raises(Refusal):
        jiangkou.period()


def test_who_opens_and_who_sees(jiangkou):
    period = jiangkou.period()
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR, Role.REPRESENTATIVE)
    body = verification_body()
    verifier = member(body, Role.LEAD_VERIFIER)
    for actor in (stranger, verifier, PUBLIC):
        with pytest.raises(NotVisible):
            period_for(actor, period.pk)
        assert not visible_periods(actor).exists()
    with pytest.raises((NotAllowed, NotVisible)):
        open_period(
            actor=stranger,
            project=jiangkou.project,
            station=jiangkou.station,
            first_day=date(2022, 5, 1),
            last_day=date(2022, 5, 2),
        )
    assert period_for(official(Role.AUDITOR), period.pk) == period
    assert list(periods_of(jiangkou.owner, jiangkou.project)) == [period]
    period.verifier = body
    period.save(update_fields=["verifier"])
    assert period_for(verifier, period.pk) == period


def test_every_state_can_be_reached_and_the_final_ones_are_final():
    reached, todo = {PERIOD.initial}, [PERIOD.initial]
    while todo:
        here = todo.pop()
        for line in PERIOD.transitions:
            if line.source == here and line.target not in reached:
                reached.add(line.target)
                todo.append(line.target)
    assert reached == {state.name for state in PERIOD.states}
    final = {state.name for state in PERIOD.states} - {line.source for line in PERIOD.transitions}
    assert final == {"issued", "statement_issued", *REJECTED}
