"""Small static charts as geometry: a function turns numbers into paths and ticks, one template draws them as SVG.

Charts are read by eye, so floats are fine here; the figures beside them come from the records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

LEFT, RIGHT, TOP, BOTTOM = 58.0, 12.0, 10.0, 40.0


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    title: str
    kind: str = "plain"


@dataclass(frozen=True)
class Line:
    path: str
    kind: str = "fit"


@dataclass
class Chart:
    """Geometry in SVG units; ``summary`` is the text for those who do not see the picture."""

    x_label: Any
    y_label: Any
    summary: Any
    width: float = 560.0
    height: float = 320.0
    x_ticks: list[Tick] = field(default_factory=list)
    y_ticks: list[Tick] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    bars: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    @property
    def plot_left(self) -> float:
        return LEFT

    @property
    def plot_right(self) -> float:
        return self.width - RIGHT

    @property
    def plot_bottom(self) -> float:
        return self.height - BOTTOM

    @property
    def plot_top(self) -> float:
        return TOP

    @property
    def middle_x(self) -> float:
        return (self.plot_left + self.plot_right) / 2

    @property
    def middle_y(self) -> float:
        return (self.plot_top + self.plot_bottom) / 2

    def scales(
        self, x: tuple[float, float], y: tuple[float, float], *, log_y: bool = False
    ) -> tuple[Callable[[float], float], Callable[[float], float]]:
        """Pixel functions for both axes; sets the ticks."""
        low, high = (log10(y[0]), log10(y[1])) if log_y else y
        x_span, y_span = (x[1] - x[0]) or 1.0, (high - low) or 1.0

        def to_x(value: float) -> float:
            return self.plot_left + (value - x[0]) / x_span * (self.plot_right - self.plot_left)

        def to_y(value: float) -> float:
            level = log10(max(value, 1e-12)) if log_y else value
            return self.plot_bottom - (level - low) / y_span * (self.plot_bottom - self.plot_top)

        self.x_ticks = [Tick(to_x(v), f"{v:g}") for v in nice_steps(*x)]
        y_values = log_steps(*y) if log_y else nice_steps(*y)
        self.y_ticks = [Tick(to_y(v), f"{v:g}") for v in y_values]
        return to_x, to_y


def nice_steps(low: float, high: float, about: int = 6) -> list[float]:
    """Round numbers inside [low, high], some ``about`` of them."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / about
    power = 10.0 ** floor(log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw)
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def log_steps(low: float, high: float) -> list[float]:
    decades = range(floor(log10(low)) - 1, ceil(log10(high)) + 1)
    values = [m * 10.0**d for d in decades for m in (1, 2, 5)]
    return [round(v, 12) for v in values if low <= v <= high]


def polyline(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))


def band(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> str:
    back = "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(reversed(xs), reversed(lows), strict=True))
    return polyline(xs, highs) + "L" + back + "Z"


@dataclass(frozen=True)
class WaterfallRow:
    """One step: its bar from ``left`` over ``span`` in percent of the track."""

    label: Any
    value: Any
    left: float
    span: float
    kind: str


def waterfall(steps: Sequence[tuple[Any, Any, str]]) -> list[WaterfallRow]:
    """Rows of a waterfall from (label, value, kind); kind ``total`` stands on zero, ``change`` on the level before."""
    levels, level = [], 0.0
    for _label, value, kind in steps:
        start = 0.0 if kind == "total" else level
        level = float(value) if kind == "total" else level + float(value)
        levels.append((min(start, level), max(start, level)))
    low = min([0.0, *(a for a, _b in levels)])
    span = max([b for _a, b in levels] + [1e-9]) - low
    return [
        WaterfallRow(
            label,
            value,
            round(100 * (a - low) / span, 2),
            round(max(100 * (b - a) / span, 0.4), 2),
            kind if kind == "total" else ("loss" if float(value) < 0 else "gain"),
        )
        for (label, value, kind), (a, b) in zip(steps, levels, strict=True)
    ]


def histogram(
    counts: Sequence[int], edges: Sequence[float], marks: Sequence[tuple[float, str]], *, x_label: Any, summary: Any
) -> Chart:
    """Bars of counts between edges, with named vertical marks."""
    chart = Chart(x_label=x_label, y_label="", summary=summary, height=240.0)
    to_x, to_y = chart.scales((edges[0], edges[-1]), (0.0, max(counts, default=1) * 1.12 or 1.0))
    chart.y_ticks = []
    for count, left, right in zip(counts, edges, edges[1:], strict=False):
        x, top = to_x(left), to_y(float(count))
        chart.bars.append((x, top, max(to_x(right) - x - 0.4, 0.4), chart.plot_bottom - top, "draws"))
    for value, name in marks:
        chart.lines.append(Line(polyline([to_x(value)] * 2, [chart.plot_top, chart.plot_bottom]), "mark"))
        chart.dots.append(Dot(to_x(value), chart.plot_top + 8, name, "label"))
    return chart
