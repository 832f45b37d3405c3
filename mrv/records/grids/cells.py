"""The cells of several grids: those of the precipitation, each with its county, its area and the others' values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from mrv.records.grids.grid import FloatArray, Grid
from registry.core.geography import counties

MOST_CELLS = 60_000
"""Cells beyond this are joined into larger ones: a county's figure does not come from finer climate."""
EARTH_RADIUS_KM = 6371.0072
"""Of the sphere with the earth's surface: areas between parallels are exact to 0.3 %."""
_FINER = 1.5


@dataclass(frozen=True)
class Cells:
    """The reference grid's cells that lie in a county, in rows from the north-west."""

    row: np.ndarray
    column: np.ndarray
    longitude_deg: FloatArray
    latitude_deg: FloatArray
    area_km2: FloatArray
    county: list[str]


def county_box() -> tuple[float, float, float, float]:
    """(west, south, east, north) of all known counties."""
    boxes = np.array([outline.bounds for outline in counties.outlines().values()])
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def joined_to_fit(reference: Grid) -> tuple[Grid, int]:
    """The reference with as many neighbours joined (k x k) as keep the cells within MOST_CELLS; and k."""
    present = int(np.isfinite(reference.values[0]).sum())
    if present <= MOST_CELLS:
        return reference, 1
    k = math.ceil(math.sqrt(present / MOST_CELLS))
    axes = [_centres(axis, k) for axis in (reference.longitude_deg, reference.latitude_deg)]
    empty = np.zeros((1, axes[1].size, axes[0].size))
    coarse = Grid(axes[0], axes[1], empty, reference.unit)
    return Grid(axes[0], axes[1], on_grid(reference, coarse)[np.newaxis], reference.unit), k


def cells_of(reference: Grid) -> tuple[Cells, int]:
    """The cells with a value whose centre lies in a county, and how many with a value lie in none."""
    rows, columns = np.nonzero(np.isfinite(reference.values[0]))
    longitude, latitude = reference.longitude_deg[columns], reference.latitude_deg[rows]
    found = counties_at(longitude, latitude)
    inside = np.array([bool(name) for name in found], dtype=bool)
    order = np.lexsort((longitude[inside], -latitude[inside]))
    step_x, step_y = (math.radians(step) for step in reference.step_deg)
    centre = np.radians(latitude[inside][order])
    area = EARTH_RADIUS_KM**2 * step_x * 2.0 * np.cos(centre) * math.sin(step_y / 2.0)
    names = [name for name in found if name]
    cells = Cells(
        row=rows[inside][order],
        column=columns[inside][order],
        longitude_deg=longitude[inside][order],
        latitude_deg=latitude[inside][order],
        area_km2=area,
        county=[names[place] for place in order],
    )
    return cells, int((~inside).sum())


def counties_at(longitude_deg: FloatArray, latitude_deg: FloatArray) -> list[str]:
    """Code and name of the county of each point, "" for a point in none."""
    found = [""] * longitude_deg.size
    for code, outline in counties.outlines().items():
        west, south, east, north = outline.bounds
        near = np.flatnonzero(
            (longitude_deg >= west) & (longitude_deg <= east) & (latitude_deg >= south) & (latitude_deg <= north)
        )
        if near.size:
            shapely.prepare(outline)
            for place in near[shapely.contains_xy(outline, longitude_deg[near], latitude_deg[near])]:
                found[place] = county_name(code)
    return found


def county_name(code: str) -> str:
    return f"{code} {counties.name_zh(code) or ''}".strip()


def on_grid(grid: Grid, reference: Grid) -> FloatArray:
    """A grid's values on the reference's cells (rows, columns); NaN where it has none.

    A finer grid is averaged over each cell, of a coarser one the cell that holds the centre counts.
    """
    finer = all(ours * _FINER <= theirs for ours, theirs in zip(grid.step_deg, reference.step_deg, strict=True))
    if not finer:
        rows = _places(reference.latitude_deg, grid.latitude_deg)
        columns = _places(reference.longitude_deg, grid.longitude_deg)
        values = grid.values[0][np.maximum(rows, 0)][:, np.maximum(columns, 0)]
        return np.where((rows >= 0)[:, np.newaxis] & (columns >= 0)[np.newaxis, :], values, np.nan)
    shape = (reference.latitude_deg.size, reference.longitude_deg.size)
    rows = _places(grid.latitude_deg, reference.latitude_deg)
    columns = _places(grid.longitude_deg, reference.longitude_deg)
    place = rows[:, np.newaxis] * shape[1] + columns[np.newaxis, :]
    used = (rows >= 0)[:, np.newaxis] & (columns >= 0)[np.newaxis, :] & np.isfinite(grid.values[0])
    total = np.bincount(place[used], weights=grid.values[0][used], minlength=shape[0] * shape[1])
    count = np.bincount(place[used], minlength=shape[0] * shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, total / count, np.nan).reshape(shape)


def _places(points: FloatArray, axis: FloatArray) -> np.ndarray:
    """Index of the axis's cell that holds each point, -1 outside."""
    step = float(axis[-1] - axis[0]) / (axis.size - 1)
    index = np.floor((points - axis[0]) / step + 0.5).astype(np.int64)
    return np.where((index >= 0) & (index < axis.size), index, -1)


def _centres(axis: FloatArray, k: int) -> FloatArray:
    """Centres of k neighbours joined; the last ones that do not fill a cell make one of the same width."""
    step = float(axis[-1] - axis[0]) / (axis.size - 1)
    count = max(2, math.ceil(axis.size / k))
    return float(axis[0]) + step * ((k - 1) / 2.0 + k * np.arange(count))
