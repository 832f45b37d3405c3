"""KML: polygons of placemarks, always WGS 84. Read without entities, DTDs or anything fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from defusedxml import DefusedXmlException, ElementTree
from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput
from registry.projects.boundary_files.raw import Point, RawBoundary, RawPolygon, Ring, Where


def read(data: bytes) -> RawBoundary:
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InvalidInput(
            "BOUNDARY_XML_REFUSED",
            _("The KML defines entities or a document type, which a boundary does not need. Export it anew."),
        ) from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InvalidInput(
            "BOUNDARY_XML",
            _("The file begins like KML but is not whole XML (%(what)s). Export it anew."),
            what=error,
        ) from error
    if _name(root) != "kml":
        raise InvalidInput(
            "BOUNDARY_XML", _("The file begins like KML but is not whole XML (%(what)s). Export it anew."), what="<kml>"
        )
    polygons = [
        _polygon(element, number)
        for number, placemark in enumerate(_all(root, "Placemark"), start=1)
        for element in _all(placemark, "Polygon")
    ]
    aside = sum(1 for name in ("Point", "LineString", "LinearRing") for _item in _all(root, name))
    aside -= sum(1 + len(polygon.holes) for polygon in polygons)
    return RawBoundary("kml", tuple(polygons), default_crs="EPSG:4326", left_aside=max(aside, 0))


def _polygon(element: Any, feature: int) -> RawPolygon:
    outer = [ring for side in _all(element, "outerBoundaryIs") for ring in _all(side, "LinearRing")]
    inner = [ring for side in _all(element, "innerBoundaryIs") for ring in _all(side, "LinearRing")]
    rings = [Ring(_points(item, feature, number), feature, number) for number, item in enumerate(outer + inner, 1)]
    return RawPolygon(rings[0] if outer else Ring([], feature, 1), tuple(rings[1:] if outer else rings))


def _points(ring: Any, feature: int, number: int) -> list[Point]:
    text = " ".join(element.text or "" for element in _all(ring, "coordinates"))
    points = []
    for item in text.split():
        try:
            longitude, latitude = (float(value) for value in item.split(",")[:2])
        except ValueError as error:
            raise InvalidInput(
                "BOUNDARY_KML_COORDINATES",
                _("%(where)s: “%(item)s” is not longitude,latitude. Correct it or export the KML anew."),
                where=Where(feature, number),
                item=item[:60],
            ) from error
        points.append((longitude, latitude))
    return points


def _all(element: Any, name: str) -> Iterator[Any]:
    return (found for found in element.iter() if _name(found) == name)


def _name(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
