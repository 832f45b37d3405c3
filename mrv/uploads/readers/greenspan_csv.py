"""Greenspan converter CSV: what the maker's converter writes of a CTDP300 or CTD350 (versions 2.3.1 and 2.4.1).

Sentinel -1E+10, numbers without a leading zero, NULs in the header, two conductivities: ``EC Norm`` is at 25 degrees
C, ``EC Raw`` is not. No zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, delimiter_of, header_at, value_behind
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of

_HEADING = re.compile(r'^"?Column Heading"?\s*[,;\t]', re.IGNORECASE)
_ORDER = {"dd": "dmy", "mm": "mdy", "yy": "ymd"}
_LAST = ("conductivity_raw", "battery_voltage")


def _heading_row(head: Sequence[str]) -> int | None:
    return next((row for row, line in enumerate(head, start=1) if _HEADING.match(line)), None)


def recognise(head: Sequence[str]) -> float:
    converter = any("greenspan data converter" in line.lower() for line in head[:5])
    return 0.5 * converter + 0.5 * (_heading_row(head) is not None)


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    names_row = _heading_row(head)
    if names_row is None:
        draft.refuse("HEADER_NOT_FOUND", expected="Column Heading,dd/mm/yyyy hh:mm:ss,…")
    delimiter = delimiter_of(head[names_row - 1])
    last = names_row
    units: list[str] = []
    for row in range(names_row + 1, min(names_row + 4, len(head) + 1)):
        first = cells_of(head[row - 1], delimiter)[:1]
        if first and first[0].lower() == "unit":
            units, last = cells_of(head[row - 1], delimiter), row
        elif first and first[0].lower() in ("channel number", "channel type"):
            last = row
    header = header_at(draft, head, last, names_row, delimiter)
    _facts(draft, head)
    candidates = []
    for position, cell in enumerate(header.cells[3:], start=3):
        name = cell.strip("_ ")
        unit = units[position].replace("_", "") if position < len(units) else None
        candidates.append(Candidate(position, name, unit, parameter_of(name)))
    if not any(one.parameter == "specific_conductance_25c" for one in candidates):
        candidates = [_as_ec25(draft, one) for one in candidates]
    candidates.sort(key=lambda one: _LAST.index(one.parameter) + 1 if one.parameter in _LAST else 0)
    stated = header.cells[1][:2].lower() if len(header.cells) > 1 else ""
    return LoggerPlan(
        header=header,
        time_positions=(1,),
        values=choose(draft, names_row, candidates),
        foreign=True,
        in_pieces=True,
        rules=ClockRules(header_order=_ORDER.get(stated), station_default="Asia/Shanghai"),  # type: ignore[arg-type]
    )


def _as_ec25(draft: Draft, one: Candidate) -> Candidate:
    """A single column "EC": the converter does not say whether it is normalised."""
    if one.parameter != "conductivity_raw" or "raw" in one.name.lower():
        return one
    draft.warning("EC_COMPENSATION_UNKNOWN", column=one.name)
    return Candidate(one.position, one.name, one.unit, "specific_conductance_25c")


def _facts(draft: Draft, head: Sequence[str]) -> None:
    for key, label in (("station_hint", "Site Name"), ("serial", "Serial Number")):
        found = value_behind(head, label)
        if found and found.strip("_ "):
            draft.facts[key] = found


LAYOUT = Layout(
    name="greenspan_converter_csv",
    kind="logger",
    signature="Column Heading,dd/mm/yyyy hh:mm:ss,Type/Comment,…",
    recognise=recognise,
    plan=plan,
)
