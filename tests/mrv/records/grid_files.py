"""Grids of eastern Guizhou as files of every form that is read: the same plain numbers in each."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
from PIL import Image, TiffImagePlugin

LONGITUDES = 108.55 + 0.1 * np.arange(6)
LATITUDES = 27.95 - 0.1 * np.arange(5)
"""From the north, as most files have them."""


def plane(at_corner, eastward=0.0, southward=0.0):
    """Values (latitudes, longitudes) that change evenly."""
    return at_corner + southward * np.arange(5.0)[:, None] + eastward * np.arange(6.0)[None, :]


RAIN, EVAPORATION = plane(1100.0, 10.0), plane(650.0, 0.0, 5.0)
TEMPERATURE, PCO2 = plane(15.5, 0.0, 0.2), plane(-2.2, 0.02)


def csv_grid(values, heading="value", *, axes=(LONGITUDES, LATITUDES)):
    rows = [
        f"{lon:.4f},{lat:.4f},{values[row, column]:.4f}"
        for row, lat in enumerate(axes[1])
        for column, lon in enumerate(axes[0])
        if np.isfinite(values[row, column])
    ]
    return "\n".join([f"lon,lat,{heading}", *rows]).encode() + b"\n"


def geotiff(
    values, *, axes=(LONGITUDES, LATITUDES), model=2, point=False, no_data=None, kind=np.float32, pages=1, packed=None
):
    import io

    step_x, step_y = axes[0][1] - axes[0][0], axes[1][0] - axes[1][1]
    half = 0.0 if point else 0.5
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33550] = (step_x, step_y, 0.0)
    tags[33922] = (0.0, 0.0, 0.0, axes[0][0] - half * step_x, axes[1][0] + half * step_y, 0.0)
    tags[34735] = (1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 2 if point else 1, 2048, 0, 1, 4326)
    tags.tagtype |= {33550: 12, 33922: 12, 34735: 3}
    if no_data is not None:
        tags[42113] = no_data
        tags.tagtype[42113] = 2
    images = [Image.fromarray(np.asarray(values / (12 if pages > 1 else 1), dtype=kind)) for _ in range(pages)]
    out = io.BytesIO()
    images[0].save(
        out,
        "TIFF",
        tiffinfo=tags,
        compression=packed,
        save_all=pages > 1,
        append_images=images[1:] if pages > 1 else [],
    )
    return out.getvalue()


def netcdf(values, folder: Path, *, form="NETCDF4", name="pre", unit="mm", months=1, axes=(LONGITUDES, LATITUDES)):
    path = folder / f"{name}_{form}_{months}.nc"
    with netCDF4.Dataset(str(path), "w", format=form) as dataset:
        dataset.createDimension("lat", axes[1].size)
        dataset.createDimension("lon", axes[0].size)
        dataset.createVariable("lat", "f8", ("lat",))[:] = axes[1]
        dataset.createVariable("lon", "f8", ("lon",))[:] = axes[0]
        if months > 1:
            dataset.createDimension("time", months)
            dataset.createVariable("time", "f8", ("time",))[:] = np.arange(months)
        over = ("time", "lat", "lon") if months > 1 else ("lat", "lon")
        variable = dataset.createVariable(name, "f4", over, fill_value=-9999.0)
        variable.units = unit
        filled = np.where(np.isfinite(values), values, -9999.0)
        variable[:] = np.stack([filled / months] * months) if months > 1 else filled
    return path.read_bytes()
