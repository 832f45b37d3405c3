"""The one way in for each kind of file: bytes to a table and a report, or to a report that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from mrv.uploads.readers.baseline import SIZE_LIMIT as BASELINE_SIZE_LIMIT
from mrv.uploads.readers.compensation import compensate, needs_barometer
from mrv.uploads.readers.conductivity import as_answered, with_ec25
from mrv.uploads.readers.gaugings import DEFAULT_UNCERTAINTY_PCT
from mrv.uploads.readers.layouts import Kind, Layout, LoggerPlan, layout_of
from mrv.uploads.readers.mapped_table import mapped_layout
from mrv.uploads.readers.report import Draft, ReadReport, Refused
from mrv.uploads.readers.steps import first_look
from mrv.uploads.readers.steps.clock import Instants, Int64s, zone_of
from mrv.uploads.readers.steps.daily_rhythm import hint_at_zone
from mrv.uploads.readers.steps.dates import Order
from mrv.uploads.readers.steps.encoding import to_utf8
from mrv.uploads.readers.steps.fill import Filled, fill
from mrv.uploads.readers.steps.grid import place_readings
from mrv.uploads.readers.steps.lines import head_of, note_line_ends
from mrv.uploads.readers.steps.merging import merge_pieces
from mrv.uploads.readers.steps.numbers import CellFindings, decimal_mark, scaled_column
from mrv.uploads.readers.steps.received import DEFAULT_SIZE_LIMIT, receive
from mrv.uploads.readers.steps.row_zones import in_zones_of_rows
from mrv.uploads.readers.steps.sanity import set_aside
from mrv.uploads.readers.steps.sorting_out import sort_out
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.watch import say_what_is_missing, watch
from mrv.uploads.readers.tables import PARAMETERS, Baseline, Column, Gauging, LabSample, LoggerTable

QUESTIONS = frozenset({"TZ_NOT_IN_FILE", "AMBIGUOUS_DATE_ORDER", "ENCODING_UNDECIDED", "THOUSANDS_MARK"})
"""Errors that are no faults of the file: an answer of the user settles them."""


@dataclass(frozen=True)
class Answers:
    """What the user or the station says where a file does not.

    ``zone``: IANA name, ``UTC`` or an offset. ``encoding`` and ``date_order`` (dmy, mdy, ymd) settle what two readings
    were possible of. ``mapping``: the columns of a table of no known layout (see ``mapped_table``). ``since``: when
    the logger was deployed. ``ec_coefficient``: per degree, makes conductivity at 25 degrees C of one that is not
    compensated; ``ec_compensated`` says which it is where the file does not. ``thousands``: the mark between groups of
    three digits. ``restarted_at``: the file's clock at the first of the rows that a reset clock dated. ``now`` and
    ``keep_all_times`` (no clock is suspected): only for tests.
    """

    zone: str | None = None
    encoding: str | None = None
    date_order: Order | None = None
    mapping: Mapping[str, Any] | None = None
    since: datetime | None = None
    ec_coefficient: Decimal | None = None
    ec_compensated: bool | None = None
    thousands: str | None = None
    restarted_at: datetime | None = None
    now: datetime | None = None
    keep_all_times: bool = False


@dataclass(frozen=True)
class _Opened:
    text: Text
    head: Sequence[str]
    layout: Layout


def _open(
    draft: Draft,
    data: bytes | Path,
    kind: Kind | None,
    size_limit: int,
    encoding: str | None,
    mapping: Mapping[str, Any] | None = None,
) -> _Opened:
    raw = receive(draft, data, size_limit=size_limit)
    text = to_utf8(draft, raw, chosen=encoding)
    note_line_ends(draft, text)
    head = head_of(text)
    layout = mapped_layout(draft, head, mapping) if mapping is not None else layout_of(draft, head, kind)
    return _Opened(text, head, layout)


def read_logger(
    data: bytes | Path,
    *,
    file_name: str,
    zone: str | None = None,
    encoding: str | None = None,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    barometer: tuple[str, bytes | Path] | None = None,
    answers: Answers | None = None,
) -> tuple[LoggerTable | None, ReadReport]:
    """Read a logger file of any known layout.

    ``zone`` (IANA name, ``UTC`` or an offset) is the station's, for files whose times have no offset; a file that
    states its offset is believed. Without either the table is None and the report, in the file's own clock, says
    ``must_ask``. ``encoding`` is the user's answer where two were possible; ``answers`` holds these and the others.
    ``barometer``: name and content of the file that a non-vented level needs. The table is None exactly when the
    report is not ``ok``; no content raises.
    """
    answers = answers or Answers(zone=zone, encoding=encoding)
    draft = Draft(file_name)
    table: LoggerTable | None = None
    try:
        opened = _open(draft, data, "logger", size_limit, answers.encoding, answers.mapping)
        table, clock = _logger(draft, opened, answers)
        if needs_barometer(table):
            air = None
            if barometer is not None:
                air, _report = _whatever_was_read(barometer[1], barometer[0], answers, size_limit)
                if air is None:
                    draft.error("BAROMETER_UNREADABLE", value=barometer[0])
            table = compensate(draft, table, air, barometer[0] if barometer else "", clock.shown)
    except Refused:
        pass
    report = draft.report()
    return (table if report.ok else None), report


def _whatever_was_read(
    data: bytes | Path, name: str, answers: Answers, size_limit: int
) -> tuple[LoggerTable | None, ReadReport]:
    """The table even where the zone is still to be asked: in the file's own clock, like that of its companion."""
    draft = Draft(name)
    table = None
    try:
        opened = _open(draft, data, "logger", size_limit, None)
        table, _clock = _logger(draft, opened, replace(answers, mapping=None))
    except Refused:
        pass
    return table, draft.report()


def _logger(draft: Draft, opened: _Opened, answers: Answers) -> tuple[LoggerTable, Instants]:
    assert opened.layout.plan is not None, "a logger layout has a plan"
    chosen_zone = zone_of(draft, answers.zone)
    plan = as_answered(draft, opened.layout.plan(draft, opened.head, opened.text), answers.ec_compensated)
    draft.header_cells = plan.header.cells
    _report_nul(draft)
    filled = fill(draft, opened.text, plan)
    keep = sort_out(draft, plan, filled)
    rules = replace(
        plan.rules,
        zone=chosen_zone,
        zone_name=answers.zone,
        order=answers.date_order or plan.rules.order,
        now=answers.now,
    )
    if plan.zone_column is not None:
        clock = in_zones_of_rows(draft, filled, plan, rules, keep)
    else:
        clock = filled.clock.finish(draft, filled.rows, rules, keep)
    filled.clock.forget()
    if not keep.all():
        clock = replace(clock, epoch_s=clock.epoch_s[keep], ok=clock.ok[keep])
        filled.rows = filled.rows[keep]
        for column in (*filled.values, *filled.helpers.values()):
            column.keep(keep)
    if not answers.keep_all_times:
        clock = set_aside(
            draft, clock, filled.rows, now=answers.now, since=answers.since, restarted_at=answers.restarted_at
        )
    columns = _columns(draft, plan, filled, answers.thousands)
    watch(draft, plan, filled, clock, columns)
    hint_at_zone(draft, clock, columns, filled.rows)
    if plan.in_pieces:
        columns, left = merge_pieces(draft, clock, filled.rows, columns)
        clock = replace(clock, ok=left)
    return _table(draft, plan, clock, filled.rows, columns, answers), clock


def _report_nul(draft: Draft) -> None:
    if draft.nul_bytes is not None:
        count, first_row, last_row = draft.nul_bytes
        draft.facts["nul_bytes"] = count
        in_header = last_row <= (draft.header_rows or 0)
        draft.warning("NUL_BYTES_IN_HEADER" if in_header else "NUL_BYTES", row=first_row, count=count)


def _columns(draft: Draft, plan: LoggerPlan, filled: Filled, thousands: str | None) -> list[Column]:
    """The values of all rows of the file, in file order."""
    delimiter = plan.header.delimiter
    seen = [(c.source, c.first_rows(filled.rows)) for c in filled.values] if delimiter != "," else []
    if plan.decimal is None:
        decimal = decimal_mark(draft, seen, delimiter, tolerant=plan.foreign)
    else:
        decimal = draft.decimal = plan.decimal
    findings = CellFindings(draft, filled.rows)
    columns = []
    for column, value in zip(filled.values, plan.values, strict=True):
        scaled, decimals = scaled_column(
            column,
            decimal=decimal,
            missing=plan.missing,
            findings=findings,
            convert=value.convert if value.convert.changes else None,
            tolerant=plan.foreign,
            thousands=thousands,
        )
        unit = PARAMETERS[value.parameter].unit
        columns.append(Column(value.parameter, unit, decimals, scaled, value.source))
        if not plan.qualifiers:
            column.forget()
    findings.report()
    _facts_of(draft, findings)
    for made in columns:
        if not made.n_valid:
            draft.warning("COLUMN_EMPTY", row=plan.header.row, column=made.source)
    return columns


def _facts_of(draft: Draft, findings: CellFindings) -> None:
    sentinel = findings.told("SENTINEL_VALUES") or findings.told("LOGGER_ERROR_MARK")
    if sentinel:
        draft.facts["sentinel"] = sentinel
    if missing := findings.told("MISSING_CELLS"):
        draft.facts["text_missing"] = missing
    if full_width := findings.counts.get("FULLWIDTH_DIGITS"):
        draft.facts["full_width_digits_cells"] = full_width


def _table(
    draft: Draft, plan: LoggerPlan, clock: Instants, file_rows: Int64s, columns: list[Column], answers: Answers
) -> LoggerTable:
    readings = place_readings(draft, clock, file_rows, columns)
    kept = [
        Column(column.parameter, column.unit, column.decimals, column.values[readings.kept], column.source)
        for column in columns
    ]
    described = [(made, value.source_unit) for made, value in zip(kept, plan.values, strict=True) if value.listed]
    first_look.describe_columns(draft, described, readings.on_grid)
    source_rows = file_rows[readings.kept]
    in_air = first_look.out_of_water(draft, kept, source_rows)
    first_look.report_impossible(draft, kept, source_rows, in_air)
    table = LoggerTable(
        epoch_s=clock.epoch_s[readings.kept],
        columns={column.parameter: column for column in kept},
        source_rows=source_rows,
    )
    table = with_ec25(draft, table, answers.ec_coefficient)
    say_what_is_missing(draft, plan, table)
    return table


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
        _report_nul(draft)
        assert opened.layout.read is not None, "a layout of records reads them"
        records = opened.layout.read(draft, opened.text, opened.head, zone=chosen_zone, zone_name=zone, **options)
    except Refused:
        pass
    report = draft.report()
    return (records if report.ok else None), report


def kind_of(data: bytes | Path, *, file_name: str, size_limit: int = DEFAULT_SIZE_LIMIT) -> Kind | None:
    """Which kind of file this is, or None where no layout recognises it."""
    draft = Draft(file_name)
    try:
        return _open(draft, data, None, size_limit, None).layout.kind
    except Refused:
        return None


def read_baseline(
    data: bytes | Path, *, file_name: str, size_limit: int = BASELINE_SIZE_LIMIT
) -> tuple[Baseline | None, ReadReport]:
    """Read the statement of the baseline years (JSON); None exactly when the report has an error."""
    draft = Draft(file_name)
    baseline: Baseline | None = None
    try:
        opened = _open(draft, data, "baseline", size_limit, None)
        _report_nul(draft)
        assert opened.layout.read is not None, "a layout of records reads them"
        baseline = opened.layout.read(draft, opened.text)
    except Refused:
        pass
    return baseline, draft.report()
