"""The pages beside the review, opened by the people whose station it is, in both languages."""

import re

import pytest
from django.test import Client

from mrv.quality.waters import gibbs, piper, samples_of
from registry.organisations.models import User
from tests.mrv.evidence import LAB, site
from tests.mrv.quality.test_review import month, spoilt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


@pytest.fixture
def jiangkou():
    place = site()
    place.upload("logger", spoilt())
    return place


def opened(place, address, language):
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=place.owner.user_id))
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_every_page_says_the_same_figures_in_both_languages(jiangkou):
    month(jiangkou)
    pk = jiangkou.station.pk
    for address, wanted in (
        (f"/stations/{pk}/review/", ('data-total="excluded"', "0.03 %")),
        (f"/stations/{pk}/samples/?unit=mmol/L", ("JK-20210509", "1.224", "−0.33")),
        (f"/stations/{pk}/rating/", ("2.488", "0.153")),
        (f"/stations/{pk}/ions/?reference=guizhou-east", ("0.1988", "line-reference")),
        (f"/projects/{jiangkou.project.code}/completeness/?year=2021", ("day-all", "91.78 %")),
    ):
        for language in ("en", "zh-hans"):
            page = opened(jiangkou, address, language)
            missing = [text for text in wanted if text not in page]
            assert missing == [], (address, language, missing)


def test_a_station_without_files_says_what_comes_next():
    place = site()
    pk = place.station.pk
    for name in ("review", "samples", "rating", "ions"):
        assert "empty" in opened(place, f"/stations/{pk}/{name}/", "en")
    assert "empty" in opened(place, f"/projects/{place.project.code}/completeness/", "en")


def test_samples_carry_their_chemistry_and_the_loggers_value(jiangkou):
    jiangkou.upload("samples", LAB)
    found = samples_of(jiangkou.station, "meq/L")
    assert len(found) == 16
    first = found[0]
    assert first.cells[0] == f"{49.05 * 2 / 40.078:.3f}"
    assert abs(first.balance_pct) < 2
    assert first.verdict == "pass"
    assert first.si_calcite == pytest.approx(-0.33, abs=0.01)
    assert first.ec_ratio == pytest.approx(1.0, abs=0.05)
    assert first.logger_ec25 == pytest.approx(260.8)
    assert found[-1].logger_ec25 is None


def test_the_diagrams_place_each_sample_once(jiangkou):
    jiangkou.upload("samples", LAB)
    found = samples_of(jiangkou.station, "mg/L")
    diagram = piper(found)
    assert len(diagram.dots) == 3 * len(found)
    cation, anion, both = diagram.dots[:3]
    assert both.x > cation.x
    assert both.x < anion.x
    assert both.y < min(cation.y, anion.y)
    for chart in gibbs(found):
        points = [dot for dot in chart.dots if dot.kind != "label"]
        assert len(points) == len(found)
        assert all(chart.plot_left <= dot.x <= chart.plot_right for dot in points)
    assert re.search(r"\d+", str(diagram.summary))
