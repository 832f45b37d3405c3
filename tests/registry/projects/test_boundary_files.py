"""Boundaries out of the files that people have: every format and system, and every fault said where it is."""

import json
import time

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from registry.core.errors import InvalidInput
from registry.core.geography.gcj02 import to_gcj02
from registry.projects.boundary_files import read_boundary
from tests.registry.projects import boundary_samples as samples
from tests.registry.projects.boundary_samples import (
    BOW_TIE,
    FAR_HOLE,
    HOLE,
    SQUARE,
    geojson,
    kml,
    shapefile_zip,
    zipped,
)

EXPECTED = shape({"type": "Polygon", "coordinates": [SQUARE]})


def refused(data: bytes, stated_crs: str = "") -> tuple[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        read_boundary(data, stated_crs=stated_crs)
    with override("en"):
        return refusal.value.code, str(refusal.value)


@pytest.mark.parametrize(
    ("data", "stated", "format"),
    [
        (geojson(SQUARE), "", "geojson"),
        (geojson(SQUARE, crs="urn:ogc:def:crs:EPSG::4490"), "", "geojson"),
        (geojson(SQUARE, crs="urn:ogc:def:crs:OGC:1.3:CRS84"), "EPSG:4490", "geojson"),
        (b"\xef\xbb\xbf" + geojson(SQUARE), "", "geojson"),
        (kml(SQUARE), "", "kml"),
        (zipped({"doc.kml": kml(SQUARE)}), "", "kml"),
        (shapefile_zip(SQUARE), "", "shapefile"),
        (shapefile_zip(SQUARE, prj=""), "EPSG:4490", "shapefile"),
        (shapefile_zip(SQUARE, epsg=4544), "", "shapefile"),
        (shapefile_zip(SQUARE, epsg=4545), "EPSG:4545", "shapefile"),
        (shapefile_zip(SQUARE, epsg=4524), "", "shapefile"),
        (shapefile_zip(SQUARE, epsg=4524, prj=""), "EPSG:4524", "shapefile"),
        (shapefile_zip(SQUARE, epsg=4546, prj=""), "EPSG:4546", "shapefile"),
        (geojson([to_gcj02(*point) for point in SQUARE]), "GCJ-02", "geojson"),
    ],
)
def test_one_catchment_in_every_format_and_system(data, stated, format):
    read = read_boundary(data, stated_crs=stated)
    area = shape(read.boundary)
    assert read.format == format
    assert area.symmetric_difference(EXPECTED).area / EXPECTED.area < 1e-4  # a projected edge is not quite straight
    assert area.exterior.is_ccw
    assert read.vertices == 5


def test_points_beside_the_polygon_are_counted_and_left_aside():
    assert read_boundary(kml(SQUARE)).left_aside == 1


@pytest.mark.parametrize("make", [geojson, kml, shapefile_zip])
def test_holes_are_kept(make):
    area = shape(read_boundary(make(SQUARE, HOLE)).boundary)
    assert area.area == pytest.approx(EXPECTED.area - 1e-4)


def test_several_areas_are_kept_together():
    read = read_boundary(geojson(SQUARE, FAR_HOLE, polygons=True))
    assert read.boundary["type"] == "MultiPolygon"
    assert len(read.boundary["coordinates"]) == 2


@pytest.mark.parametrize("make", [geojson, kml, shapefile_zip])
def test_a_line_that_crosses_itself_is_refused_with_the_place(make):
    code, message = refused(make(BOW_TIE))
    assert code == "BOUNDARY_SELF_INTERSECTS"
    assert "feature 1, ring 1" in message
    assert "108.84" in message and "27.70" in message  # noqa: PT018  the crossing


@pytest.mark.parametrize("make", [geojson, kml])
def test_a_line_that_is_not_closed_is_refused_with_its_ends(make):
    code, message = refused(make(SQUARE[:-1]))
    assert code == "BOUNDARY_NOT_CLOSED"
    assert "108.815000° E, 27.675000° N" in message
    assert "108.815000° E, 27.725000° N" in message


@pytest.mark.parametrize("make", [geojson, kml, shapefile_zip])
def test_a_hole_outside_is_refused_with_the_place(make):
    code, message = refused(make(SQUARE, FAR_HOLE))
    assert code == "BOUNDARY_HOLE_OUTSIDE"
    assert "ring 2" in message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "BOUNDARY_FORMAT"),
        (b"x,y\n1,2\n", "BOUNDARY_FORMAT"),
        (b"{", "BOUNDARY_JSON"),
        (b'{"a":' * 5000, "BOUNDARY_JSON"),
        (b'{"type": "FeatureCollection", "features": []}', "BOUNDARY_NO_POLYGON"),
        (b'{"type": "FeatureCollection", "features": 5}', "BOUNDARY_GEOJSON"),
        (b'{"type": "Polygon", "coordinates": [[["a", 1], [2, 3]]]}', "BOUNDARY_GEOJSON"),
        (b'{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [4, 5], [NaN, 1]]]}', "BOUNDARY_NOT_A_NUMBER"),
        (b'{"type": "Polygon", "coordinates": []}', "BOUNDARY_RING_EMPTY"),
        (b'{"type": "Point", "coordinates": [108, 27]}', "BOUNDARY_NO_POLYGON"),
        (geojson([(108.8, 27.6)] * 4), "BOUNDARY_RING_EMPTY"),
        (geojson([(108.8, 27.6), (108.9, 27.6), (109.0, 27.6), (108.8, 27.6)]), "BOUNDARY_RING_EMPTY_AREA"),
        (geojson(SQUARE, SQUARE, polygons=True), "BOUNDARY_SELF_INTERSECTS"),
        (b"<html></html>", "BOUNDARY_XML"),
        (b"<kml><Document>", "BOUNDARY_XML"),
        (kml(SQUARE, before='<!DOCTYPE kml [<!ENTITY a "b">]>'), "BOUNDARY_XML_REFUSED"),
        (kml(SQUARE).replace(b"108.815,27.675", b"108,815;27"), "BOUNDARY_KML_COORDINATES"),
        (b"PK\x03\x04broken", "BOUNDARY_ZIP"),
        (zipped({"readme.txt": b"x"}), "BOUNDARY_ZIP_CONTENT"),
        (shapefile_zip(SQUARE, more={"second.shp": b"x"}), "BOUNDARY_ZIP_CONTENT"),
        (shapefile_zip(SQUARE, more={"../../etc/passwd": b"x"}), "BOUNDARY_ZIP_PATH"),
        (shapefile_zip(SQUARE, more={"/etc/passwd": b"x"}), "BOUNDARY_ZIP_PATH"),
        (shapefile_zip(SQUARE, more={f"{n}.txt": b"" for n in range(300)}), "BOUNDARY_ZIP_TOO_LARGE"),
        (shapefile_zip(SQUARE, more={"zeros": bytes(101 * 1024 * 1024)}), "BOUNDARY_ZIP_TOO_LARGE"),
        (zipped({"a.shp": b"not a shapefile", "a.prj": samples.ESRI_CGCS2000.encode()}), "BOUNDARY_SHAPEFILE"),
        (shapefile_zip(SQUARE, prj=""), "BOUNDARY_CRS_NOT_STATED"),
        (shapefile_zip(SQUARE, prj="nonsense"), "BOUNDARY_CRS_UNKNOWN"),
        (shapefile_zip(SQUARE, prj=samples.ESRI_XIAN80), "BOUNDARY_DATUM"),
        (b"{" + b" " * (21 * 1024 * 1024), "BOUNDARY_FILE_TOO_LARGE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_by_name(data, code):
    assert refused(data)[0] == code


def test_a_choice_against_the_files_own_word_is_refused():
    assert refused(shapefile_zip(SQUARE, epsg=4544), "EPSG:4545")[0] == "BOUNDARY_CRS_CONFLICT"
    assert refused(shapefile_zip(SQUARE, epsg=4544), "GCJ-02")[0] == "BOUNDARY_CRS_CONFLICT"


def test_exchanged_axes_and_metres_are_told_as_such():
    assert "exchanged" in refused(geojson([(y, x) for x, y in SQUARE]))[1]
    assert "metres" in refused(geojson([(x * 4000, y * 100000) for x, y in SQUARE]))[1]


def test_a_hundred_thousand_vertices_are_read_in_seconds_and_one_more_is_not():
    before = time.process_time()
    read = read_boundary(geojson(samples.circle(100_000)))
    assert read.vertices == 100_000
    assert time.process_time() - before < 20  # a guard against squares of n, not a measure
    assert refused(geojson(samples.circle(100_001)))[0] == "BOUNDARY_TOO_MANY_VERTICES"


def read_or_refused(data: bytes) -> bool:
    """Any other error than a refusal is a fault."""
    try:
        return read_boundary(data).vertices > 3
    except InvalidInput as refusal:
        return refusal.code.startswith("BOUNDARY_") and bool(str(refusal))


WHOLE = {"geojson": geojson(SQUARE, HOLE), "kml": kml(SQUARE, HOLE), "shapefile": shapefile_zip(SQUARE, HOLE)}


@settings(max_examples=100, deadline=None)
@given(which=st.sampled_from(sorted(WHOLE)), at=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_file_is_read_or_refused_and_never_a_fault(which, at, byte, cut):
    data = bytearray(WHOLE[which])
    place = int(at * (len(data) - 1))
    data[place] = byte
    assert read_or_refused(bytes(data[:place] if cut else data))


@settings(max_examples=30, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["type", "features", "geometry", "coordinates", "crs"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["Polygon", "MultiPolygon", "FeatureCollection", "Feature", "GeometryCollection"]),
)
def test_any_json_is_read_or_refused(content, kind):
    data = {"type": kind, "coordinates": content, "features": content, "geometry": content, "geometries": content}
    assert read_or_refused(json.dumps(data).encode())
