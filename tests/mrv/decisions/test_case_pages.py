"""At the browser: the items of a returned submission are answered by the right people and by nobody else."""

from __future__ import annotations

import pytest

from mrv.decisions import services
from mrv.decisions.models import ReturnedItem
from registry.core.actors import PUBLIC
from registry.core.roles import Role
from tests.mrv.browsers import browser, form_on, post
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def returned(jiangkou):
    """Two items: one that the body answers here, one that the proponent answers."""
    review = services.begin_review(actor=jiangkou.clerk, period=jiangkou.after_notice())
    items = {"light:findings": "CL-1 is not discussed.", "light:overlap": "The boundary is a circle."}
    services.return_to_verification(actor=jiangkou.approver, review=review, items=items)
    return list(ReturnedItem.objects.order_by("id"))


def address(item):
    return f"/returned-items/{item.pk}/answer/"


def test_the_body_and_the_proponent_answer_on_the_periods_page(jiangkou, returned):
    page = f"/periods/{jiangkou.period.pk}/"
    by_body, by_proponent = returned
    answer = post(jiangkou.lead, address(by_body), page, text="Discussed in section 4.")
    assert (answer.status_code, answer.url) == (302, page)
    assert post(jiangkou.owner, address(by_proponent), page, text="Surveyed since.").status_code == 302
    for item in returned:
        item.refresh_from_db()
    assert [(item.answer, item.answered_for) for item in returned] == [
        ("Discussed in section 4.", "body"),
        ("Surveyed since.", "proponent"),
    ]
    html = browser(jiangkou.clerk).get(page).content.decode()
    assert "Discussed in section 4." in html
    assert form_on(jiangkou.lead, page, address(by_body)) is None, "an answered item is answered"
    assert post(jiangkou.lead, address(by_body), text="Again.").status_code == 409


def test_nobody_else_answers_and_nothing_is_kept(jiangkou, returned):
    page = f"/periods/{jiangkou.period.pk}/"
    other_body = member(jiangkou.validator, Role.LEAD_VERIFIER)
    stranger = member(developer("Another", "DEV-9"), Role.REPRESENTATIVE)
    for actor, status in (
        (jiangkou.clerk, 403),
        (jiangkou.approver, 403),
        (jiangkou.reviewer, 403),  # the independent reviewer judges the lead's work and writes none of it
        (other_body, 404),
        (stranger, 404),
        (PUBLIC, 404),
    ):
        for item in returned:
            assert form_on(actor, page, address(item)) is None
            assert post(actor, address(item), text="Not mine.").status_code == status, actor
    assert set(ReturnedItem.objects.values_list("answer", flat=True)) == {""}


def test_an_empty_answer_is_refused_in_words(jiangkou, returned):
    answer = post(jiangkou.lead, address(returned[0]), f"/periods/{jiangkou.period.pk}/", text=" ")
    assert answer.status_code == 422
    assert "Write the answer." in answer.content.decode()
