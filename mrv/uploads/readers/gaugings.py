"""Discharge measurements: ``date,time,stage_m,discharge_m3s,method,uncertainty_pct,operator``.

Date and time are those of the field book, so in the station's zone; one ``timestamp`` with offset may stand instead.
How well the points make a curve is not judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

import numpy as np

from calculations.hydrology.rating import fit_rating
from calculations.messages import CalculationError
from mrv.uploads.readers.layouts import Layout
from mrv.uploads.readers.messages import one_line
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.lines import find_header
from mrv.uploads.readers.steps.records import Record, RecordTable, iterate, small_table
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import Gauging

DEFAULT_UNCERTAINTY_PCT = Decimal(10)  # where the field book says nothing; cautious for a wading gauging
HEADER_LINE = "date,time,stage_m,discharge_m3s,method,uncertainty_pct,operator"
_NAMES = {name: name for name in HEADER_LINE.split(",")} | {
    "discharge_m3_s": "discharge_m3s",
    "timestamp": "timestamp",
}
_NUMERIC = ("stage_m", "discharge_m3s", "uncertainty_pct")


def recognise(head: Sequence[str]) -> float:
    header = find_header(head, _NAMES)
    return len(header.places) / len(HEADER_LINE.split(",")) if header else 0.0


def read(
    draft: Draft,
    text: Text,
    head: Sequence[str],
    *,
    zone: tzinfo | None,
    zone_name: str | None,
    default_uncertainty_pct: Decimal = DEFAULT_UNCERTAINTY_PCT,
) -> list[Gauging]:
    """The gaugings in the order of the file."""
    header = find_header(head, _NAMES)
    one_column = header is not None and "timestamp" in header.places
    table = small_table(
        draft,
        text,
        head,
        names=_NAMES,
        required=("stage_m", "discharge_m3s"),
        numeric=_NUMERIC,
        time_columns=("timestamp",) if one_column else ("date", "time"),
    )
    instants = table.instants(zone, zone_name)
    found = [_gauging(table, record, at, default_uncertainty_pct) for record, at in iterate(table, instants)]
    gaugings = _without_repeats(table, [gauging for gauging in found if gauging is not None])
    _note_outliers(table, gaugings)
    table.report()
    return gaugings


def _gauging(
    table: RecordTable, record: Record, at: datetime | None, default_uncertainty_pct: Decimal
) -> Gauging | None:
    stage = table.required_number(record, "stage_m")
    discharge = table.required_number(record, "discharge_m3s")
    table.within(record, "discharge_m3s", discharge, lowest=0, highest=None)
    uncertainty, assumed = _uncertainty(table, record, default_uncertainty_pct)
    if at is None or stage is None or discharge is None or uncertainty is None:
        return None
    return Gauging(
        at=at,
        stage_m=stage,
        discharge_m3_s=discharge,
        uncertainty_pct=uncertainty,
        uncertainty_assumed=assumed,
        method=one_line(record.cells.get("method", "")),
        operator=one_line(record.cells.get("operator", "")),
        source_row=record.row,
    )


def _uncertainty(table: RecordTable, record: Record, default_uncertainty_pct: Decimal) -> tuple[Decimal | None, bool]:
    """Percent, and whether it was assumed because the cell (or the whole column) is empty."""
    cell = table.number(record, "uncertainty_pct")
    if cell.kind in ("empty", "sentinel"):
        value = f"{default_uncertainty_pct:f}"
        table.note("warning", "UNCERTAINTY_ASSUMED", record.row, "uncertainty_pct", "", value=value)
        return default_uncertainty_pct, True
    if cell.kind != "number":
        return None, False
    if not 0 < cell.value <= 100:
        text = record.cells["uncertainty_pct"]
        table.note("error", "VALUE_OUT_OF_RANGE", record.row, "uncertainty_pct", text, limits="> 0, ≤ 100 %")
    return cell.value, False


def _without_repeats(table: RecordTable, gaugings: Sequence[Gauging]) -> list[Gauging]:
    """The same instant, stage and discharge twice is one gauging entered twice."""
    seen: dict[tuple[datetime, Decimal, Decimal], Gauging] = {}
    for gauging in gaugings:
        key = (gauging.at, gauging.stage_m, gauging.discharge_m3_s)
        first = seen.setdefault(key, gauging)
        if first is not gauging:
            table.note("warning", "DUPLICATE_GAUGING", gauging.source_row, "", "", kept_row=first.source_row)
    return list(seen.values())


def _note_outliers(table: RecordTable, gaugings: Sequence[Gauging]) -> None:
    """A first look: gaugings far off the curve through all others. Which are used is decided with the curve."""
    points = [one for one in gaugings if one.discharge_m3_s > 0 and one.uncertainty_pct < 100]
    try:
        curve = fit_rating(
            np.array([float(one.stage_m) for one in points]),
            np.array([float(one.discharge_m3_s) for one in points]),
            np.array([max(0.01, float(one.uncertainty_pct) / 100) for one in points]),
        )
    except CalculationError:
        return  # too few, or no curve goes through them: the curve's own page says so
    for rejection in curve.rejected:
        one = points[rejection.index]
        expected = f"{rejection.expected_discharge_m3_s:.3g}"
        text = f"{one.discharge_m3_s:f}"
        table.note("warning", "OUTLIER_GAUGING", one.source_row, "discharge_m3s", text, value=expected)


LAYOUT = Layout(name="gaugings", kind="gaugings", signature=HEADER_LINE, recognise=recognise, read=read, ours=True)
