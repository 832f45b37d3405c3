"""Boundary files made for tests: a catchment of 5 by 5.5 km near Jiangkou in every format and system."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from math import cos, pi, sin

import shapefile
from pyproj import CRS, Transformer

Ring = Sequence[tuple[float, float]]
WEST, SOUTH, EAST, NORTH = 108.815, 27.675, 108.865, 27.725
SQUARE: Ring = ((WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH), (WEST, SOUTH))
HOLE: Ring = ((108.83, 27.69), (108.83, 27.70), (108.84, 27.70), (108.84, 27.69), (108.83, 27.69))
FAR_HOLE: Ring = tuple((x + 0.2, y) for x, y in HOLE)
BOW_TIE: Ring = ((WEST, SOUTH), (EAST, NORTH), (EAST, SOUTH), (WEST, NORTH), (WEST, SOUTH))
ESRI_CGCS2000 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
ESRI_XIAN80 = (
    'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def circle(vertices: int, radius_deg: float = 0.026) -> Ring:
    turns = [2 * pi * n / (vertices - 1) for n in range(vertices - 1)]
    points = [(108.84 + radius_deg * cos(turn), 27.70 + radius_deg * sin(turn)) for turn in turns]
    return [*points, points[0]]


def geojson(*rings: Ring, crs: str = "", polygons: bool = False) -> bytes:
    """One polygon with holes, or with ``polygons`` a multipolygon of as many as there are rings."""
    coordinates = [[list(point) for point in ring] for ring in rings]
    geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in coordinates]} if polygons else {
        "type": "Polygon", "coordinates": coordinates,
    }  # fmt: skip
    content = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geometry}]}
    if crs:
        content["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(content).encode()


def kml(outer: Ring, *holes: Ring, before: str = "") -> bytes:
    def ring(points: Ring) -> str:
        listed = " ".join(f"{x},{y},0" for x, y in points)
        return f"<LinearRing><coordinates>{listed}</coordinates></LinearRing>"

    inner = "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in holes)
    polygon = f"<Polygon><outerBoundaryIs>{ring(outer)}</outerBoundaryIs>{inner}</Polygon>"
    point = "<Placemark><name>出口</name><Point><coordinates>108.84,27.70</coordinates></Point></Placemark>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<Placemark><name>流域</name>{polygon}</Placemark>{point}</Document></kml>"
    ).encode()


def shapefile_zip(
    *rings: Ring,
    prj: str = ESRI_CGCS2000,
    epsg: int | None = None,
    name: str = "流域",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """The rings as one record of a shapefile; ``epsg`` projects them first and writes that system's ``.prj``."""
    points = [[list(point) for point in ring] for ring in rings]
    if epsg is not None:
        turn = Transformer.from_crs("EPSG:4490", f"EPSG:{epsg}", always_xy=True)
        points = [[list(turn.transform(*point)) for point in ring] for ring in points]
        prj = CRS.from_epsg(epsg).to_wkt("WKT1_ESRI") if prj else ""
    parts = {end: io.BytesIO() for end in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POLYGON) as writer:
        writer.field("NAME", "C")
        writer.poly([ring[::-1] for ring in points])  # outer rings of a shapefile run with the clock
        writer.record("x")
    return zipped({
        **{f"流域.{end}": stream.getvalue() for end, stream in parts.items()},
        **({"流域.prj": prj.encode()} if prj else {}),
        **(more or {}),
    })  # fmt: skip


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()
