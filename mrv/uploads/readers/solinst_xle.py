"""Solinst .xle: the same readings as XML, one ``Log`` element each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.solinst_csv import is_barometer, solinst_parameter
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, choose
from mrv.uploads.readers.steps.lines import BLOCK_ROWS, Block, Header
from mrv.uploads.readers.steps.text import Text

MOST_BYTES = 64 * 1024 * 1024  # an XML tree takes ten times its text in memory


def recognise(head: Sequence[str]) -> float:
    start = " ".join(head[:5]).lower()
    return 1.0 if "<body_xle" in start else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    root = _root(draft, text)
    channels = []
    for number in range(1, 5):
        about = root.find(f"Ch{number}_data_header")
        if about is not None:
            channels.append(((about.findtext("Identification") or "").strip(), (about.findtext("Unit") or "").strip()))
    info = root.find("Instrument_info")
    if info is not None and (info.findtext("Serial_number") or "").strip():
        draft.facts["serial"] = (info.findtext("Serial_number") or "").strip()
    station = root.find("Instrument_info_data_header")
    if station is not None and (station.findtext("Location") or "").strip():
        draft.facts["station_hint"] = (station.findtext("Location") or "").strip()
    draft.header_rows = 0
    units = {name.upper(): unit for name, unit in channels}
    about_file = [
        str(draft.facts.get("station_hint", "")),
        (info.findtext("Instrument_type") or "") if info is not None else "",
    ]
    barometer = is_barometer(units, [name for name, _unit in channels], about_file)
    candidates = [
        Candidate(at + 2, name, unit, solinst_parameter(name, barometer=barometer))
        for at, (name, unit) in enumerate(channels)
    ]
    if barometer:
        draft.warning("BAROMETER_FILE", row=1, column="LEVEL")
    return LoggerPlan(
        header=Header(row=0, delimiter=",", cells=("Date", "Time", *(name for name, _unit in channels)), places={}),
        time_positions=(0, 1),
        values=choose(draft, 1, candidates),
        foreign=True,
        decimal=".",
        says_missing_parameters=not barometer,
        blocks=lambda: _blocks(draft, root, len(channels)),
        rules=ClockRules(joint=" + ", station_default="Asia/Shanghai"),
    )


def _root(draft: Draft, text: Text) -> Any:
    if text.size > MOST_BYTES:
        draft.refuse("FILE_TOO_LARGE", size=text.size, limit=MOST_BYTES)
    try:
        plain = text.read().decode("utf-8")
        return ElementTree.fromstring(plain.partition("?>")[2] if plain.lstrip().startswith("<?xml") else plain)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        draft.refuse("XML_BROKEN", reason=type(error).__name__)


def _blocks(draft: Draft, root: Any, channel_count: int) -> Iterator[Block]:
    """Rows are numbered by the order of the readings in the file, from 1."""
    rows: list[list[str]] = []
    number = 0
    for log in root.iter("Log"):
        number += 1
        cells = [(log.findtext(name) or "").strip() for name in ("Date", "Time")]
        rows.append(cells + [(log.findtext(f"ch{at}") or "").strip() for at in range(1, channel_count + 1)])
        if len(rows) == BLOCK_ROWS:
            yield _block(rows, number)
            rows = []
    if rows:
        yield _block(rows, number)
    draft.data_rows = number
    if not number:
        draft.refuse("NO_DATA_ROWS", row=1)


def _block(rows: list[list[str]], last: int) -> Block:
    numbers = np.arange(last - len(rows) + 1, last + 1, dtype=np.int64)
    return Block(numbers, [list(column) for column in zip(*rows, strict=True)])


LAYOUT = Layout(name="solinst_xle", kind="logger", signature="<Body_xle>…<Log>…</Log>", recognise=recognise, plan=plan)
