"""Solinst CSV: labels and values on lines of their own, units per channel, then the table.

A Levelogger is not vented: its LEVEL is water and air together, and becomes stage only with a Barologger's file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, choose, delimiter_of, header_at
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of, plain_unit

_HEADER = re.compile(r'^"?Date"?[,;\t]\s*"?Time"?[,;\t]', re.IGNORECASE)
_UNIT = re.compile(r'^"?unit:\s*(.*?)"?\s*[,;]*$', re.IGNORECASE)
_PRESSURES = ("kpa", "mbar", "hpa", "psi", "mb")


def _header_row(head: Sequence[str]) -> int | None:
    return next((row for row, line in enumerate(head, start=1) if _HEADER.match(line)), None)


def recognise(head: Sequence[str]) -> float:
    row = _header_row(head)
    if row is None:
        return 0.0
    labels = ("serial_number", "project id", "location", "unit:")
    found = sum(any(line.strip().strip('"').lower().startswith(label) for line in head[:row]) for label in labels)
    return found / len(labels)


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    if row is None:
        draft.refuse("HEADER_NOT_FOUND", expected="Date,Time,ms,LEVEL,TEMPERATURE")
    header = header_at(draft, head, row, row, delimiter_of(head[row - 1]))
    above = [line.strip().strip('",;') for line in head[: row - 1]]
    _facts(draft, above)
    units = {
        above[at - 1].upper(): match[1].strip() for at, line in enumerate(above) if at and (match := _UNIT.match(line))
    }
    barometer = is_barometer(units, header.cells, above)
    candidates = [
        Candidate(position, cell, units.get(cell.upper()), solinst_parameter(cell, barometer=barometer))
        for position, cell in enumerate(header.cells)
        if position > 1 and cell.lower() != "ms"
    ]
    if barometer:
        draft.warning("BAROMETER_FILE", row=row, column="LEVEL")
    return LoggerPlan(
        header=header,
        time_positions=(0, 1),
        values=choose(draft, row, candidates),
        foreign=True,
        says_missing_parameters=not barometer,
        rules=ClockRules(joint=" + ", station_default="Asia/Shanghai"),
    )


def is_barometer(units: dict[str, str], names: Sequence[str], about: Sequence[str]) -> bool:
    """A file of air pressure: pressure units and no conductivity, or called so."""
    upper = [name.upper() for name in names]
    if any("CONDUCT" in name for name in upper):
        return False
    level_unit = plain_unit(units.get("LEVEL", ""))
    return level_unit in _PRESSURES or any("baro" in line.lower() for line in about)


def solinst_parameter(name: str, *, barometer: bool) -> str | None:
    plain = name.strip().upper()
    if plain == "LEVEL":
        return "barometric_pressure" if barometer else "absolute_pressure_head"
    if barometer:
        return None
    if plain.startswith("CONDUCTIVITY") or plain.startswith("SPEC"):
        return "specific_conductance_25c"
    return parameter_of(name)


def _facts(draft: Draft, above: Sequence[str]) -> None:
    for key, label in (("serial", "serial_number"), ("station_hint", "location")):
        for at, line in enumerate(above):
            if line.lower().startswith(label):
                behind = line.partition(":")[2].strip() or (above[at + 1].strip() if at + 1 < len(above) else "")
                if behind:
                    draft.facts[key] = behind
                break


LAYOUT = Layout(
    name="solinst_csv",
    kind="logger",
    signature="Serial_number: / LEVEL / UNIT: m / Date,Time,ms,LEVEL,TEMPERATURE,…",
    recognise=recognise,
    plan=plan,
)
