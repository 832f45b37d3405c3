"""The public search shows public projects only, whoever asks."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.certificates.models import Certificate
from registry.core.roles import Role
from registry.organisations.models import User
from registry.projects import services as projects
from registry.projects.models import Project
from tests.people import developer, member
from tests.registry.certificates.world import certificate
from tests.registry.credits.world import one_world, registered_project
from tests.registry.projects.whole_file import ready
from tests.registry.public.world import retirement
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
COPIED = (
    *("kind", "area_km2", "karst_area_km2", "crediting_start", "crediting_end"),
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
        projects.submit(actor=owner, project=ready(owner, drafts[1]))
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


def serials_of(world) -> tuple[int, int]:
    issuance = Certificate.objects.get(pk=world["certificate"]).issuance
    return issuance.first_serial, issuance.last_serial


def test_a_serial_leads_to_its_project_as_filter_and_in_the_box(client, public, world):
    first, last = serials_of(world)
    printed = f"KCR-CN-520621-{public.code[-4:]}-2021-{first}-{last}"
    for written in (str(first), f"{first}-{last}", printed):
        assert public.code in get(client, serial=written)
    assert printed in get(client, q=printed)
    for missing in (str(last + 10**6), f"{last}-{first}", "no serial"):
        assert public.code not in get(client, serial=missing)


def test_years_are_vintages_and_years_of_certified_periods(client, public):
    assert public.code in get(client, year="2021")
    for year in ("2019", "20211", "year"):
        assert public.code not in get(client, year=year)


def test_state_methodology_and_certificate_narrow(client, public, world):
    number = Certificate.objects.get(pk=world["certificate"]).number
    assert public.code in get(client, state="registered", methodology=public.methodology_id, certificate=number[-6:])
    for wrong in ({"state": "revoked"}, {"methodology": "KCS-INV"}, {"certificate": "000-000"}):
        assert public.code not in get(client, **wrong)


def test_a_beneficiary_leads_to_the_retirement_and_its_project(client, public, world):
    retired = retirement(public, "Guiyang marathon")
    page = get(client, q="marathon")
    assert retired.number in page
    assert public.code in get(client, beneficiary="guiyang")
    assert public.code not in get(client, beneficiary="Nobody")
    ledger = client.get("/registry/retirements/", {"beneficiary": "marathon"}, headers={"accept-language": "en"})
    assert retired.number in ledger.content.decode()


def test_list_and_files_hold_the_same_rows(client, public):
    def codes(**query):
        csv = client.get("/registry/projects.csv", query).getvalue().decode().splitlines()[1:]
        rows = json.loads(client.get("/registry/projects.json", query).getvalue())["rows"]
        assert [line.split(",")[0] for line in csv] == [row["code"] for row in rows]
        return [row["code"] for row in rows]

    assert codes() == codes(county="520621") == [public.code]
    assert codes(county="520999") == codes(q="Secret") == []


def test_the_public_place_is_coarse(client, public):
    [row] = json.loads(client.get("/registry/projects.json").getvalue())["rows"]
    assert (row["longitude_deg"], row["latitude_deg"]) == ("108.85", "27.70")


def test_more_projects_cost_no_more_questions(client, public):
    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(client, q="", year="2021", page=str(next(fresh)))
        return len(captured)

    fresh = iter(range(1, 9))
    one = questions()
    copies = [
        Project(**{**{f.attname: getattr(public, f.attname) for f in Project._meta.fields if f.name != "id"}, **own})
        for own in ({"code": f"KC-520621-9{n:03d}"} for n in range(30))
    ]
    with triggers_off(Project):
        Project.objects.bulk_create(copies)
    Project.objects.filter(pk=public.pk).update(name_en=public.name_en)
    fresh = iter(range(1, 9))
    assert questions() <= one


@pytest.mark.parametrize("query", ["\0", "%", "_", "' OR 1=1 --", "x" * 5000])
def test_any_text_may_be_searched_for(client, world, query):
    get(client, q=query, county=query)
