"""Before the seal: the page says what goes in, what stays as it is, what follows, and what is in the way."""

import pytest
from django.urls import reverse
from django.utils import translation

from mrv.periods.services import reopen_period, seal_period
from mrv.quality.reviewing import record_act
from registry.core.errors import InvalidInput
from registry.core.roles import Role
from tests.mrv.browsers import browser as client_of
from tests.mrv.evidence import BASELINE, GAUGINGS, LAB
from tests.people import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]


def page_of(browser, period):
    return browser.get(reverse("periods:sealing", args=[period.pk]), headers={"accept-language": "en"})


def test_it_lists_every_file_of_the_bundle_with_its_digest(jiangkou):
    period = jiangkou.month_of_evidence()
    text = page_of(client_of(jiangkou.owner), period).content.decode()
    sealed = seal_period(actor=jiangkou.owner, period=period)
    assert len(sealed.evidence["files"]) == 4
    for file in sealed.evidence["files"]:
        assert file["file"] in text
        assert f'title="{file["sha256"]}"' in text
    for said in ("2880 of 2880 readings", "Rating curve v1", "2021-05-01 – 2021-05-30", "JK-01", "KCS-ENH-BACI"):
        assert said in text
    for name in (LAB.name, GAUGINGS.name, BASELINE.name):
        assert text.count(f">{name}<") == 1


def test_decisions_about_readings_are_shown_as_they_go_in(jiangkou):
    period = jiangkou.month_of_evidence()
    record_act(
        actor=jiangkou.owner, station=jiangkou.station, kind="exclude", parameter="stage",
        start=period.start, end=period.start.replace(hour=6), reason="gate closed",
    )  # fmt: skip
    text = page_of(client_of(jiangkou.owner), period).content.decode()
    assert "What goes in as it stands now" in text
    assert "Readings excluded: 1" in text


def test_what_is_missing_stands_there_instead_of_the_button(jiangkou):
    period = jiangkou.period()
    browser = client_of(jiangkou.owner)
    act = reverse("periods:act", args=[period.pk, "seal"])
    missing = page_of(browser, period).content.decode()
    assert "No logger readings from 2021-05-01" in missing
    assert f'action="{act}"' not in missing
    assert reverse("quality:rating", args=[jiangkou.station.pk]) in missing


def test_the_button_seals_and_the_page_is_gone_until_it_is_opened_again(jiangkou):
    period = jiangkou.month_of_evidence()
    browser = client_of(jiangkou.owner)
    act = reverse("periods:act", args=[period.pk, "seal"])
    assert f'action="{act}"' in page_of(browser, period).content.decode()
    assert browser.post(act).status_code == 302
    assert page_of(browser, period).status_code == 409
    period.refresh_from_db()
    with pytest.raises(InvalidInput):
        reopen_period(actor=jiangkou.owner, period=period, reason=" ")
    again = reverse("periods:act", args=[period.pk, "reopen"])
    assert browser.post(again, {"reason": ""}).status_code == 422
    assert browser.post(again, {"reason": "one more sample has come"}).status_code == 302
    period.refresh_from_db()
    assert (period.state, period.bundle_digest) == ("open", "")
    assert page_of(browser, period).status_code == 200


def test_who_may_not_seal_does_not_see_it(jiangkou, stranger):
    period = jiangkou.month_of_evidence()
    assert page_of(client_of(stranger), period).status_code == 404
    reader = member(jiangkou.project.proponent, Role.ADMINISTRATOR)
    assert page_of(client_of(reader), period).status_code == 403


def test_it_speaks_chinese_without_a_word_left_over(jiangkou):
    period = jiangkou.month_of_evidence()
    with translation.override("zh-hans"):
        answer = client_of(jiangkou.owner).get(
            reverse("periods:sealing", args=[period.pk]), headers={"accept-language": "zh-CN"}
        )
    text = answer.content.decode()
    for english in ("Seal the evidence", "What goes in", "What is there", "Water samples", "until then it cannot"):
        assert english not in text
    assert "封存" in text
