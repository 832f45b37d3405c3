"""Phones' coordinates and the way back; the outlines of the counties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point

from registry.core.geography import counties, gcj02

EARTH = Geod(ellps="GRS80")
LONGITUDES, LATITUDES = st.floats(103.6, 109.6), st.floats(24.6, 29.2)


def metres(a, b):
    return EARTH.inv(*a, *b)[2]


@given(LONGITUDES, LATITUDES)
def test_the_way_back_finds_the_place_within_a_centimetre(longitude, latitude):
    shown = gcj02.to_gcj02(longitude, latitude)
    assert metres((longitude, latitude), gcj02.from_gcj02(*shown)) < 0.01


@given(LONGITUDES, LATITUDES)
def test_the_shift_is_some_hundred_metres_east_and_south_all_over_the_province(longitude, latitude):
    shown = gcj02.to_gcj02(longitude, latitude)
    assert 300 < metres((longitude, latitude), shown) < 700
    assert shown[0] > longitude
    assert shown[1] < latitude


def test_all_counties_of_the_province_have_an_outline():
    assert len(counties.features()) == 88
    assert counties.name_zh("520621") == "江口县"
    assert counties.outline("520621").covers(Point(108.84, 27.70))
    assert counties.outline("110101") is None


@pytest.mark.parametrize(
    "code", ["520123", "520281", "520329", "520422", "520523", "520621", "522325", "522622", "522723"]
)
def test_the_counties_of_the_review_are_among_them(code):
    assert counties.outline(code).is_valid
