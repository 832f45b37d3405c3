"""Every list asks the database as often for twelve rows as for two: nothing is asked row by row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mrv.uploads.models import Upload
from mrv.verification.models import Assignment, Finding, FindingEntry, Opinion
from registry.audit.models import Event
from registry.core.actors import Actor
from registry.core.roles import Role
from registry.credits.models import Account
from registry.notices.models import Notice
from registry.organisations.models import User
from registry.projects.models import Comment, Project
from tests.mrv.bodies import Court, kept
from tests.mrv.verification.finding_world import raised
from tests.people import member, official
from tests.registry.credits.world import issue, outcome, registered_project
from tests.registry.notices.following import tell_everybody
from tests.registry.public.world import retirement
from tests.web.copies import copies

pytestmark = pytest.mark.django_db
FEW, MANY = range(0, 2), range(2, 12)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("lists")) as court:
        yield court


def client_of(actor: Actor | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if actor is not None:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


@pytest.fixture
def asks(world) -> Callable[..., None]:
    """``asks(url, add, who=actor, rows=...)`` holds the page with two rows against the page with twelve."""

    def hold(url: str, add: Callable[[range], object], *, who: Actor | None = None, shows: str = "") -> None:
        client = client_of(who)
        add(FEW)
        client.get(url)  # what a process keeps is there before anything is counted
        few = _queries(client, url)
        add(MANY)
        many = _queries(client, url)
        grown = [sql for sql in many if many.count(sql) > few.count(sql)]
        assert len(many) <= len(few), "\n".join(sorted(set(grown), key=grown.count)[-3:])
        if shows:
            cache.clear()
            assert client.get(url).content.decode().count(shows) >= len(FEW) + len(MANY)

    return hold


def _queries(client: Client, url: str) -> list[str]:
    """The shapes of the statements, without the values in them."""
    cache.clear()  # of the public's pages none is kept
    caches["process"].clear()  # nor the number of what waits
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return [_shape(query["sql"]) for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def _shape(sql: str) -> str:
    return re.sub(r"IN \([#, ]+\)", "IN (…)", re.sub(r"\d", "#", sql))[:400]


# --- what there is more of ------------------------------------------------------------------------------


def more_projects(court: Court, numbers: range, **changed: object) -> list[Project]:
    return copies(court.site.project, numbers, lambda n: {"code": f"KC-520621-9{n:03d}", **changed})


def more_verified(court: Court, numbers: range) -> None:
    """Verified periods, each of another project with a station, an assignment and an opinion of its own."""
    period = court.verified() if court.fresh().verified_at is None else court.fresh()
    assignment = Assignment.objects.get(period=period)
    opinion = Opinion.objects.get(assignment=assignment)
    projects = more_projects(court, numbers)
    for number, project in zip(numbers, projects, strict=True):
        one = range(number, number + 1)
        [station] = copies(period.station, one, lambda n, owner=project: {"project_id": owner.pk, "code": f"C{n}"})
        [verified] = copies(period, one, lambda n, of=project, at=station: {"project_id": of.pk, "station_id": at.pk})
        [task] = copies(assignment, one, lambda n, of=project, at=verified: {"project_id": of.pk, "period_id": at.pk})
        copies(opinion, one, lambda n, of=task: {"assignment_id": of.pk, "number": f"VER-2099-{n:04d}"})


def more_periods(court: Court, numbers: range) -> None:
    period = court.fresh()

    def later(n: int) -> dict[str, object]:
        days = timedelta(days=40 * (n + 1))
        moved = {name: getattr(period, name) + days for name in ("first_day", "last_day", "start", "end")}
        return {"number": 100 + n, **moved}

    copies(period, numbers, later)


def more_findings(court: Court, task: Assignment, first: Finding) -> Callable[[range], None]:
    entry = FindingEntry.objects.filter(finding=first).earliest("id")

    def add(numbers: range) -> None:
        found = copies(first, numbers, lambda n: {"number": f"CAR-{50 + n}"})
        for each in found:
            copies(entry, range(1), lambda _n, of=each: {"finding_id": of.pk})

    return add


# --- the lists ------------------------------------------------------------------------------------------


def test_docket(world, asks):
    asks(reverse("decisions:docket"), lambda n: more_verified(world, n), who=world.clerk, shows="KC-520621-9")


def test_docket_as_a_workbook(world, asks):
    asks(reverse("decisions:docket_workbook"), lambda n: more_verified(world, n), who=world.clerk)


@pytest.mark.parametrize("who", ["owner", "clerk", "lead"])
def test_projects_and_to_do(world, asks, who):
    actor = getattr(world, who)
    asks(reverse("projects:list"), lambda n: more_projects(world, n), who=actor, shows="KC-520621-9")


@pytest.mark.parametrize("who", ["owner", "clerk", "lead"])
def test_to_do(world, asks, who):
    asks(reverse("core:to_do"), lambda n: more_verified(world, n), who=getattr(world, who))


@pytest.mark.parametrize("name", ["projects:detail", "public:project"])
def test_a_projects_page_with_its_periods(world, asks, name):
    world.verified()
    url = reverse(name, args=(world.site.project.code,))
    asks(url, lambda n: more_periods(world, n), who=world.owner if name == "projects:detail" else None)


def test_a_projects_page_with_its_comments(world, asks):
    project = world.site.project
    first = Comment.objects.create(project=project, number=1, author_name="A neighbour", text="Who looks after it?")
    url = reverse("public:project", args=(project.code,))
    asks(url, lambda n: copies(first, n, lambda i: {"number": 10 + i}), shows="Who looks after it?")


def test_a_projects_page_with_its_stations(world, asks):
    url = reverse("projects:detail", args=(world.site.project.code,))
    asks(url, lambda n: copies(world.site.station, n, lambda i: {"code": f"ST-{i}"}), who=world.owner, shows="ST-")


def test_uploads_of_a_station(world, asks):
    first = Upload.objects.filter(station=world.site.station).earliest("id")
    url = reverse("stations:detail", args=(world.site.station.pk,))
    add = lambda n: copies(first, n, lambda i: {"sha256": f"{i:064x}", "file_name": f"again-{i}.csv"})  # noqa: E731
    asks(url, add, who=world.owner, shows="again-")


@pytest.mark.parametrize("name", ["verification:detail", "verification:workbench"])
def test_findings(world, asks, name):
    task = world.accepted()
    add = more_findings(world, task, raised(world, task, "car"))
    asks(reverse(name, args=(task.pk,)), add, who=world.lead, shows="CAR-")


def test_notices(world, asks):
    world.confirmed()
    tell_everybody()
    first = Notice.objects.filter(user_id=world.lead.user_id).latest("id")
    add = lambda n: copies(first, n, lambda i: {"key": f"again-{i}"})  # noqa: E731
    asks(reverse("notices:list"), add, who=world.lead)


def test_audit_explorer(world, asks):
    first = Event.objects.filter(refused=False).latest("id")
    add = lambda n: copies(first, n, lambda i: {"action": f"projects.note{i % 1}"})  # noqa: E731
    auditor = official(Role.AUDITOR, email="auditor@authority.test")
    asks(reverse("transparency:events") + "?action=projects.note0", add, who=auditor)


# --- credits --------------------------------------------------------------------------------------------


def test_credits_of_the_public_and_of_their_holder(world):
    """Issuing takes long: all these pages look at the same credits."""
    project = registered_project("DEV-CREDITS")
    holder = member(project.proponent, Role.REPRESENTATIVE)
    public, own = client_of(None), client_of(holder)

    def add(numbers: range) -> None:
        for number in numbers:
            issue(outcome(project, "40.0", year=2021 + number))
            retirement(project, f"Somebody {number}", quantity=1)

    def asked() -> dict[str, int]:
        account = Account.objects.get(owner=project.proponent, kind="holder")
        pages = {reverse(name): public for name in ("public:retirements", "public:cad_trust_export", "public:home")}
        pages[reverse("public:project", args=(project.code,))] = public
        pages[reverse("credits:holdings")] = own
        pages |= {
            reverse(f"credits:{n}", args=(account.pk,)): own for n in ("account", "statement", "retire", "cancel")
        }
        for url, client in pages.items():
            client.get(url)  # what a process keeps is there before anything is counted
        return {url: len(_queries(client, url)) for url, client in pages.items()}

    add(FEW)
    few = asked()
    add(MANY)
    many = asked()
    assert {url: (few[url], many[url]) for url in few if many[url] > few[url]} == {}
