"""A station lies in its county and its surveyed catchment; a phone's shift is noticed and the right place offered."""

from decimal import Decimal

import pytest
from shapely.geometry import Point, mapping

from mrv.stations.location import check_location
from registry.core.errors import InvalidInput
from registry.core.geography import gcj02
from registry.projects.models import Project

SPRING = (108.84, 27.70)


def project(boundary=None, county="520621"):
    return Project(
        division_code=county,
        county_zh="江口县",
        county_en="Jiangkou",
        boundary=mapping(boundary or Point(SPRING).buffer(0.05)),
        boundary_is_drawn=boundary is None,
    )


def check(place, **options):
    check_location(project(**options), *(Decimal(f"{value:.6f}") for value in place))


def test_inside_is_silent():
    check(SPRING)
    check(SPRING, boundary=Point(SPRING).buffer(0.01))


def test_an_outlet_on_the_line_of_its_catchment_is_inside():
    on_the_line = (SPRING[0] + 0.0101, SPRING[1])  # ten metres beyond
    check(on_the_line, boundary=Point(SPRING).buffer(0.01, quad_segs=64))


def test_another_county_is_refused_by_name():
    with pytest.raises(InvalidInput) as refused:
        check((106.7, 26.6))
    assert refused.value.code == "LOCATION_OUTSIDE"
    assert "江口县" in str(refused.value)


def test_a_phones_place_is_told_with_the_right_one():
    shown = gcj02.to_gcj02(*SPRING)
    with pytest.raises(InvalidInput) as refused:
        check(shown, boundary=Point(SPRING).buffer(0.001))
    assert refused.value.code == "LOCATION_LOOKS_SHIFTED"
    assert float(refused.value.params["longitude"]) == pytest.approx(SPRING[0], abs=1e-6)
    assert float(refused.value.params["latitude"]) == pytest.approx(SPRING[1], abs=1e-6)
    check((float(refused.value.params["longitude"]), float(refused.value.params["latitude"])))


def test_a_drawn_circle_says_nothing_against_a_station():
    check((SPRING[0] + 0.06, SPRING[1]))


def test_a_county_without_outline_is_not_judged():
    check((0.0, 51.5), county="999999")
