"""Greenspan block text: a ``T`` line with the time, then one ``Dn`` line per channel that answered.

A channel without its line has no value there. Lines with ``#`` between the readings are remarks.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

import numpy as np

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, choose
from mrv.uploads.readers.steps.lines import BLOCK_ROWS, Block, Header
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import parameter_of

_TIME = re.compile(r"T([0-9]{8})([0-9]{6})\s*")
_DATA = re.compile(r"D([0-9]{1,2})\s+(\S.*)")
_CHANNEL = re.compile(r"#\s*C([0-9]{1,2})_?\s+(\S+)\s+(\S+)")
_LOGGER = re.compile(r"L\s+\S+\s+([0-9A-Za-z]+)\s+\S+\s+\S+\s+([^_\s]\S*?)_*\s*$")


def recognise(head: Sequence[str]) -> float:
    named = any(line.strip().upper().startswith("# GREENSPAN") for line in head[:5])
    times = any(_TIME.fullmatch(line) for line in head)
    channels = any(_CHANNEL.match(line) for line in head)
    return (named + times + channels) / 3


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    first = next((row for row, line in enumerate(head, start=1) if _TIME.match(line)), None)
    if first is None:
        draft.refuse("HEADER_NOT_FOUND", expected="T20210601000000")
    draft.header_rows = first - 1
    channels = [match for line in head[: first - 1] if (match := _CHANNEL.match(line))]
    candidates = [
        Candidate(
            int(match[1]) + 1,
            f"C{match[1]} {match[3].strip('_')}",
            match[2].strip("_"),
            _parameter(match[3].strip("_")),
        )
        for match in channels
    ]
    for line in head[: first - 1]:
        if match := _LOGGER.match(line):
            draft.facts |= {"serial": match[1], "station_hint": match[2]}
    values = choose(draft, first - 1, candidates)
    for value in values:
        if value.parameter == "specific_conductance_25c":
            draft.warning("EC_COMPENSATION_UNKNOWN", column=value.source)
    width = max((one.position for one in candidates), default=1) + 1
    cells = ("T", "T", *(f"C{number}" for number in range(1, width - 1)))
    return LoggerPlan(
        header=Header(row=first - 1, delimiter=" ", cells=cells, places={}),
        time_positions=(0, 1),
        values=values,
        foreign=True,
        rules=ClockRules(prefix="T", joint="", station_default="Asia/Shanghai"),
        blocks=lambda: _blocks(draft, text, first, width),
    )


def _parameter(name: str) -> str | None:
    found = parameter_of(name)
    return "specific_conductance_25c" if found == "conductivity_raw" and "raw" not in name.lower() else found


class _Readings:
    """The readings while the lines go by."""

    def __init__(self, draft: Draft, width: int) -> None:
        self.draft = draft
        self.width = width
        self.rows: list[int] = []
        self.readings: list[list[str]] = []
        self.remarks: list[tuple[int, str]] = []
        self.count = 0
        self.cut = False
        self._lengths: dict[str, int] = {}

    def add(self, number: int, line: str, *, whole: bool) -> None:
        """One line; ``whole`` is False for a last line without line end, which may be cut."""
        data = _DATA.match(line)
        if time := _TIME.fullmatch(line):
            self.rows.append(number)
            self.readings.append([time[1], time[2], *[""] * (self.width - 2)])
        elif data and self.readings and int(data[1]) + 1 < self.width:
            if whole or len(line) >= self._lengths.get(data[1], 0):
                self.readings[-1][int(data[1]) + 1] = data[2].strip()
                self._lengths[data[1]] = len(line)
            else:
                self._say_cut(number, line)
        elif line.strip() and (whole or line.lstrip().startswith("#")):
            self.remarks.append((number, line))
        elif line.strip():
            self._say_cut(number, line)

    def _say_cut(self, number: int, line: str) -> None:
        self.cut = True
        self.draft.warning("TRUNCATED_LAST_ROW", row=number, text=printable(line))

    def take(self) -> Block:
        rows, readings = self.rows, self.readings
        self.count += len(rows)
        self.rows, self.readings = [], []
        return Block(np.array(rows, dtype=np.int64), [list(column) for column in zip(*readings, strict=True)])


def _blocks(draft: Draft, text: Text, first: int, width: int) -> Iterator[Block]:
    """Blocks of readings; the draft gets the count of readings and the remarks."""
    found = _Readings(draft, width)
    number, whole = 0, True
    for number, raw in enumerate(io.TextIOWrapper(text.open(), encoding="utf-8", newline=None), start=1):
        if number < first:
            continue
        if len(found.rows) >= BLOCK_ROWS and raw.startswith("T"):
            yield found.take()
        whole = raw.endswith("\n")
        found.add(number, raw.rstrip("\n"), whole=whole)
    if not whole and not found.cut:
        draft.info("NO_FINAL_LINE_END", row=number)
    if found.rows:
        yield found.take()
    draft.data_rows = found.count
    if not found.count:
        draft.refuse("NO_DATA_ROWS", row=first - 1)
    if found.remarks:
        draft.facts["comment_rows_in_data"] = len(found.remarks)
        places = [{"row": row, "text": printable(remark)} for row, remark in found.remarks[:FIRST_CELLS]]
        draft.places("warning", "COMMENT_IN_DATA", places, count=len(found.remarks))


LAYOUT = Layout(
    name="greenspan_block",
    kind="logger",
    signature="# GREENSPAN / # C1_ m Pressure / T20210601000000 / D1 +000.533",
    recognise=recognise,
    plan=plan,
)
