"""Certificates ended, accounts stated and files of retirements, as a program does them."""

from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from registry.certificates.models import Certificate
from registry.core.roles import Role
from registry.credits.models import Retirement
from registry.organisations.models import User
from tests.people import developer, member
from tests.registry.certificates.world import certificate
from tests.registry.credits.market import market
from tests.registry.credits.world import approver, one_world, registered_project, registrar

pytestmark = pytest.mark.django_db
_keys = count(1)
BOTH = {"reason_zh": "错", "reason_en": "Wrong."}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with override_settings(EVIDENCE_STORE=tmp_path_factory.mktemp("store")), one_world(django_db_blocker):
        made = certificate(registered_project())
        yield made.pk, market(made.issuance)


@pytest.fixture
def m(world, db):
    return world[1]


@pytest.fixture
def issued(world, db):
    return Certificate.objects.get(pk=world[0])


def client_of(actor):
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def post(actor, path, key="", **body):
    headers = {"idempotency-key": key or f"certificate-{next(_keys):04d}"}
    return client_of(actor).post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def send(actor, path, data, key):
    file = SimpleUploadedFile("r.csv", data.encode())
    return client_of(actor).post(f"/api/v1/{path}", {"file": file}, headers={"idempotency-key": key})


def test_only_an_approver_cancels_a_certificate_and_says_why_in_both_languages(m, issued):
    path = f"certificates/{issued.number}/cancel/"
    for actor in (registrar(), m.seller):
        assert post(actor, path, **BOTH).status_code == 403
    assert post(approver(), path, reason_en="Wrong.").status_code == 422
    assert post(approver(), "certificates/KCR-NO-SUCH/cancel/", **BOTH).status_code == 404
    issued.refresh_from_db()
    assert issued.state == "valid"
    done = post(approver(), path, **BOTH)
    assert (done.status_code, done.json()["state"], done.json()["superseded_by"]) == (200, "cancelled", None)


def test_a_certificate_that_would_say_the_same_is_not_replaced(m, issued):
    answer = post(approver(), f"certificates/{issued.number}/supersede/", **BOTH)
    assert (answer.status_code, answer.json()["code"]) == (409, "NOTHING_CORRECTED")


def test_an_account_is_stated_for_those_who_see_it(m):
    day = m.account.opened_at.date()
    span = {"first_day": f"{day:%Y-%m-%d}", "last_day": f"{day:%Y-%m-%d}"}
    path = f"credit-accounts/{m.account.pk}/statements/"
    stranger = member(developer("Another", "DEV-9"), Role.REPRESENTATIVE)
    assert post(stranger, path, **span).status_code == 404
    assert post(m.seller, path, first_day="2026-02-01", last_day="2026-01-01").status_code == 422
    made = post(m.seller, path, **span)
    assert (made.status_code, made.json()["kind"]) == (201, "account_statement")
    assert Certificate.objects.get(number=made.json()["number"]).account == m.account


def test_a_file_of_retirements_is_done_whole_or_not_at_all_and_once(m):
    path, head = f"credit-accounts/{m.account.pk}/retirement-file/", "quantity,beneficiary_name,purpose,year\n"
    lines = head + "3,Guest A,voluntary,2025\n4,Guest B,compliance,2024\n"
    stranger = member(developer("Another", "DEV-9"), Role.REPRESENTATIVE)
    assert send(stranger, path, lines, "file-of-strangers").status_code == 404
    assert send(m.seller, path, lines + "0,Guest C,voluntary,2025\n", "file-with-fault").status_code == 422
    assert Retirement.objects.count() == 0
    made = send(m.seller, path, lines, "file-of-guests")
    assert [row["quantity_t"] for row in made.json()["retirements"]] == [3, 4]
    again = send(m.seller, path, lines, "file-of-guests")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert Retirement.objects.count() == 2
