"""Water samples, lab_template_v1: one row per sample, ions in mg/L, field values beside them.

``<0.05`` is a result below detection: the limit is kept and marked. An ion that was not analysed is left empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from mrv.uploads.readers.layouts import Layout
from mrv.uploads.readers.messages import one_line
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.lines import find_header
from mrv.uploads.readers.steps.numbers import Cell, half_width, read_cell
from mrv.uploads.readers.steps.records import Record, RecordTable, iterate, small_table
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import FIELD_COLUMNS, ION_COLUMNS, PARAMETERS, LabSample

_VALUES = (*ION_COLUMNS, *FIELD_COLUMNS)
_COLUMNS = ("sample_id", "timestamp", *_VALUES, "purpose")
HEADER_LINE = ",".join(_COLUMNS)
_NAMES = {name: name for name in _COLUMNS}
_PARAMETER_OF_FIELD = {
    "field_ph": "ph",
    "field_temperature_c": "water_temperature",
    "field_ec25_us_cm": "specific_conductance_25c",
}


def recognise(head: Sequence[str]) -> float:
    header = find_header(head, _NAMES)
    return len(header.places) / len(_COLUMNS) if header else 0.0


def read(
    draft: Draft, text: Text, head: Sequence[str], *, zone: tzinfo | None, zone_name: str | None
) -> list[LabSample]:
    """The samples in the order of the file."""
    table = small_table(draft, text, head, names=_NAMES, required=("sample_id", *_VALUES), numeric=_VALUES)
    instants = table.instants(zone, zone_name)
    samples = [_sample(table, record, at) for record, at in iterate(table, instants)]
    _refuse_repeated_ids(table)
    table.report()
    return [sample for sample in samples if sample is not None]


def _sample(table: RecordTable, record: Record, at: datetime | None) -> LabSample | None:
    sample_id = record.cells["sample_id"].strip()
    if not sample_id:
        table.note("error", "EMPTY_CELL", record.row, "sample_id", "")
    below_detection: list[str] = []
    ions = {name: _concentration(table, record, name, below_detection) for name in ION_COLUMNS}
    field_values = {name: _field_value(table, record, name) for name in FIELD_COLUMNS}
    if at is None:
        return None
    return LabSample(
        sample_id=one_line(sample_id, limit=100),
        at=at,
        **ions,
        **field_values,
        purpose=one_line(record.cells.get("purpose", "")),
        below_detection=tuple(below_detection),
        source_row=record.row,
    )


def _concentration(table: RecordTable, record: Record, name: str, below_detection: list[str]) -> Decimal | None:
    text = record.cells[name]
    plain = half_width(text.strip()).strip()
    if plain.startswith("<"):
        limit = read_cell(plain[1:], decimal=table.decimal)
        if limit.kind == "number" and 0 < limit.value < 10**9:
            below_detection.append(name)
            value = f"{limit.value:f}"
            table.note("warning", "BELOW_DETECTION", record.row, name, text, value=value)
            return limit.value
    return _value_or_none(table, record, name, table.number(record, name), negative_allowed=False)


def _field_value(table: RecordTable, record: Record, name: str) -> Decimal | None:
    value = _value_or_none(table, record, name, table.number(record, name), negative_allowed=True)
    limits = PARAMETERS[_PARAMETER_OF_FIELD[name]]
    table.within(record, name, value, lowest=limits.lowest, highest=limits.highest)
    return value


def _value_or_none(
    table: RecordTable, record: Record, name: str, cell: Cell, *, negative_allowed: bool
) -> Decimal | None:
    if cell.kind == "empty":
        table.note("warning", "NOT_ANALYSED", record.row, name, record.cells[name])
    if cell.kind != "number":
        return None
    if cell.value < 0 and not negative_allowed:
        table.note("error", "NEGATIVE_VALUE", record.row, name, record.cells[name])
    return cell.value


def _refuse_repeated_ids(table: RecordTable) -> None:
    first_rows: dict[str, int] = {}
    for record in table.records:
        sample_id = record.cells["sample_id"].strip()
        first_row = first_rows.setdefault(sample_id, record.row)
        if sample_id and first_row != record.row:
            table.note("error", "DUPLICATE_SAMPLE_ID", record.row, "sample_id", sample_id, kept_row=first_row)


LAYOUT = Layout(
    name="lab_template_v1", kind="samples", signature=HEADER_LINE, recognise=recognise, read=read, ours=True
)
