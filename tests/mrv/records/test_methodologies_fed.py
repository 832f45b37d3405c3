"""Every methodology is fed by a user: templates filled in, imported, sealed, and calculated by the engine."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from calculations.bundle import read_bundle
from mrv.methodologies.models import MethodologyVersion
from mrv.periods.further import name_station
from mrv.periods.preparation import prepare_evidence
from mrv.periods.services import readiness, seal_period
from mrv.records.models import RecordFile
from mrv.runs.models import Run
from mrv.runs.selectors import result_of as result_of_run
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from registry.core import store
from registry.core.errors import InvalidInput
from tests.calculations.examples import result_of
from tests.mrv.evidence import site
from tests.mrv.paired import FIRST_DAY, LAST_DAY, project_and_control, spring_and_downstream
from tests.mrv.records.fed import bring_in, rows_of, station_fed
from tests.mrv.records.grid_files import EVAPORATION, PCO2, RAIN, TEMPERATURE, csv_grid, geotiff, netcdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]

DRAWN = ("p10", "p50", "p90", "half_width", "creditable", "buffer", "share_of_variance")
"""Figures with the seed in them, which is the bundle's digest: they agree within the noise of the draws."""


def missing(place, period):
    """The records that the readiness list asks for and that stop the seal, and those that do not."""
    lines = [line for line in readiness(place.owner, period) if line.code == "RECORD_MISSING"]
    assert all(line.link.endswith(f"/records/{line.params['name']}/") for line in lines), "each leads to its page"
    return (
        {line.params["name"] for line in lines if line.blocking},
        {line.params["name"] for line in lines if not line.blocking},
    )


def calculated(place, period, methodology=None):
    """The result of the worker's run, or its refusal's code."""
    kind = Run.Kind.OFFICIAL if methodology is None else Run.Kind.PREVIEW
    run = request_run(actor=place.owner, period=period, kind=kind, methodology=methodology)
    calculate(run.pk)
    run.refresh_from_db()
    assert run.state == "succeeded", run.error
    return result_of_run(run)


def version(identifier):
    return MethodologyVersion.objects.filter(identifier=identifier, state="published").latest("id")


def same_figures(found, expected):
    assert set(found) == set(expected)
    for name, figure in expected.items():
        ours, theirs = found[name]["value"], figure["value"]
        if name == "remainder_t_co2":
            continue  # what is left of a drawn figure below a whole tonne
        if theirs is None or ours is None:
            assert ours == theirs, name
            continue
        rel = 0.02 if any(part in name for part in DRAWN) else 1e-9
        assert float(ours) == pytest.approx(float(theirs), rel=rel, abs=1e-9), name


def test_allogenic_irrigation(tmp_path):
    place, period = station_fed("KCS-ALLO", "project", tmp_path, baseline=True)
    assert missing(place, period) == ({"allogenic_water"}, {"design", "life_cycle"})
    with pytest.raises(InvalidInput) as refusal:
        seal_period(actor=place.owner, period=period)
    assert refusal.value.messages[0].code == "RECORD_MISSING", "told before the calculation, not by it"
    bring_in(place, "allogenic_water", rows_of("allogenic_water"))
    bring_in(place, "design", rows_of("design"), language="en")
    bring_in(place, "life_cycle", rows_of("life_cycle"), form="xlsx")
    assert missing(place, period) == (set(), set())
    period = seal_period(actor=place.owner, period=period)
    evidence = read_bundle(store.path(period.bundle_sha256)).evidence
    assert set(evidence.records) == {"allogenic_water", "design", "life_cycle"}
    assert [(row["file"], row["row"]) for row in evidence.records["allogenic_water"]] == [
        ("allogenic_water.csv", 3),
        ("allogenic_water.csv", 4),
    ], "the row in which it stands in the file, below heading and example"
    result = calculated(place, period)
    same_figures(result["figures"], result_of("KCS-ALLO").content["figures"])


def test_enhancement_with_its_control_emissions_and_design(tmp_path):
    place, control = project_and_control(tmp_path)
    period = place.period(FIRST_DAY, LAST_DAY)
    name_station(actor=place.owner, period=period, role="control", station=control)
    prepare_evidence(actor=place.owner, period=period)
    assert missing(place, period) == (set(), {"life_cycle", "design"})
    bring_in(place, "life_cycle", rows_of("life_cycle"))
    bring_in(place, "design", rows_of("design"))
    bring_in(place, "control_before", rows_of("control_before"), form="xlsx", language="en")
    period = seal_period(actor=place.owner, period=period)
    stated = read_bundle(store.path(period.bundle_sha256)).evidence.records["control_before"]
    assert stated["months"][0] == {"month": 1, "runoff_mm": "16.744", "flow_weighted_alkalinity_mg_l_hco3": "174"}
    assert (stated["runoff_mm_per_year"], stated["errors_shared_with_project"][0]) == ("480", "rating")
    same_figures(calculated(place, period)["figures"], result_of("KCS-ENH-BACI").content["figures"])


def test_downstream_retention_with_its_reach():
    place, below = spring_and_downstream()
    period = place.period(FIRST_DAY, LAST_DAY)
    name_station(actor=place.owner, period=period, role="downstream", station=below)
    prepare_evidence(actor=place.owner, period=period)
    assert missing(place, period) == (set(), {"reach"})
    bring_in(place, "reach", rows_of("reach"))
    period = seal_period(actor=place.owner, period=period)
    same_figures(calculated(place, period)["figures"], result_of("KCS-NET").content["figures"])


def test_aquatic_photosynthesis_beside_the_inventory(tmp_path):
    place, period = station_fed("KCS-INV", "spring", tmp_path)
    aqua = version("KCS-AQUA")
    with pytest.raises(InvalidInput) as refusal:
        request_run(actor=place.owner, period=period, kind=Run.Kind.PREVIEW, methodology=aqua)
    assert [line.code for line in refusal.value.messages] == ["RECORD_MISSING"]
    bring_in(place, "organic_carbon", rows_of("organic_carbon"), language="en")
    period = seal_period(actor=place.owner, period=period)
    result = calculated(place, period, aqua)
    same_figures(result["figures"], result_of("KCS-AQUA").content["figures"])


@pytest.mark.parametrize(
    ("identifier", "tables"),
    [
        ("KCS-POWDER", {"powder": "powder", "soil_acid": "soil_acid", "life_cycle": "powder_life_cycle"}),
        ("KCS-TAB", {"tablets": "tablets"}),
    ],
)
def test_methodologies_without_a_logger(identifier, tables):
    place = site("KCS-INV")
    if identifier == "KCS-TAB":
        first, last = date(2020, 5, 1), date(2021, 4, 30)
        place.project.crediting_start = first
        place.project.save(update_fields=["crediting_start"])
    else:
        first, last = date(2021, 6, 1), date(2022, 5, 31)
    period = place.period(first_day=first, last_day=last)
    chosen = version(identifier)
    with pytest.raises(InvalidInput) as refusal:
        request_run(actor=place.owner, period=period, kind=Run.Kind.PREVIEW, methodology=chosen)
    assert {line.code for line in refusal.value.messages} == {"RECORD_MISSING"}, "no readings, no curve asked for"
    for form, (kind, example) in zip(("csv", "xlsx", "csv"), tables.items(), strict=False):
        bring_in(place, kind, rows_of(example, kind=kind, first=first, last=last), form=form)
    result = calculated(place, period, chosen)
    same_figures(result["figures"], result_of(identifier).content["figures"])


def test_a_sealed_period_of_an_inventory_carries_the_powder_too():
    place = site("KCS-INV")
    period = place.month_of_evidence()
    days = {"first": period.first_day, "last": period.last_day}
    for kind, example in (("powder", "powder"), ("soil_acid", "soil_acid"), ("life_cycle", "powder_life_cycle")):
        bring_in(place, kind, rows_of(example, kind=kind, **days))
    period = seal_period(actor=place.owner, period=period)
    result = calculated(place, period, version("KCS-POWDER"))
    assert result["bundle_digest"] == period.bundle_digest, "the evidence that was sealed, not another"
    same_figures(result["figures"], result_of("KCS-POWDER").content["figures"])


def test_a_calculation_beside_is_never_official(tmp_path):
    place = site("KCS-INV")
    period = seal_period(actor=place.owner, period=place.month_of_evidence())
    with pytest.raises(InvalidInput) as refusal:
        request_run(actor=place.owner, period=period, kind=Run.Kind.OFFICIAL, methodology=version("KCS-AQUA"))
    assert refusal.value.code == "BESIDE_IS_A_PREVIEW"
    with pytest.raises(InvalidInput) as refusal:
        request_run(actor=place.owner, period=period, kind=Run.Kind.PREVIEW, methodology=version("KCS-ALLO"))
    assert refusal.value.code == "NOT_BESIDE", "what earns credits is the project's own methodology or none"


def test_grid_files_become_a_sealed_record_and_a_table_of_counties(client, tmp_path):
    place = site("KCS-INV")
    period = place.month_of_evidence()
    client.force_login(get_user_model().objects.get(pk=place.owner.user_id))
    page = f"/stations/{place.station.pk}/records/dissolution_grid/"
    assert 'name="precipitation_unit"' in client.get(page).content.decode()
    answer = client.post(
        f"{page}grids/",
        {
            "precipitation": SimpleUploadedFile("pre.tif", geotiff(RAIN)),
            "precipitation_unit": "mm",
            "evaporation": SimpleUploadedFile("aet.nc", netcdf(EVAPORATION, tmp_path, name="aet", months=12)),
            "temperature": SimpleUploadedFile("tmp.csv", csv_grid(TEMPERATURE, "tmp (°C)")),
            "soil_pco2": SimpleUploadedFile("pco2.csv", csv_grid(PCO2, "pco2 (log10 atm)")),
            "climate_source": "means of 1991-2020",
            "soil_pco2_source": "profiles of 2021",
        },
    )
    file = RecordFile.objects.get(kind="dissolution_grid")
    assert answer.headers["Location"] == f"/records/{file.pk}/"
    assert "520621" in client.get(f"/records/{file.pk}/").content.decode()
    client.post(f"/records/{file.pk}/import/")
    period = seal_period(actor=place.owner, period=period)
    evidence = read_bundle(store.path(period.bundle_sha256)).evidence
    grid = evidence.records["dissolution_grid"]
    assert (grid["climate_source"], grid["soil_pco2_source"]) == ("means of 1991-2020", "profiles of 2021")
    assert any(raw.name == "grids.zip" for raw in evidence.raw), "the files themselves"
    result = calculated(place, period, version("KCS-MPD"))
    assert result["bundle_digest"] == period.bundle_digest
    counties = {row["county"]: row for row in result["counties"]}
    assert sum(row["cells"] for row in counties.values()) == len(grid["cells"])
    there = counties["520621 江口县"]
    assert 20 < float(there["potential_t_co2_km2_a"]) < 60
    run = Run.objects.latest("id")
    assert "520621 江口县" in client.get(f"/runs/{run.pk}/").content.decode()
