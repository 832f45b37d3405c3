"""Further stations: named by their owner in a role, asked for by the readiness list, sealed, calculated, recomputed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from calculations.bundle import read_kit
from calculations.engine import compute
from calculations.methodologies import load_methodology, read_methodology
from mrv.periods.evidence import build_evidence, sources_of
from mrv.periods.further import drop_station, name_station
from mrv.periods.models import PeriodStation
from mrv.periods.preparation import prepare_evidence
from mrv.periods.services import readiness, recompute_kit, seal_period, sealed_bundle
from mrv.runs.models import Run
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from mrv.stations.models import Station
from registry.audit.models import Event
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.projects.models import Project
from tests.calculations.examples import result_of
from tests.mrv.evidence import site
from tests.mrv.paired import FIRST_DAY, LAST_DAY, measured_station, project_and_control, spring_and_downstream
from tests.mrv.records.fed import bring_in, rows_of
from tests.people import developer, member, official
from tests.triggers import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]


@pytest.fixture
def net():
    where, below = spring_and_downstream()
    return where, below, where.period(FIRST_DAY, LAST_DAY)


@pytest.fixture
def bare():
    """The same without a reading yet."""
    where, below = spring_and_downstream(measured=False)
    return where, below, where.period(FIRST_DAY, LAST_DAY)


def lines(site, period):
    return [line for line in readiness(site.owner, period) if not line.ok]


def blocking(site, period):
    return [line for line in lines(site, period) if line.blocking]


def test_the_list_asks_for_the_downstream_station_says_why_and_where(net):
    where, below, period = net
    prepare_evidence(actor=where.owner, period=period)
    (asked,) = blocking(where, period)
    assert asked.code == "STATION_MISSING"
    assert "downstream station" in asked.text
    assert "cannot be calculated without it" in asked.text
    assert asked.link == f"/periods/{period.pk}/#stations"
    name_station(actor=where.owner, period=period, role="downstream", station=below)
    open_lines = blocking(where, period)
    assert [line.code for line in open_lines] == ["CURVE", "ION_MODELS"], "those of the new station"
    assert all(line.text.startswith("Downstream station DN: ") for line in open_lines)
    assert {line.link for line in open_lines} == {f"/stations/{below.pk}/"}
    prepare_evidence(actor=where.owner, period=period)
    assert blocking(where, period) == []


def test_two_stations_are_sealed_with_the_period_calculated_and_recomputed_identically(net):
    where, below, period = net
    name_station(actor=where.owner, period=period, role="downstream", station=below)
    prepare_evidence(actor=where.owner, period=period)
    period = seal_period(actor=where.owner, period=period)
    evidence = sealed_bundle(period).evidence
    companion = evidence.companions["downstream"]
    assert companion.station["code"] == "DN"
    assert companion.epoch_s.size == evidence.epoch_s.size == 61 * 24
    assert {raw.name for raw in evidence.raw} == {
        f"{name}_{kind}.csv" for name in ("spring", "downstream") for kind in ("logger", "gaugings", "samples")
    }
    again, run = calculated(where, period)
    with pytest.raises(Refusal) as refusal:
        drop_station(actor=where.owner, period=period, role="downstream")
    assert refusal.value.code == "PERIOD_SEALED"
    with pytest.raises(DatabaseError, match="fixed once the evidence is sealed"), transaction.atomic():
        PeriodStation.objects.filter(period=period).delete()
    assert again.digest == run.result_digest
    assert value(again, "kappa_measured") == pytest.approx(value(result_of("KCS-NET"), "kappa_measured"), abs=1e-9)


def test_a_developer_names_only_stations_of_own_projects(bare):
    where, below, period = bare
    other = site("KCS-INV", name="DEV-2")
    with pytest.raises(NotVisible):
        name_station(actor=where.owner, period=period, role="downstream", station=other.station)
    with pytest.raises(NotVisible):
        name_station(actor=other.owner, period=period, role="downstream", station=below)
    with pytest.raises(NotAllowed):
        name_station(actor=official(Role.APPROVER), period=period, role="downstream", station=below)
    stranger = member(developer("Other", "DEV-3"), Role.EDITOR)
    with pytest.raises(NotVisible):
        drop_station(actor=stranger, period=period, role="downstream")
    assert not PeriodStation.objects.exists()


def test_a_station_of_another_own_project_may_be_named(bare):
    where, _below, period = bare
    twin = site("KCS-INV", name="DEV-9")
    with triggers_off(Project):  # a change of proponent, without its request
        Project.objects.filter(pk=twin.project.pk).update(proponent=where.project.proponent)
    elsewhere = Station.objects.get(pk=twin.station.pk)
    named = name_station(actor=where.owner, period=period, role="downstream", station=elsewhere)
    assert named.station.project != period.project


def test_naming_is_refused_where_it_makes_no_sense(bare):
    where, below, period = bare
    for role, station, code in (
        ("control", below, "ROLE_NOT_ASKED"),
        ("downstream", where.station, "STATION_NAMED_ALREADY"),
        ("upstairs", below, "ROLE_NOT_ASKED"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            name_station(actor=where.owner, period=period, role=role, station=station)
        assert refusal.value.code == code
    where.station = below
    with pytest.raises(InvalidInput) as refusal:
        where.period(FIRST_DAY, LAST_DAY)
    assert refusal.value.code == "STATION_BEYOND_PROJECT"


def test_a_change_takes_the_place_of_what_was_named_and_the_log_has_both(bare):
    where, below, period = bare
    again = measured_station(
        where.owner, where.project, "", code="DN-2", kind="reach_end", at=("108.91", "27.72"), area_km2="19"
    )
    name_station(actor=where.owner, period=period, role="downstream", station=below)
    name_station(actor=where.owner, period=period, role="downstream", station=again)
    assert [item.station.code for item in period.further_stations.all()] == ["DN-2"]
    drop_station(actor=where.owner, period=period, role="downstream")
    assert not period.further_stations.exists()
    log = Event.objects.filter(object_id=str(period.pk), action__endswith="_station").order_by("id")
    assert [event.action for event in log] == ["periods.name_station", "periods.name_station", "periods.drop_station"]


def test_a_control_is_optional_lies_outside_and_is_sealed_beside_the_project_and_the_lower_design_is_calculated(
    tmp_path,
):
    where, control = project_and_control(tmp_path)
    period = where.period(FIRST_DAY, LAST_DAY)
    prepare_evidence(actor=where.owner, period=period)
    assert blocking(where, period) == []
    (asked,) = [line for line in lines(where, period) if line.code == "STATION_MISSING"]
    assert "baseline years" in asked.text
    assert not asked.blocking
    assert build_evidence(sources_of(period)).companions == {}
    name_station(actor=where.owner, period=period, role="control", station=control)
    prepare_evidence(actor=where.owner, period=period)
    assert load_methodology("KCS-ENH-BACI", period.project.methodology_version).procedure == "karst-enhancement-2"
    (before,) = blocking(where, period)
    assert before.code == "CONTROL_BEFORE_MISSING"
    assert before.link == f"/stations/{where.station.pk}/records/control_before/"
    bring_in(where, "control_before", rows_of("control_before"))
    assert blocking(where, period) == []
    period = seal_period(actor=where.owner, period=period)
    evidence = sealed_bundle(period).evidence
    assert evidence.companions["control"].station["catchment_area_km2"] == "10.2"
    result, run = calculated(where, period)
    example = result_of("KCS-ENH-BACI")
    for figure in ("net_by_control_t_co2", "control_after_t_co2", "control_before_t_co2"):
        assert value(result, figure) == pytest.approx(value(example, figure), rel=1e-9), figure
    assert result.digest == run.result_digest


def value(result, figure):
    return float(result.content["figures"][figure]["value"])


def calculated(where, period):
    """The official run, and the result recomputed from the kit."""
    run = request_run(actor=where.owner, period=period)
    calculate(run.pk)
    run = Run.objects.get(pk=run.pk)
    assert run.state == "succeeded", run.error
    period.refresh_from_db()
    kit = read_kit(recompute_kit(actor=where.owner, period=period))
    return compute(kit.bundle, read_methodology(kit.methodology_toml)), run


def test_a_control_inside_the_projects_own_catchment_is_refused(tmp_path):
    where, _control = project_and_control(tmp_path, measured=False)
    project = where.project
    project.boundary = {
        "type": "Polygon",
        "coordinates": [[[108.8, 27.65], [108.9, 27.65], [108.9, 27.75], [108.8, 27.75], [108.8, 27.65]]],
    }
    project.boundary_is_drawn = False
    project.save()
    inside = measured_station(where.owner, project, "", code="IN", at=("108.85", "27.71"), area_km2="10.2")
    with pytest.raises(InvalidInput) as refusal:
        name_station(actor=where.owner, period=where.period(FIRST_DAY, LAST_DAY), role="control", station=inside)
    assert refusal.value.code == "CONTROL_INSIDE_CATCHMENT"
