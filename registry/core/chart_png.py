"""A chart of :mod:`registry.core.charts` as PNG, the twin of :mod:`registry.core.chart_files`'s SVG.

Import it where it is used: matplotlib takes half a second to load, and few answers need it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from registry.core.chart_files import BAND, BARS, DOTS, GAP, INK, LINES, PALE, TEXT_PX, TITLE_HEIGHT, size_of
from registry.core.charts import Chart

PNG_SCALE = 2
NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
FONTS = ("NotoSansSC-Regular.ttf", "DejaVuSans.ttf")


def png_of(charts: Sequence[Chart], title: Any) -> bytes:
    """The charts below each other as PNG, at twice the size of the drawing."""
    width, height = size_of(charts)
    figure = Figure(figsize=(width / 100, height / 100), dpi=100 * PNG_SCALE, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    font = {"family": _families(), "color": INK, "fontsize": TEXT_PX * 0.72}
    axes.text(12, 20, str(title), **{**font, "fontsize": 14 * 0.72})
    top = TITLE_HEIGHT
    for chart in charts:
        _draw(axes, chart, top, font)
        top += chart.height + GAP
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})
    return out.getvalue()


def _draw(axes: Any, chart: Chart, top: float, font: dict[str, Any]) -> None:
    """One chart on matplotlib axes whose unit is the drawing's pixel, ``top`` pixels down."""
    for tick in chart.y_ticks:
        axes.plot((chart.plot_left, chart.plot_right), (tick.at + top,) * 2, color=PALE, lw=0.7)
        axes.text(chart.plot_left - 6, tick.at + top, tick.label, ha="right", va="center", **font)
    for tick in chart.x_ticks:
        axes.plot((tick.at,) * 2, (chart.plot_top + top, chart.plot_bottom + top), color=PALE, lw=0.7)
        axes.text(tick.at, chart.plot_bottom + top + 5, tick.label, ha="center", va="top", **font)
    for path in chart.bands:
        axes.add_patch(Polygon(_points(path, top), closed=True, fc=BAND[0], alpha=BAND[1], lw=0))
    for x, y, width, height, kind in chart.bars:
        axes.add_patch(Rectangle((x, y + top), width, height, fc=BARS.get(kind, "#7fa9c9"), lw=0))
    for line in chart.lines:
        style = LINES.get(line.kind, LINES["fit"])
        dashes = [float(part) * 0.72 for part in style.get("stroke-dasharray", "").split()]
        pattern = (0, dashes) if dashes else "solid"
        xs, ys = zip(*_points(line.path, top), strict=True)
        axes.plot(xs, ys, color=style["stroke"], lw=float(style["stroke-width"]) * 0.72, ls=pattern)
    for dot in chart.dots:
        if dot.kind == "label":
            axes.text(dot.x + 3, dot.y + top, str(dot.title), ha="left", va="baseline", **font)
        else:
            fill, stroke = DOTS.get(dot.kind, DOTS["plain"])
            axes.plot(dot.x, dot.y + top, "o", ms=5, mfc=fill, mec=stroke, mew=1.3)
    axes.text(chart.middle_x, top + chart.height - 5, str(chart.x_label), ha="center", va="baseline", **font)
    if str(chart.y_label):
        axes.text(13, chart.middle_y + top, str(chart.y_label), ha="center", va="center", rotation=90, **font)


def _points(path: str, top: float) -> list[tuple[float, float]]:
    numbers = [float(text) for text in NUMBERS.findall(path)]
    points = [(x, y + top) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    return [*points, points[0]] if path.endswith("Z") else points


def _families() -> list[str]:
    """The registry's own fonts, so that Chinese is drawn on a machine without any; DejaVu is matplotlib's."""
    found = []
    for name in FONTS:
        path = settings.FONTS_DIR / name
        if path.is_file():
            known = {entry.fname: entry.name for entry in font_manager.fontManager.ttflist}
            if str(path) not in known:
                font_manager.fontManager.addfont(path)
                known = {entry.fname: entry.name for entry in font_manager.fontManager.ttflist}
            found.append(known[str(path)])
    return [*found, "DejaVu Sans"]
