"""The public search shows public projects only, whoever asks."""

import pytest

from registry.certificates.models import Certificate
from registry.core.roles import Role
from registry.organisations.models import User
from registry.projects import services as projects
from registry.projects.models import Project
from tests.people import developer, member
from tests.registry.certificates.world import certificate
from tests.registry.credits.world import one_world, registered_project

pytestmark = pytest.mark.django_db
COPIED = (
    *("kind", "area_km2", "crediting_start", "crediting_end"),
    *("methodology_id", "methodology_version", "methodology_digest"),
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One public project with a certificate, one draft and one that is only submitted, both in Yuping."""
    with one_world(django_db_blocker):
        public = registered_project()
        made = certificate(public)
        owner = member(developer("Secretive", "DEV-7"), Role.EDITOR, Role.REPRESENTATIVE)
        drafts = [
            projects.draft_project(
                actor=owner,
                name_zh="秘密泉",
                name_en="Secret spring",
                division_code="520622",
                county_zh="玉屏县",
                county_en="Yuping",
                longitude_deg="108.84",
                latitude_deg="27.70",
                **{name: getattr(public, name) for name in COPIED},
            )
            for _ in range(2)
        ]
        projects.submit(actor=owner, project=drafts[1])
        yield {"public": public.pk, "certificate": made.pk, "owner": owner.user_id}


@pytest.fixture
def public(world, db):
    return Project.objects.get(pk=world["public"])


def get(client, **query: str) -> str:
    response = client.get("/registry/", query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("query", ["KC-520621", "江口", "jiangkou", "Jiangkou restoration", ""])
def test_public_projects_are_found_by_code_name_and_county(client, public, query):
    assert public.code in get(client, q=query)


@pytest.mark.parametrize("query", ["Secret", "秘密", "secret spring", "", "KC-", "玉屏"])
def test_a_search_never_leaks_what_is_not_public(client, world, query):
    client.force_login(User.objects.get(pk=world["owner"]))  # not even to its owner: this page is the public one
    for county in ("", "520622"):
        page = get(client, q=query, county=county)
        assert "Secret spring" not in page
        assert "Yuping" not in page
        assert "KC-520622" not in page


def test_the_county_filter_narrows(client, public):
    assert public.code in get(client, county="520621")
    assert public.code not in get(client, county="520999")


def test_a_whole_certificate_number_leads_straight_to_it(client, world):
    made = Certificate.objects.get(pk=world["certificate"])
    response = client.get("/registry/", {"q": f" {made.number.lower()} "})
    assert response.status_code == 302
    assert response.url == f"/v/{made.number}"
    assert made.number in get(client, q=made.number[-6:])


@pytest.mark.parametrize("query", ["\0", "%", "_", "' OR 1=1 --", "x" * 5000])
def test_any_text_may_be_searched_for(client, world, query):
    get(client, q=query, county=query)
