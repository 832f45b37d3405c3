"""What a run's plot shows, packed for the store: measured and computed quantities on the period's one grid."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from calculations.evidence import MISSING, Series
from calculations.quality.grid import NO_READING, readings_by_slot

_HEAD = "head"


def on_grid(
    epoch_s: npt.NDArray[np.int64], measured: Iterable[Series], *, start_s: int, interval_s: int, slots: int
) -> dict[str, Series]:
    """Readings as they were measured, one value per slot (MISSING where there is none)."""
    by_slot = readings_by_slot(epoch_s, start_s=start_s, end_s=start_s + slots * interval_s, interval_s=interval_s)
    present = by_slot != NO_READING
    placed = {}
    for series in measured:
        values = np.full(slots, MISSING, np.int32)
        values[present] = series.values[by_slot[present]]
        placed[series.parameter] = Series(series.parameter, series.unit, series.decimals, values)
    return placed


def pack(columns: Mapping[str, Series], *, start_s: int, interval_s: int) -> bytes:
    head = {
        "t0": start_s,
        "dt": interval_s,
        "columns": {name: {"unit": series.unit, "decimals": series.decimals} for name, series in columns.items()},
    }
    arrays = {name: series.values.astype("<i4") for name, series in columns.items()}
    out = io.BytesIO()
    np.savez_compressed(out, **{_HEAD: np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays})
    return out.getvalue()


def unpack(data: bytes) -> dict[str, Any]:
    """``{"t0", "dt", "n", "columns": {name: {"unit", "values": [number or None, ...]}}}``."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        head = json.loads(arrays[_HEAD].tobytes())
        columns = {
            name: {"unit": facts["unit"], "values": _plain(arrays[name], facts["decimals"])}
            for name, facts in head["columns"].items()
        }
    count = max((len(column["values"]) for column in columns.values()), default=0)
    return {"t0": head["t0"], "dt": head["dt"], "n": count, "columns": columns}


def _plain(values: npt.NDArray[np.int32], decimals: int) -> list[float | None]:
    scale = 10**decimals
    return [None if value == MISSING else value / scale for value in values.tolist()]
