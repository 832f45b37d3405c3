"""A verification statement as pages: bilingual, in the certificates' lettering, with findings and sample as annexes.

The first page says what was concluded by whom; the annexes hold the findings, the checklist and the sample. The record
is attached, and every byte follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from registry.certificates.drawing import document, front, ornament, words
from registry.certificates.drawing.record import Bilingual
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
    grouped,
)
from registry.certificates.fonts import FontBook, open_fonts

Record = dict[str, Any]
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
    "online": Bilingual("在线", "Online"),
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
_NUMBER = Bilingual("报告编号", "Statement no.")
_REASONS = Bilingual("意见的依据", "Basis of the opinion")
_SIGNED_BY = Bilingual("签字", "Signed by")
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
_LABEL, _VALUE, _EN = Style(7.8, "bold", GOLD), Style(8.8, leading=12.4), Style(7.6, color=GREY, leading=10.6)
_LABEL_WIDTH = 112.0
_GETA = "\u3013"


def draw(record: Record, content: bytes, fonts_dir: Path) -> bytes:
    """The unsigned PDF. ``content`` is the record's own bytes, which are attached; equal input gives equal bytes."""
    fonts = open_fonts(fonts_dir)
    record = _drawable(record, fonts)
    buffer = BytesIO()
    canvas = document.new_canvas(buffer, fonts)
    document.fix_identity(canvas, datetime.fromisoformat(record["signatories"][-1]["at"][:16]), content)
    _name_file(canvas, record)
    document.attach(canvas, content)
    pen = Pen(canvas, fonts)
    pages = _paginated(pen, record)
    for number, boxes in enumerate(pages, 1):
        _page(pen, record, boxes, number, len(pages))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _drawable(value: Any, fonts: FontBook) -> Any:
    """What people wrote, with a geta mark for a sign that no font draws; the attached record keeps the sign."""
    if isinstance(value, dict):
        return {key: _drawable(each, fonts) for key, each in value.items()}
    if isinstance(value, list):
        return [_drawable(each, fonts) for each in value]
    if not isinstance(value, str):
        return value
    text = clean(value)
    for sign in fonts.undrawable(text):
        text = text.replace(sign, _GETA)
    return text


def _name_file(canvas: Canvas, record: Record) -> None:
    title = TITLES[record["task"]]
    canvas.setTitle(f"{title.zh} {title.en} {record['number']}")
    canvas.setAuthor(f"{record['body']['name']['zh']} {record['body']['name']['en']}")
    canvas.setSubject(words.DEMO_MARK if record["demo"] else record["project"]["code"])


# --- pages ----------------------------------------------------------------------------------------------------


def _paginated(pen: Pen, record: Record) -> document.Pages:
    """Boxes in order; each part begins a page of its own, and none is torn."""
    pages: document.Pages = []
    parts = [
        [_head(pen, record), *_first(pen, record)],
        [*_findings(pen, record), Gap(18), *_checklist(pen, record)],
        *([_sampling(pen, record)] if record["task"] == "verification" else []),
    ]
    for part in parts:
        top = 0.0
        for box in part:
            if top - box.height < front.BOTTOM:
                top = front.TOP
                pages.append([])
                if len(pages) > 1:
                    strip = _strip(record)
                    pages[-1].append((strip, top))
                    top -= strip.height
            pages[-1].append((box, top))
            top -= box.height
    return pages


def _page(pen: Pen, record: Record, boxes: list[document.Placed], number: int, pages: int) -> None:
    if number == 1:
        ornament.wave_frame(pen.canvas)
    else:
        ornament.plain_frame(pen.canvas)
    if record["demo"]:
        ornament.watermark(pen)
    for box, top in boxes:
        box.draw(pen, front.MARGIN, top)
    document.footer(pen, (number, pages))


def _strip(record: Record) -> Box:
    title = TITLES[record["task"]]

    def paint(pen: Pen, x: float, top: float) -> None:
        ornament.mark(pen.canvas, x + 11, top - 12, 11)
        pen.line(x + 30, top - 10, clean(record["number"]), Style(9.4, "bold", DEEP))
        pen.line(x + 30, top - 21, both(title.zh, title.en), Style(7.4, color=GREY))
        pen.canvas.setStrokeColor(GOLD)
        pen.canvas.setLineWidth(0.6)
        pen.canvas.line(x, top - 29, x + WIDTH, top - 29)

    return Drawn(40, paint)


def _head(pen: Pen, record: Record) -> Box:
    title, conclusion = TITLES[record["task"]], CONCLUSIONS[record["task"], record["positive"]]
    body = record["body"]["name"]
    boxes: list[Box] = [
        Drawn(42, lambda pen, x, top: ornament.mark(pen.canvas, x + WIDTH / 2, top - 18, 18)),
        Text(pen, body["zh"], Style(9.6, "bold", DEEP, 15, 1.4), WIDTH, "center"),
        Text(pen, body["en"], Style(7.4, color=GREY, leading=10), WIDTH, "center"),
        Gap(5),
        Text(pen, title.zh, Style(23, "bold", leading=31, tracking=2.6), WIDTH, "center"),
        Text(pen, title.en, Style(11, color=GOLD, leading=15), WIDTH, "center"),
        Gap(3),
        Text(pen, f"{_NUMBER.zh} {_NUMBER.en} {record['number']}", Style(9, "bold", DEEP), WIDTH, "center"),
        Gap(8),
        Text(pen, conclusion.zh, Style(11.5, "bold", leading=16), WIDTH, "center"),
        Text(pen, conclusion.en, Style(8.4, color=GREY, leading=11.4), WIDTH, "center"),
    ]
    if record["demo"]:
        boxes.insert(8, Text(pen, both(words.DEMO_NOTE.zh, words.DEMO_NOTE.en), Style(8, "bold"), WIDTH, "center"))
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
    yield Stack(
        [
            _heading(_REASONS),
            Text(pen, record["reasons"]["zh"], _VALUE, WIDTH),
            Gap(1),
            Text(pen, record["reasons"]["en"], _EN, WIDTH),
        ]
    )
    yield Gap(6)
    yield _fact(pen, "declaration", record["declaration"], "")
    yield Gap(7)
    yield _signatures(pen, record)
    yield Gap(5)
    yield _fact(pen, "online", "", record["check_url"])


def _fact(pen: Pen, name: str, zh: str, en: str) -> Box:
    label = _FACTS[name]
    value: list[Box] = [Text(pen, zh, _VALUE, WIDTH - _LABEL_WIDTH)] if zh else []
    value += [Text(pen, en, _EN, WIDTH - _LABEL_WIDTH)] if en else []

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 9, label.zh, _LABEL)
        pen.line(x + pen.width(label.zh, _LABEL) + 4, top - 9, label.en, Style(6.9, color=GREY))

    return Stack([Row([(0, Drawn(12, paint)), (_LABEL_WIDTH, Stack(value))]), Gap(2.2)])


def _heading(text: Bilingual) -> Box:
    zh, en = Style(10, "bold", DEEP), Style(8, color=GREY)

    def paint(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - 11, text.zh, zh)
        pen.line(x + pen.width(text.zh, zh) + 7, top - 11, text.en, en)

    return Drawn(18, paint)


def _signatures(pen: Pen, record: Record) -> Box:
    half = (WIDTH - 20) / 2
    cells = []
    for position, signed in enumerate(record["signatories"]):
        cell = Stack(
            [
                Text(pen, both(signed["role"]["zh"], signed["role"]["en"]), _LABEL, half),
                Text(pen, both(signed["name"]["zh"], signed["name"]["en"]), _VALUE.but(stack="bold"), half),
                Text(pen, signed["at"], _EN, half),
            ]
        )
        cells.append((position * (half + 20), cell))
    return Stack([_heading(_SIGNED_BY), Row(cells)])


# --- annexes --------------------------------------------------------------------------------------------------


def _findings(pen: Pen, record: Record) -> Iterator[Box]:
    yield _heading(_FINDINGS)
    if not record["findings"]:
        yield Text(pen, both(_NO_FINDINGS.zh, _NO_FINDINGS.en), _VALUE, WIDTH)
    for finding in record["findings"]:
        rounds = front.fill(_ROUNDS, rounds=str(finding["rounds"]))
        span = " – ".join(day for day in (finding["raised_on"], finding["ended_on"]) if day)
        place = [Text(pen, both(finding["place"]["zh"], finding["place"]["en"]), _EN, WIDTH - 74)]
        yield _entry(
            pen,
            finding["number"],
            [
                Text(pen, finding["statement"], _VALUE, WIDTH - 74),
                Text(pen, finding["requirement"], _EN, WIDTH - 74),
                *(place if finding["place"]["zh"] else []),
                Text(
                    pen,
                    both(
                        f"{finding['state']['zh']} · {rounds.zh} · {span}",
                        f"{finding['state']['en']} · {rounds.en}",
                    ),
                    _EN.but(stack="bold"),
                    WIDTH - 74,
                ),
            ],
        )


def _checklist(pen: Pen, record: Record) -> Iterator[Box]:
    yield _heading(_CHECKLIST)
    yield Text(pen, f"SHA-256 {record['checklist']['digest']}", front.MONO, WIDTH)
    for item in record["checklist"]["items"]:
        verdict = _VERDICTS[item["verdict"]]
        said = " · ".join(text for text in (item["finding"], item["note"]) if text)
        yield _entry(
            pen,
            verdict.zh,
            [
                Text(pen, item["zh"], _VALUE, WIDTH - 74),
                Text(pen, item["en"], _EN, WIDTH - 74),
                *([Text(pen, said, _EN.but(stack="bold"), WIDTH - 74)] if said else []),
            ],
            verdict.en,
        )


def _sampling(pen: Pen, record: Record) -> list[Box]:
    sampling = record["sampling"]
    if sampling is None:
        return [_heading(_SAMPLING), Text(pen, both(_NO_SAMPLE.zh, _NO_SAMPLE.en), _VALUE, WIDTH)]
    note = front.fill(_SAMPLE_NOTE, seed=sampling["seed"], method=sampling["method"])
    boxes: list[Box] = [
        _heading(_SAMPLING),
        Text(pen, note.zh, _VALUE, WIDTH),
        Text(pen, note.en, _EN, WIDTH),
        Text(pen, sampling["bundle_digest"], front.MONO, WIDTH),
        Gap(4),
    ]
    for pick in sampling["picks"]:
        how = _RANDOM if pick["at_random"] else _BY_RISK
        outcome = both(pick["outcome"]["zh"], pick["outcome"]["en"])
        said = f"{outcome} · {pick['note']}" if pick["note"] else outcome
        boxes.append(
            _entry(
                pen,
                pick["kind"]["zh"],
                [
                    Text(pen, both(pick["place"]["zh"], pick["place"]["en"]), _VALUE, WIDTH - 74),
                    Text(pen, both(how.zh, how.en), _EN, WIDTH - 74),
                    Text(pen, said, _EN.but(stack="bold"), WIDTH - 74),
                ],
                pick["kind"]["en"],
            )
        )
    return boxes


def _entry(pen: Pen, name: str, said: list[Box], under: str = "") -> Box:
    """A row of an annex: its name on a tint, what is said beside it, a hairline below."""
    label = Stack([Text(pen, name, Style(8.2, "bold", DEEP), 62), *([Text(pen, under, _EN, 62)] if under else [])])
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
