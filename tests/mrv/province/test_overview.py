"""The province in numbers: nothing before a verification, then exactly what the stored results and the ledger say."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mrv.decisions import services as decisions
from mrv.province import maps, selectors, years
from mrv.province.counties import area_km2, known, prefecture_of
from mrv.province.verified import verified
from registry.core.geography.names import COUNTIES_EN
from registry.projects.models import Project
from tests.mrv.bodies import kept
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
JIANGKOU = "520621"


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        yield court


def issue(court) -> int:
    review = decisions.begin_review(actor=court.clerk, period=court.after_notice())
    prepared = decisions.prepare(actor=court.clerk, review=review, confirmed_quantity=court.whole_t)
    decisions.approve(actor=court.approver, review=prepared, confirmed_quantity=court.whole_t)
    return court.whole_t


def page_of(client, path: str, language: str = "en") -> str:
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_counties_have_names_in_both_languages_and_lie_in_a_prefecture():
    assert len(known()) == 88
    assert set(COUNTIES_EN) == set(known())
    assert all(place.name_zh and place.name_en.isascii() and prefecture_of(place.code).name_en
               for place in known().values())  # fmt: skip
    assert sum(area_km2(code) or 0 for code in known()) == pytest.approx(176_000, rel=0.01)


def test_the_map_of_one_county_names_its_neighbours_in_the_readers_language(client, db):
    for language, said, foreign in (("en", "Huaxi", "花溪区"), ("zh-hans", "花溪区", "Huaxi")):
        page = client.get("/province/county/522723/", headers={"accept-language": language}).content.decode()
        assert f'aria-label="{said}"' in page
        assert foreign not in page


def test_without_records_every_county_says_so(client, db):
    page = page_of(client, "/province/")
    assert "No station yet" in page
    assert page.count("/province/county/") >= 2 * 88
    county = page_of(client, f"/province/county/{JIANGKOU}/")
    assert "nothing is measured in this county" in county


def test_an_unknown_county_is_not_there(client, db):
    assert client.get("/province/county/999999/").status_code == 404
    assert client.get("/province/county/999999/sheet-zh.pdf").status_code == 404
    assert client.get(f"/province/county/{JIANGKOU}/sheet-fr.pdf").status_code == 404
    assert client.get("/province/counties.xml").status_code == 404


def test_before_the_opinion_a_period_counts_nothing(jiangkou):
    found = selectors.province().county(JIANGKOU)
    assert (found.projects, found.stations, found.sums.periods) == (1, 1, 0)
    assert found.sums.rate is None
    assert verified() == []


def test_the_sums_are_those_of_the_stored_result(jiangkou):
    period = jiangkou.verified()
    figures = period.official_run.figures
    found = selectors.province().county(JIANGKOU)
    assert found.sums.retained_t == Decimal(figures["retained_t_co2"])
    assert found.sums.gross_t == Decimal(figures["gross_t_co2"])
    assert float(found.sums.rate) == pytest.approx(float(figures["retained_t_co2_km2_a"]), rel=1e-5)
    assert found.credits.issued_t == 0


def test_issued_credits_are_those_of_the_ledger(jiangkou, client):
    issued_t = issue(jiangkou)
    found = selectors.province()
    assert found.county(JIANGKOU).credits.issued_t == issued_t
    assert found.credits.held_t + found.credits.buffer_t == issued_t
    [kind] = selectors.kinds(found.rows)
    assert (kind.name, kind.projects, kind.credits.issued_t) == ("vegetation", 1, issued_t)
    assert selectors.kinds(found.rows, "520123") == []


def test_the_years_add_up_to_the_period(jiangkou):
    period = jiangkou.verified()
    shown = years.years(verified())
    total = sum(year.retained_t for year in shown)
    assert float(total) == pytest.approx(float(period.official_run.figures["retained_t_co2"]), abs=1e-3)
    measured = [year for year in shown if year.stations]
    assert [year.year for year in measured] == [2021]
    assert "2021" in years.flux_chart(shown).summary
    assert years.years(verified(), "520123") == []


def test_a_new_verification_drops_the_kept_page(jiangkou, client):
    before = page_of(client, "/province/")
    jiangkou.verified()
    after = page_of(client, "/province/")
    retained = Decimal(jiangkou.fresh().official_run.figures["retained_t_co2"])
    assert f">{retained:.1f}</td>" in after
    assert f">{retained:.1f}</td>" not in before


def test_the_files_hold_every_county_and_the_same_numbers(jiangkou, client):
    period = jiangkou.verified()
    rows = list(csv.DictReader(io.StringIO(client.get("/province/counties.csv").content.decode())))
    assert len(rows) == 88
    [row] = [each for each in rows if each["division_code"] == JIANGKOU]
    assert row["retained_t"] == period.official_run.figures["retained_t_co2"]
    [other] = [each for each in rows if each["division_code"] == "520123"]
    assert (other["stations"], other["retained_t_km2_a"]) == ("0", "")
    told = json.loads(client.get("/province/years.json").content)
    assert told["rows"][0]["year"] == 2021
    assert told["licence"]["name"] == "CC-BY-4.0"


@pytest.mark.parametrize("show", ["flux", "credits", "stations", "nonsense"])
def test_the_map_colours_the_county_and_the_legend_says_how(jiangkou, client, show):
    issue(jiangkou)
    page = page_of(client, f"/province/?show={show}")
    assert 'class="area-4"' in page
    measure = maps.BY_NAME.get(show, maps.MEASURES[0])
    drawn = maps.drawn(selectors.province().counties, measure)
    assert [area.code for area in drawn.areas if area.tone] == [JIANGKOU]
    assert len(drawn.steps) == 1


def test_the_legend_covers_every_value_once():
    values = [Decimal(x) for x in ("3.2", "11", "18.5", "29.9", "40")]
    edges = maps.steps_of(values)
    tones = [maps.tone_of(value, edges) for value in values]
    assert tones == sorted(tones)
    assert tones[-1] == maps.TONES
    assert min(tones) >= 1
    assert maps.tone_of(None, edges) == 0
    assert len(maps.legend(edges, maps.MEASURES[0])) == len(edges)


def test_more_projects_ask_no_more(jiangkou, client):
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, path)
        return len(captured)

    pages = ("sink", "potential", "network", "areas")
    paths = ("/province/", f"/province/county/{JIANGKOU}/", *(f"/province/{name}/" for name in pages))
    for path in paths:
        page_of(client, path)
    jiangkou.verified()
    first = Project.objects.get(pk=jiangkou.period.project_id)
    few = {path: asked(path) for path in paths}
    for number in range(5):
        first.pk, first.code = None, f"KC-MORE-{number}"
        with triggers_off(Project):
            first.save(force_insert=True)
    Project.objects.filter(pk=first.pk).update(name_en="The last one")  # drops the kept pages
    assert {path: asked(path) for path in paths} == few


def test_a_program_reads_the_same(jiangkou, client):
    period = jiangkou.verified()
    counties = client.get("/api/v1/province/counties/").json()
    assert len(counties) == 88
    one = client.get(f"/api/v1/province/counties/{JIANGKOU}/").json()
    assert one == next(row for row in counties if row["division_code"] == JIANGKOU)
    assert one["retained_t"] == period.official_run.figures["retained_t_co2"]
    assert next(row for row in counties if row["division_code"] == "520123")["retained_t_km2_a"] is None
    assert client.get("/api/v1/province/counties/999999/").status_code == 404
    [year] = [row for row in client.get("/api/v1/province/years/").json() if row["stations"]]
    assert (year["year"], year["stations"]) == (2021, 1)
