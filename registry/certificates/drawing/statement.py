"""An account statement as pages: bilingual, in the certificates' lettering, with a running balance."""

from __future__ import annotations

from pathlib import Path

from registry.certificates.drawing import annex, front, words
from registry.certificates.drawing.document import Pages, draw_pages
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.records import AccountStatementRecord, StatementLine
from registry.certificates.drawing.setting import (
    DEEP,
    GOLD,
    GREY,
    HAIR,
    RED,
    TINT,
    Box,
    Drawn,
    Gap,
    Pen,
    Row,
    Stack,
    Style,
    Text,
    both,
    clean,
    grouped,
)
from registry.certificates.log_place import LogPlace

TITLE = Bilingual("账户对账单", "Account Statement")
HEADS = (
    Bilingual("时间", "Time"),
    Bilingual("事项与序列号", "Act and serial numbers"),
    Bilingual("数量", "Quantity"),
    Bilingual("增减", "Change"),
    Bilingual("余额", "Balance"),
)
OPENING = Bilingual("期初余额", "Opening balance")
CLOSING = Bilingual("期末余额", "Closing balance")
ACCOUNT = Bilingual("账户", "Account")
OWNER = Bilingual("持有人", "Holder")
SPAN = Bilingual("起止日期", "From and to")
AS_OF = Bilingual("台账读至", "Journal read up to")
UNIT = Bilingual("数量单位：t CO₂；时间为 +08:00", "Quantities in t CO₂; times are +08:00")
NO_LINES = Bilingual("此期间没有变动。", "Nothing moved in this span.")
MOVED = Bilingual("期初余额加各项变动等于期末余额。", "The opening balance and the movements give the closing balance.")
_HEAD, _CELL, _SMALL = Style(7.5, "bold", DEEP), Style(8.5), Style(7, "mono", GREY, 9.6)
_TIME_WIDTH, _NUMBER_WIDTH = 86.0, 60.0
_ACT_WIDTH = front.WIDTH - _TIME_WIDTH - 3 * _NUMBER_WIDTH - 8
_MOST_SERIALS = 10
"""Serial ranges of one act that stand together: an act with more of them continues in a second box."""


def draw(record: AccountStatementRecord, fonts_dir: Path, log_proof: bytes | None = None) -> bytes:
    """The unsigned PDF; the same record, proof, fonts and reportlab version give the same bytes."""

    def pages_of(pen: Pen, place: LogPlace | None) -> tuple[str, Pages]:
        return record.account, _paginated(pen, record, place)

    return draw_pages(record, pages_of, fonts_dir, log_proof)


def _paginated(pen: Pen, record: AccountStatementRecord, place: LogPlace | None) -> Pages:
    """The table flows from page to page under its heads; the totals and the ways to check stand at the end."""
    rows = [
        _total(OPENING, record.opening_t),
        *(box for line in record.lines for box in _line(pen, line)),
        *([] if record.lines else [_nothing()]),
        _total(CLOSING, record.closing_t),
        Gap(3),
        Text(pen, both(MOVED.zh, MOVED.en), Style(7.5, color=GREY), front.WIDTH),
    ]
    ends = [Gap(10), *([annex.in_the_log(pen, place), Gap(8)] if place else []), annex.checking(pen, record)]
    top = front.TOP
    head = _head(pen, record)
    pages: Pages = [[(head, top)]]
    top -= head.height
    pages[-1].append((_heads(), top))
    top -= _heads().height
    for box in [*rows, *ends]:
        if top - box.height < front.BOTTOM:
            strip = annex.page_head(pen, record, words.CONTINUED)
            pages.append([(strip, front.TOP)])
            top = front.TOP - strip.height
            if box not in ends:
                pages[-1].append((_heads(), top))
                top -= _heads().height
        pages[-1].append((box, top))
        top -= box.height
    return pages


def _head(pen: Pen, record: AccountStatementRecord) -> Box:
    width = front.WIDTH - front.QR_WIDTH - 18
    owner = record.owner
    demo = [Text(pen, both(words.DEMO_NOTE.zh, words.DEMO_NOTE.en), Style(8, "bold", RED, 12), width)]
    left = Stack(
        [
            Text(pen, both(record.authority.zh, record.authority.en), Style(8, "bold", DEEP, 12), width),
            Gap(3),
            Text(pen, TITLE.zh, Style(20, "bold", DEEP, 27, 1.6), width),
            Text(pen, TITLE.en, Style(11, color=GOLD, leading=15), width),
            Gap(2),
            Text(pen, f"{words.NUMBER.zh} {words.NUMBER.en} {clean(record.number)}", Style(9, "bold", DEEP, 13), width),
            *(demo if record.demo else []),
        ]
    )
    cells = [
        front.Cell(OWNER, owner.name, [owner.registration_code]),
        front.Cell(ACCOUNT, Bilingual(record.account, ""), []),
        front.Cell(SPAN, Bilingual(f"{record.first_day} — {record.last_day}", ""), []),
        front.Cell(AS_OF, Bilingual(record.as_of, ""), []),
    ]
    unit = Text(pen, both(UNIT.zh, UNIT.en), Style(7.5, color=GREY), front.WIDTH)
    qr = front.qr_panel(pen, record.check_url)
    return Stack(
        [Row([(0, left), (front.WIDTH - front.QR_WIDTH, qr)]), Gap(8), *front.paired(pen, cells, 9), unit, Gap(4)]
    )


def _columns(x: float) -> tuple[float, float, float]:
    right = x + front.WIDTH
    return right - 2 * _NUMBER_WIDTH, right - _NUMBER_WIDTH, right


def _heads() -> Box:
    def paint(pen: Pen, x: float, top: float) -> None:
        for start, head in zip((x, x + _TIME_WIDTH), HEADS[:2], strict=True):
            pen.line(start, top - 10, both(head.zh, head.en), _HEAD)
        for end, head in zip(_columns(x), HEADS[2:], strict=True):
            pen.line(end, top - 10, both(head.zh, head.en), _HEAD, "right")
        pen.canvas.setStrokeColor(DEEP)
        pen.canvas.setLineWidth(0.8)
        pen.canvas.line(x, top - 15, x + front.WIDTH, top - 15)

    return Drawn(16, paint)


def _total(text: Bilingual, amount_t: int) -> Box:
    style = _CELL.but(stack="bold")

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.canvas.setFillColor(TINT)
        pen.canvas.rect(x, top - 18, front.WIDTH, 18, stroke=0, fill=1)
        pen.line(x + _TIME_WIDTH, top - 12, both(text.zh, text.en), style)
        pen.line(x + front.WIDTH, top - 12, grouped(str(amount_t)), style, "right")

    return Drawn(19, paint)


def _nothing() -> Box:
    return Drawn(22, lambda pen, x, top: pen.line(x + _TIME_WIDTH, top - 13, both(NO_LINES.zh, NO_LINES.en), _CELL))


def _line(pen: Pen, line: StatementLine) -> list[Box]:
    """One act; an act on very many ranges takes several boxes, so that it may pass from page to page."""
    parts = [line.serials[i : i + _MOST_SERIALS] for i in range(0, len(line.serials), _MOST_SERIALS)] or [()]
    last = len(parts) - 1
    return [_part(pen, line, part, begins=i == 0, ends=i == last) for i, part in enumerate(parts)]


def _part(pen: Pen, line: StatementLine, serials: tuple[str, ...], *, begins: bool, ends: bool) -> Box:
    act = [Text(pen, both(line.act.zh, line.act.en), _CELL, _ACT_WIDTH)] if begins else []
    inner = Stack([*act, *(Text(pen, text, _SMALL, _ACT_WIDTH) for text in serials)])
    height = inner.height + (5 if begins else 0) + (4 if ends else 0)

    def paint(pen: Pen, x: float, top: float) -> None:
        if begins:
            pen.line(x, top - 12, line.at, _CELL.but(size=7.8))
            change = ("+" if line.change_t > 0 else "") + grouped(str(line.change_t))
            numbers = (grouped(str(line.quantity_t)), change, grouped(str(line.balance_t)))
            for end, text in zip(_columns(x), numbers, strict=True):
                pen.line(end, top - 12, text, _CELL, "right")
        inner.draw(pen, x + _TIME_WIDTH, top - (2.5 if begins else 0))
        if ends:
            pen.canvas.setStrokeColor(HAIR)
            pen.canvas.setLineWidth(0.4)
            pen.canvas.line(x, top - height, x + front.WIDTH, top - height)

    return Drawn(height, paint)
