"""The start page's numbers come from the database; the search shows public projects only."""

import re

import pytest

from registry.core.roles import Role
from registry.projects import services as projects
from registry.projects.models import Project
from tests.people import developer, member
from tests.registry.certificates.world import certificate, inventory, statement
from tests.registry.credits.world import registered_project

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def get(client, url: str, **query: str) -> str:
    response = client.get(url, query, headers=ENGLISH)
    assert response.status_code == 200
    return response.content.decode()


def numbers(client) -> list[int]:
    figures = re.findall(r"figure-number[^>]*>([^<]*)<", get(client, "/"))
    return [int(re.sub(r"\D", "", figure)) for figure in figures]


def draft(code: str = "DEV-7", **changes):
    owner = member(developer(f"Developer {code}", code), Role.EDITOR, Role.REPRESENTATIVE)
    example = Project.objects.order_by("id").first() or registered_project("DEV-EXAMPLE")
    copied = (
        *("kind", "division_code", "county_zh", "county_en", "area_km2", "crediting_start", "crediting_end"),
        *("methodology_id", "methodology_version", "methodology_digest"),
    )
    values = {name: getattr(example, name) for name in copied}
    project = projects.draft_project(
        actor=owner,
        longitude_deg="108.84",
        latitude_deg="27.70",
        **{**values, "name_zh": "秘密泉", "name_en": "Secret spring", **changes},
    )
    return owner, project


def test_an_empty_registry_is_a_page_with_zeros(client):
    assert numbers(client) == [0, 0, 0, 0]
    assert "No certificate yet" in get(client, "/")
    assert "No project is public yet" in get(client, "/registry/")


def test_the_numbers_are_counted(client):
    project = registered_project()
    assert numbers(client) == [1, 0, 0, 0]
    made = certificate(project)
    assert numbers(client) == [1, 1, 203, 0]
    statement(inventory(registered_project("DEV-2")))
    assert numbers(client) == [2, 2, 203, 0]
    assert made.number in get(client, "/")


@pytest.mark.parametrize("query", ["KC-520621", "江口", "jiangkou", "Jiangkou restoration", ""])
def test_public_projects_are_found_by_code_name_and_county(client, query):
    project = registered_project()
    assert project.code in get(client, "/registry/", q=query)


@pytest.mark.parametrize("query", ["Secret", "秘密", "secret spring", "", "0002"])
@pytest.mark.parametrize("submitted", [False, True])
def test_a_search_never_leaks_what_is_not_public(client, query, submitted):
    owner, hidden = draft(division_code="520622", county_zh="玉屏县", county_en="Yuping")
    if submitted:
        projects.submit(actor=owner, project=hidden)
    client.force_login(_user(owner))  # not even to its owner: this page is the public one
    page = get(client, "/registry/", q=query)
    assert "Secret spring" not in page
    assert "Yuping" not in page
    assert hidden.code not in page.replace(f'value="{query}"', "")


def _user(actor):
    from registry.organisations.models import User

    return User.objects.get(pk=actor.user_id)


def test_the_county_filter_narrows(client):
    here = registered_project()
    assert here.code in get(client, "/registry/", county="520621")
    assert here.code not in get(client, "/registry/", county="520999")


def test_a_whole_certificate_number_leads_straight_to_it(client):
    made = certificate()
    response = client.get("/registry/", {"q": f" {made.number.lower()} "})
    assert response.status_code == 302
    assert response.url == f"/v/{made.number}"
    assert made.number in get(client, "/registry/", q=made.number[-6:])


@pytest.mark.parametrize("query", ["\0", "%", "_", "' OR 1=1 --", "x" * 5000])
def test_any_text_may_be_searched_for(client, query):
    get(client, "/registry/", q=query, county=query)
