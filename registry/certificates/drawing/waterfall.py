"""How the quantity came about: one row per step, with a bar from the level before to the level after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.colors import Color, HexColor

from registry.certificates.drawing.record import Step
from registry.certificates.drawing.setting import DEEP, GREY, HAIR, INK, Box, Drawn, Pen, Stack, Style, Text, grouped

LOSS = HexColor("#b3583c")
GAIN = HexColor("#5a9a83")
_LABEL_WIDTH = 214.0
_VALUE_WIDTH = 58.0
_ROW_HEIGHT = 15.0
_BAR_HEIGHT = 8.6


@dataclass(frozen=True)
class _Bar:
    """From one level to another (t CO2), and where that lies, in points from the left end of the bars."""

    start: Decimal
    end: Decimal
    low: Decimal
    points_per_tonne: float

    def at(self, level: Decimal) -> float:
        return float(level - self.low) * self.points_per_tonne


def waterfall(pen: Pen, steps: Sequence[Step], width: float) -> list[Box]:
    """The rows: what each step is called, its bar, and the number. Rows may part across pages."""
    bars = _bars(steps, width - _LABEL_WIDTH - _VALUE_WIDTH)
    last = len(bars) - 1
    return [
        _row(pen, step, bar, width, (i > 0, i < last)) for i, (step, bar) in enumerate(zip(steps, bars, strict=True))
    ]


def _bars(steps: Sequence[Step], room: float) -> list[_Bar]:
    """A total stands on zero, a change hangs where the step before it ended."""
    levels, level = [], Decimal(0)
    for step in steps:
        start = Decimal(0) if step.total else level
        level = start + Decimal(step.value)
        levels.append((start, level))
    low = min((Decimal(0), *(min(pair) for pair in levels)))
    high = max((Decimal(0), *(max(pair) for pair in levels)))
    scale = room / float(high - low or 1)
    return [_Bar(start, end, low, scale) for start, end in levels]


def _row(pen: Pen, step: Step, bar: _Bar, width: float, joined: tuple[bool, bool]) -> Box:
    label = _label(pen, step, _LABEL_WIDTH - 12)
    height = max(label.height + 3.0, _ROW_HEIGHT)

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.canvas.saveState()
        label.draw(pen, x, top - (height - label.height) / 2)
        _paint_bar(pen, step, bar, (x + _LABEL_WIDTH, top, height), joined)
        style = Style(8.8, "bold" if step.total else "regular", INK if step.total else _color(step))
        pen.line(x + width, top - height / 2 - 3.1, _value(step), style, "right")
        pen.canvas.restoreState()

    return Drawn(height, paint)


def _paint_bar(pen: Pen, step: Step, bar: _Bar, place: tuple[float, float, float], joined: tuple[bool, bool]) -> None:
    canvas = pen.canvas
    left, top, height = place
    upper, lower = top - (height - _BAR_HEIGHT) / 2, top - (height + _BAR_HEIGHT) / 2
    first, second = sorted((left + bar.at(bar.start), left + bar.at(bar.end)))
    canvas.setFillColor(_color(step))
    canvas.rect(first, lower, max(second - first, 0.6), _BAR_HEIGHT, stroke=0, fill=1)
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    zero = left + bar.at(Decimal(0))
    canvas.line(zero, top, zero, top - height)
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.4)
    canvas.setDash(1.2, 1.2)
    before, after = joined
    reached_before = left + bar.at(bar.end if step.total else bar.start)
    if before:
        canvas.line(reached_before, top, reached_before, upper)
    if after:
        canvas.line(left + bar.at(bar.end), lower, left + bar.at(bar.end), top - height)


def _color(step: Step) -> Color:
    if step.total:
        return DEEP
    return LOSS if Decimal(step.value) < 0 else GAIN


def _value(step: Step) -> str:
    sign = "+" if not step.total and Decimal(step.value) > 0 else ""
    return sign + grouped(step.value)


def _label(pen: Pen, step: Step, width: float) -> Box:
    """Chinese and English on one line, or under one another when they are too long for it."""
    zh = Style(8, "bold" if step.total else "regular", leading=10.6)
    en = Style(6.7, color=GREY, leading=8.6)
    beside = pen.width(step.label.zh, zh) + 6
    if beside + pen.width(step.label.en, en) > width:
        return Stack([Text(pen, step.label.zh, zh, width), Text(pen, step.label.en, en, width)])

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 8.4, step.label.zh, zh)
        pen.line(x + beside, top - 8.4, step.label.en, en)

    return Drawn(zh.step, paint)
