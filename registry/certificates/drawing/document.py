"""From a record to the bytes of a PDF: the pages put together, the record attached, every byte reproducible."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from registry.certificates.drawing import annex, front, ornament, words
from registry.certificates.drawing.plain import Stated, issue_moment
from registry.certificates.drawing.record import CertificateRecord
from registry.certificates.drawing.setting import GREY, Box, Pen, Style, both
from registry.certificates.fonts import FontBook, open_fonts
from registry.certificates.log_place import PROOF_NAME, LogPlace

RECORD_NAME = "record.json"
_FOOTER = Style(6.8, color=GREY)
# Padding of the facts and air between the parts of the first page, from generous to tight.
_SPACINGS = ((16.0, 24.0), (15.0, 19.0), (14.0, 15.0), (13.0, 12.0), (12.0, 9.5), (10.5, 7.5), (9.0, 6.0))


class DoesNotFit(Exception):  # noqa: N818  said to the person who typed the names
    """Title, number or the list of signatories is so long that the first page cannot hold it."""

    zh = "证书首页放不下这些内容：请缩短标题、机构名称或签字人名单。"
    en = "The first page cannot hold this: shorten the title, the authority's name or the list of signatories."

    def __init__(self) -> None:
        super().__init__(self.en)


@dataclass(frozen=True)
class Layout:
    """The parts of a certificate. ``fixed`` (three boxes) and ``foot`` stay on the first page; ``facts``, set with the
    given air, fill the room between them and go on to the annex, which ``annex`` gives for what was left over."""

    fixed: list[Box]
    facts: Callable[[float], list[Box]]
    foot: Box
    annex: Callable[[list[Box]], list[Box]]
    about: str
    """The file's subject: what the certificate is about."""


def draw(record: CertificateRecord, fonts_dir: Path, log_proof: bytes | None = None) -> bytes:
    """The unsigned PDF of an issuance or an inventory statement; see :func:`draw_file`."""

    def layout(pen: Pen, place: LogPlace | None) -> Layout:
        return Layout(
            fixed=[front.head(pen, record), front.headline(pen, record), front.strip(pen, record)],
            facts=lambda air: front.facts(pen, record, air),
            foot=front.foot(pen, record),
            annex=lambda left_over: annex.sections(pen, record, left_over, place),
            about=record.project.code,
        )

    return draw_file(record, layout, fonts_dir, log_proof)


def draw_file(
    record: Stated,
    layout_of: Callable[[Pen, LogPlace | None], Layout],
    fonts_dir: Path,
    log_proof: bytes | None = None,
) -> bytes:
    """The unsigned PDF of a record. The same record, proof, fonts and reportlab version give the same bytes.

    ``log_proof`` is the proof of the record's place in the audit log (:class:`registry.audit.proofs.Inclusion` as a
    file); it is attached beside the record and told on the annex.

    Raises ``MissingGlyph`` for a character that no font draws, ``FontsMissing`` when set-up has not made the fonts,
    :class:`DoesNotFit` when the fixed parts of the first page overflow.
    """

    def pages_of(pen: Pen, place: LogPlace | None) -> tuple[str, Pages]:
        layout = layout_of(pen, place)
        first, left_over = _first_page(layout)
        return layout.about, [first, *_annex_pages(pen, record, layout.annex(left_over))]

    return draw_pages(record, pages_of, fonts_dir, log_proof)


def draw_pages(
    record: Stated,
    pages_of: Callable[[Pen, LogPlace | None], tuple[str, Pages]],
    fonts_dir: Path,
    log_proof: bytes | None = None,
) -> bytes:
    """The same for kinds that part their pages themselves; ``pages_of`` gives the file's subject and the pages."""
    fonts = open_fonts(fonts_dir)
    content = record.to_json()
    buffer = BytesIO()
    canvas = new_canvas(buffer, fonts)
    others = {PROOF_NAME: log_proof} if log_proof else {}
    fix_identity(canvas, issue_moment(record.issued_on), content + b"".join(others.values()))
    canvas.setTitle(f"{record.title.zh} {record.title.en} {record.number}")
    canvas.setAuthor(f"{record.authority.zh} {record.authority.en}")
    attach(canvas, content, others)
    pen = Pen(canvas, fonts)
    about, pages = pages_of(pen, LogPlace.of(log_proof) if log_proof else None)
    canvas.setSubject(words.DEMO_MARK if record.demo else about)
    for number, boxes in enumerate(pages, start=1):
        _draw_page(pen, record, boxes, (number, len(pages)))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


Placed = tuple[Box, float]  # a box and the height of its top edge on the page
Pages = list[list[Placed]]


def _first_page(layout: Layout) -> tuple[list[Placed], list[Box]]:
    """Head and foot are fixed; the facts between them take what room there is, the rest goes on to the annex."""
    room = front.TOP - front.BOTTOM - sum(box.height for box in layout.fixed) - layout.foot.height
    facts, slack = _spaced(layout, room)
    placed, top = [], front.TOP
    for box in layout.fixed:
        placed.append((box, top))
        top -= box.height + (slack if box.height else 0)
    floor = front.BOTTOM + layout.foot.height
    while facts and top - facts[0].height >= floor:
        box = facts.pop(0)
        placed.append((box, top))
        top -= box.height
    return [*placed, (layout.foot, floor)], facts


def _spaced(layout: Layout, room: float) -> tuple[list[Box], float]:
    """The facts as generously set as ``room`` allows, and the air around the parts above them."""
    for air, slack in _SPACINGS:
        facts = layout.facts(air)
        if sum(box.height for box in facts) + 3 * slack <= room:
            return facts, slack
    if room < 3 * slack:
        raise DoesNotFit
    return facts, slack


def _annex_pages(pen: Pen, record: Stated, sections: list[Box]) -> Pages:
    head = annex.page_head(pen, record)
    pages: list[list[Placed]] = []
    top = 0.0
    for box in sections:
        if not pages or top - box.height < front.BOTTOM:
            top = front.TOP
            pages.append([(head, top)])
            top -= head.height
        pages[-1].append((box, top))
        top -= box.height
    return pages


def _draw_page(pen: Pen, record: Stated, boxes: list[Placed], page: tuple[int, int]) -> None:
    canvas = pen.canvas
    if page[0] == 1:
        inner = 35.0
        ornament.skyline(canvas, inner, inner, ornament.PAGE_WIDTH - 2 * inner, 135)
        ornament.wave_frame(canvas)
    else:
        ornament.plain_frame(canvas)
    if record.demo:
        ornament.watermark(pen)
    for box, top in boxes:
        box.draw(pen, front.MARGIN, top)
    footer(pen, page)


def footer(pen: Pen, page: tuple[int, int]) -> None:
    """What the paper is, and page n of N."""
    numbers = {"page": str(page[0]), "pages": str(page[1])}
    pages = front.fill(words.PAGE, **numbers)
    left, right = front.MARGIN, front.MARGIN + front.WIDTH
    pen.line(left, front.FOOT, both(words.PAPER.zh, words.PAPER.en), _FOOTER.but(stack="bold"))
    pen.line(right, front.FOOT, both(pages.zh, pages.en), _FOOTER, "right")


# --- the file ---------------------------------------------------------------------------------------------------


def new_canvas(buffer: BytesIO, fonts: FontBook) -> Canvas:
    """A4 pages whose bytes follow from what is drawn."""
    return Canvas(
        buffer,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        lang="zh-CN",
        initialFontName=fonts.first.name,  # else reportlab declares Helvetica, which is not embedded
    )


def fix_identity(canvas: Canvas, moment: datetime, content: bytes) -> None:
    """Dates and identifier come from the record, never from the machine (or its SOURCE_DATE_EPOCH)."""
    document = canvas._doc
    document._timeStamp = SimpleNamespace(
        t=0.0, lt=moment.timetuple(), YMDhms=tuple(moment.timetuple())[:6], dhh=0, dmm=0, tzname="UTC"
    )
    identifier = hashlib.sha256(content).hexdigest()[:32].encode()
    document._ID = b"\n[<" + identifier + b"><" + identifier + b">]\n"
    canvas.setCreator("Karst Carbon Registry")
    canvas.setProducer("Karst Carbon Registry")


def attach(canvas: Canvas, content: bytes, others: Mapping[str, bytes] | None = None) -> None:
    """Put the record, and ``others`` by name, into the PDF as associated files (PDF/A-3: AFRelationship Data)."""
    files = {RECORD_NAME: content, **(others or {})}
    document = canvas._doc
    named = {name: _file(document, name, files[name]) for name in sorted(files)}  # a name tree is sorted
    tree = [part for name, specification in named.items() for part in (pdfdoc.PDFString(name), specification)]
    catalog = document.Catalog
    catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray(tree)})})
    catalog.AF = pdfdoc.PDFArray(list(named.values()))
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AF"]


def _file(document: Any, name: str, content: bytes) -> Any:
    stream = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("EmbeddedFile"),
                "Subtype": "/application#2Fjson",  # PDFName leaves the slash as it is
                "Params": pdfdoc.PDFDictionary({"Size": len(content)}),
            }
        ),
        content,
        filters=[pdfdoc.PDFZCompress],
    )
    embedded = document.Reference(stream)
    return document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": pdfdoc.PDFString(name),
                "UF": pdfdoc.PDFString(name),
                "EF": pdfdoc.PDFDictionary({"F": embedded, "UF": embedded}),
                "AFRelationship": pdfdoc.PDFName("Data"),
            }
        )
    )
