"""One selector of everything with a last day, for one person; the to-do page is ordered by it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from registry.core import clock, deadlines, todo
from registry.core.actors import PUBLIC
from registry.core.roles import Role
from registry.organisations.models import Accreditation, User
from registry.projects import services
from tests.people import developer, member, official, verification_body
from tests.registry.projects.test_cycle import draft
from tests.registry.projects.whole_file import ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


@pytest.fixture
def commented(owner, settings):
    settings.DEMO = True
    project = services.submit(actor=owner, project=ready(owner, draft(owner)))
    return services.open_comment(actor=official(Role.REVIEWER), project=project)


def kinds(actor):
    return [each.kind for each in deadlines.deadlines_of(actor)]


def test_the_end_of_public_comment_is_told_to_its_parties_and_to_nobody_else(commented, owner):
    [told] = deadlines.deadlines_of(owner)
    assert (told.kind, told.acts, told.late) == ("comment_end", False, False)
    assert told.due == services.comment_end(commented)
    [asked] = deadlines.deadlines_of(official(Role.REVIEWER))
    assert asked.acts
    assert asked.key == told.key
    assert kinds(member(developer("Other", "DEV-2"), Role.REPRESENTATIVE)) == []
    assert kinds(PUBLIC) == []


def test_a_deadline_that_passed_is_late_and_has_no_days_left(commented, owner):
    assert deadlines.deadlines_of(owner)[0].days_left > 0
    clock.advance_to(services.comment_end(commented) + timedelta(days=2, hours=-1))
    [told] = deadlines.deadlines_of(owner)
    assert told.late
    assert told.days_left == -2


def test_an_accreditation_is_told_only_when_it_ends_soon(settings):
    settings.DEMO = True
    body = verification_body("Body", "VVB-1", "validation")
    boss = member(body, Role.ADMINISTRATOR)
    assert kinds(boss) == []
    Accreditation.objects.update(valid_to=clock.today() + timedelta(days=30))
    [told] = deadlines.deadlines_of(boss)
    assert (told.kind, told.days_left, told.acts) == ("accreditation_end", 30, True)


def test_the_nearest_comes_first(monkeypatch, owner):
    def provider(_actor):
        for day in (date(2031, 5, 2), date(2031, 5, 1)):
            yield deadlines.Deadline("x", "x", "x", "", "/", deadlines.end_of(day), acts=True)

    monkeypatch.setattr(deadlines, "_providers", [provider])
    assert [each.due.day for each in deadlines.deadlines_of(owner)] == [1, 2]


def test_what_is_due_stands_before_what_only_waits(monkeypatch, owner):
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    items = [todo.ToDo("waits", "", "/", old), todo.ToDo("due", "", "/", new, due=new)]
    monkeypatch.setattr(todo, "_providers", [lambda _actor: items])
    assert [item.title for item in todo.items_of(owner)] == ["due", "waits"]


def test_the_page_and_the_api_show_them(commented, owner):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=owner.user_id))
    page = client.get("/to-do/").content.decode()
    assert "Public comment ends" in page
    assert commented.code in page
    [row] = client.get("/api/v1/deadlines/").json()["results"]
    assert row["kind"] == "comment_end"
    assert row["days_left"] > 0
    assert Client().get("/api/v1/deadlines/").status_code == 401
