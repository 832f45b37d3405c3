"""A kept page is dropped by the transaction that changes what it shows, and by nothing else."""

import re

import pytest
from django.db import connection, transaction
from django.test import Client

from registry.organisations.models import User
from registry.projects.models import Project
from registry.public.caching import TOKEN_PLACE, versions
from registry.public.models import Shown
from tests.registry.certificates.world import certificate
from tests.registry.credits.world import issue, one_world, outcome, registered_project

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        project = registered_project()
        certificate(project)
        yield project.pk


@pytest.fixture
def project(world, db):
    return Project.objects.get(pk=world)


def opened(client, url="/registry/", language="en") -> str:
    response = client.get(url, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def queries_of(client, url="/registry/") -> list[str]:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        opened(client, url)
    return [each["sql"] for each in captured]


def test_a_kept_page_costs_one_question(client, project):
    opened(client)
    [only] = queries_of(client)
    assert "public_shown" in only


def test_a_change_is_seen_at_once_and_a_rolled_back_one_never(client, project):
    assert "Jiangkou restored" not in opened(client)
    before = versions("projects")
    with transaction.atomic():
        Project.objects.filter(pk=project.pk).update(name_en="Jiangkou restored")
        assert versions("projects") != before
        assert "Jiangkou restored" in opened(client)
        transaction.set_rollback(True)
    assert versions("projects") == before
    assert "Jiangkou restored" not in opened(client)


def test_what_another_subject_does_leaves_a_page_kept(client, project):
    opened(client, "/registry/data/")
    issue(outcome(project, "110.2", year=2022))
    assert len(queries_of(client, "/registry/data/")) == 1


def test_each_visitor_has_a_token_of_the_own_and_the_cache_none(client, project):
    first, second = TOKEN.search(opened(Client())), TOKEN.search(opened(Client()))
    assert first[1] != second[1]
    assert TOKEN_PLACE.decode() not in first[1] + second[1]
    browser = Client(enforce_csrf_checks=True)
    token = TOKEN.search(opened(browser))[1]
    assert browser.post("/language/", {"language": "en", "csrfmiddlewaretoken": token}).status_code == 302


def test_languages_are_kept_apart_and_somebody_signed_in_gets_a_page_of_the_own(client, project):
    assert "Public registry" in opened(client)
    assert "公开登记" in opened(client, language="zh-hans")
    person = Client()
    person.force_login(User.objects.order_by("pk").first())
    assert "Sign out" in opened(person)
    assert "Sign out" not in opened(client)


def test_a_refused_page_is_not_kept(client, world):
    for _round in range(2):
        assert client.get("/registry/p/KC-000000-0000/").status_code == 404


def test_the_sums_of_the_start_page_are_those_of_the_ledger(client, project):
    certificate(project, "55.9", year=2023)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(quantity_t) FROM credits_issuance")
        issued = cursor.fetchone()[0]
    assert sum(Shown.objects.values_list("issued_t", flat=True)) == issued == 203 + 56  # the first one's remainder too


@pytest.mark.parametrize(
    "table", ["projects_project", "projects_comment", "projects_declaration", "credits_cancellation"]
)
def test_every_watched_table_counts(table, project):
    before = versions("projects", "credits")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id WHERE false")
    assert versions("projects", "credits") != before


def test_nobody_fills_the_cache_with_long_addresses(client, project):
    url = "/registry/?q=" + "x" * 600
    opened(client, url)
    assert len(queries_of(client, url)) > 1  # made anew each time
