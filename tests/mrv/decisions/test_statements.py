"""Where no credits come of a verified period: a statement by two officials, with its reason."""

import pytest
from django.db import transaction

from mrv.decisions import services
from mrv.verification.selectors import opinion_on
from registry.core.errors import NotAllowed
from registry.core.roles import Role
from registry.credits.models import Issuance, IssuanceRequest
from tests.mrv.bodies import kept
from tests.people import official

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def inventory(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("inventory"), methodology="KCS-INV") as court:
        yield court


def stated(court):
    review = services.begin_review(actor=court.clerk, period=court.after_notice())
    assert review.outcome == "statement"
    assert court.fresh().state == "verified", "a statement needs no issuance review"
    review = services.prepare(actor=court.clerk, review=review)
    return services.approve(actor=court.approver, review=review)


def test_an_inventory_ends_in_a_statement_without_credits(inventory):
    certificate = stated(inventory)
    assert inventory.fresh().state == "statement_issued"
    assert (certificate.kind, certificate.issuance, certificate.content.reason) == ("inventory_statement", None, None)
    figures = inventory.fresh().official_run.figures
    retained = {figure.key: figure.value for figure in certificate.content.figures}["retained"]
    assert float(retained) == pytest.approx(float(figures["retained_t_co2"]), abs=0.001)
    assert not IssuanceRequest.objects.exists()
    assert not Issuance.objects.exists()


def test_a_statement_needs_two_officials_as_well(inventory):
    both = official(Role.REVIEWER, Role.REGISTRAR, Role.APPROVER, email="both@authority.test")
    review = services.begin_review(actor=inventory.clerk, period=inventory.after_notice())
    review = services.prepare(actor=both, review=review)
    with pytest.raises(NotAllowed) as refused, transaction.atomic():
        services.approve(actor=both, review=review)
    assert refused.value.code == "SEPARATION_OF_DUTIES"
    assert inventory.fresh().state == "verified"


def test_a_statement_can_go_back_to_verification_too(inventory):
    review = services.begin_review(actor=inventory.clerk, period=inventory.after_notice())
    services.return_to_verification(actor=inventory.clerk, review=review, reason="A sample is missing.")
    assert inventory.fresh().state == "under_verification"
    assert opinion_on(inventory.fresh()) is None
