"""A department reads exactly what was agreed, from the agreed day on; everything else is refused and recorded."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import override

from mrv.province import services
from mrv.province.exports import EXPORTS
from mrv.province.models import Agreement
from registry.audit.models import Event
from registry.core import clock, told
from registry.core.errors import NotAllowed
from registry.core.roles import OrganisationKind, Role
from registry.organisations.models import Organisation, User
from tests.mrv.bodies import code_of
from tests.mrv.province.tokens import bearer
from tests.people import developer, member, official, organisation
from tests.registry.credits.world import registered_project

pytestmark = pytest.mark.django_db
TABLES = ["projects", "counties"]


@pytest.fixture(autouse=True)
def nobody_downloaded_yet():
    cache.clear()


@pytest.fixture
def approver(db):
    return official(Role.APPROVER)


@pytest.fixture
def water(db):
    return organisation(OrganisationKind.DEPARTMENT, "Water resources", "DEP-WATER")


@pytest.fixture
def officer(water):
    return member(water, Role.LIAISON)


def agreed(approver, department, officer, tables=TABLES, valid_from: date | None = None) -> Agreement:
    return services.record_agreement(
        actor=approver,
        department=department,
        liaison=User.objects.get(pk=officer.user_id),
        tables=tables,
        valid_from=valid_from or clock.today(),
        reference="Letter 12/2026",
    )


def signed_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


# --- agreeing ---------------------------------------------------------------------------------------------------


def test_an_agreement_names_department_person_tables_and_day(approver, water, officer):
    made = agreed(approver, water, officer)
    assert made.tables == ["counties", "projects"]
    event = Event.objects.filter(action="province.agree").last()
    assert (event.object_id, event.actor_id) == (str(made.pk), approver.user_id)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.REGISTRAR, Role.METHODOLOGY_EDITOR, Role.AUDITOR])
def test_only_the_approver_agrees(water, officer, role):
    with pytest.raises(NotAllowed):
        agreed(official(role), water, officer)


def test_a_department_does_not_agree_with_itself(water, officer):
    with pytest.raises(NotAllowed):
        agreed(officer, water, officer)


def test_what_cannot_be_agreed(approver, water, officer):
    other = developer("No department", "DEV-NONE")
    stranger = member(organisation(OrganisationKind.DEPARTMENT, "Forestry", "DEP-FOREST"), Role.LIAISON)
    assert code_of(agreed, approver, other, officer) == "NOT_A_DEPARTMENT"
    assert code_of(agreed, approver, water, stranger) == "NOT_ITS_LIAISON"
    assert code_of(agreed, approver, water, officer, []) == "NO_TABLES"
    assert code_of(agreed, approver, water, officer, ["people"]) == "NO_TABLES"
    Organisation.objects.filter(pk=water.pk).update(state="suspended")
    assert code_of(agreed, approver, water, officer) == "NOT_A_DEPARTMENT"


def test_a_newer_agreement_ends_the_older(approver, water, officer):
    first = agreed(approver, water, officer)
    second = agreed(approver, water, officer, ["years"])
    first.refresh_from_db()
    assert first.ended_at is not None
    assert services.deliver(actor=officer, name="years", form="csv")
    assert code_of(services.deliver, actor=officer, name="projects", form="csv") == "TABLE_NOT_AGREED"
    services.end_agreement(actor=approver, agreement=second, reason="No longer needed")
    assert code_of(services.deliver, actor=officer, name="years", form="csv") == "NO_AGREEMENT"
    assert code_of(services.end_agreement, actor=approver, agreement=second, reason="Again") == "ALREADY_ENDED"


def test_the_terms_are_never_rewritten(approver, water, officer):
    made = agreed(approver, water, officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=made.pk).update(tables=list(EXPORTS))
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


# --- reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(EXPORTS))
def test_every_table_of_the_list_can_be_made(approver, water, officer, name):
    registered_project()
    agreed(approver, water, officer, [name])
    content = services.deliver(actor=officer, name=name, form="csv")
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert len(rows[0]) > 3
    event = Event.objects.filter(action="province.deliver").last()
    assert json.loads(bytes(event.body))["after"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert event.actor_id == officer.user_id


def test_before_the_agreed_day_nothing_is_delivered(approver, water, officer, client):
    tomorrow = clock.today() + timedelta(days=1)
    agreed(approver, water, officer, valid_from=tomorrow)
    assert code_of(services.deliver, actor=officer, name="projects", form="csv") == "AGREEMENT_NOT_BEGUN"
    page = signed_in(client, officer).get("/exchange/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"agreed from {tomorrow}" in page
    assert "/exchange/tables/" not in page


def test_others_of_the_department_and_other_departments_read_nothing(approver, water, officer):
    agreed(approver, water, officer)
    administrator = member(water, Role.ADMINISTRATOR)
    forest = member(organisation(OrganisationKind.DEPARTMENT, "Forestry", "DEP-FOREST"), Role.LIAISON)
    for actor in (administrator, forest, approver, member(developer(), Role.EDITOR)):
        with pytest.raises(NotAllowed):
            services.deliver(actor=actor, name="projects", form="csv")


def test_an_ended_role_reads_nothing_more(approver, water, officer, client):
    agreed(approver, water, officer)
    heading = bearer(officer, "read")
    assert client.get("/api/v1/exchange/tables/projects/", **heading).status_code == 200
    User.objects.get(pk=officer.user_id).memberships.update(ended_at=clock.now())
    assert client.get("/api/v1/exchange/tables/projects/", **heading).status_code == 403


def test_a_suspended_department_reads_nothing(approver, water, officer, client):
    agreed(approver, water, officer)
    heading = bearer(officer, "read")
    Organisation.objects.filter(pk=water.pk).update(state="suspended")
    assert client.get("/api/v1/exchange/tables/projects/", **heading).status_code == 403


def test_a_program_gets_the_agreed_tables_and_no_other(approver, water, officer, client):
    registered_project()
    agreed(approver, water, officer)
    heading = bearer(officer, "read")
    listed = client.get("/api/v1/exchange/tables/", **heading).json()
    assert [each["name"] for each in listed] == ["counties", "projects"]
    told = client.get("/api/v1/exchange/tables/projects/", **heading)
    assert told.status_code == 200
    assert len(told.json()["rows"]) == 1
    assert {field["name"] for field in told.json()["fields"]} >= {"code", "division_code"}
    for name in ("retirements", "stations", "no-such-table"):
        refused = client.get(f"/api/v1/exchange/tables/{name}/", **heading)
        assert refused.status_code == 403
        event = Event.objects.filter(refused=True, actor_id=officer.user_id).last()
        assert (event.action, event.object_id, event.reason) == ("province.deliver", name, "TABLE_NOT_AGREED")


def test_a_token_without_the_scope_reads_nothing(approver, water, officer, client):
    agreed(approver, water, officer)
    assert client.get("/api/v1/exchange/tables/projects/", **bearer(officer, "write")).status_code == 403


def test_the_public_reads_nothing(client, approver, water, officer):
    agreed(approver, water, officer)
    pages = ("/exchange/", "/exchange/tables/projects.csv")
    for path in (*pages, *(f"/api/v1/exchange/{end}/" for end in ("tables", "agreements", "tables/projects"))):
        assert client.get(path).status_code in (401, 403), path


def test_the_page_has_exactly_the_agreed_links(approver, water, officer, client):
    agreed(approver, water, officer)
    page = signed_in(client, officer).get("/exchange/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for name in EXPORTS:
        assert (reverse("province:exchange_table", args=[name, "csv"]) in page) is (name in TABLES)
    answer = client.get("/exchange/tables/projects.csv")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert client.get("/exchange/tables/years.csv").status_code == 403
    assert client.get("/exchange/tables/projects.xml").status_code == 404


def test_departments_do_not_see_each_others_agreements(approver, water, officer, client):
    agreed(approver, water, officer)
    forest = member(organisation(OrganisationKind.DEPARTMENT, "Forestry", "DEP-FOREST"), Role.LIAISON)
    page = signed_in(client, forest).get("/exchange/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Water resources" not in page
    assert client.get("/api/v1/exchange/agreements/").json()["results"] == []
    page = signed_in(client, approver).get("/exchange/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Water resources" in page


def test_the_notice_of_an_agreement_speaks_one_language(approver, water, officer):
    Organisation.objects.filter(pk=water.pk).update(name_zh="省水利厅", name_en="Water resources")
    agreement = Agreement.objects.get(pk=agreed(approver, water, officer).pk)
    name = told.described(agreement).name
    with override("zh-hans"):
        assert name(agreement) == f"省水利厅 · {agreement.valid_from}"
    with override("en"):
        assert name(agreement) == f"Water resources · {agreement.valid_from}"
