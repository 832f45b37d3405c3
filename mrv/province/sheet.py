"""Drawing a county's sheet: one A4 page, every byte from what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple
from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import HexColor, white

from mrv.province.sheet_record import Headline, Sheet, Table
from registry.certificates.drawing import ornament
from registry.certificates.drawing.document import fix_identity, new_canvas
from registry.certificates.drawing.front import QR_WIDTH, qr_code
from registry.certificates.drawing.setting import DEEP, GOLD, GREY, HAIR, INK, RED, TINT, Pen, Style, Text
from registry.certificates.fonts import open_fonts
from registry.core.geography import counties
from registry.public.county_map import SIMPLER_DEG, WIDTH, projection

MARGIN = 46.0
RIGHT = ornament.PAGE_WIDTH - MARGIN
ACROSS = RIGHT - MARGIN
TOP = ornament.PAGE_HEIGHT - 40.0
FOOT = 96.0
"""Height of the strip with address and code at the bottom."""
MAP_WIDTH = 208.0
QR = 68.0
ROW = 12.4
GAP = 7.0
CELL, CELL_SMALL, HEAD = Style(7.8), Style(6.6), Style(6.8, color=GREY)
LINE, COUNTY, DOT = HexColor("#a9bcb7"), HexColor("#8fcabf"), HexColor("#a43c00")


def draw(sheet: Sheet, fonts_dir: Path) -> bytes:
    """The PDF of a sheet. The same sheet, fonts and reportlab version give the same bytes."""
    fonts = open_fonts(fonts_dir)
    buffer = BytesIO()
    canvas = new_canvas(buffer, fonts)
    fix_identity(canvas, sheet.moment.replace(tzinfo=None), hashlib.sha256(repr(astuple(sheet)).encode()).digest())
    canvas.setTitle(f"{sheet.title} · {sheet.heading}")
    canvas.setSubject(sheet.county)
    canvas.setAuthor("Karst Carbon Registry")
    pen = Pen(canvas, fonts)
    _page(pen, sheet)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _page(pen: Pen, sheet: Sheet) -> None:
    ornament.skyline(pen.canvas, MARGIN - 11, 35, ACROSS + 22, 90)
    ornament.plain_frame(pen.canvas)
    if sheet.demo:
        ornament.watermark(pen)
    top = _head(pen, sheet)
    top = _figures(pen, sheet, top) - GAP
    for table in sheet.tables:
        top = _table(pen, table, top) - GAP
    _notes(pen, sheet, top)
    _foot(pen, sheet)


def _head(pen: Pen, sheet: Sheet) -> float:
    """Mark, name of the county, where it lies, the register's moment. Returns what is left below."""
    ornament.mark(pen.canvas, MARGIN + 20, TOP - 26, 20)
    left = MARGIN + 52
    pen.line(left, TOP - 13, _drawable(pen, sheet.heading), Style(8.4, "bold", GOLD))
    pen.line(left, TOP - 37, _drawable(pen, sheet.title), Style(23, "bold", INK))
    pen.line(left, TOP - 51, _drawable(pen, sheet.place), Style(8.2, color=GREY))
    pen.line(RIGHT, TOP - 13, sheet.as_of, Style(7.4, color=GREY), "right")
    if sheet.demo:
        pen.line(RIGHT, TOP - 26, sheet.demo, Style(8, "bold", RED), "right")
    _rule(pen, TOP - 60, GOLD)
    return TOP - 68


def _figures(pen: Pen, sheet: Sheet, top: float) -> float:
    """The map on the left, six figures on the right."""
    height = _map(pen, sheet, MARGIN, top)
    pen.line(MARGIN, top - height - 8, sheet.map_caption, Style(5.8, color=GREY))
    left, width = MARGIN + MAP_WIDTH + 16, (ACROSS - MAP_WIDTH - 16) / 2
    each = height / 3
    for place, headline in enumerate(sheet.headlines):
        _headline(pen, headline, left + (place % 2) * width, top - (place // 2) * each, width - 10, each - 8)
    return top - height - 12


def _headline(pen: Pen, headline: Headline, x: float, top: float, width: float, height: float) -> None:
    pen.canvas.setFillColor(TINT)
    pen.canvas.roundRect(x, top - height, width, height, 4, stroke=0, fill=1)
    value, unit = Style(18, "bold", DEEP), Style(6.8, "bold", DEEP)
    while pen.width(headline.value, value) + pen.width(headline.unit, unit) + 14 > width and value.size > 9:
        value = value.but(size=value.size - 1)
    pen.line(x + 7, top - height / 2 + 1, headline.value, value)
    pen.line(x + 11 + pen.width(headline.value, value), top - height / 2 + 1, headline.unit, unit)
    label = Text(pen, headline.label, Style(6.9, color=GREY, leading=8.4), width - 14)
    label.draw(pen, x + 7, top - height / 2 - 5)


def _map(pen: Pen, sheet: Sheet, x: float, top: float) -> float:
    """The province's counties, this one filled, a dot for each station. Returns its height."""
    frame = projection()
    scale = MAP_WIDTH / WIDTH
    height = frame.height * scale

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        east, south = frame.at(longitude, latitude)
        return x + east * scale, top - south * scale

    canvas = pen.canvas
    canvas.setLineWidth(0.35)
    canvas.setStrokeColor(LINE)
    for code, outline in sorted(counties.outlines().items()):
        canvas.setFillColor(COUNTY if code == sheet.county else white)
        area = outline.simplify(SIMPLER_DEG)
        path = canvas.beginPath()
        for part in getattr(area, "geoms", [area]):
            _ring(path, [at(*point[:2]) for point in part.exterior.coords])
        canvas.drawPath(path, stroke=1, fill=1)
    canvas.setFillColor(DOT)
    canvas.setStrokeColor(white)
    for longitude, latitude in sheet.dots:
        canvas.circle(*at(longitude, latitude), 2.6, stroke=1, fill=1)
    return height


def _ring(path: object, points: Sequence[tuple[float, float]]) -> None:
    move: Callable[[float, float], None] = path.moveTo  # type: ignore[attr-defined]
    line: Callable[[float, float], None] = path.lineTo  # type: ignore[attr-defined]
    move(*points[0])
    for point in points[1:]:
        line(*point)
    path.close()  # type: ignore[attr-defined]


def _table(pen: Pen, table: Table, top: float) -> float:
    pen.line(MARGIN, top - 9, table.title, Style(9.4, "bold", DEEP))
    top -= 14
    if table.rows:
        top = _lines(pen, table, top)
    if table.remark:
        pen.line(MARGIN, top - 8.5, table.remark, Style(7.4, color=GREY))
        top -= 12
    return top


def _lines(pen: Pen, table: Table, top: float) -> float:
    edges = [MARGIN]
    for column in table.columns:
        edges.append(edges[-1] + column.width * ACROSS)
    for column, left, right in zip(table.columns, edges, edges[1:], strict=False):
        _cell(pen, column.name, left, right, top - 7.6, HEAD, column.is_number)
    top -= 11
    _rule(pen, top, HAIR)
    for row in table.rows:
        for column, text, left, right in zip(table.columns, row, edges, edges[1:], strict=False):
            _cell(pen, text, left, right, top - 9.2, CELL, column.is_number)
        top -= ROW
        _rule(pen, top, HAIR, 0.3)
    return top


def _cell(pen: Pen, text: str, left: float, right: float, baseline: float, style: Style, is_number: bool) -> None:
    """One line in its column: set smaller, then shortened, where it is too long for it."""
    text, room = _drawable(pen, text), right - left - 5
    if pen.width(text, style) > room and style is CELL:
        style = CELL_SMALL
    if pen.width(text, style) > room:
        while text and pen.width(f"{text}…", style) > room:
            text = text[:-1]
        text = f"{text}…"
    if is_number:
        pen.line(right - 3, baseline, text, style, "right")
    else:
        pen.line(left, baseline, text, style)


def _notes(pen: Pen, sheet: Sheet, top: float) -> None:
    """As many of the notes as there is room for above the foot: all of them on a usual sheet."""
    style = Style(7.2, color=INK, leading=9.6)
    boxes = [Text(pen, note, style, ACROSS - 10) for note in sheet.notes]
    floor = 40 + FOOT
    if top - 14 - boxes[0].height < floor:
        return
    pen.line(MARGIN, top - 9, sheet.notes_title, Style(9.4, "bold", DEEP))
    top -= 15
    for box in boxes:
        if top - box.height < floor:
            return
        pen.canvas.setFillColor(GOLD)
        pen.canvas.circle(MARGIN + 2.5, top - 5.2, 1.3, stroke=0, fill=1)
        box.draw(pen, MARGIN + 9, top)
        top -= box.height + 2


def _foot(pen: Pen, sheet: Sheet) -> None:
    bottom = 46.0
    qr_code(pen, sheet.address, RIGHT - QR_WIDTH, bottom, QR)
    pen.line(MARGIN, bottom + 38, sheet.foot, Style(7.4, "bold", DEEP))
    pen.line(MARGIN, bottom + 26, sheet.address, Style(7.2, "mono"))
    pen.line(MARGIN, bottom + 12, "CC-BY-4.0 · Karst Carbon Registry", Style(6.6, color=GREY))


def _rule(pen: Pen, y: float, color: object, width: float = 0.6) -> None:
    pen.canvas.setStrokeColor(color)
    pen.canvas.setLineWidth(width)
    pen.canvas.line(MARGIN, y, RIGHT, y)


def _drawable(pen: Pen, text: str) -> str:
    """Names typed by people: a mark for each character that no font draws."""
    return pen.fonts.with_marks(text)
