"""GeoJSON (RFC 7946): WGS 84 unless the older ``crs`` member says otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput
from registry.projects.boundary_files.raw import Point, RawBoundary, RawPolygon, Ring, Where

OTHER_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString")


def read(data: bytes) -> RawBoundary:
    try:
        content = json.loads(_decoded(data))
    except (ValueError, RecursionError) as error:
        line = f" {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidInput(
            "BOUNDARY_JSON",
            _("The file begins like GeoJSON but is not whole JSON (line%(line)s). Export it anew."),
            line=line,
        ) from error
    if not isinstance(content, dict):
        raise _shape(_("the file"))
    polygons, aside = [], 0
    for number, geometry in enumerate(_geometries(content), start=1):
        kind = geometry.get("type")
        if kind in ("Polygon", "MultiPolygon"):
            listed = geometry.get("coordinates")
            polygons += _polygons([listed] if kind == "Polygon" else listed, number)
        elif kind in OTHER_GEOMETRIES:
            aside += 1
        else:
            raise _shape(Where(number))
    return RawBoundary("geojson", tuple(polygons), crs=_crs(content), default_crs="EPSG:4326", left_aside=aside)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")  # names in GBK; coordinates are plain digits in both


def _geometries(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kind = content.get("type")
    if kind == "FeatureCollection":
        for item in _listed(content.get("features")):
            yield from _geometries(_dict(item))
    elif kind == "Feature":
        if content.get("geometry") is not None:
            yield from _geometries(_dict(content["geometry"]))
    elif kind == "GeometryCollection":
        for item in _listed(content.get("geometries")):
            yield from _geometries(_dict(item))
    else:
        yield content


def _dict(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise _shape(_("a feature"))
    return item


def _listed(items: Any) -> list[Any]:
    if not isinstance(items, list):
        raise _shape(_("the list of features"))
    return items


def _polygons(listed: Any, feature: int) -> list[RawPolygon]:
    polygons, number = [], 0
    for rings in _listed(listed):
        made = []
        for points in _listed(rings):
            number += 1
            made.append(Ring([_point(item, feature, number) for item in _listed(points)], feature, number))
        polygons.append(RawPolygon(made[0] if made else Ring([], feature, number + 1), tuple(made[1:])))
    return polygons


def _point(item: Any, feature: int, ring: int) -> Point:
    try:
        if not isinstance(item, list) or any(isinstance(value, bool | str) for value in item[:2]):
            raise TypeError
        return float(item[0]), float(item[1])
    except (TypeError, IndexError, OverflowError) as error:
        raise _shape(Where(feature, ring)) from error


def _crs(content: dict[str, Any]) -> str:
    """``urn:ogc:def:crs:EPSG::4490`` and the like as ``EPSG:4490``; CRS84 is WGS 84."""
    named = content.get("crs")
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return ""
    if name.endswith("CRS84"):
        return "EPSG:4326"
    return f"EPSG:{name.rsplit(':', 1)[-1]}" if "EPSG" in name.upper() else name


def _shape(where: Any) -> InvalidInput:
    return InvalidInput(
        "BOUNDARY_GEOJSON",
        _("This is not laid out as GeoJSON: %(where)s. It needs Polygon or MultiPolygon with numbers. Export it anew."),
        where=where,
    )
