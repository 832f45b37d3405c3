"""Plots of the water itself: its ions (Piper, Gibbs), what it is saturated with, and how storms change it.

Drawn from sealed evidence and from the official run's series; nothing is computed again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from calculations.evidence import Evidence
from mrv.periods.models import MonitoringPeriod
from mrv.publication.daily import Grid
from mrv.publication.figure import Cell, Figure, Table
from mrv.publication.panels_by_day import of_days
from mrv.quality.charts import ION_NAMES
from mrv.quality.waters import Analysis, Piper, analysis_of, gibbs, piper
from mrv.verification.picks import storm_spans
from registry.core.charts import Chart, Dot, Line, polyline

STAGE, EC25 = "stage", "specific_conductance_25c"
WIDTH_OF_LETTER = 7.0
MIDDLE, END = 0.5, 1.0
SHIFT = {"start": 0.0, "middle": MIDDLE, "end": END}


def chemistry(period: MonitoringPeriod, daily: Grid) -> Figure | None:
    """Saturation index of calcite and CO₂ pressure of the water, daily means of what the official run computed."""
    return of_days(
        "chemistry",
        _("Saturation of calcite and CO₂ pressure"),
        period,
        daily,
        _("Means of a day. Above zero calcite may precipitate. Air has some 40 Pa of CO₂: water above it gives off."),
    )


def diagrams(evidence: Evidence) -> list[Figure]:
    """Piper and Gibbs of the sealed samples."""
    samples = [analysis_of(record) for record in evidence.samples]
    samples = [sample for sample in samples if sample.milligrams]
    if not samples:
        return []
    headers = (_("Sample"), _("Storm"), *(f"{name} (mg/L)" for name in ION_NAMES.values()))
    rows = tuple(_row(sample) for sample in samples)
    return [
        Figure(
            "piper",
            _("Piper diagram"),
            (_as_chart(piper(samples)),),
            Table(headers, rows),
            _("Shares of milliequivalents; storm samples are blue."),
        ),
        Figure(
            "gibbs",
            _("Gibbs diagrams"),
            tuple(gibbs(samples)),
            Table(headers, rows),
            _("Where rain, rock or evaporation decides what is dissolved; storm samples are blue."),
            {"beside": True},
        ),
    ]


def _row(sample: Analysis) -> tuple[Cell, ...]:
    storm = _("yes") if sample.storm else _("no")
    return (sample.name, storm, *(sample.milligrams.get(ion) for ion in ION_NAMES))


def _as_chart(drawn: Piper) -> Chart:
    """The diagram in the same geometry as every chart, so that one template and one file writer draw it."""
    right, down = 50.0, 0.0
    chart = Chart(x_label="", y_label="", summary=drawn.summary, width=580.0, height=440.0)
    chart.lines += [Line(_moved(path, right), "grid") for path in drawn.grid]
    chart.lines += [Line(_moved(path, right), "frame") for path in drawn.triangles]
    chart.dots += [Dot(dot.x + right, dot.y + down, dot.title, dot.kind) for dot in drawn.dots]
    for x, y, text, anchor in drawn.labels:
        left = x + right - SHIFT[anchor] * WIDTH_OF_LETTER * len(text)
        chart.dots.append(Dot(left, y, text, "label"))
    return chart


def _moved(path: str, right: float) -> str:
    """A path of absolute points, so far to the right."""
    closed = path.endswith("Z")
    points = [tuple(map(float, pair.split(","))) for pair in path.strip("MZ").split("L")]
    return polyline([x + right for x, _y in points], [y for _x, y in points]) + ("Z" if closed else "")


def hysteresis(period: MonitoringPeriod, evidence: Evidence) -> Figure | None:
    """Conductivity against stage around the highest stages: the way up and the way down of each storm."""
    series = evidence.series_by_parameter()
    if STAGE not in series or EC25 not in series:
        return None
    both = series[STAGE].present() & series[EC25].present()
    zone = ZoneInfo(period.zone)
    charts: list[Chart] = []
    rows: list[tuple[Cell, ...]] = []
    for number, (start, end) in enumerate(sorted(storm_spans(evidence)), start=1):
        inside = both & (evidence.epoch_s >= start) & (evidence.epoch_s <= end)
        if inside.sum() < 3:
            continue
        times = evidence.epoch_s[inside]
        stage, ec25 = series[STAGE].to_float()[inside], series[EC25].to_float()[inside]
        charts.append(_loop(number, times, stage, ec25, zone))
        rows += [
            (number, f"{_local(at, zone):%Y-%m-%d %H:%M%z}", float(high), float(conducts))
            for at, high, conducts in zip(times.tolist(), stage.tolist(), ec25.tolist(), strict=True)
        ]
    if not charts:
        return None
    return Figure(
        "hysteresis",
        _("Conductivity against stage in storms"),
        tuple(charts),
        Table((_("Storm"), _("Time"), _("Stage (m)"), _("EC25 (µS/cm)")), tuple(rows)),
        _("Whole line: the water rises; dashed: it falls. The highest stages, with a day before and after each."),
        {"beside": True},
    )


def _local(epoch_s: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC).astimezone(zone)


def _loop(number: int, times: Any, stage: Any, ec25: Any, zone: ZoneInfo) -> Chart:
    top = int(np.argmax(stage))
    low, high = float(stage.min()), float(stage.max())
    thin, thick = float(ec25.min()), float(ec25.max())
    peak = _local(int(times[top]), zone)
    chart = Chart(
        x_label=_("Stage (m)"),
        y_label=_("EC25 (µS/cm)"),
        summary=_(
            "Storm %(number)s, highest at %(time)s: stage %(low)s to %(high)s m, EC25 %(thin)s to %(thick)s µS/cm."
        )
        % {
            "number": number,
            "time": f"{peak:%Y-%m-%d %H:%M}",
            "low": f"{low:.2f}",
            "high": f"{high:.2f}",
            "thin": f"{thin:.0f}",
            "thick": f"{thick:.0f}",
        },
        width=380.0,
        height=280.0,
    )
    to_x, to_y = chart.scales((low, max(high, low + 0.01)), (thin, thin + 1.12 * max(thick - thin, 1.0)))
    for part, kind in ((slice(0, top + 1), "rising"), (slice(top, None), "falling")):
        xs, ys = [to_x(v) for v in stage[part].tolist()], [to_y(v) for v in ec25[part].tolist()]
        if len(xs) > 1:
            chart.lines.append(Line(polyline(xs, ys), kind))
    chart.dots.append(Dot(to_x(high), to_y(float(ec25[top])), f"{peak:%Y-%m-%d %H:%M}", "plain"))
    chart.dots.append(Dot(chart.plot_left + 4, chart.plot_top + 12, f"{number} · {peak:%Y-%m-%d}", "label"))
    return chart
