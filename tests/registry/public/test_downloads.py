"""The ledger of retirements, the project's page, and the files that anybody may take home."""

import csv
import hashlib
import io
import json
import math
import re
import zipfile
from itertools import combinations

import pytest
from django.urls import reverse

from registry.certificates.services.certifying import certify_retirement
from registry.core.actors import SYSTEM
from registry.core.errors import Refusal
from registry.credits.models import Retirement
from registry.projects.models import Declaration, Project
from registry.public import county_map, downloads
from registry.public.filters import serials_in
from tests.registry.certificates.world import certificate
from tests.registry.credits.world import one_world, registered_project
from tests.registry.public.world import retirement

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        project = registered_project()
        certificate(project)
        retirement(project, "=Tea & Co", 5, public_text="For 2024", year=2024)
        retirement(project, "Marathon", 2, year=2023, purpose="compliance")
        yield project.pk


@pytest.fixture
def project(world, db):
    return Project.objects.get(pk=world)


def text_of(client, url, **query) -> str:
    response = client.get(url, query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Tea", "Marathon"}),
        ({"year": "2024"}, {"Tea"}),
        ({"purpose": "compliance"}, {"Marathon"}),
        ({"beneficiary": "tea"}, {"Tea"}),
        ({"serial": "1-5"}, {"Tea"}),
        ({"serial": "6"}, {"Marathon"}),
        ({"project": "kc-520621-0001"}, {"Tea", "Marathon"}),
        ({"project": "KC-000000-0000"}, set()),
        ({"year": "year"}, set()),
        ({"serial": "nothing"}, set()),
    ],
)
def test_the_ledger_is_narrowed_and_its_files_with_it(client, project, query, found):
    if "serial" in query and query["serial"][0].isdigit():
        first = project.issuances.get().first_serial - 1
        query = {"serial": "-".join(str(int(part) + first) for part in query["serial"].split("-"))}
    if query.get("project", "").startswith("kc-"):
        query = {"project": project.code.lower()}
    page = text_of(client, "/registry/retirements/", **query)
    rows = json.loads(client.get("/registry/retirements.json", query).getvalue())["rows"]
    assert {name for name in ("Tea", "Marathon") if name in page} == found
    assert len(rows) == len(found)


def test_the_ledger_leads_to_the_certificate_as_soon_as_there_is_one(client, project):
    tea = Retirement.objects.get(beneficiary_name="=Tea & Co")

    def table() -> str:
        return text_of(client, "/registry/retirements/").partition("<table")[2].partition("</table>")[0]

    assert "Certificate</a>" not in table()
    made = certify_retirement(actor=SYSTEM, retirement=tea)
    assert reverse("certificates:show", args=[made.number]) in table()
    assert table().count("Certificate</a>") == 1


def test_a_file_is_no_spreadsheet_formula(client, project):
    lines = list(csv.reader(io.StringIO(client.get("/registry/retirements.csv").getvalue().decode())))
    assert "'=Tea & Co" in [line[3] for line in lines]


def test_the_project_page_adds_up(client, project):
    page = re.sub(r"<[^>]+>", "", text_of(client, f"/registry/p/{project.code}/"))
    for shown in ("203", "175", "7", "21", "2021-01-01 – 2021-12-31", "238.3", "108.85° E, 27.70° N"):
        assert shown in page
    assert client.get("/registry/p/KC-520999-0009/").status_code == 404


def test_the_estimate_by_year_stands_beside_what_was_issued(client, project):
    Declaration.objects.create(project=project, subject="estimates", content={"2021": "150.5", "2022": "260"})
    page = text_of(client, f"/registry/p/{project.code}/")
    assert "estimate by year" in page
    rows = re.findall(r'tabular">(\d{4})</td><td class="num">([^<]+)</td><td class="num">([^<]+)<', page)
    assert rows == [("2021", "150.5", "203"), ("2022", "260.0", "0")]


def test_the_package_says_what_is_in_it(client, project):
    package = zipfile.ZipFile(io.BytesIO(client.get("/registry/data/karst-carbon-registry.zip").getvalue()))
    described = json.loads(package.read("datapackage.json"))
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert {resource["name"] for resource in described["resources"]} == {"projects", "issuances", "retirements"}
    for resource in described["resources"]:
        data = package.read(resource["path"])
        assert (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}") == (resource["bytes"], resource["hash"])
        header, *rows = csv.reader(io.StringIO(data.decode()))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert rows
        for field, *column in zip(resource["schema"]["fields"], *rows, strict=True):
            if field.get("constraints", {}).get("required"):
                assert all(column)
            if field["type"] in ("integer", "year"):
                assert all(value.lstrip("-").isdecimal() for value in column)


def test_the_same_record_gives_the_same_package(client, project):
    first, second = (client.get("/registry/data/karst-carbon-registry.zip").getvalue() for _round in range(2))
    assert first == second


def test_downloads_are_counted_by_address(client, project, settings):
    settings.PUBLIC_DOWNLOADS_PER_MINUTE = 2
    answers = [client.get("/registry/projects.csv", REMOTE_ADDR="203.0.113.9").status_code for _round in range(3)]
    assert answers == [200, 200, Refusal.status]


def test_an_unknown_form_is_no_address(client, project):
    assert client.get("/registry/projects.xml").status_code == 404


@pytest.mark.parametrize(
    ("given", "coarse"), [(108.8412, "108.85"), (27.724, "27.70"), (26.0, "26.00"), (-0.03, "-0.05")]
)
def test_places_are_rounded_to_a_twentieth_of_a_degree(given, coarse):
    assert str(county_map.coarse(given)) == coarse


@pytest.mark.parametrize("count", [2, 3, 12])
def test_dots_at_one_rounded_place_stand_around_it(count):
    alone = county_map.Place("A", "A", 10.0, 10.0)
    group = [county_map.Place(f"B{n}", "B", 300.0, 200.0) for n in range(count)]
    spread = county_map.apart([alone, *group])
    assert [place.code for place in spread] == ["A", *(place.code for place in group)]
    assert (spread[0].x, spread[0].y) == (10.0, 10.0)
    dots = [(place.x, place.y) for place in spread[1:]]
    assert min(math.dist(a, b) for a, b in combinations(dots, 2)) >= 14.0, "a dot is 14 wide"


def test_the_map_draws_every_county_and_links_those_with_projects(client, project):
    page = text_of(client, "/registry/")
    drawn = re.findall(r'<path class="area-(\d)" d="([^"]+)"', page)
    assert [tone for tone, _path in drawn] == ["0", "1"]
    assert drawn[0][1].count("M") >= 87
    assert 'href="/registry/?county=520621" aria-label="Jiangkou: 1"' in page
    assert "示意" in page


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("150", (150, 150)),
        ("101-200", (101, 200)),
        (" 101 – 200 ", (101, 200)),
        ("KCR-CN-520621-0001-2021-101-200", (101, 200)),
        ("2021", None),
        ("200-101", None),
        ("KC-520621-0001", None),
        ("9" * 30, None),
        ("１２", None),
        ("", None),
    ],
)
def test_serials_are_told_from_other_words(text, serials):
    assert serials_in(text, may_be_a_year=True) == serials
    assert serials_in("2021") == (2021, 2021)


def test_a_csv_opens_in_spreadsheets():
    data = downloads.csv_bytes(("name", "value"), [("江口", 1.5), ("@x", None)])
    assert data.decode("utf-8-sig").splitlines() == ["name,value", "江口,1.5", "'@x,"]
    assert data.startswith(b"\xef\xbb\xbf")
