"""The arrays that a run's plot needs, packed for the store: a regular grid, each quantity as 32-bit numbers."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_HEAD = "head"


def pack(*, t0_s: int, dt_s: int, columns: Mapping[str, tuple[str, npt.NDArray[np.float64]]]) -> bytes:
    """``columns``: name -> (unit, values of shape (n,), NaN where there is none). Drawn, never calculated with."""
    head = {"t0": t0_s, "dt": dt_s, "columns": {name: unit for name, (unit, _values) in columns.items()}}
    arrays = {name: values.astype(np.float32) for name, (_unit, values) in columns.items()}
    out = io.BytesIO()
    np.savez_compressed(out, **{_HEAD: np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays})
    return out.getvalue()


def unpack(data: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        head = json.loads(arrays[_HEAD].tobytes())
        columns = {name: {"unit": unit, "values": _plain(arrays[name])} for name, unit in head["columns"].items()}
    count = max((len(column["values"]) for column in columns.values()), default=0)
    return {"t0": head["t0"], "dt": head["dt"], "n": count, "columns": columns}


def _plain(values: npt.NDArray[np.float32]) -> list[float | None]:
    """Six significant digits, None for NaN: what a screen can show and JSON can say."""
    finite = np.isfinite(values)
    return [
        float(f"{value:.6g}") if there else None for value, there in zip(values.tolist(), finite.tolist(), strict=True)
    ]
