"""The annexes of an opinion: findings, checklist and sample, as the verification room recorded them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from registry.certificates.drawing import annex, front
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.setting import (
    DEEP,
    GOLD,
    GREY,
    HAIR,
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
)
from registry.certificates.fonts import FontBook

Record = dict[str, Any]
WIDTH = front.WIDTH
LABEL, VALUE, SMALL_EN = (
    Style(7.8, "bold", GOLD),
    Style(8.8, leading=12.4),
    Style(7.6, color=GREY, leading=10.6),
)
_FINDINGS = Bilingual("附件一 发现", "Annex 1: Findings")
_CHECKLIST = Bilingual("附件二 核查清单", "Annex 2: Checklist")
_SAMPLING = Bilingual("附件三 抽样", "Annex 3: Sample")
_NO_FINDINGS = Bilingual("没有提出发现。", "No findings were raised.")
_NO_SAMPLE = Bilingual("没有抽样记录。", "No sample was drawn.")
_SAMPLE_NOTE = Bilingual(
    "随机抽取由种子与证据包确定，任何人可重现：种子 {seed}；方法 {method}。",
    "The random picks follow from the seed and the bundle; anybody can draw them again. Seed {seed}; method {method}.",
)
_RANDOM = Bilingual("随机", "at random")
_BY_RISK = Bilingual("按风险", "by risk")
_ROUNDS = Bilingual("{rounds} 轮", "{rounds} round(s)")
_VERDICTS = {
    "satisfied": Bilingual("符合", "Satisfied"),
    "finding": Bilingual("有发现", "Finding"),
    "not_applicable": Bilingual("不适用", "Not applicable"),
    "open": Bilingual("未查看", "Not looked at"),
}
_MOST_LINES, _MOST_HEIGHT = 12, 320.0
"""A long text passes from page to page in pieces of so many lines; an entry is at most so high."""


def drawable(value: Any, fonts: FontBook) -> Any:
    """What people wrote, with a geta mark for a sign that no font draws; the attached record keeps the sign."""
    if isinstance(value, dict):
        return {key: drawable(each, fonts) for key, each in value.items()}
    if isinstance(value, list):
        return [drawable(each, fonts) for each in value]
    if not isinstance(value, str):
        return value
    return fonts.with_marks(clean(value))


def findings(pen: Pen, record: Record) -> Iterator[Box]:
    if not record["findings"]:
        none = Text(pen, both(_NO_FINDINGS.zh, _NO_FINDINGS.en), VALUE, WIDTH)
        yield Stack([annex.heading(pen, _FINDINGS), none])
        return
    yield from _under([annex.heading(pen, _FINDINGS)], _finding_entries(pen, record))


def _finding_entries(pen: Pen, record: Record) -> Iterator[Box]:
    for finding in record["findings"]:
        rounds = front.fill(_ROUNDS, rounds=str(finding["rounds"]))
        span = " – ".join(day for day in (finding["raised_on"], finding["ended_on"]) if day)
        place = [Text(pen, both(finding["place"]["zh"], finding["place"]["en"]), SMALL_EN, WIDTH - 74)]
        yield from _entries(
            pen,
            finding["number"],
            [
                *Text(pen, finding["statement"], VALUE, WIDTH - 74).parts(_MOST_LINES),
                Text(pen, finding["requirement"], SMALL_EN, WIDTH - 74),
                *(place if finding["place"]["zh"] else []),
                Text(
                    pen,
                    both(
                        f"{finding['state']['zh']} · {rounds.zh} · {span}",
                        f"{finding['state']['en']} · {rounds.en}",
                    ),
                    SMALL_EN.but(stack="bold"),
                    WIDTH - 74,
                ),
            ],
        )


def checklist(pen: Pen, record: Record) -> Iterator[Box]:
    digest = Text(pen, f"SHA-256 {record['checklist']['digest']}", front.MONO, WIDTH)
    yield from _under([annex.heading(pen, _CHECKLIST), digest], _checklist_entries(pen, record))


def _checklist_entries(pen: Pen, record: Record) -> Iterator[Box]:
    for item in record["checklist"]["items"]:
        verdict = _VERDICTS[item["verdict"]]
        said = " · ".join(text for text in (item["finding"], item["note"]) if text)
        yield from _entries(
            pen,
            verdict.zh,
            [
                Text(pen, item["zh"], VALUE, WIDTH - 74),
                Text(pen, item["en"], SMALL_EN, WIDTH - 74),
                *Text(pen, said, SMALL_EN.but(stack="bold"), WIDTH - 74).parts(_MOST_LINES),
            ],
            verdict.en,
        )


def sampling(pen: Pen, record: Record) -> list[Box]:
    drawn = record["sampling"]
    if drawn is None:
        return [annex.heading(pen, _SAMPLING), Text(pen, both(_NO_SAMPLE.zh, _NO_SAMPLE.en), VALUE, WIDTH)]
    note = front.fill(_SAMPLE_NOTE, seed=drawn["seed"], method=drawn["method"])
    boxes: list[Box] = [
        annex.heading(pen, _SAMPLING),
        Text(pen, note.zh, VALUE, WIDTH),
        Text(pen, note.en, SMALL_EN, WIDTH),
        Text(pen, drawn["bundle_digest"], front.MONO, WIDTH),
        Gap(4),
    ]
    for pick in drawn["picks"]:
        how = _RANDOM if pick["at_random"] else _BY_RISK
        outcome = both(pick["outcome"]["zh"], pick["outcome"]["en"])
        said = f"{outcome} · {pick['note']}" if pick["note"] else outcome
        boxes += _entries(
            pen,
            pick["kind"]["zh"],
            [
                Text(pen, both(pick["place"]["zh"], pick["place"]["en"]), VALUE, WIDTH - 74),
                Text(pen, both(how.zh, how.en), SMALL_EN, WIDTH - 74),
                *Text(pen, said, SMALL_EN.but(stack="bold"), WIDTH - 74).parts(_MOST_LINES),
            ],
            pick["kind"]["en"],
        )
    return boxes


def _under(heading: list[Box], entries: Iterable[Box]) -> Iterator[Box]:
    """A heading never parts from the first entry below it."""
    first, *rest = [*entries] or [Gap(0)]
    yield Stack([*heading, first])
    yield from rest


def _entries(pen: Pen, name: str, said: list[Box], under: str = "") -> Iterator[Box]:
    """One entry; what is too high for a page goes on in further ones without a name."""
    part: list[Box] = []
    for box in said:
        if part and sum(each.height for each in part) + box.height > _MOST_HEIGHT:
            yield _entry(pen, name, part, under)
            name, under, part = "", "", []
        part.append(box)
    yield _entry(pen, name, part, under)


def _entry(pen: Pen, name: str, said: list[Box], under: str = "") -> Box:
    """A row of an annex: its name on a tint, what is said beside it, a hairline below."""
    label = Stack([Text(pen, name, Style(8.2, "bold", DEEP), 62), *([Text(pen, under, SMALL_EN, 62)] if under else [])])
    row = Row([(4, label), (74, Stack(said))])
    height = row.height + 7

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.canvas.setFillColor(TINT)
        pen.canvas.rect(x, top - height + 1.5, 68, height - 3, stroke=0, fill=1)
        row.draw(pen, x, top - 2.5)
        pen.canvas.setStrokeColor(HAIR)
        pen.canvas.setLineWidth(0.4)
        pen.canvas.line(x, top - height, x + WIDTH, top - height)

    return Drawn(height, paint)
