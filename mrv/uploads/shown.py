"""What the page of a handed-in file shows: its lines, its first readings, telling times, and a picture per quantity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from mrv.uploads.models import ReceivedFile
from mrv.uploads.readers import MISSING, Column, LoggerTable, ReadReport
from registry.core import store
from registry.core.charts import band, polyline

SHOWN_ROWS = 20
BINS = 200
"""Stretches of time across a small picture; each shows the lowest and the highest of its readings."""
WIDTH, HEIGHT, EDGE = 240.0, 44.0, 2.0


@dataclass(frozen=True)
class Sparkline:
    """A small picture of one quantity over the whole file: paths of SVG, one for each part without a gap."""

    bands: tuple[str, ...]
    lines: tuple[str, ...]
    width: float = WIDTH
    height: float = HEIGHT


def sparklines(table: LoggerTable | None) -> dict[str, Sparkline]:
    """Source of a column -> its picture."""
    if table is None or len(table) < 2:
        return {}
    return {column.source: _sparkline(table, column) for column in table.columns.values() if column.n_valid > 1}


def _sparkline(table: LoggerTable, column: Column) -> Sparkline:
    start_s, end_s = int(table.epoch_s[0]), int(table.epoch_s[-1])
    present = column.values != MISSING
    values = column.values[present].astype(np.int64)
    low, high = int(values.min()), int(values.max())
    bins = min(BINS, len(table))
    of_reading = np.minimum((table.epoch_s[present] - start_s) * bins // max(end_s - start_s, 1), bins - 1)
    firsts = np.flatnonzero(np.diff(of_reading, prepend=-1))
    filled = of_reading[firsts]
    lows, highs = np.minimum.reduceat(values, firsts), np.maximum.reduceat(values, firsts)
    xs = EDGE + (filled + 0.5) / bins * (WIDTH - 2 * EDGE)
    scale = (HEIGHT - 2 * EDGE) / max(high - low, 1)
    tops, bottoms = (HEIGHT - EDGE - (ends - low) * scale for ends in (highs, lows))
    parts = np.split(np.arange(len(filled)), np.flatnonzero(np.diff(filled) > 1) + 1)
    return Sparkline(
        bands=tuple(band(xs[part].tolist(), bottoms[part].tolist(), tops[part].tolist()) for part in parts),
        lines=tuple(polyline(xs[part].tolist(), ((tops + bottoms) / 2)[part].tolist()) for part in parts),
    )


def raw_lines(file: ReceivedFile, report: ReadReport) -> list[tuple[int, str]]:
    """The first lines of data as they stand in the file, with their numbers; none where it is no text."""
    encoding = {"ascii": "utf-8", None: "utf-8"}.get(report.encoding, report.encoding)
    with store.path(file.sha256).open("rb") as stream:
        start = stream.read(256 * 1024)
    if start.startswith(b"PK"):
        return []
    text = start.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").decode(str(encoding), "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    first = max(0, (report.header_rows or 1) - 1)
    return list(enumerate(lines[first : first + SHOWN_ROWS + 1], start=first + 1))


def parsed_rows(
    file: ReceivedFile, table: LoggerTable | None
) -> tuple[list[str], list[tuple[int, datetime, list[str]]]]:
    """Names of the columns, and the first readings as they will be kept: row of the file, time, values."""
    if table is None:
        return [], []
    zone = ZoneInfo(file.station.zone)
    in_file_order = np.argsort(table.source_rows, kind="stable")[:SHOWN_ROWS]
    rows = [
        (
            int(table.source_rows[at]),
            datetime.fromtimestamp(int(table.epoch_s[at]), zone),
            [column.text_at(int(at)) for column in table.columns.values()],
        )
        for at in in_file_order.tolist()
    ]
    return list(table.columns), rows


def telling_times(file: ReceivedFile, table: LoggerTable | None) -> list[datetime]:
    """First, middle and last reading, and the one whose day and month are easiest to mistake.

    In the station's clock, without a zone: a template would turn them into the server's.
    """
    if table is None or not len(table):
        return []
    zone = ZoneInfo(file.station.zone)
    at = [0, len(table) // 2, len(table) - 1]
    times = [datetime.fromtimestamp(int(table.epoch_s[index]), zone) for index in at]
    days = np.unique(table.epoch_s // 86_400)
    for day in days.tolist():
        local = datetime.fromtimestamp(day * 86_400, zone)
        if local.day <= 12 and local.day != local.month:
            times.append(local)
            break
    return [time.replace(tzinfo=None) for time in times]
