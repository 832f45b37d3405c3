"""A draft's boundary from a file: held against what was stated, kept with its bytes, closed after submission."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from registry.core import store
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.geography.gcj02 import to_gcj02
from registry.core.roles import Role
from registry.projects import services
from registry.projects.boundaries import area_km2
from registry.projects.drawing import in_county, near
from registry.projects.models import BoundaryVersion, Project
from registry.projects.services.boundaries import remark
from tests.people import developer, member, official
from tests.registry.projects.boundary_samples import FAR_HOLE, HOLE, SQUARE, circle, geojson, shapefile_zip
from tests.registry.projects.test_cycle import draft
from tests.registry.projects.whole_file import ready

pytestmark = pytest.mark.django_db
AREA = Decimal("27.32")
"""Inside SQUARE, km2, rounded."""


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


@pytest.fixture
def project(owner):
    return draft(owner, area_km2=AREA)


def upload(owner, project, data, **options) -> BoundaryVersion:
    return services.set_boundary(actor=owner, project=project, file_name="流域.json", data=data, **options)


def codes(version: BoundaryVersion) -> list[str]:
    return [item["code"] for item in version.remarks]


def test_the_line_replaces_the_circle_and_the_file_is_kept(owner, project):
    data = shapefile_zip(SQUARE, epsg=4545)
    version = upload(owner, project, data)
    kept = Project.objects.get(pk=project.pk)
    assert not kept.boundary_is_drawn
    assert kept.boundary == version.boundary
    assert kept.boundary_west_deg == pytest.approx(108.815)
    assert store.read(version.sha256) == data
    assert (version.crs, version.format, version.vertices) == ("EPSG:4545", "shapefile", 5)
    assert version.area_km2 == pytest.approx(AREA, abs=Decimal("0.01"))
    assert codes(version) == []


def test_an_area_far_from_the_stated_one_is_refused_unless_it_is_taken(owner):
    project = draft(owner, area_km2=Decimal(40))
    with pytest.raises(InvalidInput) as refusal, override("en"):
        upload(owner, project, geojson(SQUARE))
    assert refusal.value.code == "BOUNDARY_AREA_DIFFERS"
    assert "31.7 %" in str(refusal.value)
    assert not BoundaryVersion.objects.exists()
    assert Project.objects.get().boundary_is_drawn
    version = upload(owner, project, geojson(SQUARE), take_area=True)
    assert Project.objects.get().area_km2 == version.area_km2.quantize(Decimal("0.0001"))


def test_an_area_somewhat_off_is_remarked(owner):
    version = upload(owner, draft(owner, area_km2=Decimal(28)), geojson(SQUARE))
    assert codes(version) == ["AREA_DIFFERS"]
    for language in ("en", "zh-hans"):
        with override(language):
            assert "2.4" in remark(version.remarks[0])


def test_the_karst_area_fits_into_the_line(owner):
    project = draft(owner, area_km2=Decimal(40), karst_area_km2=Decimal(35))
    with pytest.raises(InvalidInput) as refusal:
        upload(owner, project, geojson(SQUARE), take_area=True)
    assert refusal.value.code == "KARST_AREA"


def test_a_hole_is_taken_off_the_area(owner, project):
    whole, holed = upload(owner, project, geojson(SQUARE)), upload(owner, project, geojson(SQUARE, HOLE))
    assert whole.area_km2 - holed.area_km2 == pytest.approx(Decimal("1.093"), abs=Decimal("0.01"))
    assert area_km2(holed.boundary) == pytest.approx(float(holed.area_km2), abs=1e-6)


def test_a_line_drawn_on_a_phones_map_is_hinted_at(owner):
    """The outlet lies at the northern edge; the map shows everything 400 m further south and east."""
    outlet = {"longitude_deg": Decimal("108.84"), "latitude_deg": Decimal("27.7245"), "area_km2": AREA}
    assert codes(upload(owner, draft(owner, **outlet), geojson(SQUARE))) == []
    shifted = geojson([to_gcj02(*point) for point in SQUARE])
    assert codes(upload(owner, draft(owner, **outlet), shifted)) == ["LOOKS_SHIFTED"]
    assert codes(upload(owner, draft(owner, **outlet), shifted, stated_crs="GCJ-02")) == []


def test_an_outlet_far_outside_is_remarked(owner):
    project = draft(owner, longitude_deg=Decimal("108.9"), area_km2=AREA)
    assert codes(upload(owner, project, geojson(SQUARE))) == ["OUTLET_OUTSIDE"]


def test_a_boundary_in_another_county_is_refused(owner, project):
    with pytest.raises(InvalidInput) as refusal:
        upload(owner, project, geojson([(x - 2, y - 1) for x, y in SQUARE]))
    assert refusal.value.code == "BOUNDARY_OUTSIDE_COUNTY"


def test_several_areas_are_remarked(owner, project):
    version = upload(owner, project, geojson(SQUARE, FAR_HOLE[::-1], polygons=True), take_area=True)
    assert "SEPARATE_AREAS" in codes(version)


def test_a_boundary_belongs_to_a_draft(owner, project):
    services.submit(actor=owner, project=ready(owner, project))
    with pytest.raises(Refusal) as refusal:
        upload(owner, project, geojson(SQUARE))
    assert refusal.value.code == "PROJECT_NOT_DRAFT"
    reviewer = official(Role.REVIEWER)
    services.return_to_draft(actor=reviewer, project=project, reason="边界需测绘")
    assert upload(owner, project, geojson(SQUARE)).pk


def test_a_stranger_sets_no_boundary(project):
    with pytest.raises(NotVisible):
        upload(member(developer("Other", "DEV-2"), Role.EDITOR), project, geojson(SQUARE))


def test_a_changed_area_moves_the_circle_but_not_a_surveyed_line(owner, project):
    values = {
        "name_zh": "江口泉域", "name_en": "Jiangkou spring", "karst_area_km2": None,
        "longitude_deg": Decimal("108.84"), "latitude_deg": Decimal("27.70"),
        "crediting_start": project.crediting_start, "crediting_end": project.crediting_end,
    }  # fmt: skip
    services.change_draft(actor=owner, project=project, area_km2=Decimal(30), **values)
    assert area_km2(Project.objects.get().boundary) == pytest.approx(30, rel=1e-6)
    upload(owner, project, geojson(SQUARE), take_area=True)
    services.change_draft(actor=owner, project=project, area_km2=Decimal(28), **values)
    assert area_km2(Project.objects.get().boundary) == pytest.approx(float(AREA), abs=0.01)


def test_the_pictures_are_small_whatever_the_line_has(owner, project):
    upload(owner, project, geojson(circle(50_000)), take_area=True)
    project = Project.objects.get(pk=project.pk)
    assert 500 < len(near(project).boundary) < 20_000
    picture = in_county(project)
    assert picture.county.startswith("M")
    assert picture.outlet is not None
