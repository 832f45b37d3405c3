"""The common sheet: a kind of certificate described by its words and facts, drawn on the same paper as all others.

A kind fills a :class:`Sheet` from its record; this module draws it, and the public page shows the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.certificates.drawing import annex, front, words
from registry.certificates.drawing.document import Layout, draw_file
from registry.certificates.drawing.plain import Bilingual, Stated
from registry.certificates.drawing.record import Figure, Person, SerialBlock
from registry.certificates.drawing.setting import GREY, Box, Gap, Pen, Stack, Style, Text
from registry.certificates.fonts import FontBook
from registry.certificates.log_place import LogPlace


@dataclass(frozen=True)
class Fact:
    """A labelled value in both languages, with small lines below it. ``wide`` takes a line of its own."""

    label: Bilingual
    value: Bilingual
    details: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class Group:
    """People in the foot under one heading (who validated, who decided, who retired)."""

    label: Bilingual
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything that one certificate prints besides number, title and authority.

    ``named`` are technical values for the annex (digests, numbers); ``notes`` are paragraphs there.
    """

    sentence: Bilingual
    about: str
    """One short mark of what it is about, e.g. the project's code."""
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    date_label: Bilingual
    date: str
    headline: Figure | None = None
    under: tuple[Bilingual, ...] = ()
    name: Bilingual | None = None
    """Set large instead of a number (a project's name), or under it (a beneficiary's)."""
    blocks: tuple[SerialBlock, ...] = ()
    more_facts: tuple[Fact, ...] = ()
    """Facts of the annex."""
    named: tuple[tuple[Bilingual, str], ...] = ()
    notes: tuple[tuple[Bilingual, Bilingual], ...] = ()


def draw_sheet(record: Stated, sheet: Sheet, fonts_dir: Path, log_proof: bytes | None = None) -> bytes:
    """The unsigned PDF; see :func:`registry.certificates.drawing.document.draw_file`."""

    def layout(pen: Pen, place: LogPlace | None) -> Layout:
        return Layout(
            fixed=[front.head_with(pen, record, sheet.sentence), _middle(pen, sheet), Gap(0)],
            facts=lambda air: _facts(pen, sheet, air),
            foot=front.foot_with(
                pen, record, [(g.label, g.people) for g in sheet.groups], (sheet.date_label, sheet.date)
            ),
            annex=lambda left_over: _annex(pen, record, sheet, left_over, place),
            about=sheet.about,
        )

    return draw_file(record, layout, fonts_dir, log_proof)


_NAME_SIZES = (21.0, 18.0, 15.5, 13.5, 11.5)


def _middle(pen: Pen, sheet: Sheet) -> Box:
    boxes: list[Box] = []
    if sheet.headline is not None:
        boxes += [front.large(pen, sheet.headline), front.one_line(pen, sheet.headline.label, front.HEADLINE_LABEL)]
    if sheet.name is not None:
        boxes += [Gap(5), *_name(pen, sheet.name, largest=sheet.headline is None)]
    boxes += [front.one_line(pen, text, Style(7.8, color=GREY, leading=11.4)) for text in sheet.under]
    return Stack(boxes)


def _name(pen: Pen, name: Bilingual, *, largest: bool) -> list[Box]:
    """A name as large as two lines allow; a very long one gets smaller before it gets a third line."""
    width = front.WIDTH - 40
    sizes = _NAME_SIZES if largest else _NAME_SIZES[1:]
    for size in sizes:
        style = Style(size, "bold", leading=size * 1.42, tracking=0.6)
        if len(pen.wrap(name.zh or name.en, style, width)) <= 2:
            break
    english = Style(max(9.0, size * 0.52), color=GREY, leading=max(12.4, size * 0.74))
    boxes: list[Box] = [front.centred(pen, name.zh or name.en, style)]
    if name.zh and name.en and name.en != name.zh:
        boxes.append(front.centred(pen, name.en, english))
    return boxes


def _facts(pen: Pen, sheet: Sheet, air: float) -> list[Box]:
    rows = front.paired(pen, [_cells(pen.fonts, fact) for fact in sheet.facts], air)
    return rows + front.serial_rows(pen, sheet.blocks, air)


def _cells(fonts: FontBook, fact: Fact) -> front.Cell:
    """Names were judged when they were typed; what stands in small letters may be older than the fonts."""
    return front.Cell(fact.label, fact.value, [fonts.with_marks(detail) for detail in fact.details], fact.wide)


def _annex(pen: Pen, record: Stated, sheet: Sheet, left_over: list[Box], place: LogPlace | None) -> list[Box]:
    boxes = annex.continued(pen, left_over)
    if sheet.more_facts:
        boxes += [*front.paired(pen, [_cells(pen.fonts, fact) for fact in sheet.more_facts], 10.0), Gap(annex.APART)]
    for title, text in sheet.notes:
        boxes += [
            Stack(
                [
                    annex.heading(pen, title),
                    Text(pen, text.zh, annex.BODY_ZH, front.WIDTH),
                    Gap(2),
                    *([Text(pen, text.en, annex.BODY_EN, front.WIDTH)] if text.en != text.zh else []),
                ]
            ),
            Gap(annex.APART),
        ]
    if sheet.named:
        first, *rest = [annex.named(pen, name, pen.fonts.with_marks(value)) for name, value in sheet.named]
        boxes += [Stack([annex.heading(pen, words.DIGESTS), first], gap=1.5), *rest, Gap(annex.APART)]
    if place is not None:
        boxes += [annex.in_the_log(pen, place), Gap(annex.APART)]
    return [*boxes, annex.checking(pen, record)]
