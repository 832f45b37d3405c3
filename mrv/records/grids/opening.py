"""From a file's bytes to a grid, by what its first bytes say that it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mrv.records.grids.csv_grid import read_csv_grid
from mrv.records.grids.grid import Grid, GridError

BINARY = {
    b"II*\x00": "GeoTIFF",
    b"MM\x00*": "GeoTIFF",
    b"II+\x00": "GeoTIFF",
    b"MM\x00+": "GeoTIFF",
    b"CDF\x01": "NetCDF",
    b"CDF\x02": "NetCDF",
    b"CDF\x05": "NetCDF",
    b"\x89HDF\r\n\x1a\n": "NetCDF",
}
PATIENCE_S = 120
_ROOT = Path(__file__).resolve().parents[3]


def format_of(data: bytes) -> str:
    return next((name for magic, name in BINARY.items() if data.startswith(magic)), "CSV")


def open_grid(data: bytes) -> Grid:
    """The grid in a file; GridError with a code of `texts.GRID_TEXTS` where it holds none."""
    name = format_of(data)
    return read_csv_grid(data) if name == "CSV" else _in_a_child(name, data)


def _in_a_child(name: str, data: bytes) -> Grid:
    with TemporaryDirectory(prefix="kcr-grid-") as folder:
        file, out = Path(folder) / "grid", Path(folder) / "grid.npz"
        file.write_bytes(data)
        command = [sys.executable, "-m", "mrv.records.grids.child", name, str(file), str(out)]
        environment = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
                command, cwd=_ROOT, env=environment, capture_output=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise GridError("GRID_BROKEN", reason=f"> {PATIENCE_S} s") from error
        if done.stdout.startswith(b"{"):
            said = json.loads(done.stdout)
            raise GridError(said["code"], **said["params"])
        if done.returncode or not out.exists():
            raise GridError("GRID_BROKEN", reason=f"{name} {done.returncode}")
        with np.load(out, allow_pickle=False) as found:
            return Grid(found["lon"], found["lat"], found["values"], str(found["unit"]))
