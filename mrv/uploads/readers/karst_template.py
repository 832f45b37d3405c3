"""Our own logger template, karst_template_v1.

``timestamp,rainfall_mm,stage_m,water_temperature_c,ph,ec25_us_cm``; time in ISO 8601 with offset, UTF-8. Columns may
stand in any order; one without an instrument stays, empty. Conductivity is at 25 degrees C. Further columns for the
other quantities that loggers give may follow; only exports of ours have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from mrv.uploads.readers.layouts import Layout, LoggerPlan, ValueColumn
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import parse_offset
from mrv.uploads.readers.steps.lines import check_header, find_header
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import LoggerTable

PARAMETER_OF_COLUMN = {
    "rainfall_mm": "rainfall",
    "stage_m": "stage",
    "water_temperature_c": "water_temperature",
    "ph": "ph",
    "ec25_us_cm": "specific_conductance_25c",
}
FURTHER = {
    "conductivity_raw_us_cm": "conductivity_raw",
    "absolute_pressure_head_m": "absolute_pressure_head",
    "barometric_pressure_kpa": "barometric_pressure",
    "battery_voltage_v": "battery_voltage",
}
COLUMNS = ("timestamp", *PARAMETER_OF_COLUMN)
HEADER_LINE = ",".join(COLUMNS)
_NAMES = {name: name for name in (*COLUMNS, *FURTHER)}


def recognise(head: Sequence[str]) -> float:
    header = find_header(head, _NAMES)
    return len(header.places.keys() & set(COLUMNS)) / len(COLUMNS) if header else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    header = find_header(head, _NAMES)
    assert header is not None, "only called for a file that was recognised"
    check_header(draft, head, header, required=COLUMNS)
    return LoggerPlan(
        header=header,
        time_positions=header.places["timestamp"],
        values=tuple(
            ValueColumn(header.places[name][0], name, None, parameter)
            for name, parameter in (PARAMETER_OF_COLUMN | FURTHER).items()
            if name in header.places
        ),
    )


def write(table: LoggerTable, *, offset: str = "+08:00") -> bytes:
    """The table as a file of this layout, in the clock ``offset`` hours from UTC; read again it is the same table.

    A parameter of the template that the table does not have becomes an empty column; another one of the table becomes
    a further column. With no rows it is the template to fill in.
    """
    offset_s = parse_offset(offset)
    if offset_s is None:
        raise ValueError(f"not an offset from UTC: {offset}")
    zone = timezone(timedelta(seconds=offset_s))
    further = {name: parameter for name, parameter in FURTHER.items() if parameter in table.columns}
    lines = [",".join((*COLUMNS, *further))]
    columns = [table.columns.get(parameter) for parameter in (*PARAMETER_OF_COLUMN.values(), *further.values())]
    for index, epoch_s in enumerate(table.epoch_s.tolist()):
        local = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone)
        cells = ["" if column is None else column.text_at(index) for column in columns]
        lines.append(",".join([local.isoformat(), *cells]))
    return ("\n".join(lines) + "\n").encode("ascii")


LAYOUT = Layout(
    name="karst_template_v1", kind="logger", signature=HEADER_LINE, recognise=recognise, plan=plan, ours=True
)
