"""One quantity by day as a chart: bars of sums, lines of means that break where a day is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mrv.periods.models import MonitoringPeriod
from mrv.publication.daily import Column, Grid
from mrv.publication.figure import Figure, Table
from registry.core.charts import Chart, Line, Tick, nice_steps, polyline


def of_days(name: str, title: str, period: MonitoringPeriod, daily: Grid, words: str) -> Figure | None:
    """A figure with a panel and a column of its table for every quantity; None where nothing is there to draw."""
    if not daily.steps or not daily.columns:
        return None
    days = daily.days(period.utc_offset_s)
    charts = tuple(
        chart
        for column in daily.columns
        if (chart := panel(column, days, daily.values[column.name], last=column is daily.columns[-1])) is not None
    )
    if not charts:
        return None
    headers = (_("Day"), *(column.named for column in daily.columns))
    rows = zip([f"{day}" for day in days], *(daily.values[c.name] for c in daily.columns), strict=True)
    return Figure(name, title, charts, Table(headers, tuple(rows)), words)


def panel(column: Column, days: Sequence[date], values: Sequence[float | None], *, last: bool) -> Chart | None:
    present = [value for value in values if value is not None]
    if not present:
        return None
    chart = Chart(
        x_label=_("Day") if last else "",
        y_label=column.named,
        summary=_("%(name)s: %(low)s to %(high)s, on %(days)s of %(all)s days.")
        % {
            "name": column.named,
            "low": f"{min(present):g}",
            "high": f"{max(present):g}",
            "days": len(present),
            "all": len(values),
        },
        width=760.0,
        height=150.0,
    )
    first, end = float(days[0].toordinal()), float(days[-1].toordinal() + 1)
    low, high = (0.0, max(present)) if column.by_day == "sum" else (min(present), max(present))
    high = high if high > low else low + 1.0
    to_x, to_y = chart.scales((first, end), (high, low) if column.inverted else (low, high))
    chart.x_ticks = [Tick(to_x(float(day.toordinal())), f"{day:%Y-%m}") for day in month_starts(days)]
    chart.y_ticks = [Tick(to_y(v), f"{v:g}") for v in nice_steps(low, high, 4)]
    if column.by_day == "sum":
        for day, value in zip(days, values, strict=True):
            if value:
                chart.bars.append(_day_bar(to_x(float(day.toordinal())), to_x(day.toordinal() + 1.0), to_y, value))
    else:
        chart.lines += [Line(path, "fit") for path in _unbroken(days, values, to_x, to_y)]
    return chart


def _day_bar(left: float, right: float, to_y: Any, value: float) -> tuple[float, float, float, float, str]:
    top, bottom = sorted((to_y(value), to_y(0.0)))
    return (left, top, max(right - left - 0.2, 0.4), bottom - top, "rain")


def _unbroken(days: Sequence[date], values: Sequence[float | None], to_x: Any, to_y: Any) -> Iterator[str]:
    """A path for every run of days without a gap."""
    xs: list[float] = []
    ys: list[float] = []
    for day, value in [*zip(days, values, strict=True), (days[-1], None)]:
        if value is not None:
            xs.append(to_x(day.toordinal() + 0.5))
            ys.append(to_y(value))
        elif xs:
            yield polyline(xs if len(xs) > 1 else [xs[0] - 0.5, xs[0] + 0.5], ys if len(ys) > 1 else ys * 2)
            xs, ys = [], []


def month_starts(days: Sequence[date], most: int = 9) -> list[date]:
    starts = [day for day in days if day.day == 1] or [days[0]]
    return starts[:: -(-len(starts) // most)]
