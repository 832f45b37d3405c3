"""Campbell TOA5: four header lines (environment, names, units, processing), quoted or not; NAN for no value.

Record numbers start again after a loss of power; a table collected twice repeats its tail.
"""

from __future__ import annotations

from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, delimiter_of, header_at
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of

_OUT_OF_RANGE = frozenset({"-7999", "7999", "-6999", "6999"})


def _first_row(head: Sequence[str]) -> int | None:
    return next(
        (row for row, line in enumerate(head[:10], start=1) if line.lstrip().strip('"').startswith("TOA5")), None
    )


def recognise(head: Sequence[str]) -> float:
    row = _first_row(head)
    if row is None or row >= len(head):
        return 0.0
    return 1.0 if "timestamp" in head[row].lower() else 0.5


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _first_row(head)
    if row is None or len(head) < row + 3 or "timestamp" not in head[row].lower():
        draft.refuse("HEADER_NOT_FOUND", expected='"TOA5",… / "TIMESTAMP","RECORD",…')
    delimiter = delimiter_of(head[row])
    environment = cells_of(head[row - 1], delimiter)
    if len(environment) > 3:
        draft.facts |= {"station_hint": environment[1], "serial": environment[3]}
    header = header_at(draft, head, row + 3, row + 1, delimiter)
    units = cells_of(head[row + 1], delimiter)
    names = [cell.upper() for cell in header.cells]
    candidates = []
    for position, cell in enumerate(header.cells):
        if names[position] in ("TIMESTAMP", "RECORD"):
            continue
        parameter = parameter_of(cell)
        unit = units[position] if position < len(units) else None
        candidates.append(Candidate(position, cell, unit, parameter, listed=parameter != "battery_voltage"))
    return LoggerPlan(
        header=header,
        time_positions=(names.index("TIMESTAMP"),),
        values=choose(draft, row + 1, candidates),
        missing=_OUT_OF_RANGE,
        foreign=True,
        record=names.index("RECORD") if "RECORD" in names else None,
        rules=ClockRules(station_default="Asia/Shanghai"),
    )


LAYOUT = Layout(
    name="campbell_toa5",
    kind="logger",
    signature='"TOA5",… / "TIMESTAMP","RECORD",… / "TS","RN",… / "","",…',
    recognise=recognise,
    plan=plan,
)
