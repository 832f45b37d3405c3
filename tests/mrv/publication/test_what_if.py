"""The sliders of a published period: the engine's own answer, marked as no result, and nothing kept of it."""

from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import cache

from calculations.engine import compute
from mrv.methodologies.selectors import checked_methodology
from mrv.periods.services import sealed_bundle
from mrv.publication import evidence_page, what_if, what_if_web
from mrv.runs.models import Run
from mrv.runs.selectors import result_of
from mrv.verification import services as verification
from registry.audit.models import Event
from tests.mrv.bodies import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker, tmp_path_factory):
    """A verified month: the address of its what-if page."""
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        with django_db_blocker.unblock():
            opinion = court.signed(court.recomputed())
            verification.countersign_opinion(actor=court.reviewer, opinion=opinion)
            period = court.fresh()
        yield f"/registry/p/{period.project.code}/{period.number}/what-if/"


@pytest.fixture
def shown(address):
    _registry, _p, code, number = address.strip("/").split("/")[:4]
    return evidence_page.published(code, int(number))


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def asked(client, address, status=200, piece=True, language="en", **values):
    headers = {"accept-language": language, **({"HX-Request": "true"} if piece else {})}
    response = client.get(address, values, headers=headers)
    assert response.status_code == status
    return unescape(response.content.decode())


def test_an_answer_is_what_the_engine_gives_for_the_same_values(shown):
    values = {"kappa_ref": 0.9, "allogenic_share": 0.1, "u_gauging_bias": 0.05}
    found = what_if.answer(shown, values)
    direct = compute(sealed_bundle(shown.period), checked_methodology(shown.run.methodology), what_if=values)
    for part in what_if.KEPT_PARTS:
        assert found[part] == direct.content[part], part
    assert Decimal(found["figures"]["creditable_t"]["value"]) == 0
    assert found["reasons"][0]["code"] == "WHAT_IF"


def test_the_page_shows_it_beside_the_verified_figure_with_the_difference(client, address, shown):
    page = asked(client, address, kappa_ref="0.90")
    verified = Decimal(result_of(shown.run)["figures"]["retained_t_co2"]["value"])
    taken = Decimal(what_if.answer(shown, {"kappa_ref": 0.9})["figures"]["retained_t_co2"]["value"])
    assert taken > verified
    for number in (f"{verified:.1f}", f"{taken:.1f}", f"+{taken - verified:.1f}"):
        assert number in page
    for words in ("Not a result", "nothing can be issued on it", "0.86 → <strong>0.90</strong>"):
        assert words in page
    assert "<html" not in page


def test_it_works_as_a_plain_form_in_both_languages(client, address):
    for language, words in (("en", "Not a result"), ("zh-hans", "不是结果")):
        page = asked(client, address, piece=False, language=language, kappa_ref="0.5")
        assert words in page
        assert 'name="kappa_ref"' in page
        assert 'value="0.50"' in page


def test_the_evidence_page_offers_the_sliders_at_the_published_values(client, address, shown):
    page = client.get(address.removesuffix("what-if/")).content.decode()
    offered = what_if.sliders_of(shown)
    assert {"kappa_ref", "allogenic_share", "u_gauging_bias"} <= {each.symbol for each in offered}
    for each in offered:
        assert f'name="{each.symbol}"' in page
        assert each.lowest <= each.published <= each.highest
        assert (each.published - each.lowest) % each.step == 0, each.symbol
        parameter = what_if.methodology_in(shown).parameters[each.symbol]
        assert Decimal(repr(parameter.minimum)) <= each.lowest
        assert each.highest <= Decimal(repr(parameter.maximum))


def test_published_values_compute_nothing(client, address, monkeypatch):
    monkeypatch.setattr(what_if, "answer", lambda *_: pytest.fail("computed"))
    assert "the result is the verified one" in asked(client, address, kappa_ref="0.86", allogenic_share="")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("much", "WHAT_IF_NOT_A_NUMBER"),
        ("nan", "WHAT_IF_NOT_A_NUMBER"),
        ("inf", "WHAT_IF_NOT_A_NUMBER"),
        ("1.2", "WHAT_IF_OUT_OF_RANGE"),
        ("-1e400", "WHAT_IF_OUT_OF_RANGE"),
        ("0.49", "WHAT_IF_OUT_OF_RANGE"),
    ],
)
def test_bad_input_is_told_with_its_code(client, address, value, code):
    for piece in (True, False):
        page = asked(client, address, status=422, piece=piece, kappa_ref=value)
        assert code in page
        assert "from 0.50 to 1.00" in page


def test_values_go_in_steps_and_only_those_that_are_offered(client, address, shown):
    assert asked(client, address, kappa_ref="0.9001") == asked(client, address, kappa_ref="0.90")
    assert "the result is the verified one" in asked(client, address, draws="1024", p_level="0.5")


def test_nothing_is_stored(client, address, shown):
    before = (Run.objects.count(), Event.objects.count(), result_of(shown.run))
    asked(client, address, kappa_ref="0.7")
    assert (Run.objects.count(), Event.objects.count(), result_of(shown.run)) == before


def test_an_address_may_not_ask_without_end(client, address, monkeypatch):
    monkeypatch.setattr(what_if_web, "COMPUTED_IN_FIVE_MINUTES", 1)
    asked(client, address, kappa_ref="0.7")
    asked(client, address, kappa_ref="0.7")  # kept: not counted
    assert "TOO_MANY" in asked(client, address, status=409, kappa_ref="0.71")


def test_who_comes_while_another_computes_is_told_so(client, address, monkeypatch):
    monkeypatch.setattr(what_if, "WAIT_S", 0.1)
    cache.set("what-if:at-work", 1, 20)
    assert "WHAT_IF_BUSY" in asked(client, address, status=409, kappa_ref="0.7")


def test_an_unpublished_period_has_no_sliders(client, address):
    assert client.get(address.replace("/1/what-if", "/7/what-if")).status_code == 404
