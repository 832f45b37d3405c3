"""A handed-in file against what is stored already: how many readings agree, and how the others differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from calculations.evidence import MISSING
from mrv.uploads.models import ReceivedFile
from mrv.uploads.readers import LoggerTable
from mrv.uploads.selectors import logger_uploads, merged_series
from registry.core.charts import Chart, Dot, Line, polyline

MOST_DOTS = 300
"""Differences drawn one by one; of more, only the lowest and highest of each stretch."""
_DAY_S = 86_400
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Overlap:
    """Readings of the file at times that are already stored: how many agree in every quantity, how many do not.

    ``charts``: per quantity that differs, the new value less the stored one over time.
    """

    identical: int
    different: int
    first_difference: datetime | None = None
    parameter: str = ""
    stored: str = ""
    new: str = ""
    charts: tuple[tuple[str, Chart], ...] = ()


@dataclass(frozen=True)
class _Shared:
    """One quantity at the times that both have: scaled integers (n,), and where both have a value."""

    parameter: str
    unit: str
    decimals: int
    new: Int64s
    stored: Int64s
    both: npt.NDArray[np.bool_]

    @property
    def differs(self) -> npt.NDArray[np.bool_]:
        return self.both & (self.new != self.stored)

    def text(self, value: int) -> str:
        return f"{value / 10**self.decimals:.{self.decimals}f}"


def overlap_with_stored(file: ReceivedFile, table: LoggerTable) -> Overlap:
    """Against all accepted logger files of the station."""
    common_s, shared = _shared_with_stored(file, table)
    differs = np.zeros(len(common_s), dtype=bool)
    for one in shared:
        differs |= one.differs
    different = int(np.count_nonzero(differs))
    if not different:
        return Overlap(len(common_s), 0)
    first = next(one for one in shared if one.differs.any())
    at = int(np.flatnonzero(first.differs)[0])
    return Overlap(
        identical=len(common_s) - different,
        different=different,
        first_difference=datetime.fromtimestamp(int(common_s[at]), ZoneInfo("UTC")),
        parameter=first.parameter,
        stored=first.text(int(first.stored[at])),
        new=first.text(int(first.new[at])),
        charts=tuple((one.parameter, _chart(file, common_s, one)) for one in shared if one.differs.any()),
    )


def _shared_with_stored(file: ReceivedFile, table: LoggerTable) -> tuple[Int64s, list[_Shared]]:
    nothing: tuple[Int64s, list[_Shared]] = (np.empty(0, np.int64), [])
    if not len(table):
        return nothing
    start, end = (datetime.fromtimestamp(int(second), ZoneInfo("UTC")) for second in table.epoch_s[[0, -1]])
    end += timedelta(seconds=1)
    uploads = logger_uploads(file.station, start, end)
    if not uploads:
        return nothing
    stored = merged_series(uploads, start, end).readings
    common, here, there = np.intersect1d(table.epoch_s, stored.epoch_s, assume_unique=True, return_indices=True)
    shared = []
    for name, series in stored.by_parameter().items():
        column = table.columns.get(name)
        if column is None:
            continue
        decimals = max(column.decimals, series.decimals)
        new, old = column.values[here], series.values[there]
        shared.append(
            _Shared(
                parameter=name,
                unit=column.unit,
                decimals=decimals,
                new=new.astype(np.int64) * 10 ** (decimals - column.decimals),
                stored=old.astype(np.int64) * 10 ** (decimals - series.decimals),
                both=(new != MISSING) & (old != MISSING),
            )
        )
    return common, shared


def _chart(file: ReceivedFile, common_s: Int64s, shared: _Shared) -> Chart:
    """New less stored, over the days of the overlap."""
    times_s = common_s[shared.both]
    apart = (shared.new - shared.stored)[shared.both] / 10.0**shared.decimals
    start = datetime.fromtimestamp(int(common_s[0]), ZoneInfo(file.station.zone))
    days = (times_s - int(common_s[0])) / _DAY_S
    chart = Chart(
        x_label=_("Days from %(day)s") % {"day": f"{start:%Y-%m-%d %H:%M}"},
        y_label=_("New less stored") + ("" if shared.unit == "1" else f" ({shared.unit})"),
        summary=_("%(n)s readings differ, by %(low)s to %(high)s.")
        % {"n": len(apart[apart != 0]), "low": f"{apart[apart != 0].min():g}", "high": f"{apart[apart != 0].max():g}"},
        height=200.0,
    )
    low, high = min(0.0, float(apart.min())), max(0.0, float(apart.max()))
    margin = 0.06 * (high - low)
    to_x, to_y = chart.scales((0.0, float(days[-1]) or 1.0), (low - margin, high + margin))
    chart.lines.append(Line(polyline([chart.plot_left, chart.plot_right], [to_y(0.0)] * 2), "range"))
    chart.dots = [Dot(to_x(day), to_y(value), f"{value:g}") for day, value in _telling(days, apart)]
    return chart


def _telling(days: npt.NDArray[np.float64], apart: npt.NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    """Differences that are not zero; of many the lowest and the highest of each stretch."""
    at = np.flatnonzero(apart)
    if len(at) > MOST_DOTS:
        stretches = np.array_split(at, MOST_DOTS // 2)
        ends = [stretch[[int(np.argmin(apart[stretch])), int(np.argmax(apart[stretch]))]] for stretch in stretches]
        at = np.unique(np.concatenate(ends))
    return zip(days[at].tolist(), apart[at].tolist(), strict=True)
