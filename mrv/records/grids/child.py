"""Reads one binary grid in a process of its own, so that a file that upsets a C library harms nobody else.

``python -m mrv.records.grids.child FORMAT FILE OUT``: writes the grid as .npz to OUT, or prints ``{"code", "params"}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from mrv.records.grids.geotiff import read_geotiff
from mrv.records.grids.grid import GridError
from mrv.records.grids.netcdf import read_netcdf

READERS = {"GeoTIFF": read_geotiff, "NetCDF": read_netcdf}


def main(arguments: list[str]) -> int:
    name, file, out = arguments
    try:
        grid = READERS[name](Path(file))
    except GridError as error:
        print(json.dumps({"code": error.code, "params": error.params}, default=str))
        return 0
    with Path(out).open("wb") as stream:
        np.savez(stream, lon=grid.longitude_deg, lat=grid.latitude_deg, values=grid.values, unit=np.array(grid.unit))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
