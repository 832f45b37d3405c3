"""The first page: the certificate proper, one framed sheet."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import white

from registry.certificates.drawing import ornament, words
from registry.certificates.drawing.plain import Bilingual, Stated
from registry.certificates.drawing.record import CertificateRecord, Correction, Figure, Person, Place, SerialBlock
from registry.certificates.drawing.setting import (
    DEEP,
    GOLD,
    GREY,
    HAIR,
    INK,
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

MARGIN = 62.0
WIDTH = ornament.PAGE_WIDTH - 2 * MARGIN
TOP = ornament.PAGE_HEIGHT - 50.0
FOOT = 45.0  # baseline of the footer
BOTTOM = 62.0  # nothing but the footer below this

LABEL_ZH = Style(7.6, "bold", GOLD)
LABEL_EN = Style(6.9, color=GREY)
VALUE_ZH = Style(10.2, "bold", leading=14.2)
VALUE_EN = Style(8.2, color=GREY, leading=11.2)
SMALL = Style(7.4, color=GREY, leading=10.4)
MONO = Style(7.2, "mono", leading=10.4)
_BETWEEN = 26.0  # the two columns of facts
_HALF = (WIDTH - _BETWEEN) / 2


HEADLINE_LABEL = Style(9.6, "bold", DEEP, 14)


def head(pen: Pen, record: CertificateRecord) -> Box:
    return head_with(pen, record, words.CERTIFIES[record.kind])


def head_with(pen: Pen, record: Stated, sentence: Bilingual) -> Box:
    """Mark, authority, title, number and the sentence that says what this paper is."""
    return Stack(
        [
            Drawn(44, lambda pen, x, top: ornament.mark(pen.canvas, x + WIDTH / 2, top - 20, 20)),
            Text(pen, record.authority.zh, Style(9.6, "bold", DEEP, 15, 1.6), WIDTH, "center"),
            Text(pen, record.authority.en, Style(7.4, color=GREY, leading=10), WIDTH, "center"),
            Gap(8),
            Text(pen, record.title.zh, Style(26, "bold", leading=35, tracking=3.2), WIDTH, "center"),
            Text(pen, record.title.en, Style(12, color=GOLD, leading=17, tracking=0.3), WIDTH, "center"),
            Gap(7),
            _number(pen, record.number),
            *([Gap(3), _demo_note(pen)] if record.demo else []),
            Gap(9),
            centred(pen, sentence.zh, Style(9, leading=14)),
            Gap(1),
            centred(pen, sentence.en, Style(7.6, color=GREY, leading=10.6)),
        ]
    )


def centred(pen: Pen, text: str, style: Style) -> Box:
    """Lines in the middle of the page, a little narrower than it."""
    return Row([(20, Text(pen, text, style, WIDTH - 40, "center"))])


def _number(pen: Pen, number: str) -> Box:
    text = f"{words.NUMBER.zh} {words.NUMBER.en} {clean(number)}"
    style = Style(9.4, "bold", DEEP, tracking=0.4)

    def paint(pen: Pen, x: float, top: float) -> None:
        middle, half = x + WIDTH / 2, pen.width(text, style) / 2 + 12
        pen.line(middle, top - 10.4, text, style, "center")
        pen.canvas.setStrokeColor(GOLD)
        pen.canvas.setLineWidth(0.6)
        for start, end in ((x + 24, middle - half), (middle + half, x + WIDTH - 24)):
            if end > start:
                pen.canvas.line(start, top - 7, end, top - 7)

    return Drawn(14, paint)


def _demo_note(pen: Pen) -> Box:
    return centred(pen, both(words.DEMO_NOTE.zh, words.DEMO_NOTE.en), Style(8, "bold", RED, 12))


def headline(pen: Pen, record: CertificateRecord) -> Box:
    """The one number set large, what it is, the buffer's share, and kappa with its horizon."""
    figure = record.headline_figure
    shares: list[Box] = []
    if record.serials is not None:
        account = record.serials.total - record.serials.buffer
        parts = {"buffer": grouped(str(record.serials.buffer)), "account": grouped(str(account))}
        shares = [one_line(pen, fill(words.OF_WHICH_BUFFER, **parts), Style(8, color=INK, leading=12))]
    kappa = fill(words.KAPPA, kappa=record.retention.kappa, horizon=record.retention.horizon)
    return Stack(
        [
            large(pen, figure),
            one_line(pen, figure.label, HEADLINE_LABEL),
            *shares,
            Gap(2),
            one_line(pen, kappa, Style(7.8, color=GREY, leading=11.4)),
        ]
    )


def large(pen: Pen, figure: Figure) -> Box:
    number, unit = Style(48, "bold", DEEP), Style(15, "bold", DEEP)
    value, unit_text = grouped(figure.value), clean(figure.unit)

    def paint(pen: Pen, x: float, top: float) -> None:
        wide = pen.width(value, number) + 9 + pen.width(unit_text, unit)
        left = x + (WIDTH - wide) / 2
        pen.line(left, top - 37, value, number)
        pen.line(left + wide, top - 37, unit_text, unit, "right")

    return Drawn(45, paint)


def one_line(pen: Pen, text: Bilingual, style: Style) -> Box:
    """Chinese and English side by side, centred; under one another when they are too long for that."""
    line = both(text.zh, text.en)
    if pen.width(line, style) <= WIDTH - 40:
        return centred(pen, line, style)
    return Stack([centred(pen, text.zh, style), centred(pen, text.en, style)])


def strip(pen: Pen, record: CertificateRecord) -> Box:
    """Up to four figures of the result in a tinted band."""
    figures = [figure for figure in record.figures if figure.front]
    if not figures:
        return Gap(0)
    each = WIDTH / len(figures)
    cells = [_strip_cell(pen, figure, each - 14) for figure in figures]
    height = max(cell.height for cell in cells) + 13

    def paint(pen: Pen, x: float, top: float) -> None:
        canvas = pen.canvas
        canvas.setFillColor(TINT)
        canvas.rect(x, top - height, WIDTH, height, stroke=0, fill=1)
        canvas.setStrokeColor(HAIR)
        canvas.setLineWidth(0.5)
        for i, cell in enumerate(cells):
            cell.draw(pen, x + i * each + 7, top - (height - cell.height) / 2)
            if i:
                canvas.line(x + i * each, top - 9, x + i * each, top - height + 9)

    return Drawn(height, paint)


def with_unit(figure: Figure) -> str:
    """``1 012.8 t CO₂``; a pure number stands alone."""
    unit = clean(figure.unit)
    return grouped(figure.value) if unit in ("", "1") else f"{grouped(figure.value)} {unit}"


def _strip_cell(pen: Pen, figure: Figure, width: float) -> Box:
    return Stack(
        [
            Text(pen, with_unit(figure), Style(12.2, "bold", leading=17), width, "center"),
            Text(pen, figure.label.zh, Style(7.6, "bold", GOLD, 11), width, "center"),
            Text(pen, figure.label.en, Style(6.7, color=GREY, leading=8.8), width, "center"),
        ]
    )


# --- facts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One labelled value with small lines under it; ``wide`` takes both columns."""

    label: Bilingual
    value: Bilingual
    details: list[str]
    wide: bool = False


def facts(pen: Pen, record: CertificateRecord, air: float) -> list[Box]:
    """Rows of labelled facts, ``air`` points apart; what the first page cannot hold goes on to the annex."""
    project, period, place, method = record.project, record.period, record.place, record.methodology
    verification = record.verification
    boxes: list[Box] = []
    if record.serials is not None:
        boxes.append(_ruled(_serials(pen, record.serials.blocks), air))
    cells = [
        *(_correction(pen, each) for each in record.corrections),
        *([Cell(words.REPLACES, Bilingual(record.replaces, ""), [], wide=True)] if record.replaces else []),
        *([Cell(words.REASON, record.reason, [], wide=True)] if record.reason is not None else []),
        Cell(words.PROJECT, project.name, [f"{project.code} · {both(project.kind.zh, project.kind.en)}"]),
        Cell(words.PROPONENT, record.proponent.name, [record.proponent.registration_code]),
        Cell(words.PERIOD, Bilingual(f"{period.start} — {period.end}", f"UTC{period.utc_offset}"), []),
        Cell(words.PLACE, county(place), []),
        Cell(words.METHODOLOGY, method.title, [f"{method.id} {method.version}"]),
        Cell(
            words.VERIFICATION,
            verification.body,
            [
                f"{both(*_pair(words.STATEMENT_NUMBER))} {verification.statement_number}",
                both(*_pair(verification.assurance)),
            ],
        ),
    ]
    return boxes + paired(pen, cells, air)


def _correction(pen: Pen, correction: Correction) -> Cell:
    said = fill(
        words.CANCELLED_OF_IT,
        kind=correction.kind,
        day=correction.decided_on,
        quantity=grouped(str(correction.cancelled_t)),
    )
    return Cell(words.CORRECTION, said, [pen.fonts.with_marks(correction.note)], wide=True)


def county(place: Place) -> Bilingual:
    """The county's name with its division code."""
    return Bilingual(
        f"{place.county.zh}（{place.division_code}）", f"{place.county.en} ({words.DIVISION} {place.division_code})"
    )


def paired(pen: Pen, cells: list[Cell], air: float) -> list[Box]:
    """Cells two to a row, wide ones alone, each row under a hairline."""
    rows: list[Box] = []
    waiting: Cell | None = None
    for cell in cells:
        if cell.wide:
            rows += [_fact(pen, waiting, _HALF)] if waiting else []
            rows.append(_fact(pen, cell, WIDTH))
            waiting = None
        elif waiting is None:
            waiting = cell
        else:
            rows.append(Row([(0, _fact(pen, waiting, _HALF)), (_HALF + _BETWEEN, _fact(pen, cell, _HALF))]))
            waiting = None
    rows += [_fact(pen, waiting, _HALF)] if waiting else []
    return [_ruled(row, air) for row in rows]


def _pair(text: Bilingual) -> tuple[str, str]:
    return text.zh, text.en


def label(pen: Pen, text: Bilingual) -> Box:
    """A field's name: Chinese, then English, on one line."""

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 8, text.zh, LABEL_ZH)
        pen.line(x + pen.width(text.zh, LABEL_ZH) + 5, top - 8, text.en, LABEL_EN)

    return Drawn(12.5, paint)


def _fact(pen: Pen, cell: Cell, width: float) -> Box:
    value = cell.value
    english = [Text(pen, value.en, VALUE_EN, width)] if value.en and value.en != value.zh else []
    return Stack(
        [
            label(pen, cell.label),
            Text(pen, value.zh, VALUE_ZH, width),
            *english,
            *(Text(pen, detail, SMALL, width) for detail in cell.details if detail),
        ]
    )


def _serials(pen: Pen, blocks: tuple[SerialBlock, ...]) -> Box:
    return Stack([label(pen, words.SERIALS), *(_serial(pen, block) for block in blocks)])


def serial_rows(pen: Pen, blocks: tuple[SerialBlock, ...], air: float) -> list[Box]:
    """The same, one box a block, so that a long list flows from page to page; none for no blocks."""
    if not blocks:
        return []
    first = _ruled(Stack([label(pen, words.SERIALS), _serial(pen, blocks[0])]), air, below=0)
    return [first, *(_serial(pen, block) for block in blocks[1:])]


def _serial(pen: Pen, block: SerialBlock) -> Box:
    aside = 126.0
    count = grouped(str(block.last - block.first + 1))
    note = f"{words.VINTAGE.zh} {words.VINTAGE.en} {block.vintage} · {count} t"
    return Row(
        [
            (0, Text(pen, block.printed, Style(9, "mono", leading=13), WIDTH - aside - 6)),
            (WIDTH - aside, Text(pen, note, SMALL.but(leading=13.0), aside, "right")),
        ]
    )


def _ruled(box: Box, air: float, below: float = 0.5) -> Box:
    """The box under a hairline, with air around it: half above, the share ``below`` of it below."""

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.canvas.setStrokeColor(HAIR)
        pen.canvas.setLineWidth(0.6)
        pen.canvas.line(x, top, x + WIDTH, top)
        box.draw(pen, x, top - air / 2)

    return Drawn(box.height + air * (0.5 + below), paint)


# --- foot -------------------------------------------------------------------------------------------------------

_QR = 68.0
_QR_PANEL = _QR + 12
QR_WIDTH = _QR_PANEL


def foot(pen: Pen, record: CertificateRecord) -> Box:
    groups = [(words.VERIFIED_BY, record.verification.signatories), (words.DECIDED_BY, record.officials)]
    return foot_with(pen, record, groups, (words.ISSUED_ON, record.issued_on))


def foot_with(
    pen: Pen, record: Stated, groups: list[tuple[Bilingual, tuple[Person, ...]]], day: tuple[Bilingual, str]
) -> Box:
    """Who verified, who prepared and approved (at most two groups), the day, and the QR code."""
    cells: list[tuple[float, Box]] = []
    for position, (name, people) in enumerate(groups):
        cells.append((position * 134.0, Stack([label(pen, name), *_people(pen, people, 122.0)])))
    dated = Stack([label(pen, day[0]), Text(pen, day[1], VALUE_ZH, 90)])
    return _ruled(Row([*cells, (len(groups) * 134.0, dated), (WIDTH - _QR_PANEL, qr_panel(pen, record.check_url))]), 16)


def qr_panel(pen: Pen, address: str) -> Box:
    """The QR code on its white panel, with what it is for under it."""
    return Stack(
        [
            Drawn(_QR_PANEL, lambda pen, x, top: qr_code(pen, address, x, top - _QR_PANEL, _QR)),
            Gap(2),
            Text(pen, words.SCAN.zh, Style(6.8, "bold", DEEP, 9), _QR_PANEL, "center"),
            Text(pen, words.SCAN.en, Style(6.2, color=GREY, leading=8), _QR_PANEL, "center"),
        ]
    )


def _people(pen: Pen, people: tuple[Person, ...], width: float) -> list[Box]:
    boxes: list[Box] = []
    for person in people:
        boxes += [
            Text(pen, both(*_pair(person.name)), Style(9.2, "bold", leading=13), width),
            Text(pen, both(*_pair(person.role)), Style(6.7, color=GREY, leading=9.2), width),
            Gap(4),
        ]
    return boxes


def qr_code(pen: Pen, address: str, x: float, bottom: float, size: float) -> None:
    """The address as a QR code of ``size`` points on a white panel, which is its quiet zone."""
    canvas = pen.canvas
    from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: PLC0415  brings all of reportlab's layout

    code = QrCodeWidget(address, barLevel="M").qr
    code.make()
    module = size / code.getModuleCount()
    border = (_QR_PANEL - size) / 2
    canvas.saveState()
    canvas.setFillColor(white)
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.roundRect(x, bottom, _QR_PANEL, _QR_PANEL, 3, fill=1)
    path = canvas.beginPath()  # one path: no hairlines between the modules at any zoom
    for row, line in enumerate(code.modules):
        for column, dark in enumerate(line):
            if dark:
                left = x + border + column * module
                path.rect(left, bottom + border + size - (row + 1) * module, module, module)
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def fill(text: Bilingual, **values: str | Bilingual) -> Bilingual:
    """A template of ``words`` with its places filled in both languages."""

    def of(language: str) -> dict[str, str]:
        return {k: getattr(v, language) if isinstance(v, Bilingual) else v for k, v in values.items()}

    return Bilingual(text.zh.format(**of("zh")), text.en.format(**of("en")))
