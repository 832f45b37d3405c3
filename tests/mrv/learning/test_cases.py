"""Successful cases come from the register alone: nothing before the decision, one case after it."""

import pytest

from mrv.decisions import services
from mrv.learning.selectors import issued_cases, with_tonnes
from registry.certificates.models import Certificate
from tests.mrv.bodies import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        yield court


def issued(court) -> Certificate:
    review = services.begin_review(actor=court.clerk, period=court.after_notice())
    prepared = services.prepare(actor=court.clerk, review=review, confirmed_quantity=court.whole_t)
    return services.approve(actor=court.approver, review=prepared, confirmed_quantity=court.whole_t)


def test_a_verified_period_is_no_case_yet(jiangkou, client):
    assert list(issued_cases()) == []
    assert "No period has been issued yet" in client.get("/cases/", HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_an_issued_period_is_a_case_with_the_tonnes_of_the_ledger(jiangkou, client, django_assert_num_queries):
    certificate = issued(jiangkou)
    with django_assert_num_queries(2):
        [case] = with_tonnes(list(issued_cases()))
    assert (case.issued_t, case.retired_t, case.buffer_t) == (jiangkou.whole_t, 0, -(-jiangkou.whole_t // 10))
    page = client.get("/cases/").content.decode()
    assert certificate.number in page
    period = case.review.period
    assert f"/registry/p/{period.project.code}/{period.number}/" in page


def test_a_cancelled_certificate_is_no_case(jiangkou):
    certificate = issued(jiangkou)
    Certificate.objects.filter(pk=certificate.pk).update(state="cancelled")
    assert list(issued_cases()) == []
