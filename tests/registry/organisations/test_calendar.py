"""The working-day calendar: the authority's days count at once; a year without any is told."""

from datetime import date

import pytest
from django.urls import reverse

from registry.core import workdays
from registry.core.errors import NotAllowed
from registry.core.roles import Role
from registry.organisations import calendar
from registry.organisations.models import User
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY = date(2031, 3, 3), date(2031, 3, 8)


def test_holidays_and_make_up_days_count_and_can_be_taken_back():
    actor = official(Role.REVIEWER)
    assert workdays.add_working_days(date(2031, 2, 28), 5) == date(2031, 3, 7)
    calendar.set_day(actor=actor, day=MONDAY, kind="holiday", note="Spring")
    assert workdays.add_working_days(date(2031, 2, 28), 5) == date(2031, 3, 10)
    calendar.set_day(actor=actor, day=SATURDAY, kind="working")
    assert workdays.add_working_days(date(2031, 2, 28), 5) == SATURDAY
    calendar.set_day(actor=actor, day=MONDAY, kind="usual")
    assert workdays.is_working_day(MONDAY)


def test_only_the_authority_changes_it():
    with pytest.raises(NotAllowed):
        calendar.set_day(actor=member(developer(), Role.REPRESENTATIVE), day=MONDAY, kind="holiday")


def test_the_page_warns_of_a_year_without_holidays_and_takes_a_day(client):
    client.force_login(User.objects.get(pk=official(Role.REGISTRAR).user_id))
    page = f"{reverse('organisations:calendar')}?year=2031"
    assert "alert-warning" in client.get(page).content.decode()
    client.post(reverse("organisations:calendar"), {"day": "2031-03-03", "kind": "holiday", "note": "Spring"})
    html = client.get(page).content.decode()
    assert "alert-warning" not in html
    assert "2031-03-03" in html
