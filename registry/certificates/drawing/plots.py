"""The small hydrograph of the annex, as vectors: rain, discharge and CO2 uptake over the period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from reportlab.lib.colors import Color, HexColor

from registry.certificates.drawing import words
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.record import Series
from registry.certificates.drawing.setting import GREY, HAIR, Box, Drawn, Gap, Pen, Style, grouped

RAIN_BLUE = HexColor("#6f9dc4")
RIVER_BLUE = HexColor("#22618f")
FLUX_GREEN = HexColor("#0c6b58")
_TICK = Style(6.2, color=GREY)
_AXIS_WIDTH = 30.0
_PANEL_HEIGHTS = {"rain_mm": 34.0, "discharge_m3_s": 62.0, "flux_t_co2": 54.0}
_PANEL_GAP = 14.5


def nice_step(largest: float) -> float:
    """A round distance between ticks (1, 2, 2.5 or 5 times ten to a power), of which two or three reach ``largest``."""
    raw = largest / 3.4
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))


def hydrograph(pen: Pen, series: Series, width: float, scale: float = 1.0) -> Box:
    """Rain hanging from the top, discharge and CO2 uptake below, over one time axis; ``scale`` of the usual height."""
    heights = {name: scale * height for name, height in _PANEL_HEIGHTS.items()}
    panels = [
        (name, values, label, unit)
        for name, values, label, unit in (
            ("rain_mm", series.rain_mm, words.RAIN, "mm"),
            ("discharge_m3_s", series.discharge_m3_s, words.DISCHARGE, "m³/s"),
            ("flux_t_co2", series.flux_t_co2, words.FLUX, "t CO₂"),
        )
        if any(value is not None for value in values)
    ]
    if not panels:
        return Gap(0)
    height = sum(heights[name] + _PANEL_GAP for name, *_ in panels) + 12

    def paint(pen: Pen, x: float, top: float) -> None:
        time = _TimeAxis(series, x + _AXIS_WIDTH, width - _AXIS_WIDTH)
        y = top
        for name, values, label, unit in panels:
            y -= _PANEL_GAP
            _caption(pen, x + _AXIS_WIDTH, y + 4.5, label[series.interval], unit)
            _panel(pen, time, name, values, y, heights[name])
            y -= heights[name]
        for at, text in time.ticks():
            pen.line(at, y - 9, text, _TICK, "center")

    return Drawn(height, paint)


class _TimeAxis:
    """Days to points, with ticks on first days of months."""

    def __init__(self, series: Series, left: float, width: float) -> None:
        self.days = [date.fromisoformat(day) for day in series.dates]
        self.first = self.days[0].toordinal()
        last = self.days[-1]
        end = last + timedelta(days=1) if series.interval == "day" else _next_month(last)
        self.left, self.width, self.span = left, width, end.toordinal() - self.first
        self.ends = [day.toordinal() for day in self.days[1:]] + [end.toordinal()]
        self.reach = 1 if series.interval == "day" else 31  # a slot longer than this holds a gap

    def at(self, ordinal: float) -> float:
        return self.left + self.width * (ordinal - self.first) / self.span

    def slots(self) -> list[tuple[float, float]]:
        """Left and right end of each entry's slot in points."""
        starts = [day.toordinal() for day in self.days]
        return [(self.at(a), self.at(min(b, a + self.reach))) for a, b in zip(starts, self.ends, strict=True)]

    def ticks(self) -> list[tuple[float, str]]:
        """At most ten labels, all on first days of months."""
        firsts, month = [], self.days[0].replace(day=1)
        while month.toordinal() < self.first + self.span:
            if month.toordinal() >= self.first:
                firsts.append(month)
            month = _next_month(month)
        stride = max(1, math.ceil(len(firsts) / 9))
        return [(self.at(day.toordinal()), day.strftime("%Y-%m")) for day in firsts[::stride]]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _caption(pen: Pen, x: float, baseline: float, label: Bilingual, unit: str) -> None:
    zh, en = Style(7.2, "bold"), Style(6.8, color=GREY)
    pen.line(x, baseline, label.zh, zh)
    pen.line(x + pen.width(label.zh, zh) + 5, baseline, f"{label.en} ({unit})", en)


def _panel(pen: Pen, time: _TimeAxis, name: str, values: Sequence[float | None], top: float, height: float) -> None:
    canvas = pen.canvas
    present = [value for value in values if value is not None]
    low, high = min(0.0, *present, 0.0), max(0.0, *present, 0.0)
    top_value, bottom_value = 1.08 * high or 1.0, 1.08 * low
    step = nice_step(max(top_value, -bottom_value))
    downwards = name == "rain_mm"

    def y_of(value: float) -> float:
        share = (value - bottom_value) / (top_value - bottom_value)
        return top - height * (share if downwards else 1 - share)

    canvas.saveState()
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(HAIR)
    for i in range(math.ceil(bottom_value / step), math.floor(top_value / step) + 1):
        value = i * step
        canvas.line(time.left, y_of(value), time.left + time.width, y_of(value))
        pen.line(time.left - 4, y_of(value) - 2.2, grouped(f"{value:g}"), _TICK, "right")
    for at, _ in time.ticks():
        canvas.line(at, top, at, top - height)
    if downwards:
        _bars(canvas, time, values, y_of)
    else:
        _curve(canvas, time, values, y_of, RIVER_BLUE if name == "discharge_m3_s" else FLUX_GREEN)
    canvas.restoreState()


def _bars(canvas, time: _TimeAxis, values: Sequence[float | None], y_of) -> None:
    canvas.setFillColor(RAIN_BLUE)
    for (left, right), value in zip(time.slots(), values, strict=True):
        if value:
            inset = min(0.12 * (right - left), 2.0)
            canvas.rect(left + inset, y_of(value), right - left - 2 * inset, y_of(0) - y_of(value), stroke=0, fill=1)


def _curve(canvas, time: _TimeAxis, values: Sequence[float | None], y_of, color: Color) -> None:
    """A line over a pale area, broken where values are missing."""
    pieces: list[list[tuple[float, float]]] = [[]]
    previous_right = None
    for (left, right), value in zip(time.slots(), values, strict=True):
        gap = previous_right is not None and left - previous_right > 0.01
        if (value is None or gap) and pieces[-1]:
            pieces.append([])
        if value is not None:
            pieces[-1].append(((left + right) / 2, y_of(value)))
        previous_right = right
    pale = Color(color.red, color.green, color.blue, alpha=0.13)
    for piece in filter(None, pieces):
        area = canvas.beginPath()
        area.moveTo(piece[0][0], y_of(0))
        for point in piece:
            area.lineTo(*point)
        area.lineTo(piece[-1][0], y_of(0))
        area.close()
        canvas.setFillColor(pale)
        canvas.drawPath(area, stroke=0, fill=1)
        canvas.setStrokeColor(color)
        canvas.setLineWidth(0.75)
        canvas.setLineJoin(1)
        line = canvas.beginPath()
        line.moveTo(*piece[0])
        for point in piece[1:] or piece:
            line.lineTo(*point)
        canvas.drawPath(line, stroke=1, fill=0)
