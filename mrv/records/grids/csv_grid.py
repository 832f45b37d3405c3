"""A grid as a table of points: longitude, latitude, value."""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from mrv.records.grids.grid import MOST_VALUES, Grid, GridError, grid_of

_LONGITUDE = {"lon", "longitude", "longitude_deg", "long", "x", "经度", "东经"}
_LATITUDE = {"lat", "latitude", "latitude_deg", "y", "纬度", "北纬"}
_COLUMNS = 3
_UNIT = re.compile(r"^(.*?)\s*[(（\[]([^()（）\[\]]*)[)）\]]\s*$")


def read_csv_grid(data: bytes) -> Grid:
    """Points on a regular grid, in any order; absent points have no value. The unit stands in brackets in the heading.

    GridError GRID_HEADING, GRID_NUMBER, GRID_REPEATED, GRID_TOO_LARGE, GRID_NOT_REGULAR.
    """
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    heading = [cell.strip() for cell in next(rows, [])]
    plain = [split_unit(cell)[0].strip().lower() for cell in heading]
    lon = next((place for place, name in enumerate(plain) if name in _LONGITUDE), None)
    lat = next((place for place, name in enumerate(plain) if name in _LATITUDE), None)
    others = [place for place in range(len(plain)) if place not in (lon, lat) and plain[place]]
    if lon is None or lat is None or len(others) != 1:
        raise GridError("GRID_HEADING", found=", ".join(heading[:10])[:120] or "–")
    value = others[0]
    points = []
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < _COLUMNS or max(lon, lat, value) >= len(cells):
            raise GridError("GRID_NUMBER", row=number, text=delimiter.join(cells)[:40])
        points.append([_number(cells[place], number, empty=place == value) for place in (lon, lat, value)])
    return _gridded(np.array(points, dtype=np.float64).reshape(-1, _COLUMNS), split_unit(heading[value])[1])


def split_unit(heading: str) -> tuple[str, str]:
    """``降水 (mm)`` -> 降水, mm."""
    match = _UNIT.match(heading.strip())
    return (match[1], match[2].strip()) if match else (heading.strip(), "")


def _gridded(points: np.ndarray, unit: str) -> Grid:
    longitudes, columns = np.unique(np.round(points[:, 0], 6), return_inverse=True)
    latitudes, rows = np.unique(np.round(points[:, 1], 6), return_inverse=True)
    if longitudes.size * latitudes.size > min(MOST_VALUES, 100 * max(len(points), 100)):
        raise GridError("GRID_NOT_REGULAR")
    values = np.full((1, latitudes.size, longitudes.size), np.nan)
    seen = np.zeros((latitudes.size, longitudes.size), dtype=np.int64)
    np.add.at(seen, (rows, columns), 1)
    if seen.size and seen.max() > 1:
        row, column = np.argwhere(seen > 1)[0]
        raise GridError("GRID_REPEATED", longitude=float(longitudes[column]), latitude=float(latitudes[row]))
    values[0, rows, columns] = points[:, 2]
    return grid_of(longitudes, latitudes, values, unit)


def _number(cell: str, row: int, *, empty: bool) -> float:
    text = cell.strip()
    if empty and text.lower() in ("", "nan", "na", "-", "null", "-9999", "-9999.0"):
        return float("nan")
    try:
        found = float(text)
    except ValueError as error:
        raise GridError("GRID_NUMBER", row=row, text=text[:40]) from error
    if not np.isfinite(found):
        raise GridError("GRID_NUMBER", row=row, text=text[:40])
    return found


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
        except UnicodeDecodeError:
            continue
    raise GridError("GRID_BROKEN", reason="encoding")
