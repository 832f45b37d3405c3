from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from mrv.stations.api import StationOut
from mrv.stations.models import Station
from mrv.stations.selectors import place_for, station_for, stations_of
from mrv.stations.services import create_station
from registry.audit.models import Event
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.projects.api import ProjectOut
from registry.projects.states import PROJECT
from tests.mrv.evidence import site
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db


@pytest.fixture
def jiangkou():
    return site()


def create(jiangkou, actor=None, **changes):
    values = {
        "code": "JK-02",
        "name_zh": "第二站",
        "name_en": "Second station",
        "longitude_deg": Decimal("108.9"),
        "latitude_deg": Decimal("27.7"),
        "zone": "Asia/Shanghai",
        "catchment_area_km2": Decimal("12.5"),
    }
    return create_station(actor=actor or jiangkou.owner, project=jiangkou.project, **{**values, **changes})


def test_a_station_of_the_proponents_project(jiangkou):
    station = create(jiangkou)
    assert list(stations_of(jiangkou.owner, jiangkou.project)) == [jiangkou.station, station]
    assert Event.objects.filter(action="stations.create", object_id=str(station.pk)).exists()


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"catchment_area_km2": Decimal("0")}, "AREA_NOT_POSITIVE", "0"),
        ({"catchment_area_km2": Decimal("-28")}, "AREA_NOT_POSITIVE", "-28"),
        ({"catchment_area_km2": Decimal("28.5")}, "AREA_BEYOND_PROJECT", "28.5"),
        ({"zone": "Beijing"}, "ZONE_UNKNOWN", "Beijing"),
        ({"code": "JK-01"}, "STATION_CODE_TAKEN", "JK-01"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(jiangkou, changes, code, said):
    with pytest.raises(InvalidInput) as refusal:
        create(jiangkou, **changes)
    assert (refusal.value.code, said in str(refusal.value)) == (code, True)
    assert Station.objects.count() == 1


def test_the_database_refuses_a_negative_area_by_itself(jiangkou):
    with pytest.raises(IntegrityError, match="station_area_is_positive"), transaction.atomic():
        Station.objects.filter(pk=jiangkou.station.pk).update(catchment_area_km2=-28)


def test_another_developer_and_an_official_create_none(jiangkou):
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR, Role.REPRESENTATIVE)
    for actor in (stranger, official(Role.APPROVER)):
        with pytest.raises(NotAllowed):
            create(jiangkou, actor=actor)


def test_stations_of_a_hidden_project_are_hidden():
    draft = site(name="DEV-3", state="draft")
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    for actor in (stranger, PUBLIC):
        assert not stations_of(actor, draft.project).exists()
        with pytest.raises(NotVisible):
            station_for(actor, draft.station.pk)
    assert station_for(draft.owner, draft.station.pk) == draft.station


def test_an_ended_project_gets_no_station(jiangkou):
    PROJECT.move(jiangkou.project, "complete")
    with pytest.raises(Refusal) as refusal:
        create(jiangkou)
    assert refusal.value.code == "PROJECT_ENDED"


def test_the_public_is_told_a_springs_place_only_roughly(jiangkou):
    spring, project = jiangkou.station, jiangkou.project
    exact = (spring.longitude_deg, spring.latitude_deg)
    assert place_for(jiangkou.owner, spring) == exact
    assert place_for(official(Role.AUDITOR), spring) == exact
    rough = place_for(PUBLIC, spring)
    assert rough == place_for(member(developer("Other", "DEV-9"), Role.EDITOR), spring)
    assert rough != exact
    assert all(degrees % Decimal("0.05") == 0 for degrees in rough)

    shown, whole = (ProjectOut(project, context={"actor": actor}).data for actor in (PUBLIC, jiangkou.owner))
    assert shown["boundary"] is None
    assert whole["boundary"] == project.boundary
    assert Decimal(shown["outlet_latitude_deg"]) % Decimal("0.05") == 0
    assert StationOut(spring, context={"actor": PUBLIC}).data["longitude_deg"] == f"{rough[0]:.6f}"
