"""The pages after the first: how the quantity came about, the period's plots, the digests, how to check."""

from __future__ import annotations

from registry.certificates.drawing import ornament, words
from registry.certificates.drawing.front import LABEL_EN, LABEL_ZH, MONO, SMALL, WIDTH, fill, with_unit
from registry.certificates.drawing.plain import Bilingual, Stated
from registry.certificates.drawing.plots import hydrograph
from registry.certificates.drawing.record import CertificateRecord, Figure
from registry.certificates.drawing.setting import (
    DEEP,
    GOLD,
    GREY,
    HAIR,
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
)
from registry.certificates.drawing.waterfall import waterfall
from registry.certificates.log_place import LogPlace

HEAD_HEIGHT = 42.0
BODY_ZH = Style(8, leading=12.6)
BODY_EN = Style(7.2, color=GREY, leading=10.2)
APART, _CLOSER = 10.0, 6.0
_NAMES = 130.0  # width of the column of names


def page_head(pen: Pen, record: Stated, mark: Bilingual = words.ANNEX) -> Box:
    """The strip on top of every page after the first: mark, number, title."""

    def paint(pen: Pen, x: float, top: float) -> None:
        ornament.mark(pen.canvas, x + 14, top - 14, 13)
        pen.line(x + 36, top - 11, clean(record.number), Style(10, "bold", DEEP))
        titles = pen.wrap(both(record.title.zh, record.title.en), SMALL, WIDTH - 140)
        pen.line(x + 36, top - 23, titles[0] + ("…" if len(titles) > 1 else ""), SMALL)
        pen.line(x + WIDTH, top - 16, both(mark.zh, mark.en), Style(10, "bold", GOLD), "right")
        pen.canvas.setStrokeColor(GOLD)
        pen.canvas.setLineWidth(0.6)
        pen.canvas.line(x, top - 34, x + WIDTH, top - 34)

    return Drawn(HEAD_HEIGHT, paint)


def sections(pen: Pen, record: CertificateRecord, left_over: list[Box], place: LogPlace | None) -> list[Box]:
    """All boxes of the annex in order; a heading never parts from what follows it.

    With a place in the log to tell, everything moves a little closer, so that a usual annex stays one page.
    """
    apart, scale = (APART, 1.0) if place is None else (_CLOSER, 0.8)
    boxes = continued(pen, left_over, apart)
    if record.waterfall:
        first, *rest = waterfall(pen, record.waterfall, WIDTH)
        boxes += [Stack([heading(pen, words.DERIVATION, "t CO₂"), first]), *rest, Gap(apart)]
    plots = hydrograph(pen, record.series, WIDTH, scale) if record.series.dates else Gap(0)
    if plots.height:
        boxes += [Stack([heading(pen, words.HYDROGRAPH), plots]), Gap(apart)]
    boxes += [_figures_and_kappa(pen, record), Gap(apart), _evidence(pen, record), Gap(apart)]
    if place is not None:
        boxes += [in_the_log(pen, place), Gap(apart)]
    boxes.append(checking(pen, record))
    return boxes


def continued(pen: Pen, left_over: list[Box], apart: float = APART) -> list[Box]:
    """What the first page could not hold, under its heading; nothing when it held all."""
    if not left_over:
        return []
    return [Stack([heading(pen, words.CONTINUED), left_over[0]]), *left_over[1:], Gap(apart)]


def heading(pen: Pen, text: Bilingual, unit: str = "", width: float = WIDTH) -> Box:
    zh, en = Style(10, "bold", DEEP), Style(8, color=GREY)

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 11, text.zh, zh)
        pen.line(x + pen.width(text.zh, zh) + 7, top - 11, text.en, en)
        pen.line(x + width, top - 11, unit, en, "right")

    return Drawn(17, paint)


def _figures_and_kappa(pen: Pen, record: CertificateRecord) -> Box:
    """Left the figures that the first page does not show, right what kappa means for them."""
    half = (WIDTH - 30) / 2
    rest = [figure for figure in record.figures if not figure.front and figure.key != record.headline]
    stated = record.retention.horizon
    horizon = Bilingual(stated.zh.rstrip("。"), stated.en.rstrip("."))  # the sentence brings its own full stop
    text = fill(words.KAPPA_LONG, kappa=record.retention.kappa, horizon=horizon)
    kappa = Stack(
        [
            heading(pen, words.HORIZON, width=half),
            Text(pen, text.zh, BODY_ZH, half),
            Gap(2),
            Text(pen, text.en, BODY_EN, half),
        ]
    )
    if not rest:
        return kappa
    figures = Stack([heading(pen, words.FIGURES, width=half), *(_figure(pen, figure, half) for figure in rest)])
    return Row([(0, figures), (half + 30, kappa)])


def _figure(pen: Pen, figure: Figure, width: float) -> Box:
    """One line: name, dotted by a hairline from its value."""
    value = Style(8.6, "bold")
    name = Text(pen, both(figure.label.zh, figure.label.en), BODY_ZH, width - pen.width(with_unit(figure), value) - 10)

    def paint(pen: Pen, x: float, top: float) -> None:
        name.draw(pen, x, top - 1)
        pen.line(x + width, top - 9.8, with_unit(figure), value, "right")
        pen.canvas.setStrokeColor(HAIR)
        pen.canvas.setLineWidth(0.4)
        pen.canvas.line(x, top - name.height - 1.6, x + width, top - name.height - 1.6)

    return Drawn(name.height + 2.4, paint)


def _evidence(pen: Pen, record: CertificateRecord) -> Box:
    method = record.methodology
    lines = [
        (words.BUNDLE, record.bundle_digest),
        (words.RESULT, record.result_digest),
        (words.METHODOLOGY_DIGEST, method.digest),
        (words.ENGINE, record.engine_version),
    ]
    return Stack([heading(pen, words.EVIDENCE), *(named(pen, name, value) for name, value in lines)], gap=1.5)


def in_the_log(pen: Pen, place: LogPlace) -> Box:
    """Where the record stands in the audit log, and the checkpoint that was signed over it."""
    at = f", {place.at:%Y-%m-%d %H:%M} UTC" if place.at else ""
    lines = [
        (words.LOG_RECORD, f"{place.origin}, No. {place.index} / {place.size}{at}"),
        (words.LEAF, place.leaf.hex()),
        (words.ROOT, place.root.hex()),
    ]
    return Stack([heading(pen, words.IN_THE_LOG), *(named(pen, name, clean(value)) for name, value in lines)], gap=1.5)


def named(pen: Pen, name: Bilingual, value: str) -> Box:
    """A name in the left column, a value in fixed-width letters beside it (wrapped when it must be).

    A name that is wider than its column has its English under the Chinese.
    """
    beside = pen.width(name.zh, LABEL_ZH) + 5
    fits = beside + pen.width(name.en, LABEL_EN) <= _NAMES - 4

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 7.6, name.zh, LABEL_ZH)
        pen.line(x + (beside if fits else 0), top - (7.6 if fits else 17), name.en, LABEL_EN)

    label = Drawn(10.4 if fits else 20, paint)
    return Row([(0, label), (_NAMES, Text(pen, value, MONO, WIDTH - _NAMES))])


def checking(pen: Pen, record: Stated) -> Box:
    command = words.OFFLINE_COMMAND.format(number=clean(record.number))
    return Stack(
        [
            heading(pen, words.CHECKING),
            named(pen, words.CHECK_ONLINE, record.check_url),
            named(pen, words.CHECK_OFFLINE, command),
            Text(pen, both(words.SIGNED.zh, words.SIGNED.en), SMALL, WIDTH),
        ],
        gap=1.5,
    )
