"""Setting text: styles, measured line breaks for mixed Chinese and Latin, and boxes that know their height.

Text goes to the PDF as plain strings (reportlab escapes them); there is no markup, so nothing typed by a user can be
read as an instruction. Every character is drawn by a face that has an outline for it (see ``fonts``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from registry.certificates.fonts import FontBook

Align = Literal["left", "center", "right"]

INK = HexColor("#17302b")
DEEP = HexColor("#0c4f45")
GOLD = HexColor("#9a7427")
GREY = HexColor("#5b6b67")
RED = HexColor("#a32a20")
HAIR = HexColor("#c6d2cd")
TINT = HexColor("#f2f6f4")

NARROW_SPACE = "\u202f"
WIDE_SPACE = "\u2003"  # between the two languages of one line
_BREAKING_SPACES = " \u2003"
_NOT_AT_LINE_START = set("，。、；：！？）》」』】〉”’…·,.;:!?)]}%‰℃°")
_NOT_AT_LINE_END = set("（《「『【〈“‘([{")


@dataclass(frozen=True)
class Style:
    """How a line is set; sizes in points, ``leading`` from baseline to baseline."""

    size: float
    stack: Literal["regular", "bold", "mono"] = "regular"
    color: Color = field(default_factory=lambda: INK)
    leading: float = 0.0
    tracking: float = 0.0

    @property
    def step(self) -> float:
        return self.leading or self.size * 1.45

    def but(self, **changes) -> Style:
        return replace(self, **changes)


def clean(text: str) -> str:
    """One line of composed characters: line ends and tabs become single spaces."""
    return unicodedata.normalize("NFC", re.sub(r"[ \t\r\n\f\v]+", " ", text).strip())


def both(zh: str, en: str) -> str:
    """The two languages on one line; once when they are the same or one is absent."""
    zh, en = clean(zh), clean(en)
    return zh if not en or en == zh else f"{zh}{WIDE_SPACE}{en}" if zh else en


def grouped(value: str) -> str:
    """``-1012.80`` as people read it: a true minus sign and thin spaces between groups of three digits."""
    sign, digits = ("\u2212", value[1:]) if value.startswith("-") else ("", value.removeprefix("+"))
    whole, point, rest = digits.partition(".")
    if not whole.isdigit():
        return clean(value)
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    return sign + NARROW_SPACE.join(groups) + point + rest


class Pen:
    """Measures and draws text on one canvas with one font book."""

    def __init__(self, canvas: Canvas, fonts: FontBook) -> None:
        self.canvas, self.fonts = canvas, fonts

    def width(self, text: str, style: Style) -> float:
        """Width of one line in points."""
        advance = sum(face.width(run, style.size) for face, run in self.fonts.runs(text, style.stack))
        return advance + style.tracking * max(0, len(text) - 1)

    def line(self, x: float, baseline: float, text: str, style: Style, align: Align = "left") -> None:
        """Draw one line; ``x`` is its left end, middle or right end."""
        if not text:
            return
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        writer = self.canvas.beginText(x - shift * self.width(text, style), baseline)
        writer.setFillColor(style.color)
        writer.setCharSpace(style.tracking)
        for face, run in self.fonts.runs(text, style.stack):
            writer.setFont(face.name, style.size)
            writer.textOut(run)
        writer.setCharSpace(0)
        self.canvas.drawText(writer)

    def wrap(self, text: str, style: Style, width: float) -> list[str]:
        """Break into lines no wider than ``width``: between hanzi, between words, inside a word only if it must."""
        lines: list[str] = []
        line = ""
        for piece in _pieces(clean(text)):
            if self.width((line + piece).rstrip(_BREAKING_SPACES), style) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip(_BREAKING_SPACES))
            line = piece.lstrip(_BREAKING_SPACES)
            while self.width(line.rstrip(_BREAKING_SPACES), style) > width and len(line) > 1:
                head = self._longest_head(line, style, width)
                lines.append(line[:head])
                line = line[head:]
        return [*lines, line.rstrip(_BREAKING_SPACES)] if line.strip() else lines

    def _longest_head(self, word: str, style: Style, width: float) -> int:
        head = 1
        while head < len(word) and self.width(word[: head + 1], style) <= width:
            head += 1
        return head


def _pieces(text: str) -> list[str]:
    """The smallest parts that may stand on a line of their own, each with the space that follows it."""
    pieces: list[str] = []
    glue = False  # the next character must stay with the last piece
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if not pieces or not (glue or character in _BREAKING_SPACES or character in _NOT_AT_LINE_START):
            joins = bool(pieces) and not wide and not _breaks_after(pieces[-1])
            if joins:
                pieces[-1] += character
            else:
                pieces.append(character)
        else:
            pieces[-1] += character
        glue = character in _NOT_AT_LINE_END
    return pieces


def _breaks_after(piece: str) -> bool:
    last = piece[-1]
    return last in _BREAKING_SPACES + "-–—/" or unicodedata.east_asian_width(last) in "WF"


class Box(Protocol):
    """Something with a height that can be drawn with its top left corner at (x, top)."""

    height: float

    def draw(self, pen: Pen, x: float, top: float) -> None: ...


class Text:
    """Wrapped lines of one style in a column of ``width`` points."""

    def __init__(self, pen: Pen, text: str, style: Style, width: float, align: Align = "left") -> None:
        self.lines = pen.wrap(text, style, width)
        self.style, self.width, self.align = style, width, align
        self.height = len(self.lines) * style.step

    def draw(self, pen: Pen, x: float, top: float) -> None:
        at = {"left": x, "center": x + self.width / 2, "right": x + self.width}[self.align]
        # The baseline sits so that the line's ink is centred in its step for both scripts.
        baseline = top - (self.style.step + self.style.size * 0.72) / 2
        for line in self.lines:
            pen.line(at, baseline, line, self.style, self.align)
            baseline -= self.style.step

    def parts(self, most_lines: int = 1) -> list[Text]:
        """The same lines in boxes of at most so many, for what may pass from page to page."""
        made = []
        for start in range(0, len(self.lines), most_lines):
            part = copy(self)
            part.lines = self.lines[start : start + most_lines]
            part.height = len(part.lines) * self.style.step
            made.append(part)
        return made


class Gap:
    """Empty height."""

    def __init__(self, height: float) -> None:
        self.height = height

    def draw(self, pen: Pen, x: float, top: float) -> None:
        """Nothing to draw."""


class Stack:
    """Boxes under one another."""

    def __init__(self, boxes: Iterable[Box], gap: float = 0.0) -> None:
        self.boxes = [box for box in boxes if box.height > 0]
        self.gap = gap
        self.height = sum(box.height for box in self.boxes) + gap * max(0, len(self.boxes) - 1)

    def draw(self, pen: Pen, x: float, top: float) -> None:
        for box in self.boxes:
            box.draw(pen, x, top)
            top -= box.height + self.gap


class Row:
    """Boxes beside one another, each at its offset from the left; as high as the highest."""

    def __init__(self, cells: Sequence[tuple[float, Box]]) -> None:
        self.cells = cells
        self.height = max((box.height for _, box in cells), default=0.0)

    def draw(self, pen: Pen, x: float, top: float) -> None:
        for offset, box in self.cells:
            box.draw(pen, x + offset, top)


class Drawn:
    """A box of a given height filled by a function (plots, rules, symbols)."""

    def __init__(self, height: float, paint: Callable[[Pen, float, float], None]) -> None:
        self.height, self._paint = height, paint

    def draw(self, pen: Pen, x: float, top: float) -> None:
        self._paint(pen, x, top)
