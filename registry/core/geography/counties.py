"""The outlines of Guizhou's counties, schematic; see ``data/README.md``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from shapely import Geometry
from shapely.geometry import shape

_FILE = Path(__file__).parent / "data" / "guizhou_counties.geojson"


@cache
def features() -> dict[str, dict[str, Any]]:
    """GB/T 2260 code -> GeoJSON feature."""
    collection = json.loads(_FILE.read_text("utf-8"))
    return {str(feature["properties"]["code"]): feature for feature in collection["features"]}


@cache
def outline(division_code: str) -> Geometry | None:
    """The county's outline; None for a code that is not among them."""
    feature = features().get(division_code)
    return None if feature is None else shape(feature["geometry"])


@cache
def outlines() -> dict[str, Geometry]:
    """GB/T 2260 code -> outline of every county."""
    return {code: shape(feature["geometry"]) for code, feature in features().items()}


def name_zh(division_code: str) -> str | None:
    feature = features().get(division_code)
    return None if feature is None else str(feature["properties"]["name"])
