"""An account statement as pages: bilingual, in the certificates' lettering, a running balance and page n of N."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from registry.certificates.drawing import front, ornament, words
from registry.certificates.drawing.record import Bilingual
from registry.certificates.drawing.setting import DEEP, GREY, HAIR, TINT, Pen, Style, both, grouped
from registry.certificates.fonts import open_fonts

TITLE = Bilingual("账户对账单", "Account statement")
HEADS = (
    Bilingual("时间", "Time"),
    Bilingual("事项与序列号", "Act and serial numbers"),
    Bilingual("数量", "Quantity"),
    Bilingual("增减", "Change"),
    Bilingual("余额", "Balance"),
)
OPENING = Bilingual("期初余额", "Opening balance")
CLOSING = Bilingual("期末余额", "Closing balance")
UNIT = Bilingual("数量单位：t CO₂；时间为 +08:00", "Quantities in t CO₂; times are +08:00")
NO_LINES = Bilingual("此期间没有变动。", "Nothing moved in this span.")
_HEAD, _CELL, _SMALL = Style(7.5, "bold", DEEP), Style(8.5), Style(7, "mono", GREY)
_TITLE, _SUB = Style(18, "bold", DEEP), Style(9.5)
_TIME_WIDTH, _NUMBER_WIDTH = 88.0, 62.0
_BOTTOM = front.BOTTOM + 6


@dataclass(frozen=True)
class Row:
    """One line: a time, what happened in both languages, printed serials, and three numbers as text."""

    at: str
    act: Bilingual
    serials: tuple[str, ...]
    quantity: str
    change: str
    balance: str


@dataclass(frozen=True)
class Sheet:
    """Everything that a statement prints."""

    number: str
    owner: Bilingual
    span: str
    opening: str
    closing: str
    rows: tuple[Row, ...]
    demo: bool


def draw_statement(sheet: Sheet, fonts_dir: Path) -> bytes:
    """The PDF; the same sheet, fonts and reportlab version give the same bytes."""
    fonts = open_fonts(fonts_dir)
    pages = len(_paginated(Pen(_canvas(BytesIO(), fonts.first.name), fonts), sheet))
    buffer = BytesIO()
    canvas = _canvas(buffer, fonts.first.name)
    canvas.setTitle(f"{TITLE.zh} {TITLE.en} {sheet.number}")
    pen = Pen(canvas, fonts)
    for number, rows in enumerate(_paginated(pen, sheet), 1):
        _page(pen, sheet, rows, number, pages)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _canvas(buffer: BytesIO, font: str) -> Canvas:
    return Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN", initialFontName=font)


def _paginated(pen: Pen, sheet: Sheet) -> list[list[Row]]:
    pages: list[list[Row]] = [[]]
    room = _first_row_top(1) - _BOTTOM - 40
    for row in sheet.rows:
        height = _height(pen, row)
        if height > room and pages[-1]:
            pages.append([])
            room = _first_row_top(2) - _BOTTOM - 40
        pages[-1].append(row)
        room -= height
    return pages


def _first_row_top(number: int) -> float:
    return front.TOP - (112 if number == 1 else 48)


def _lines(pen: Pen, row: Row) -> list[tuple[str, Style]]:
    width = front.WIDTH - _TIME_WIDTH - 3 * _NUMBER_WIDTH - 8
    made = [(line, _CELL) for line in pen.wrap(both(row.act.zh, row.act.en), _CELL, width)]
    for text in row.serials:
        made += [(line, _SMALL) for line in pen.wrap(text, _SMALL, width)]
    return made


def _height(pen: Pen, row: Row) -> float:
    return sum(style.step for _text, style in _lines(pen, row)) + 8


def _page(pen: Pen, sheet: Sheet, rows: list[Row], number: int, pages: int) -> None:
    canvas, left, right = pen.canvas, front.MARGIN, front.MARGIN + front.WIDTH
    ornament.plain_frame(canvas)
    if sheet.demo:
        ornament.watermark(pen)
    top = front.TOP
    if number == 1:
        pen.line(left, top - 16, both(TITLE.zh, TITLE.en), _TITLE)
        pen.line(left, top - 40, both(sheet.owner.zh, sheet.owner.en), _SUB.but(stack="bold"))
        pen.line(left, top - 56, f"{sheet.number}    {sheet.span}", _SUB)
        pen.line(left, top - 72, both(UNIT.zh, UNIT.en), _SUB.but(size=7.5, color=GREY))
    else:
        pen.line(left, top - 10, f"{both(TITLE.zh, TITLE.en)}    {sheet.number}    {sheet.span}", _SUB)
    y = _first_row_top(number)
    _heads(pen, left, right, y + 6)
    if number == 1:
        y = _total(pen, both(OPENING.zh, OPENING.en), sheet.opening, y)
    for row in rows:
        y = _row(pen, row, y)
    if not sheet.rows:
        pen.line(left + _TIME_WIDTH, y - 12, both(NO_LINES.zh, NO_LINES.en), _CELL)
        y -= 20
    if number == pages:
        _total(pen, both(CLOSING.zh, CLOSING.en), sheet.closing, y)
    page = front.fill(words.PAGE, page=str(number), pages=str(pages))
    pen.line(right, front.FOOT, both(page.zh, page.en), Style(6.8, color=GREY), "right")


def _columns(right: float) -> tuple[float, float, float]:
    return right - 2 * _NUMBER_WIDTH, right - _NUMBER_WIDTH, right


def _heads(pen: Pen, left: float, right: float, baseline: float) -> None:
    for x, head in zip((left, left + _TIME_WIDTH), HEADS[:2], strict=True):
        pen.line(x, baseline, both(head.zh, head.en), _HEAD)
    for x, head in zip(_columns(right), HEADS[2:], strict=True):
        pen.line(x, baseline, both(head.zh, head.en), _HEAD, "right")
    pen.canvas.setStrokeColor(DEEP)
    pen.canvas.setLineWidth(0.8)
    pen.canvas.line(left, baseline - 5, right, baseline - 5)


def _total(pen: Pen, text: str, amount: str, top: float) -> float:
    left, right = front.MARGIN, front.MARGIN + front.WIDTH
    pen.canvas.setFillColor(TINT)
    pen.canvas.rect(left, top - 18, front.WIDTH, 18, stroke=0, fill=1)
    pen.line(left + _TIME_WIDTH, top - 12, text, _CELL.but(stack="bold"))
    pen.line(right, top - 12, grouped(amount), _CELL.but(stack="bold"), "right")
    return top - 20


def _row(pen: Pen, row: Row, top: float) -> float:
    left, right = front.MARGIN, front.MARGIN + front.WIDTH
    pen.line(left, top - 11, row.at, _CELL.but(size=7.8))
    for x, text in zip(_columns(right), (row.quantity, row.change, row.balance), strict=True):
        pen.line(x, top - 11, grouped(text), _CELL, "right")
    y = top - 11
    for text, style in _lines(pen, row):
        pen.line(left + _TIME_WIDTH, y, text, style)
        y -= style.step
    bottom = top - _height(pen, row)
    pen.canvas.setStrokeColor(HAIR)
    pen.canvas.setLineWidth(0.4)
    pen.canvas.line(left, bottom, right, bottom)
    return bottom
