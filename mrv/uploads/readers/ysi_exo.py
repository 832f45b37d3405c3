"""YSI EXO exports of Kor: the older UTF-8 or cp1252 file, and the newer UTF-16 one with a ``sep=`` line.

Means, standard deviations and sensor serials stand above the header and are no readings. ``SpCond`` is at 25 degrees
C, ``Cond`` is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, choose, delimiter_of, header_at, value_behind
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import UNITS, parameter_of, plain_unit
from mrv.uploads.readers.steps.zones import zone_meant

_DATE = re.compile(r"date \((mm|dd|yyyy)", re.IGNORECASE)
_ORDER = {"mm": "mdy", "dd": "dmy", "yyyy": "ymd"}
_ALL_UNITS = frozenset(unit for table in UNITS.values() for unit in table if unit) | {"none"}


def _header_row(head: Sequence[str]) -> int | None:
    return next(
        (row for row, line in enumerate(head, start=1) if _DATE.search(line) and "time (" in line.lower()), None
    )


def recognise(head: Sequence[str]) -> float:
    kor = any(
        "korexo" in line.lower() or "kor export" in line.lower() or "exo sonde" in line.lower() for line in head[:20]
    )
    return 0.4 * kor + 0.6 * (_header_row(head) is not None)


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    if row is None:
        draft.refuse("HEADER_NOT_FOUND", expected="Date (MM/DD/YYYY),Time (HH:mm:ss),…")
    header = header_at(draft, head, row, row, delimiter_of(head[row - 1]))
    if head[0].lower().startswith("sep="):
        draft.warning("SEP_LINE", row=1, text=head[0].strip())
    if serial := value_behind(head[:row], "Sonde ID"):
        draft.facts["serial"] = serial
    date_at = next(at for at, cell in enumerate(header.cells) if _DATE.search(cell))
    time_at = next(
        at for at, cell in enumerate(header.cells) if cell.lower().startswith("time (") and "fract" not in cell.lower()
    )
    skipped = ("time (fract. sec)", "site name", "fault code", "user id", "external power v", "cable pwr v")
    candidates = []
    for position, cell in enumerate(header.cells):
        if position in (date_at, time_at) or cell.lower() in skipped:
            continue
        name, unit = _name_and_unit(cell)
        parameter = parameter_of(cell)
        candidates.append(Candidate(position, name, unit, parameter, listed=parameter != "battery_voltage"))
    stated = value_behind(head[:row], "Time Zone")
    zone, certain = zone_meant(stated) if stated else (None, False)
    order = _DATE.search(header.cells[date_at])
    assert order is not None, "found above"
    return LoggerPlan(
        header=header,
        time_positions=(date_at, time_at),
        values=choose(draft, row, candidates),
        foreign=True,
        rules=ClockRules(
            zone_in_file=stated,
            file_zone=zone,
            file_zone_certain=certain,
            header_order=_ORDER[order[1].lower()],  # type: ignore[arg-type]
            date_form_only=True,
            station_default=None if zone else "Asia/Shanghai",
        ),
    )


def _name_and_unit(cell: str) -> tuple[str, str | None]:
    """``SpCond µS/cm`` -> SpCond, µS/cm; ``pH`` has none."""
    name, space, unit = cell.rpartition(" ")
    return (name.strip(), unit) if space and plain_unit(unit) in _ALL_UNITS else (cell, None)


LAYOUT = Layout(
    name="ysi_korexo_csv",
    kind="logger",
    signature="KorEXO … / Date (MM/DD/YYYY),Time (HH:mm:ss),…,SpCond µS/cm,…",
    recognise=recognise,
    plan=plan,
)
