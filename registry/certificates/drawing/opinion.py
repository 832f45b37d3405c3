"""A verification or validation opinion as pages: bilingual, with findings, checklist and sample as annexes.

The first page says what was concluded by whom. The record is the verification room's own; this module only draws it
and knows nothing of how it was reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from registry.certificates.drawing import annex, front, ornament, words
from registry.certificates.drawing.document import Pages, draw_pages
from registry.certificates.drawing.opinion_annex import (
    LABEL,
    SMALL_EN,
    VALUE,
    Record,
    checklist,
    drawable,
    findings,
    sampling,
)
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.records import OpinionRecord
from registry.certificates.drawing.setting import (
    DEEP,
    GOLD,
    GREY,
    RED,
    WIDE_SPACE,
    Box,
    Drawn,
    Gap,
    Pen,
    Row,
    Stack,
    Style,
    Text,
    both,
    grouped,
)
from registry.certificates.fonts import open_fonts
from registry.certificates.log_place import LogPlace

WIDTH = front.WIDTH
TITLES = {
    "verification": Bilingual("岩溶碳汇核查报告", "Verification Statement of a Karst Carbon Sink"),
    "validation": Bilingual("岩溶碳汇项目审定报告", "Validation Statement of a Karst Carbon-Sink Project"),
}
CONCLUSIONS = {
    ("verification", True): Bilingual("肯定意见：核定下列数量", "Positive opinion: the quantity below is verified"),
    ("verification", False): Bilingual("否定意见：未予核定", "Negative opinion: the quantity is not verified"),
    ("validation", True): Bilingual("肯定意见：项目符合要求", "Positive opinion: the project conforms"),
    ("validation", False): Bilingual("否定意见：项目不符合要求", "Negative opinion: the project does not conform"),
}
_FACTS = {
    "project": Bilingual("项目", "Project"),
    "proponent": Bilingual("项目业主", "Proponent"),
    "place": Bilingual("所在地", "Location"),
    "period": Bilingual("监测期", "Monitoring period"),
    "criteria": Bilingual("准则", "Criteria"),
    "scope": Bilingual("范围", "Scope"),
    "assurance": Bilingual("保证等级", "Level of assurance"),
    "materiality": Bilingual("重要性", "Materiality"),
    "claimed": Bilingual("申报量", "Quantity claimed"),
    "verified": Bilingual("核定量", "Quantity verified"),
    "bundle": Bilingual("证据包", "Evidence bundle"),
    "result": Bilingual("核算结果", "Result"),
    "recomputed": Bilingual("线下重算", "Recomputed offline"),
    "declaration": Bilingual("独立性声明", "Independence"),
}
_SCOPES = {
    "verification": Bilingual(
        "封存证据包内的全部读数、水样、测流、回归与修改，及由其算得的结果。",
        "All readings, samples, gaugings, models and edits of the sealed bundle, and the result computed from them.",
    ),
    "validation": Bilingual(
        "项目设计文件：边界、适用条件、基线、额外性、监测方案与保障措施。",
        "The project's design: boundary, applicability, baseline, additionality, monitoring and safeguards.",
    ),
}
_REASONS = Bilingual("意见的依据", "Basis of the opinion")
_SIGNED_BY = Bilingual("签字", "Signed by")
_LABEL_WIDTH = 112.0


def draw(opinion: OpinionRecord, fonts_dir: Path, log_proof: bytes | None = None) -> bytes:
    """The unsigned PDF; the same record, proof, fonts and reportlab version give the same bytes."""
    record = drawable(opinion.content, open_fonts(fonts_dir))

    def pages_of(pen: Pen, place: LogPlace | None) -> tuple[str, Pages]:
        return record["project"]["code"], _paginated(pen, opinion, record, place)

    return draw_pages(opinion, pages_of, fonts_dir, log_proof)


def _paginated(pen: Pen, opinion: OpinionRecord, record: Record, place: LogPlace | None) -> Pages:
    """Boxes in order; each part begins a page of its own, and none is torn."""
    ends = [Gap(12), *([annex.in_the_log(pen, place), Gap(8)] if place else []), annex.checking(pen, opinion)]
    parts: list[list[Box]] = [
        [_head(pen, opinion, record), *_first(pen, record)],
        [*findings(pen, record), Gap(18), *checklist(pen, record)],
        *([sampling(pen, record)] if record["task"] == "verification" else []),
    ]
    parts[-1] += ends
    strip = annex.page_head(pen, opinion)
    pages: Pages = []
    for part in parts:
        top = 0.0
        for box in part:
            if top - box.height < front.BOTTOM:
                top = front.TOP
                pages.append([])
                if len(pages) > 1:
                    pages[-1].append((strip, top))
                    top -= strip.height
            pages[-1].append((box, top))
            top -= box.height
    return pages


def _head(pen: Pen, opinion: OpinionRecord, record: Record) -> Box:
    title, conclusion = opinion.title, CONCLUSIONS[record["task"], record["positive"]]
    body = record["body"]["name"]
    number = f"{words.NUMBER.zh} {words.NUMBER.en} {opinion.number}"
    statement = f"{words.STATEMENT_NUMBER.zh} {words.STATEMENT_NUMBER.en} {record['statement_number']}"
    boxes: list[Box] = [
        Drawn(42, lambda pen, x, top: ornament.mark(pen.canvas, x + WIDTH / 2, top - 18, 18)),
        Text(pen, body["zh"], Style(9.6, "bold", DEEP, 15, 1.4), WIDTH, "center"),
        Text(pen, body["en"], Style(7.4, color=GREY, leading=10), WIDTH, "center"),
        Gap(5),
        Text(pen, title.zh, Style(23, "bold", leading=31, tracking=2.6), WIDTH, "center"),
        Text(pen, title.en, Style(11, color=GOLD, leading=15), WIDTH, "center"),
        Gap(3),
        Text(pen, f"{number}{WIDE_SPACE}{statement}", Style(9, "bold", DEEP), WIDTH, "center"),
        Gap(8),
        Text(pen, conclusion.zh, Style(11.5, "bold", leading=16), WIDTH, "center"),
        Text(pen, conclusion.en, Style(8.4, color=GREY, leading=11.4), WIDTH, "center"),
    ]
    if record["demo"]:
        boxes.insert(8, Text(pen, both(words.DEMO_NOTE.zh, words.DEMO_NOTE.en), Style(8, "bold", RED), WIDTH, "center"))
    if record["quantity_verified_t"] and record["positive"]:
        quantity = f"{grouped(_three(record['quantity_verified_t']))} t CO₂"
        boxes += [Gap(3), Text(pen, quantity, Style(25, "bold", DEEP, 34), WIDTH, "center")]
    return Stack([*boxes, Gap(9)])


def _three(value: str) -> str:
    whole, _point, rest = value.partition(".")
    return f"{whole}.{rest[:3]}" if rest else whole


def _first(pen: Pen, record: Record) -> Iterator[Box]:
    project, period = record["project"], record["period"]
    method = record["methodology"]
    yield _fact(pen, "project", f"{project['code']} {project['name']['zh']}", project["name"]["en"])
    proponent = record["proponent"]
    yield _fact(pen, "proponent", f"{proponent['name']['zh']} {proponent['code']}", proponent["name"]["en"])
    yield _fact(pen, "place", f"{project['place']['zh']} {project['division_code']}", project["place"]["en"])
    if period is not None:
        yield _fact(pen, "period", f"{period['first_day']} – {period['last_day']} ({period['zone']})", "")
    yield _fact(pen, "criteria", f"{method['id']} {method['version']}", f"SHA-256 {method['digest']}")
    scope = _SCOPES[record["task"]]
    yield _fact(pen, "scope", scope.zh, scope.en)
    yield _fact(pen, "assurance", record["assurance"]["zh"], record["assurance"]["en"])
    yield _fact(pen, "materiality", f"{record['materiality_pct']} %", "")
    if record["quantity_verified_t"]:
        yield _fact(pen, "claimed", f"{grouped(record['quantity_claimed_t'])} t CO₂", "")
        verified = f"{grouped(record['quantity_verified_t'])} t CO₂" if record["positive"] else "–"
        yield _fact(pen, "verified", verified, "")
        yield _fact(pen, "bundle", "", record["bundle_digest"])
        yield _fact(pen, "result", "", record["result_digest"])
        for each in record["recomputations"]:
            yield _fact(pen, "recomputed", f"{each['on']} {each['by']['zh']}", each["by"]["en"])
    yield Gap(7)
    first, *rest = [
        *Text(pen, record["reasons"]["zh"], VALUE, WIDTH).parts(),
        Gap(1),
        *Text(pen, record["reasons"]["en"], SMALL_EN, WIDTH).parts(),
    ]
    yield Stack([annex.heading(pen, _REASONS), first])
    yield from rest
    yield Gap(6)
    yield _fact(pen, "declaration", record["declaration"], "")
    yield Gap(7)
    yield _signatures(pen, record)


def _fact(pen: Pen, name: str, zh: str, en: str) -> Box:
    label = _FACTS[name]
    value: list[Box] = [Text(pen, zh, VALUE, WIDTH - _LABEL_WIDTH)] if zh else []
    value += [Text(pen, en, SMALL_EN, WIDTH - _LABEL_WIDTH)] if en else []

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 9, label.zh, LABEL)
        pen.line(x + pen.width(label.zh, LABEL) + 4, top - 9, label.en, Style(6.9, color=GREY))

    return Stack([Row([(0, Drawn(12, paint)), (_LABEL_WIDTH, Stack(value))]), Gap(2.2)])


def _signatures(pen: Pen, record: Record) -> Box:
    """Who signed, and the QR code beside them."""
    width = (WIDTH - front.QR_WIDTH - 40) / 2
    cells: list[tuple[float, Box]] = []
    for position, signed in enumerate(record["signatories"]):
        cell = Stack(
            [
                Text(pen, both(signed["role"]["zh"], signed["role"]["en"]), LABEL, width),
                Text(pen, both(signed["name"]["zh"], signed["name"]["en"]), VALUE.but(stack="bold"), width),
                Text(pen, signed["at"], SMALL_EN, width),
            ]
        )
        cells.append((position * (width + 20), cell))
    signed_by = Stack([annex.heading(pen, _SIGNED_BY, width=WIDTH - front.QR_WIDTH - 20), Row(cells)])
    return Row([(0, signed_by), (WIDTH - front.QR_WIDTH, front.qr_panel(pen, record["check_url"]))])
