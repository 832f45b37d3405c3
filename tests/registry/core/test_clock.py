import importlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from registry.core import clock, workdays
from registry.core.errors import Refusal

pytestmark = pytest.mark.django_db


def test_the_clock_is_real_until_a_demonstration_sets_it():
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)
    assert clock.offset() == timedelta(0)


def test_it_moves_forward_and_never_back(settings):
    settings.DEMO = True
    later = timezone.now() + timedelta(days=40)
    clock.advance_to(later)
    assert clock.now() >= later
    clock.advance_to(timezone.now() + timedelta(days=3))
    assert clock.now() >= later


def test_outside_a_demonstration_it_cannot_be_set(settings):
    settings.DEMO = False
    with pytest.raises(Refusal, match=r"demonstration|演示"):
        clock.advance_to(timezone.now() + timedelta(days=1))


@pytest.fixture
def seeded(db):
    """The calendar as the migration seeds it: a test with transactions of its own leaves every table empty."""
    importlib.import_module("registry.core.migrations.0001_initial").seed_calendar(apps, None)


def test_twenty_working_days_pass_over_the_national_holiday_of_2026(seeded):
    # 1 to 7 October 2026 are a holiday; Saturday 10 October is a make-up working day.
    assert not workdays.is_working_day(date(2026, 10, 5))
    assert workdays.is_working_day(date(2026, 10, 10))
    assert workdays.add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_a_year_without_a_table_counts_weekends_only():
    assert not workdays.year_is_known(2035)
    assert workdays.add_working_days(date(2035, 1, 5), 1) == date(2035, 1, 8)


def test_a_day_is_of_the_programmes_calendar_unless_another_zone_is_named():
    new_year = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    assert clock.day_of(new_year) == date(2026, 1, 1)
    assert clock.day_of(new_year, UTC) == date(2025, 12, 31)


def test_nothing_takes_the_day_of_utc_for_today():
    """``clock.today()`` and ``clock.day_of()`` know the zone."""
    taken = [
        f"{path.relative_to(settings.ROOT)}:{number}"
        for floor in ("registry", "mrv")
        for path in (settings.ROOT / floor).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "now().date()" in line or "localdate(" in line
    ]
    assert taken == []
