"""GeoTIFF by Pillow, whose libtiff undoes every usual packing; the place from the tags that GeoTIFF adds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mrv.records.grids.grid import MOST_VALUES, FloatArray, Grid, GridError, grid_of

PIXEL_SCALE, TIE_POINT, TRANSFORMATION, GEO_KEYS, NO_DATA = 33550, 33922, 34264, 34735, 42113
_MODEL_TYPE, _RASTER_TYPE = 1024, 1025
_GEOGRAPHIC, _IS_POINT = 2, 2
_NUMBERS = ("F", "I", "L", "I;16", "I;16B", "I;16S", "I;32", "I;32S")
MONTHS = 12


def read_geotiff(path: Path) -> Grid:
    """The pages of a file in longitude and latitude as layers.

    GridError GRID_BROKEN, GRID_TOO_LARGE, GRID_NO_PLACE, GRID_PROJECTED, GRID_TURNED, GRID_NOT_NUMBERS, GRID_LAYERS.
    """
    from PIL import Image  # noqa: PLC0415 - only the process that reads grids needs it

    Image.MAX_IMAGE_PIXELS = MOST_VALUES
    try:
        with Image.open(path, formats=["TIFF"]) as image:
            tags: Any = image.tag_v2  # type: ignore[attr-defined]
            pages = getattr(image, "n_frames", 1)
            if pages % MONTHS and pages != 1:
                raise GridError("GRID_LAYERS", count=pages)
            if image.width * image.height * pages > MOST_VALUES:
                raise GridError("GRID_TOO_LARGE", count=image.width * image.height * pages, most=MOST_VALUES)
            longitude_deg, latitude_deg = _axes(tags, image.width, image.height)
            nothing = _no_data(tags.get(NO_DATA))
            layers = []
            for page in range(pages):
                image.seek(page)
                if image.mode not in _NUMBERS:
                    raise GridError("GRID_NOT_NUMBERS", found=image.mode)
                values = np.asarray(image).astype(np.float64)
                if nothing is not None:
                    values[values == nothing] = np.nan
                layers.append(values)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise GridError("GRID_TOO_LARGE", count=MOST_VALUES, most=MOST_VALUES) from error
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError) as error:
        raise GridError("GRID_BROKEN", reason=str(error)[:80]) from error
    return grid_of(longitude_deg, latitude_deg, np.stack(layers))


def _axes(tags: Any, width: int, height: int) -> tuple[FloatArray, FloatArray]:
    """Longitudes of the columns' and latitudes of the rows' centres."""
    keys = _geo_keys(tags.get(GEO_KEYS))
    if keys.get(_MODEL_TYPE, _GEOGRAPHIC) != _GEOGRAPHIC:
        raise GridError("GRID_PROJECTED")
    if TRANSFORMATION in tags:
        matrix = [float(value) for value in tags[TRANSFORMATION]]
        if matrix[1] or matrix[4]:
            raise GridError("GRID_TURNED")
        step_x, step_y, west, north = matrix[0], matrix[5], matrix[3], matrix[7]
        column, row = 0.0, 0.0
    elif PIXEL_SCALE in tags and TIE_POINT in tags:
        scale, tie = tags[PIXEL_SCALE], [float(value) for value in tags[TIE_POINT][:6]]
        step_x, step_y = float(scale[0]), -float(scale[1])
        column, row, west, north = tie[0], tie[1], tie[3], tie[4]
    else:
        raise GridError("GRID_NO_PLACE")
    half = 0.0 if keys.get(_RASTER_TYPE) == _IS_POINT else 0.5
    longitude_deg = west + (np.arange(width) + half - column) * step_x
    latitude_deg = north + (np.arange(height) + half - row) * step_y
    return longitude_deg, latitude_deg


def _geo_keys(directory: Any) -> dict[int, int]:
    """Key -> value of the keys that hold a short number themselves."""
    if directory is None:
        return {}
    entries = [int(value) for value in directory]
    rows = [entries[place : place + 4] for place in range(4, len(entries) - 3, 4)]
    return {key: value for key, location, _count, value in rows if location == 0}


def _no_data(text: Any) -> float | None:
    try:
        return float(str(text).strip("\x00 "))
    except ValueError:
        return None
