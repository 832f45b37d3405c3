"""The numbers of the start page come from the database."""

import re

import pytest

from registry.certificates.models import Certificate
from registry.projects.states import PROJECT
from tests.registry.certificates.world import certificate, inventory, statement
from tests.registry.credits.world import registered_project

pytestmark = pytest.mark.django_db


def get(client, url: str) -> str:
    response = client.get(url, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def numbers(client) -> list[int]:
    figures = re.findall(r"figure-number[^>]*>([^<]*)<", get(client, "/"))
    return [int(re.sub(r"\D", "", figure)) for figure in figures]


def test_an_empty_registry_is_a_page_with_zeros(client):
    assert numbers(client) == [0, 0, 0, 0]
    assert "No certificate yet" in get(client, "/")
    assert "No project is public yet" in get(client, "/registry/")


def test_the_numbers_are_counted(client):
    project = registered_project()
    assert numbers(client) == [1, 0, 0, 0]
    made = certificate(project)
    assert numbers(client) == [1, 1, 203, 0]
    statement(inventory(project, year=2022))
    assert numbers(client) == [1, 2, 203, 0]
    assert made.number in get(client, "/")
    Certificate.objects.filter(pk=made.pk).update(state="cancelled")
    assert numbers(client) == [1, 1, 203, 0]


def test_a_revoked_registration_is_none(client):
    PROJECT.move(registered_project(), "revoke")
    assert numbers(client)[0] == 0


def test_the_map_leads_to_counties_and_projects(client):
    project = registered_project()
    page = get(client, "/")
    assert f'href="/registry/p/{project.code}/" aria-label="{project.code}' in page
    assert f'href="/registry/?county={project.division_code}"' in page
