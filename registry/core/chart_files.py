"""A chart of :mod:`registry.core.charts` as an SVG file of its own, the same geometry as on the page.

The page colours its charts by a stylesheet; a file carries its colours itself. Several charts stand below each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from registry.core.charts import Chart

Style = dict[str, str]
INK, PALE = "#46544f", "#e4ecea"
LINES: dict[str, Style] = {
    "fit": {"stroke": "#0072b2", "stroke-width": "1.8"},
    "extrapolated": {"stroke": "#0072b2", "stroke-width": "1.8", "stroke-dasharray": "6 4"},
    "mark": {"stroke": "#a43c00", "stroke-width": "1.4", "stroke-dasharray": "4 3"},
    "rising": {"stroke": "#0072b2", "stroke-width": "1.8"},
    "falling": {"stroke": "#a43c00", "stroke-width": "1.8", "stroke-dasharray": "6 4"},
    "frame": {"stroke": "#46544f", "stroke-width": "1.2"},
    "grid": {"stroke": "#d3dedb", "stroke-width": "1"},
    "bracket": {"stroke": "#12211e", "stroke-width": "1.4"},
    "range": {"stroke": "#8a9794", "stroke-width": "1", "stroke-dasharray": "2 3"},
    "reference": {"stroke": "#8a9794", "stroke-width": "1.8"},
}
BARS = {
    "draws": "#7fa9c9",
    "volume": "#b9d3d0",
    "rain": "#0072b2",
    "total": "#0f766e",
    "loss": "#b45f06",
    "gain": "#5b8db8",
    "gross": "#7fa9c9",
    "retained": "#0f766e",
    "share": "#0072b2",
    "day-all": "#0f766e",
    "day-most": "#7cc0b6",
    "day-some": "#f2d8a0",
    "day-little": "#f0b38a",
    "day-none": "#e9eeec",
}
DOTS: dict[str, tuple[str, str]] = {
    "plain": ("#12211e", "#12211e"),
    "storm": ("#0072b2", "#0072b2"),
    "outlier": ("#ffffff", "#c2410c"),
}
"""Kind of dot -> fill and line."""
BAND = ("#0f766e", 0.13)
TITLE_HEIGHT, GAP = 30.0, 6.0
TEXT_PX = 12


def svg_of(charts: Sequence[Chart], title: Any) -> bytes:
    """One SVG document with the charts below each other."""
    width, height = size_of(charts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-family="sans-serif" font-size="{TEXT_PX}">',
        f"<title>{escape(str(title))}</title>",
        f"<desc>{escape(' '.join(str(chart.summary) for chart in charts))}</desc>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text x="12" y="20" font-size="14" font-weight="bold" fill="{INK}">{escape(str(title))}</text>',
    ]
    top = TITLE_HEIGHT
    for chart in charts:
        parts += [f'<g transform="translate(0 {top:.1f})">', *_svg_parts(chart), "</g>"]
        top += chart.height + GAP
    return "".join([*parts, "</svg>"]).encode()


def _svg_parts(chart: Chart) -> list[str]:
    parts = []
    for tick in chart.y_ticks:
        parts.append(_line(chart.plot_left, tick.at, chart.plot_right, tick.at))
        parts.append(_text(tick.label, chart.plot_left - 6, tick.at + 4, "end"))
    for tick in chart.x_ticks:
        parts.append(_line(tick.at, chart.plot_top, tick.at, chart.plot_bottom))
        parts.append(_text(tick.label, tick.at, chart.plot_bottom + 16, "middle"))
    parts += [f'<path d="{path}" fill="{BAND[0]}" fill-opacity="{BAND[1]}"/>' for path in chart.bands]
    for x, y, width, height, kind in chart.bars:
        fill = BARS.get(kind, "#7fa9c9")
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>')
    for line in chart.lines:
        style = " ".join(f"{key}={quoteattr(value)}" for key, value in LINES.get(line.kind, LINES["fit"]).items())
        parts.append(f'<path d="{line.path}" fill="none" {style}/>')
    for dot in chart.dots:
        if dot.kind == "label":
            parts.append(_text(dot.title, dot.x + 3, dot.y, "start"))
        else:
            fill, stroke = DOTS.get(dot.kind, DOTS["plain"])
            parts.append(
                f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="3.5" fill="{fill}" stroke="{stroke}" stroke-width="2">'
                f"<title>{escape(str(dot.title))}</title></circle>"
            )
    parts.append(_text(chart.x_label, chart.middle_x, chart.height - 5, "middle"))
    if str(chart.y_label):
        turned = f'transform="translate(13 {chart.middle_y:.1f}) rotate(-90)" text-anchor="middle" fill="{INK}"'
        parts.append(f"<text {turned}>{escape(str(chart.y_label))}</text>")
    return parts


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{PALE}"/>'


def _text(text: Any, x: float, y: float, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(str(text))}</text>'


def size_of(charts: Sequence[Chart]) -> tuple[float, float]:
    width = max(chart.width for chart in charts)
    return width, TITLE_HEIGHT + sum(chart.height + GAP for chart in charts)
