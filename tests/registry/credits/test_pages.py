"""The holdings page, the project's panel, and who sees which account."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.core.actors import PUBLIC
from registry.core.errors import NotVisible
from registry.core.roles import Role
from registry.credits import selectors
from registry.credits.models import Account, Issuance
from registry.organisations.models import User
from tests.people import developer, member, official
from tests.registry.credits.world import issue, one_world, outcome, registered_project, verifying_body

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield issue(outcome(registered_project())).pk


@pytest.fixture
def issuance(world, db):
    return Issuance.objects.get(pk=world)


@pytest.fixture
def owner(issuance):
    return member(issuance.project.proponent, Role.REPRESENTATIVE)


def sign_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_the_holder_sees_its_credits(client, issuance, owner):
    page = sign_in(client, owner).get(reverse("credits:holdings"), headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 200
    assert f"KCR-CN-520621-0001-2021-{issuance.first_serial}-{issuance.first_serial + 181}" in text
    assert "182" in text
    assert "Buffer" not in text


def test_strangers_see_nothing_of_an_account(client, issuance, owner):
    account = Account.objects.get(kind="holder")
    strangers = [
        member(developer("Other", "DEV-2"), Role.REPRESENTATIVE),
        member(verifying_body(), Role.LEAD_VERIFIER),
        PUBLIC,
    ]
    for stranger in strangers:
        assert not selectors.holdings_of(stranger).exists()
        assert not selectors.visible_accounts(stranger).exists()
        with pytest.raises(NotVisible):
            selectors.account_for(stranger, account.pk)
        if stranger is not PUBLIC:
            sign_in(client, stranger)
            page = client.get(reverse("credits:holdings"))
            assert "KCR-CN" not in page.content.decode()
        assert client.get(reverse("credits:account", args=[account.pk])).status_code == 404
        client.logout()


def test_a_visitor_is_asked_to_sign_in(client):
    page = client.get(reverse("credits:holdings"))
    assert page.status_code == 302
    assert reverse("organisations:sign_in") in page.url


def test_the_authority_sees_every_account_and_the_buffer_pool(client, issuance):
    auditor = official(Role.AUDITOR)
    assert selectors.visible_accounts(auditor).count() == 2
    page = sign_in(client, auditor).get(reverse("credits:account", args=[Account.objects.get(kind="buffer").pk]))
    assert page.status_code == 200
    assert f"{issuance.last_serial}" in page.content.decode()


def test_balances_are_computed_from_the_holdings(issuance):
    balances = {account.kind: selectors.balances_of(account) for account in Account.objects.all()}
    assert balances == {"holder": {"active": 182}, "buffer": {"buffer": 21}}
    assert (selectors.issued_t(), selectors.retired_t()) == (203, 0)


def test_requests_are_shown_to_the_authority_and_the_proponent_only(issuance, owner):
    request = issuance.request
    assert selectors.request_for(official(Role.REGISTRAR), request.pk) == request
    assert selectors.request_for(owner, request.pk) == request
    for stranger in (member(developer("Other", "DEV-2"), Role.REPRESENTATIVE), PUBLIC):
        with pytest.raises(NotVisible):
            selectors.request_for(stranger, request.pk)


def test_the_project_page_shows_what_was_issued(client, issuance):
    page = client.get(reverse("projects:detail", args=[issuance.project.code]), headers={"accept-language": "en"})
    text = page.content.decode()
    assert f"KCR-CN-520621-0001-2021-{issuance.first_serial}-{issuance.last_serial}" in text
    assert "2021-01-01" in text
    assert "2021-12-31" in text


def test_more_holdings_do_not_ask_the_database_more_often(client, owner, issuance):
    counts = []
    sign_in(client, owner)
    for year in (2022, 2023):
        issue(outcome(issuance.project, year=year))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("credits:holdings")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
