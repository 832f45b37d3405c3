"""The storm on one sheet of A4, for a lecture in a county: the same figures and words as the page, drawn for print."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from mrv.learning import presentation
from mrv.learning.story import Storm
from registry.certificates.drawing.setting import DEEP, GREY, HAIR, INK, Pen, Style, Text
from registry.certificates.fonts import open_fonts
from registry.core.charts import WaterfallRow
from registry.core.templatetags.kcr import number

WIDTH, HEIGHT = A4
MARGIN = 40.0
WATER, LOSS = HexColor("#0f766e"), HexColor("#b45f06")
BODY = Style(9.4, leading=12.8)
SMALL = Style(8.2, color=GREY, leading=10.8)
HEAD = Style(11.0, "bold", DEEP, 15.4)
TITLE = Style(20.0, "bold", DEEP, 26.0)
PANEL = 44.0


def sheet_of(storm: Storm) -> bytes:
    """The sheet as PDF in the reader's language; the same bytes for the same figures and words."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(_("From a storm to a tonne"))
    pen = Pen(canvas, open_fonts(settings.FONTS_DIR))
    _draw(pen, storm)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(pen: Pen, storm: Storm) -> None:
    width = WIDTH - 2 * MARGIN
    top = HEIGHT - MARGIN
    top = _say(pen, _("From a storm to a tonne"), TITLE, MARGIN, top, width)
    top = _say(pen, _("A single storm at a karst spring, reading by reading."), BODY, MARGIN, top, width) - 6
    top = _panels(pen, storm, top, width)
    top = _scenes(pen, storm, top, width) - 8
    column = (width - 18) / 2
    left = _account(pen, presentation.account(storm), MARGIN, top, column)
    right = _limits(pen, storm, MARGIN + column + 18, top, column)
    foot = _counted(pen, min(left, right) - 8, width) - 8
    pen.canvas.setStrokeColor(HAIR)
    pen.canvas.line(MARGIN, foot, WIDTH - MARGIN, foot)
    words = _("Computed by the formulas of %(id)s %(version)s. Readings, questions and the methodology: /learn/.")
    said = words % {"id": storm.methodology.id, "version": storm.methodology.version}
    _say(pen, said, SMALL, MARGIN, foot - 4, width)


def _say(pen: Pen, text: str, style: Style, x: float, top: float, width: float) -> float:
    """Set wrapped text; returns where the next thing begins."""
    box = Text(pen, text, style, width)
    box.draw(pen, x, top)
    return top - box.height


def _panels(pen: Pen, storm: Storm, top: float, width: float) -> float:
    """Five curves above each other on one time axis, with the midnights below."""
    for panel in presentation.panels(storm):
        pen.line(MARGIN, top - 8, str(panel.label), BODY.but(stack="bold"))
        pen.line(MARGIN + width, top - 8, f"{panel.low}–{panel.high} {panel.unit}", BODY, "right")
        _curve(pen, panel.values, MARGIN, top - 14 - PANEL, width, hangs=panel.filled, from_zero=panel.low == "0")
        top -= PANEL + 20
    for label, at in presentation.days(storm):
        pen.line(MARGIN + at / 100 * width, top - 4, label, SMALL, "center")
    return top - 16


def _curve(
    pen: Pen, values: Sequence[float], x: float, bottom: float, width: float, *, hangs: bool, from_zero: bool
) -> None:
    canvas = pen.canvas
    low, high = (0.0 if hangs or from_zero else min(values)), max(values)
    step = width / len(values)
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.line(x, bottom, x + width, bottom)
    canvas.setStrokeColor(WATER)
    canvas.setFillColor(WATER)
    if hangs:
        for number_, value in enumerate(values):
            if value > 0:
                drop = value / high * PANEL
                canvas.rect(x + number_ * step, bottom + PANEL - drop, step, drop, stroke=0, fill=1)
        return
    path = canvas.beginPath()
    for number_, value in enumerate(values):
        place = (x + (number_ + 0.5) * step, bottom + (value - low) / ((high - low) or 1.0) * PANEL)
        (path.lineTo if number_ else path.moveTo)(*place)
    canvas.setLineWidth(1.1)
    canvas.drawPath(path)


def _scenes(pen: Pen, storm: Storm, top: float, width: float) -> float:
    told = presentation.scenes(storm)
    column = (width - 12 * (len(told) - 1)) / len(told)
    ends = []
    for place, scene in enumerate(told):
        x = MARGIN + place * (column + 12)
        below = _say(pen, str(scene.title), HEAD.but(size=9.4, leading=12.8), x, top, column)
        ends.append(_say(pen, scene.text, SMALL.but(color=INK), x, below, column))
    return min(ends)


def _account(pen: Pen, rows: Sequence[WaterfallRow], x: float, top: float, width: float) -> float:
    top = _say(pen, _("What of it counts"), HEAD, x, top, width) - 2
    track, canvas = width * 0.36, pen.canvas
    for row in rows:
        box = Text(pen, str(row.label), SMALL.but(color=INK), width * 0.46)
        box.draw(pen, x, top)
        canvas.setFillColor(WATER if row.kind == "total" else LOSS)
        canvas.rect(x + width * 0.48 + row.left / 100 * track, top - 10, row.span / 100 * track, 7, stroke=0, fill=1)
        pen.line(x + width, top - 9, f"{number(row.value, 1)} t", BODY, "right")
        top -= max(box.height, 11.0) + 2
    return top


def _counted(pen: Pen, top: float, width: float) -> float:
    """What is counted, and what is not."""
    for name, words in (
        (
            _("Counted"),
            _(
                "CO₂ from soil and air in the water that leaves the spring, measured every quarter of an hour; less "
                "what strong acids dissolved; less what is given back downstream; less the uncertainty."
            ),
        ),
        (
            _("Not counted"),
            _(
                "The half of the carbon that comes out of the rock; hours without valid readings; plants that may take "
                "up bicarbonate downstream, unless they are measured; and everything that the spring would do without "
                "a project."
            ),
        ),
    ):
        top = _say(pen, name, HEAD.but(size=9.4), MARGIN, top, width)
        top = _say(pen, words, BODY, MARGIN, top, width) - 3
    return top


def _limits(pen: Pen, storm: Storm, x: float, top: float, width: float) -> float:
    top = _say(pen, _("Honest limits"), HEAD, x, top, width) - 2
    for text in limits(storm):
        pen.line(x, top - 8, "•", BODY)
        top = _say(pen, text, BODY, x + 9, top, width - 9) - 2
    return top


def limits(storm: Storm) -> list[str]:
    """The sentences of the page's box, word by word."""
    kappa: dict[str, Any] = {
        "kappa": number(storm.kappa, 2),
        "low": number(storm.kappa_range[0], 2),
        "high": number(storm.kappa_range[1], 2),
    }
    contested = _(
        "How much stays is contested. The methodology takes κ = %(kappa)s (%(low)s to %(high)s); Chinese field studies "
        "call 70 to 80 %% stable; on geological time κ is 0.5, and nothing of the uptake remains."
    )
    return [
        contested % kappa,
        _("Strong acids dissolve rock too, without taking up CO₂. Where they dominate, the water is a source."),
        _(
            "A natural sink is not additional: this storm earns no credit, however well it is measured. "
            "Only what a project adds to its baseline can."
        ),
        _(
            "These readings are the generated sample year of this software, in the manner of a spring in Jiangkou. "
            "No station measured them."
        ),
    ]
