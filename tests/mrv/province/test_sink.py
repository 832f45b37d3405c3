"""Rate, stability, contribution and value: from stored results and the reader's own figures, nothing hidden."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from mrv.decisions import services as decisions
from mrv.province import network, potential, selectors, sink
from mrv.province.counties import known
from mrv.province.selectors import County, Tonnes
from mrv.stations.models import Station
from registry.projects.models import Project
from tests.mrv.bodies import kept

pytestmark = pytest.mark.django_db
JIANGKOU = "520621"


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        review = decisions.begin_review(actor=court.clerk, period=court.after_notice())
        prepared = decisions.prepare(actor=court.clerk, review=review, confirmed_quantity=court.whole_t)
        decisions.approve(actor=court.approver, review=prepared, confirmed_quantity=court.whole_t)
        yield court


def page_of(client, path: str) -> str:
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_station_there_is_no_distance(db):
    found = network.network(selectors.province())
    assert found.covered == []
    assert {each.nearest_km for each in found.gaps} == {None}


# --- the reader's figures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["58.505", "-1", "0", "abc", "NaN", "Infinity", "1000001", "1e9"])
def test_a_price_that_is_none_is_refused_with_words(text):
    terms = sink.terms_of({"price": text})
    assert terms.price is None
    assert "58.50" in str(terms.faults["price"])


def test_a_price_is_kept_exactly_as_typed():
    terms = sink.terms_of({"price": " 58.10 ", "currency": "EUR", "emissions": "1 000 000"})
    assert (terms.price, terms.currency, terms.emissions_t) == (Decimal("58.10"), "EUR", Decimal(1_000_000))
    assert terms.faults == {}
    assert sink.terms_of({"currency": "XXX"}).currency == "CNY"


@pytest.mark.parametrize("text", ["0", "-5", "much", "1e13"])
def test_emissions_that_are_none_are_refused(text):
    assert "emissions" in sink.terms_of({"emissions": text}).faults


def test_worth_is_the_exact_product_of_credits_and_price():
    county = County(known()[JIANGKOU], credits=Tonnes(issued_t=412, held_t=370, buffer_t=42))
    worth = sink.worth_of(county, Decimal("1012.8"), sink.terms_of({"price": "58.10", "emissions": "1000000"}))
    assert (worth.held_value, worth.issued_value) == (Decimal("21497.00"), Decimal("23937.20"))
    assert worth.share_pct == Decimal("0.10128")


def test_without_a_price_there_is_no_value(jiangkou):
    found = selectors.province()
    lines = sink.worth(found, sink.by_county(found, {}), sink.terms_of({}))
    assert [line.held_value for line in lines] == [None]
    assert sink.total(lines).held_value is None


# --- rate and stability -----------------------------------------------------------------------------------------


def test_kappa_is_that_of_the_methodology_behind_the_result(jiangkou):
    found = selectors.province()
    known_kappas = sink.kappas(found.rows)
    [line] = sink.by_county(found, known_kappas)
    [kappa] = line.kappas
    assert (kappa.value, kappa.low, kappa.high) == (Decimal("0.86"), Decimal("0.82"), Decimal("0.9"))
    assert kappa.version.startswith("KCS-ENH-BACI")
    assert line.measured == ()
    figures = jiangkou.fresh().official_run.figures
    share = 100 * Decimal(figures["retained_t_co2"]) / Decimal(figures["gross_t_co2"])
    assert line.sums.kept_pct == share


def test_a_season_is_no_year(jiangkou):
    [row] = selectors.province().rows
    assert sink.annual_t([row]) == 0
    year = replace(row, retained_t=Decimal(500), years=Decimal("0.9993"))
    more = replace(row, station_id=-1, retained_t=Decimal(300), years=Decimal(3))
    assert sink.annual_t([year, more]).quantize(Decimal("0.01")) == Decimal("600.35")


def test_regions_stand_in_their_order_and_own_ones_after_them(jiangkou):
    [row] = selectors.province().rows
    rows = [replace(row, region=name) for name in ("", "Wujiang", "north", "east")]
    lines = sink.by_region(rows, {})
    assert [str(line.label) for line in lines[:2]] == [str(Station.Region.EAST.label), str(Station.Region.NORTH.label)]
    assert lines[2].label == "Wujiang"


def test_the_page_shows_what_the_reader_asked(jiangkou, client):
    held_t = selectors.province().credits.held_t
    page = page_of(client, "/province/sink/?price=100&currency=USD&emissions=1000000")
    value = f"{held_t * 100:,}".replace(",", "\u202f")
    assert f"{value}.00</td>" in page
    assert "Price of one credit" in page
    assert "0.86" in page


def test_a_wrong_price_is_said_at_its_field(client, db):
    page = page_of(client, "/province/sink/?price=cheap")
    assert "is-invalid" in page
    assert 'value="cheap"' in page


# --- potential --------------------------------------------------------------------------------------------------


def test_the_assumed_classes_are_those_of_the_science_pages():
    lines = potential.powder({}).lines
    assert [round(line.row.ceiling_t_co2_km2, 2) for line in lines] == [14.06, 42.12, 83.75]
    assert round(lines[1].behind_km2) == 916_270
    assert not any(line.is_readers for line in lines)


def test_the_readers_row_joins_the_table():
    given = {"area": "2000", "surplus": "500", "temperature": "16", "pco2": "-2.0", "kappa": "0.9", "emissions": "0"}
    shown = potential.powder(given)
    own = shown.lines[-1]
    assert own.is_readers
    assert own.row.ceiling_t_co2 == pytest.approx(2 * shown.lines[1].row.ceiling_t_co2)
    assert own.row.net_t_co2 == own.row.kept_t_co2
    assert shown.fault == ""


@pytest.mark.parametrize(
    "given",
    [{"area": "much"}, {"area": "5"}, {"kappa": "2"}, {"area": "1", "surplus": "1", "temperature": "99", "pco2": "-2"}],
)
def test_impossible_conditions_are_said_and_the_classes_stay(given):
    shown = potential.powder(given)
    assert str(shown.fault)
    assert len(shown.lines) == len(potential.CLASSES)


def test_every_kind_says_what_is_reported_and_what_is_here(jiangkou):
    found = selectors.province()
    lines = potential.kind_lines(selectors.kinds(found.rows))
    assert len(lines) == len(Project.Kind)
    vegetation = lines[list(Project.Kind).index(Project.Kind.VEGETATION)]
    assert vegetation.here.credits.issued_t == found.credits.issued_t
    assert [each.identifier for each in vegetation.versions] == ["KCS-ENH-BACI"]
    assert all(str(line.reported) for line in lines)


# --- the network ------------------------------------------------------------------------------------------------


def test_coverage_and_gaps(jiangkou):
    found = network.network(selectors.province())
    [own] = found.covered
    assert (own.place.code, own.stations, own.verified_stations) == (JIANGKOU, 1, 1)
    assert own.catchment_km2 == jiangkou.period.station.catchment_area_km2
    assert own.share_pct == 100 * own.catchment_km2 / own.county_km2
    assert own.last_day == jiangkou.period.last_day
    assert len(found.gaps) == 87
    assert [each.nearest_km for each in found.gaps] == sorted((each.nearest_km for each in found.gaps), reverse=True)
    wanshan = next(each for each in found.gaps if each.place.name_en == "Wanshan")
    assert 20 < wanshan.nearest_km < 60


def test_a_control_catchment_is_a_station_but_no_coverage(jiangkou):
    before = network.network(selectors.province()).catchment_km2
    station = Station.objects.get(pk=jiangkou.period.station_id)
    station.pk, station.code, station.kind = None, "CT-9", Station.Kind.CONTROL
    station.save(force_insert=True)
    after = network.network(selectors.province())
    assert after.covered[0].stations == 2
    assert after.catchment_km2 == before


def test_the_file_has_every_county(jiangkou, client):
    rows = list(csv.DictReader(io.StringIO(client.get("/province/network.csv").content.decode())))
    assert len(rows) == 88
    assert sum(int(row["stations"]) for row in rows) == 1
