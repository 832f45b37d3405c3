"""The export keeps the rules of the CAD Trust node, record by record, and says what it leaves out."""

import json

import pytest

from registry.projects.models import Project
from registry.public import cad_trust, cad_trust_rules
from registry.public.selectors import public_projects
from tests.registry.certificates.world import certificate
from tests.registry.credits.world import one_world, registered_project
from tests.registry.public.world import retirement

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        project = registered_project()
        certificate(project)
        retirement(project, "Marathon", 4, public_text="For the race")
        yield project.pk


@pytest.fixture
def exported(client, world, db):
    return json.loads(client.get("/registry/data/cad-trust.json").getvalue())


def of(exported, table):
    return [each["record"] for each in exported["records"] if each["table"] == table]


def test_every_record_keeps_the_rules(exported):
    assert exported["dataModel"] == "2.0.2"
    assert {each["table"] for each in exported["records"]} == set(cad_trust_rules.RULES)
    assert [
        fault for each in exported["records"] for fault in cad_trust_rules.faults(each["table"], each["record"])
    ] == []


def test_what_a_record_refers_to_is_in_the_export(exported):
    keys = {each["uuid"] for each in exported["records"]}
    assert len(keys) == len(exported["records"])
    for each in exported["records"]:
        for name, value in each["record"].items():
            if name.startswith("cadTrust"):
                assert value in keys


def test_every_credit_is_a_unit_once_in_its_status(exported):
    units = of(exported, "unit")
    assert sum(unit["unitCount"] for unit in units) == 203
    by_status = {}
    for unit in units:
        by_status[unit["unitStatus"]] = by_status.get(unit["unitStatus"], 0) + unit["unitCount"]
        assert int(unit["unitEndBlock"]) - int(unit["unitStartBlock"]) + 1 == unit["unitCount"]
    assert by_status == {"Held": 178, "Retired": 4, "Buffer": 21}
    [retired] = [unit for unit in units if unit["unitStatus"] == "Retired"]
    assert retired["unitRetirementBeneficiary"] == "Marathon"
    assert all("unitRetirementBeneficiary" not in unit for unit in units if unit is not retired)


def test_the_same_record_has_the_same_key_in_every_export(client, exported):
    again = json.loads(client.get("/registry/data/cad-trust.json").getvalue())
    assert [each["uuid"] for each in again["records"]] == [each["uuid"] for each in exported["records"]]


def test_an_inventory_is_not_exported(world):
    Project.objects.filter(pk=world).update(kind="inventory")
    assert list(cad_trust.records(public_projects())) == []


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [
        ("project", {"projectId": None}, "projectId is missing"),
        ("project", {"projectStatus": "Alive"}, "projectStatus “Alive” is not on the list"),
        ("project", {"projectType": ["Hydrology"]}, "projectType “Hydrology” is not on the list"),
        ("project", {"projectLink": "page"}, "projectLink is no address"),
        ("project", {"projectName": "x" * 501}, "projectName is longer than 500 characters"),
        ("project", {"orgUid": "us"}, "orgUid is no field of project"),
        ("unit", {"unitVintageYear": 1899}, "unitVintageYear is no number"),
        ("unit", {"unitCount": -1}, "unitCount is no number"),
        ("unit", {"cadTrustIssuanceId": "7"}, "cadTrustIssuanceId is no UUID"),
        ("issuance", {"issuanceDate": "2021"}, "issuanceDate is no day"),
    ],
)
def test_a_broken_record_is_noticed(exported, table, change, fault):
    record = {**of(exported, table)[0], **change}
    assert cad_trust_rules.faults(table, record) == [fault]


def test_the_coverage_report_speaks_of_every_field(client, world):
    page = client.get("/registry/data/cad-trust/", headers={"accept-language": "en"}).content.decode()
    for rules in cad_trust_rules.RULES.values():
        for rule in rules:
            assert rule.name in page
            assert bool(rule.how) != bool(rule.why_not)
            assert not (rule.required and rule.why_not)
    assert "keeps the rules" in page


def test_every_public_state_and_kind_has_a_word():
    kinds = {kind for kind, _label in Project.Kind.choices} - {"inventory"}
    assert set(cad_trust.SECTORS) == kinds
    from registry.public.filters import PUBLIC_STATES

    assert set(cad_trust.STATUS) == set(PUBLIC_STATES)
