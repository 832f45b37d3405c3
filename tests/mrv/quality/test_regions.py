"""Means, variation and n per region from stored samples and readings, for whoever may see the data."""

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from mrv.quality import regions
from mrv.quality.reviewing import record_act
from mrv.quality.waters import samples_of
from mrv.stations.models import Station
from mrv.stations.regions import place_in_region
from mrv.stations.services import create_station
from registry.audit.models import Event
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotAllowed
from registry.core.roles import Role
from tests.mrv.evidence import END, LAB, START, part_of_year, site
from tests.people import developer, member, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]
EC25 = "specific_conductance_25c_us_cm"


@pytest.fixture
def jiangkou():
    return site("KCS-INV")


def second_station(place, code="JK-02"):
    return create_station(
        actor=place.owner,
        project=place.project,
        code=code,
        name_zh="西泉",
        name_en="West spring",
        longitude_deg=Decimal("108.85"),
        latitude_deg=Decimal("27.71"),
        zone="Asia/Shanghai",
        catchment_area_km2=Decimal("9"),
        region="West",
    )


def cell(table, source, quantity, place=0):
    return next(row for row in table.rows[source] if row.quantity == quantity).cells[place]


@pytest.mark.parametrize(
    ("written", "stored", "shown"),
    [
        ("North", "north", "North"),
        (" 北部 ", "north", "North"),
        ("Wuling  foothills", "Wuling foothills", "Wuling foothills"),
    ],
)
def test_a_region_is_a_known_one_in_either_language_or_an_own_name(jiangkou, written, stored, shown):
    with translation.override("zh-hans"):
        north = str(Station.Region.NORTH.label)
    station = place_in_region(actor=jiangkou.owner, station=jiangkou.station, region=written.replace("北部", north))
    assert (station.region, station.region_name) == (stored, shown)
    assert Event.objects.get(action="stations.place").object_id == str(station.pk)


def test_only_the_proponents_editors_place_a_station(jiangkou):
    with pytest.raises(NotAllowed):
        place_in_region(actor=official(Role.APPROVER), station=jiangkou.station, region="North")
    with pytest.raises(InvalidInput):
        place_in_region(actor=jiangkou.owner, station=jiangkou.station, region="x" * 61)


def test_the_table_has_the_samples_and_the_readings_of_each_region(jiangkou):
    place_in_region(actor=jiangkou.owner, station=jiangkou.station, region="North")
    west = second_station(jiangkou)
    jiangkou.upload("samples", LAB)
    jiangkou.upload("logger", part_of_year(10))
    jiangkou.station, home = west, jiangkou.station
    jiangkou.upload("samples", b"\n".join(LAB.read_bytes().splitlines()[:4]) + b"\n", name="west.csv")
    found = regions.regions_seen(jiangkou.owner)
    assert [region.name for region in found] == ["West", "North"]
    table = regions.table(found)
    samples = samples_of(home, "mg/L")
    calcium = [sample.milligrams["calcium_mg_l"] for sample in samples]
    north = cell(table, "samples", "calcium_mg_l", 1)
    mean = sum(calcium) / len(calcium)
    sd = (sum((value - mean) ** 2 for value in calcium) / (len(calcium) - 1)) ** 0.5
    assert (north.n, north.mean) == (len(calcium), pytest.approx(mean))
    assert north.coefficient_of_variation == pytest.approx(sd / mean)
    assert cell(table, "samples", "calcium_mg_l", 0).n == 3
    pressures = [10**sample.log_pco2 * 101_325 for sample in samples if sample.log_pco2 is not None]
    assert cell(table, "samples", "pco2_pa", 1).mean == pytest.approx(sum(pressures) / len(pressures))
    assert cell(table, "readings", EC25, 1).n == 960
    assert cell(table, "readings", EC25, 0).n == 0, "a region without readings keeps its column"


def test_readings_that_a_person_excluded_do_not_count(jiangkou):
    place_in_region(actor=jiangkou.owner, station=jiangkou.station, region="Own valley")
    jiangkou.upload("logger", part_of_year(10))
    record_act(
        actor=jiangkou.owner,
        station=jiangkou.station,
        kind="exclude",
        parameter="ph",
        start=START,
        end=START.replace(day=3),
        reason="buffer",
    )
    table = regions.table(regions.regions_seen(jiangkou.owner))
    assert cell(table, "readings", "ph").n == 8 * 96
    assert START < END


def test_regions_are_of_those_who_may_see_the_data_and_own_names_of_two_developers_stay_apart(jiangkou):
    place_in_region(actor=jiangkou.owner, station=jiangkou.station, region="Valley")
    other = site("KCS-INV", name="DEV-2")
    place_in_region(actor=other.owner, station=other.station, region="Valley")
    assert [len(region.stations) for region in regions.regions_seen(jiangkou.owner)] == [1]
    assert regions.regions_seen(PUBLIC) == []
    assert regions.regions_seen(member(developer("Third", "DEV-3"), Role.EDITOR)) == []
    seen = regions.regions_seen(official(Role.REVIEWER))
    assert len(seen) == 2
    assert len({region.name for region in seen}) == 2, "told apart by their proponents"


def test_the_page_in_chinese_and_the_download(client, jiangkou):
    place_in_region(actor=jiangkou.owner, station=jiangkou.station, region="=North wind")
    jiangkou.upload("samples", LAB)
    client.force_login(get_user_model().objects.get(pk=jiangkou.owner.user_id))
    page = client.get("/regions/").content.decode()
    assert "各区域均值与变异" in page
    assert "JK-01" in page
    answer = client.get("/regions.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "区域"
    assert {row[0] for row in rows[1:]} == {"'=North wind"}, "no formula for a spreadsheet"
    calcium = next(row for row in rows if row[2] == "Ca²⁺")
    assert (calcium[3], calcium[6], calcium[7]) == ("mg/L", "16", "JK-01")
