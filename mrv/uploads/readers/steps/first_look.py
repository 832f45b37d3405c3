"""Step 7: statistics of the columns as read, before any quality control, and values that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.tables import MISSING, PARAMETERS, Column


def describe_columns(
    draft: Draft,
    columns: Sequence[tuple[Column, str | None]],
    on_grid: npt.NDArray[np.bool_],
) -> None:
    """Into the report: per column what became of it, count, min, max, mean over the slots. With the unit as written."""
    draft.columns = tuple(
        {
            "source": column.source,
            "source_unit": source_unit,
            "parameter": column.parameter,
            "unit": column.unit,
            "decimals": column.decimals,
            **_statistics(column.values[on_grid], column.decimals),
        }
        for column, source_unit in columns
    )


def _statistics(values: npt.NDArray[np.int32], decimals: int) -> dict[str, Any]:
    valid = values[values != MISSING].astype(np.int64)
    if not len(valid):
        return {"n_valid": 0, "min": None, "max": None, "mean": None}
    scale = 10.0**decimals
    return {
        "n_valid": len(valid),
        "min": int(valid.min()) / scale,
        "max": int(valid.max()) / scale,
        "mean": round(int(valid.sum()) / len(valid) / scale, 4),
    }


def out_of_water(draft: Draft, columns: Sequence[Column], source_rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which readings were taken in air (conductivity below 20 uS/cm, stage below zero); said, and left to review."""
    by_name = {column.parameter: column for column in columns}
    ec, stage = by_name.get("specific_conductance_25c"), by_name.get("stage")
    in_air = np.zeros(len(source_rows), dtype=bool)
    if ec is not None and stage is not None:
        in_air = (ec.values != MISSING) & (ec.values < 20 * 10**ec.decimals)
        in_air &= (stage.values != MISSING) & (stage.values < 0)
        at = np.flatnonzero(in_air)
        places = [
            {"row": int(source_rows[index]), "column": ec.source, "text": ec.text_at(int(index))}
            for index in at[:FIRST_CELLS]
        ]
        draft.places("info", "OUT_OF_WATER", places, count=len(at))
        if len(at):
            draft.facts["out_of_water_rows"] = len(at)
    return in_air


def report_impossible(
    draft: Draft, columns: Sequence[Column], source_rows: npt.NDArray[np.int64], in_air: npt.NDArray[np.bool_]
) -> None:
    """Name the readings that no water can have. They stay in the table: raw is never changed, review decides."""
    places: list[dict[str, Any]] = []
    count = 0
    for column in columns:
        parameter = PARAMETERS[column.parameter]
        outside = np.zeros(len(column.values), dtype=bool)
        if parameter.lowest is not None:
            outside |= column.values < parameter.lowest * 10**column.decimals
        if parameter.highest is not None:
            outside |= column.values > parameter.highest * 10**column.decimals
        at = np.flatnonzero(outside & (column.values != MISSING) & ~in_air)
        count += len(at)
        at = at[np.argsort(source_rows[at], kind="stable")][:FIRST_CELLS]
        places += [
            {
                "row": int(source_rows[index]),
                "column": column.source,
                "text": column.text_at(int(index)),
                "limits": parameter.limits,
            }
            for index in at
        ]
    draft.places("warning", "IMPOSSIBLE_VALUES", places, count=count)
