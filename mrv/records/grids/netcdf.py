"""NetCDF, the classic and the HDF5 form, by the netCDF4 package: the one variable over latitude and longitude."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mrv.records.grids.geotiff import MONTHS
from mrv.records.grids.grid import MOST_VALUES, FloatArray, Grid, GridError, grid_of

_LONGITUDE = {"lon", "longitude", "x", "long"}
_LATITUDE = {"lat", "latitude", "y"}
_OVER_A_PLACE = 2


def read_netcdf(path: Path) -> Grid:
    """The only data variable with a latitude and a longitude; a third dimension is the months.

    GridError GRID_BROKEN, GRID_VARIABLE_UNCLEAR, GRID_NO_PLACE, GRID_LAYERS, GRID_TOO_LARGE.
    """
    import netCDF4  # noqa: PLC0415 - only the process that reads grids needs it

    try:
        with netCDF4.Dataset(str(path), "r") as dataset:
            return _grid(dataset)
    except (OSError, RuntimeError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise GridError("GRID_BROKEN", reason=str(error)[:80]) from error


def _grid(dataset: Any) -> Grid:
    longitude, latitude = _axis(dataset, _LONGITUDE, "degrees_east"), _axis(dataset, _LATITUDE, "degrees_north")
    if longitude is None or latitude is None:
        raise GridError("GRID_NO_PLACE")
    names = [
        name
        for name, variable in dataset.variables.items()
        if longitude.dimensions[0] in variable.dimensions and latitude.dimensions[0] in variable.dimensions
    ]
    if len(names) != 1:
        raise GridError("GRID_VARIABLE_UNCLEAR", found=", ".join(names[:10]) or "–")
    variable = dataset.variables[names[0]]
    values = _values(variable, latitude.dimensions[0], longitude.dimensions[0])
    return grid_of(_numbers(longitude[:]), _numbers(latitude[:]), values, str(getattr(variable, "units", "")))


def _axis(dataset: Any, names: set[str], units: str) -> Any:
    """The coordinate variable of one dimension, by its units or its name."""
    for name, variable in dataset.variables.items():
        stated = str(getattr(variable, "units", "")).lower()
        if variable.ndim == 1 and (name.lower() in names or stated == units):
            return variable
    return None


def _values(variable: Any, latitude: str, longitude: str) -> FloatArray:
    """(layers, latitudes, longitudes)."""
    others = [name for name in variable.dimensions if name not in (latitude, longitude)]
    layers = 1
    for name in others:
        layers *= variable.shape[variable.dimensions.index(name)]
    if len([name for name in others if variable.shape[variable.dimensions.index(name)] > 1]) > 1:
        raise GridError("GRID_LAYERS", count=layers)
    if layers != 1 and layers % MONTHS:
        raise GridError("GRID_LAYERS", count=layers)
    count = int(np.prod([int(size) for size in variable.shape], dtype=object))
    if count > MOST_VALUES:
        raise GridError("GRID_TOO_LARGE", count=count, most=MOST_VALUES)
    order = [variable.dimensions.index(name) for name in (*others, latitude, longitude)]
    values = np.transpose(_numbers(variable[:]), order)
    return values.reshape(layers, values.shape[-_OVER_A_PLACE], values.shape[-1])


def _numbers(found: Any) -> FloatArray:
    return np.ma.filled(np.ma.asarray(found).astype(np.float64), np.nan)
