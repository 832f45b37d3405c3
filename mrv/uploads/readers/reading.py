"""The one way in for each kind of file: bytes to a table and a report, or to a report that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from mrv.uploads.readers.baseline import SIZE_LIMIT as BASELINE_SIZE_LIMIT
from mrv.uploads.readers.gaugings import DEFAULT_UNCERTAINTY_PCT
from mrv.uploads.readers.layouts import Kind, Layout, LoggerPlan, layout_of
from mrv.uploads.readers.report import Draft, ReadReport, Refused
from mrv.uploads.readers.steps import first_look
from mrv.uploads.readers.steps.clock import ClockColumn, Instants, Int64s, zone_of
from mrv.uploads.readers.steps.encoding import to_utf8
from mrv.uploads.readers.steps.grid import place_readings
from mrv.uploads.readers.steps.lines import Rows, head_of, note_line_ends
from mrv.uploads.readers.steps.numbers import CellFindings, TextColumn, decimal_mark, scaled_column
from mrv.uploads.readers.steps.received import DEFAULT_SIZE_LIMIT, receive
from mrv.uploads.readers.tables import PARAMETERS, Baseline, Column, Gauging, LabSample, LoggerTable


@dataclass(frozen=True)
class _Opened:
    text: bytes
    head: Sequence[str]
    layout: Layout


def _open(draft: Draft, data: bytes | Path, kind: Kind, size_limit: int, encoding: str | None) -> _Opened:
    raw = receive(draft, data, size_limit=size_limit)
    text = to_utf8(draft, raw, chosen=encoding)
    note_line_ends(draft, text)
    head = head_of(text)
    return _Opened(text, head, layout_of(draft, head, kind))


def read_logger(
    data: bytes | Path,
    *,
    file_name: str,
    zone: str | None = None,
    encoding: str | None = None,
    size_limit: int = DEFAULT_SIZE_LIMIT,
) -> tuple[LoggerTable | None, ReadReport]:
    """Read a logger file of any known layout.

    ``zone`` (IANA name, ``UTC`` or an offset) is the station's, for files whose times have no offset; a file that
    states its offset is believed. Without either the table is None and the report, in the file's own clock, says
    ``must_ask``. ``encoding`` is the user's answer where two were possible. The table is None exactly when the report
    has an error; no content raises.
    """
    draft = Draft(file_name)
    table: LoggerTable | None = None
    try:
        chosen_zone = zone_of(draft, zone)
        opened = _open(draft, data, "logger", size_limit, encoding)
        assert opened.layout.plan is not None, "a logger layout has a plan"
        plan = opened.layout.plan(draft, opened.head)
        clock_column, text_columns, file_rows = _fill(draft, opened.text, plan)
        columns = _columns(draft, plan, text_columns, file_rows)
        clock = clock_column.finish(draft, file_rows, chosen_zone, zone)
        table = _table(draft, plan, clock, file_rows, columns)
    except Refused:
        pass
    report = draft.report()
    return (table if report.ok else None), report


def _fill(draft: Draft, text: bytes, plan: LoggerPlan) -> tuple[ClockColumn, list[TextColumn], Int64s]:
    clock = ClockColumn(plan.time_source)
    text_columns = [TextColumn(value.source) for value in plan.values]
    row_parts = []
    for block in Rows(draft, text, plan.header).blocks():
        times = [block.columns[position] for position in plan.time_positions]
        clock.add(times[0] if len(times) == 1 else [" ".join(parts) for parts in zip(*times, strict=True)])
        for column, value in zip(text_columns, plan.values, strict=True):
            column.add(block.columns[value.position])
        row_parts.append(block.rows)
    return clock, text_columns, np.concatenate(row_parts)


def _columns(draft: Draft, plan: LoggerPlan, text_columns: Sequence[TextColumn], file_rows: Int64s) -> list[Column]:
    """The values of all rows of the file, in file order."""
    delimiter = plan.header.delimiter
    seen = [(column.source, column.first_rows(file_rows)) for column in text_columns] if delimiter != "," else []
    decimal = decimal_mark(draft, seen, delimiter)
    findings = CellFindings(draft, file_rows)
    columns = []
    for column, value in zip(text_columns, plan.values, strict=True):
        scaled, decimals = scaled_column(column, decimal=decimal, missing=plan.missing, findings=findings)
        unit = PARAMETERS[value.parameter].unit
        columns.append(Column(value.parameter, unit, decimals, scaled, value.source))
    findings.report()
    for made in columns:
        if not made.n_valid:
            draft.warning("COLUMN_EMPTY", row=plan.header.row, column=made.source)
    return columns


def _table(draft: Draft, plan: LoggerPlan, clock: Instants, file_rows: Int64s, columns: list[Column]) -> LoggerTable:
    readings = place_readings(draft, clock, file_rows, columns)
    kept = [
        Column(column.parameter, column.unit, column.decimals, column.values[readings.kept], column.source)
        for column in columns
    ]
    units = [value.source_unit for value in plan.values]
    first_look.describe_columns(draft, list(zip(kept, units, strict=True)), readings.on_grid)
    source_rows = file_rows[readings.kept]
    first_look.report_impossible(draft, kept, source_rows)
    return LoggerTable(
        epoch_s=clock.epoch_s[readings.kept],
        columns={column.parameter: column for column in kept},
        source_rows=source_rows,
    )


def read_samples(
    data: bytes | Path,
    *,
    file_name: str,
    zone: str | None = None,
    encoding: str | None = None,
    size_limit: int = DEFAULT_SIZE_LIMIT,
) -> tuple[list[LabSample] | None, ReadReport]:
    """Read a table of water samples; None exactly when the report has an error. ``zone`` as in :func:`read_logger`."""
    return _read_records("samples", data, file_name, zone, encoding, size_limit, {})


def read_gaugings(
    data: bytes | Path,
    *,
    file_name: str,
    zone: str | None,
    encoding: str | None = None,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    default_uncertainty_pct: Decimal = DEFAULT_UNCERTAINTY_PCT,
) -> tuple[list[Gauging] | None, ReadReport]:
    """Read a table of discharge measurements; None exactly when the report has an error.

    ``zone`` is the station's: the field book's date and time have none. ``default_uncertainty_pct`` stands in, with a
    warning, where none is given.
    """
    options = {"default_uncertainty_pct": default_uncertainty_pct}
    return _read_records("gaugings", data, file_name, zone, encoding, size_limit, options)


def _read_records(
    kind: Kind,
    data: bytes | Path,
    file_name: str,
    zone: str | None,
    encoding: str | None,
    size_limit: int,
    options: dict[str, Any],
) -> tuple[list[Any] | None, ReadReport]:
    draft = Draft(file_name)
    records: list[Any] | None = None
    try:
        chosen_zone = zone_of(draft, zone)
        opened = _open(draft, data, kind, size_limit, encoding)
        assert opened.layout.read is not None, "a layout of records reads them"
        records = opened.layout.read(draft, opened.text, opened.head, zone=chosen_zone, zone_name=zone, **options)
    except Refused:
        pass
    return records, draft.report()


def read_baseline(
    data: bytes | Path, *, file_name: str, size_limit: int = BASELINE_SIZE_LIMIT
) -> tuple[Baseline | None, ReadReport]:
    """Read the statement of the baseline years (JSON); None exactly when the report has an error."""
    draft = Draft(file_name)
    baseline: Baseline | None = None
    try:
        opened = _open(draft, data, "baseline", size_limit, None)
        assert opened.layout.read is not None, "a layout of records reads them"
        baseline = opened.layout.read(draft, opened.text)
    except Refused:
        pass
    return baseline, draft.report()
