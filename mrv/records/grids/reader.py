"""A zip of grids read into the rows of `dissolution_grid`; whatever is no such zip is read as a table of cells."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from mrv.records.grids import cells
from mrv.records.grids.grid import FloatArray, Grid, GridError
from mrv.records.grids.opening import format_of, open_grid
from mrv.records.grids.packing import STATED
from mrv.records.grids.quantities import (
    BY_NAME,
    QUANTITIES,
    Quantity,
    finished,
    named,
    of_a_year,
    outside,
    require_known,
    unit_of,
)
from mrv.records.kinds.model import Kind, Row
from mrv.uploads.readers.messages import one_line, printable
from mrv.uploads.readers.report import Draft, ReadReport, Refused
from mrv.uploads.readers.steps.received import zip_members

SOURCES = ("soil_pco2_source", "climate_source")
REFERENCE = "precipitation"
_MOST_STATED_BYTES = 20_000


def read_grids(
    kind: Kind, data: bytes | Path, *, file_name: str, answers: Any, size_limit: int
) -> tuple[list[Row] | None, ReadReport]:
    """As ``reading.read_table``. No content raises."""
    members = zip_members(data, size_limit=size_limit)
    if members is None:
        from mrv.records.reading import read_table  # noqa: PLC0415 - it knows the kinds, of which this is one

        table = replace(kind, reader=None)
        return read_table(table, data, file_name=file_name, answers=answers, size_limit=size_limit)
    draft = Draft(file_name)
    draft.profile = f"records/{kind.name}/grids"
    raw = data.read_bytes() if isinstance(data, Path) else data
    draft.bytes, draft.sha256 = len(raw), hashlib.sha256(raw).hexdigest()
    rows: list[Row] | None = None
    with suppress(Refused):
        rows = _rows(draft, members)
    report = draft.report()
    return (rows if report.ok else None), report


@dataclass(frozen=True)
class _Named:
    """One grid with its file's name, for messages."""

    quantity: Quantity
    name: str
    grid: Grid


def _rows(draft: Draft, members: list[tuple[str, bytes]]) -> list[Row]:
    files, stated = _sorted_out(draft, members)
    box = cells.county_box()
    grids = [grid for found in files if (grid := _opened(draft, *found, stated, box)) is not None]
    if draft.has_errors:
        raise Refused
    reference = next(each for each in grids if each.quantity.name == REFERENCE)
    shape, factor = cells.joined_to_fit(reference.grid)
    if factor > 1:
        draft.info("GRID_JOINED", factor=factor)
    found, beyond = cells.cells_of(shape)
    if beyond:
        draft.info("GRID_OUTSIDE_COUNTIES", count=beyond)
    values = {}
    complete = np.ones(len(found.county), dtype=bool)
    for each in grids:
        on_cells = shape.values[0] if each is reference else cells.on_grid(each.grid, shape)
        column = finished(each.quantity, on_cells[found.row, found.column])
        missing = complete & np.isnan(column)
        if missing.any():
            draft.warning("GRID_INCOMPLETE", count=int(missing.sum()), grid=each.name)
        complete &= ~np.isnan(column)
        values[each.quantity.name] = column
        _within_limits(draft, each, column, found)
    if draft.has_errors:
        raise Refused
    if not complete.any():
        draft.refuse("GRID_NO_CELLS")
    rows = _written(draft, found, values, complete, stated)
    draft.data_rows = len(rows)
    return rows


def _sorted_out(
    draft: Draft, members: list[tuple[str, bytes]]
) -> tuple[list[tuple[Quantity, str, bytes]], dict[str, Any]]:
    """Which file is which grid, and what was said of them; refuses where one is missing, twice or without a name."""
    stated: dict[str, Any] = {}
    found: dict[str, tuple[Quantity, str, bytes]] = {}
    for path, data in members:
        place = PurePosixPath(path)
        if place.name == STATED:
            stated = _stated(draft, data)
            continue
        quantity = BY_NAME.get(place.parts[0]) if len(place.parts) > 1 else None
        quantity = quantity or named(place.stem)
        name = printable(place.name, limit=80)
        if quantity is None:
            draft.error("GRID_UNNAMED", grid=name)
        elif quantity.name in found:
            draft.error("GRID_TWICE", grid=name, quantity=quantity.name)
        else:
            found[quantity.name] = (quantity, name, data)
    missing = [quantity.name for quantity in QUANTITIES if quantity.required and quantity.name not in found]
    if missing:
        draft.error("GRID_MISSING", missing=missing)
    unstated = [source for source in SOURCES if not stated.get(source)]
    if unstated:
        draft.error("GRID_SOURCE_MISSING", missing=unstated)
    if draft.has_errors:
        raise Refused
    return list(found.values()), stated


def _stated(draft: Draft, data: bytes) -> dict[str, Any]:
    try:
        given = json.loads(data[:_MOST_STATED_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        draft.error("GRID_BROKEN", grid=STATED, reason=printable(str(error), limit=80))
        return {}
    if not isinstance(given, dict):
        return {}
    found: dict[str, Any] = {name: one_line(str(given.get(name) or ""), limit=500) for name in SOURCES}
    units = given.get("units")
    found["units"] = {str(k): str(v) for k, v in units.items()} if isinstance(units, dict) else {}
    return found


def _opened(
    draft: Draft, quantity: Quantity, name: str, data: bytes, stated: Mapping[str, Any], box: tuple[float, ...]
) -> _Named | None:
    """The grid of a mean year around the counties; None with an error in the report."""
    try:
        grid = open_grid(data)
        said = stated["units"].get(quantity.name, "") or grid.unit
        unit = require_known(unit_of(quantity, said), quantity, said)
        if not said.strip():
            draft.warning("GRID_UNIT_ASSUMED", grid=name, unit=unit)
        layers, rows, columns = grid.values.shape
        draft.info("GRID_READ", grid=name, format=format_of(data), columns=columns, rows=rows, layers=layers, unit=unit)
        return _Named(quantity, name, of_a_year(quantity, grid.within(*box), unit))
    except GridError as error:
        draft.error(error.code, grid=name, **error.params)
        return None


def _within_limits(draft: Draft, each: _Named, column: FloatArray, found: cells.Cells) -> None:
    wrong = outside(each.quantity, column)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        draft.error(
            "GRID_VALUE_OUTSIDE",
            grid=each.name,
            count=int(wrong.sum()),
            low=each.quantity.low,
            high=each.quantity.high,
            value=f"{column[first]:.6g}",
            longitude=f"{found.longitude_deg[first]:.4f}",
            latitude=f"{found.latitude_deg[first]:.4f}",
        )


def _written(
    draft: Draft, found: cells.Cells, values: Mapping[str, FloatArray], complete: np.ndarray, stated: Mapping[str, Any]
) -> list[Row]:
    rows: list[Row] = []
    for place in np.flatnonzero(complete):
        row: Row = {
            "file": draft.file,
            "row": len(rows) + 1,
            "cell": f"{found.longitude_deg[place]:.4f}E {found.latitude_deg[place]:.4f}N",
            "county": found.county[place],
            "longitude_deg": f"{found.longitude_deg[place]:.5f}",
            "latitude_deg": f"{found.latitude_deg[place]:.5f}",
            "area_km2": f"{found.area_km2[place]:.4f}",
        }
        for name, column in values.items():
            quantity = BY_NAME[name]
            row[quantity.field] = f"{column[place] + 0.0:.{quantity.decimals}f}"
        rows.append(row)
    rows[0] |= {source: stated[source] for source in SOURCES}
    return rows
