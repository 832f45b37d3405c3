"""What makes the sheet an official one: the wave frame, the mark, the karst skyline, the demonstration watermark.

All of it is vector drawing from closed formulas; nothing is random, so the same record gives the same bytes.
No seal is painted: a seal is an electronic one, or it is none.
"""

from __future__ import annotations

import math
from functools import cache

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from registry.certificates.drawing import words
from registry.certificates.drawing.setting import DEEP, GOLD, HAIR, Pen, Style

PAGE_WIDTH, PAGE_HEIGHT = A4
_WAVE = HexColor("#7fa79c")
_SKYLINE = (HexColor("#f4f8f6"), HexColor("#ebf2ef"), HexColor("#e0ebe6"))
_DEMO = Color(0.72, 0.16, 0.12, alpha=0.085)


def wave_frame(canvas: Canvas) -> None:
    """The frame of the first page: gold rule, a braid of three waves, inner rule, corner pieces."""
    canvas.saveState()
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.9)
    canvas.rect(20, 20, PAGE_WIDTH - 40, PAGE_HEIGHT - 40)
    canvas.setStrokeColor(DEEP)
    canvas.setLineWidth(0.5)
    canvas.rect(34.5, 34.5, PAGE_WIDTH - 69, PAGE_HEIGHT - 69)
    canvas.setStrokeColor(_WAVE)
    canvas.setLineWidth(0.4)
    middle, corner = 27.25, 8.0
    for y in (middle, PAGE_HEIGHT - middle):
        _braid(canvas, (middle + corner, y), PAGE_WIDTH - 2 * (middle + corner), horizontal=True)
    for x in (middle, PAGE_WIDTH - middle):
        _braid(canvas, (x, middle + corner), PAGE_HEIGHT - 2 * (middle + corner), horizontal=False)
    for x in (middle, PAGE_WIDTH - middle):
        for y in (middle, PAGE_HEIGHT - middle):
            _corner(canvas, x, y)
    canvas.restoreState()


def _braid(canvas: Canvas, start: tuple[float, float], length: float, *, horizontal: bool) -> None:
    for strand in _strands(start, length, horizontal):
        canvas.drawPath(strand, stroke=1, fill=0)


@cache
def _strands(start: tuple[float, float], length: float, horizontal: bool) -> tuple[PDFPathObject, ...]:
    """Strands of a sine, each half wave one Bezier curve (error below 2 % of the height); the same on every sheet."""
    halves = 2 * round(length / 15.0)
    half = length / halves
    strands = []
    for height in (4.6, 2.9, 1.2):
        for sign in (1, -1):
            path = PDFPathObject()
            path.moveTo(*start)
            for i in range(halves):
                swing = sign * (-1) ** i * height * 4 / 3
                points = [
                    (i * half + 0.3642 * half, swing),
                    ((i + 1) * half - 0.3642 * half, swing),
                    ((i + 1) * half, 0.0),
                ]
                turned = [(a, b) if horizontal else (b, a) for a, b in points]
                path.curveTo(*(v for a, b in turned for v in (start[0] + a, start[1] + b)))
            strands.append(path)
    return tuple(strands)


def _corner(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.6)
    canvas.rect(x - 7.25, y - 7.25, 14.5, 14.5, fill=1)
    canvas.setLineWidth(0.35)
    for k in range(8):
        angle = k * math.pi / 8
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(math.degrees(angle))
        canvas.ellipse(-5.6, -2.0, 5.6, 2.0)
        canvas.restoreState()


def plain_frame(canvas: Canvas) -> None:
    """The frame of an annex page: one fine rule."""
    canvas.saveState()
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.6)
    canvas.rect(34.5, 34.5, PAGE_WIDTH - 69, PAGE_HEIGHT - 69)
    canvas.restoreState()


def skyline(canvas: Canvas, left: float, bottom: float, width: float, height: float) -> None:
    """Three ranges of karst towers fading into mist, behind everything else."""
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(left, bottom, width, height)
    canvas.clipPath(clip, stroke=0, fill=0)
    for depth, color in enumerate(_SKYLINE):
        canvas.setFillColor(color)
        path = canvas.beginPath()
        path.moveTo(left, bottom)
        steps = 240
        for i in range(steps + 1):
            path.lineTo(left + width * i / steps, bottom + height * _ridge(i / steps, depth))
        path.lineTo(left + width, bottom)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


# For each range: centre, half width and height of its towers as shares of the picture.
_TOWERS = (
    ((0.06, 0.06, 0.62), (0.19, 0.05, 0.78), (0.31, 0.07, 0.55), (0.47, 0.05, 0.86), (0.58, 0.06, 0.66),
     (0.72, 0.05, 0.92), (0.84, 0.07, 0.70), (0.96, 0.05, 0.84)),
    ((0.02, 0.06, 0.44), (0.13, 0.05, 0.60), (0.25, 0.06, 0.38), (0.40, 0.06, 0.52), (0.53, 0.05, 0.40),
     (0.66, 0.06, 0.64), (0.78, 0.05, 0.48), (0.90, 0.06, 0.60)),
    ((0.08, 0.08, 0.30), (0.22, 0.05, 0.22), (0.34, 0.07, 0.34), (0.50, 0.07, 0.20), (0.62, 0.06, 0.30),
     (0.76, 0.08, 0.26), (0.93, 0.08, 0.36)),
)  # fmt: skip


def _ridge(x: float, depth: int) -> float:
    """Height of one range at x: steep-sided, round-topped towers (a power of a bell) over a low base."""
    base = (0.30, 0.18, 0.08)[depth]
    towers = (h * math.exp(-(abs((x - c) / w) ** 2.5)) for c, w, h in _TOWERS[depth])
    return max(base, *towers)


def mark(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """The registry's mark centred at (x, y): karst towers over a spring's waves, in a ring."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(radius / 20.0, radius / 20.0)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.8)
    canvas.circle(0, 0, 20)
    canvas.setLineWidth(0.4)
    canvas.circle(0, 0, 18.2)
    clip = canvas.beginPath()
    clip.circle(0, 0, 16.6)
    canvas.clipPath(clip, stroke=0, fill=0)
    for color, towers in (
        (_WAVE, ((-9.5, 4.2, 8.5), (9.8, 4.0, 10.5))),
        (DEEP, ((-2.6, 5.0, 15.0), (6.2, 3.6, 7.0), (-11.5, 4.0, 3.0), (13.0, 4.0, 3.5))),
    ):
        canvas.setFillColor(color)
        for centre, half, top in towers:
            path = canvas.beginPath()
            path.moveTo(centre - half * 1.5, -3)
            path.curveTo(centre - half * 0.9, -1, centre - half, top, centre, top)
            path.curveTo(centre + half, top, centre + half * 0.9, -1, centre + half * 1.5, -3)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
    canvas.setStrokeColor(DEEP)
    for i, weight in enumerate((1.1, 0.8, 0.55)):
        canvas.setLineWidth(weight)
        path = canvas.beginPath()
        level = -5.6 - 3.6 * i
        path.moveTo(-21, level)
        for k in range(6):
            x0 = -21 + 7 * k
            path.curveTo(x0 + 2.5, level + 2 * (-1) ** (k + i), x0 + 4.5, level + 2 * (-1) ** (k + i), x0 + 7, level)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def watermark(pen: Pen) -> None:
    """The demonstration mark, large, slanted and pale, under the text of every page of a demonstration."""
    canvas = pen.canvas
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(54)
    pen.line(0, -22, words.DEMO_MARK, Style(60, "bold", _DEMO, tracking=6), "center")
    canvas.restoreState()
