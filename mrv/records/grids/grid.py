"""A grid in longitude and latitude, and the refusal of what is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
MOST_VALUES = 60_000_000
SMALLEST = 2
_REGULAR = 0.02


class GridError(Exception):
    """A file that is no usable grid: a code of `texts.GRID_TEXTS` with its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Grid:
    """Values at cell centres: `values` (layers, latitudes, longitudes), NaN where there are none; axes ascending."""

    longitude_deg: FloatArray
    latitude_deg: FloatArray
    values: FloatArray
    unit: str = ""
    """As the file states it; "" where it states none."""

    @property
    def step_deg(self) -> tuple[float, float]:
        """(longitude, latitude) between neighbouring centres."""
        return _step(self.longitude_deg), _step(self.latitude_deg)

    def within(self, west: float, south: float, east: float, north: float) -> Grid:
        """The part whose centres lie in a box, and one cell around it. GridError GRID_ELSEWHERE where none does."""
        columns = _around(self.longitude_deg, west, east)
        rows = _around(self.latitude_deg, south, north)
        if min(columns.stop - columns.start, rows.stop - rows.start) < SMALLEST:
            raise GridError("GRID_ELSEWHERE")
        return replace(
            self,
            longitude_deg=self.longitude_deg[columns],
            latitude_deg=self.latitude_deg[rows],
            values=self.values[:, rows, columns],
        )


def grid_of(longitude_deg: FloatArray, latitude_deg: FloatArray, values: FloatArray, unit: str = "") -> Grid:
    """A checked grid: axes made ascending, longitudes from -180 to 180. GridError GRID_NOT_REGULAR, GRID_NO_PLACE."""
    if min(longitude_deg.size, latitude_deg.size) < SMALLEST:
        raise GridError("GRID_TOO_SMALL", columns=int(longitude_deg.size), rows=int(latitude_deg.size))
    longitude_deg = np.where(longitude_deg > 180.0, longitude_deg - 360.0, longitude_deg)
    columns, rows = np.argsort(longitude_deg, kind="stable"), np.argsort(latitude_deg, kind="stable")
    longitude_deg, latitude_deg = longitude_deg[columns], latitude_deg[rows]
    if abs(latitude_deg[[0, -1]]).max() > 90.0 or abs(longitude_deg[[0, -1]]).max() > 180.0:
        raise GridError("GRID_PROJECTED")
    for axis in (longitude_deg, latitude_deg):
        steps = np.diff(axis)
        step = float(np.median(steps))
        if step <= 0.0 or abs(steps - step).max() > _REGULAR * step:
            raise GridError("GRID_NOT_REGULAR")
    return Grid(longitude_deg, latitude_deg, values[:, rows][:, :, columns].astype(np.float64), unit)


def _step(axis: FloatArray) -> float:
    return float(axis[-1] - axis[0]) / (axis.size - 1)


def _around(axis: FloatArray, low: float, high: float) -> slice:
    first = max(int(np.searchsorted(axis, low)) - 1, 0)
    after = min(int(np.searchsorted(axis, high, side="right")) + 1, axis.size)
    return slice(first, max(after, first))
