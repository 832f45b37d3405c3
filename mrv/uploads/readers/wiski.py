"""WISKI / KiWIS CSV: ``#`` lines about the series, ``#Timestamp;Value;…``, then one series in ISO 8601."""

from __future__ import annotations

from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, choose, delimiter_of, header_at, value_behind
from mrv.uploads.readers.steps.lines import Header
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of
from mrv.uploads.readers.steps.zones import zone_meant

_ABOUT = (
    "stationparameter_longname",
    "stationparameter_name",
    "parametertype_longname",
    "parametertype_name",
    "ts_name",
    "station_name",
)
_UNIT = ("ts_unitsymbol", "ts_unitname", "unit")


def _header_row(head: Sequence[str]) -> int | None:
    return next((row for row, line in enumerate(head, start=1) if line.lower().startswith("#timestamp")), None)


def recognise(head: Sequence[str]) -> float:
    row = _header_row(head)
    if row is None:
        return 0.0
    return 1.0 if any(line.startswith("#") for line in head[: row - 1]) else 0.6


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    assert row is not None, "only called for a file that was recognised"
    made = header_at(draft, head, row, row, delimiter_of(head[row - 1]))
    cells = tuple(cell.lstrip("#") for cell in made.cells)
    header = Header(made.row, made.delimiter, cells, {})
    above = head[: row - 1]
    said = [(label, found) for label in _ABOUT if (found := value_behind(above, label))]
    parameter = next((found for _label, text_ in said if (found := parameter_of(text_))), None)
    unit = next((found for label in _UNIT if (found := value_behind(above, label))), None)
    for key, label in (("station_hint", "station_name"), ("serial", "station_no")):
        if found := value_behind(above, label):
            draft.facts[key] = found
    rows = value_behind(above, "rows")
    if rows and rows.isdigit():
        draft.facts["record_count_in_header"] = int(rows)
    value_at = next((at for at, cell in enumerate(cells) if cell.lower() == "value"), 1)
    stated = value_behind(above, "timezone") or value_behind(above, "tz")
    zone, certain = zone_meant(stated) if stated else (None, False)
    return LoggerPlan(
        header=header,
        time_positions=(0,),
        values=choose(draft, row, [Candidate(value_at, cells[value_at], unit, parameter)], ask_units=True),
        foreign=True,
        missing=frozenset({"---", "NULL"}),
        rules=ClockRules(zone_in_file=stated, file_zone=zone, file_zone_certain=certain),
    )


LAYOUT = Layout(
    name="wiski_csv",
    kind="logger",
    signature="#station_name;… / #Timestamp;Value;Quality Code",
    recognise=recognise,
    plan=plan,
)
