"""``python -m tests.browser.screenshots --every``: one page of every kind, in both languages, at a desk and on a phone.

Readers go one after another, the public first, along all links (asked for without a browser, which is quick); each
kind of page is photographed for the first reader who may see it. Pictures that lie there already are kept, so that an
interrupted gallery goes on. ``index.html`` shows all of them, ``pages.json`` what was measured.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html import escape, unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from PIL import Image
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Error, Page, Response, TimeoutError

from tests.browser.conftest import ROOT
from tests.browser.crawler import HTML, NOT_DRAWN, NOT_OURS_TO_FOLLOW, kind_of
from tests.browser.rounds import ROLES

FOLDER = ROOT / "docs" / "gallery"
LOCALES = {"zh": "zh-CN", "en": "en-US"}
WIDTHS = (1280, 390)
HEIGHT, HIGHEST = 900, 7000
"""Of the screen, and of a picture: a year of days needs no more."""
COLOURS = 64
FIRST_PAGE_AT_MOST_KB = 150
LINK = re.compile(r"""<a\b[^>]*?\shref=["']([^"']+)["']""")
STARTS = ("/", "/to-do/")
SEVERAL = {"projects:detail": 20, "periods:detail": 14, "verification:detail": 24}
"""Of these kinds so many are asked for links: what leads on depends on their state."""
ALREADY_PACKED = ("image/png", "image/jpeg", "font/", "application/zip", "application/pdf")


@dataclass
class Shown:
    """A page in one language at one width: what it weighs on a first visit (English desk only), what is wrong."""

    kind: str
    path: str
    who: str
    language: str
    width: int
    file: str
    weight_kb: float | None = None
    wrong: list[str] = field(default_factory=list)


def take_every(browser: Browser, address: str, *, anew: bool = False) -> list[Shown]:
    """Photograph what is not photographed yet; everything known of all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    notes = FOLDER / "pages.json"
    known = {} if anew or not notes.is_file() else _read(notes)
    met: set[str] = set()
    for role, chinese in ROLES.items():
        windows = Windows(browser, address, role, chinese)
        for path, kind in _new_pages(windows, met):
            for language in LOCALES:
                for width in WIDTHS:
                    file = FOLDER / f"{_slug(kind)}_{language}_{width}.png"
                    if file.name in known and file.is_file():
                        continue
                    known[file.name] = windows.take(kind, path, language, width, file)
            notes.write_text(json.dumps([asdict(each) for each in known.values()], ensure_ascii=False, indent=1))
        windows.close()
    pages = [page for page in known.values() if page.kind in met]
    (FOLDER / "index.html").write_text(_sheet(pages), "utf-8")
    return pages


def offenders(pages: list[Shown]) -> Iterator[str]:
    """Lines to print: what is too wide, what complained, which first load is too heavy."""
    for page in pages:
        yield from (f"{page.file}: {page.path} ({page.who or 'public'}): {what}" for what in page.wrong)
    for page in sorted(pages, key=lambda page: -(page.weight_kb or 0)):
        if page.weight_kb and page.weight_kb > FIRST_PAGE_AT_MOST_KB:
            yield f"{page.file}: {page.path}: {page.weight_kb:.0f} KB compressed on a first visit"


def _read(notes: Path) -> dict[str, Shown]:
    return {each["file"]: Shown(**each) for each in json.loads(notes.read_text("utf-8"))}


def _slug(kind: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-")


def _new_pages(windows: Windows, met: set[str]) -> Iterator[tuple[str, str]]:
    """Path and kind of each page that this reader can open and nobody before could, in the order of the links."""
    own: Counter[str] = Counter()
    waiting = deque(STARTS if windows.role else STARTS[:1])
    queued = set(waiting)
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if own[kind] >= (SEVERAL.get(kind, 1) if windows.role else 1):
            continue
        own[kind] += 1
        text = _html(windows.asking(), windows.address + path)
        if text is None:
            continue
        if kind not in met:
            met.add(kind)
            yield path, kind
        for href in LINK.findall(text):
            whole = urldefrag(urljoin(windows.address + path, unescape(href)))[0]
            link = whole.removeprefix(windows.address)
            if link.startswith("/") and link not in queued and not link.startswith(NOT_OURS_TO_FOLLOW):
                queued.add(link)
                waiting.append(link)


def _html(ask: APIRequestContext, url: str) -> str | None:
    if urlsplit(url).path.endswith((".pdf", ".zip", ".csv", ".json", ".png", ".svg", ".xlsx")):
        return None
    try:
        answer = ask.get(url)
    except Error:
        return None
    is_page = answer.status == 200 and answer.headers.get("content-type", "").startswith(HTML)
    return answer.text() if is_page else None


class Windows:
    """One reader's browser windows, one per language and width, opened when first needed."""

    def __init__(self, browser: Browser, address: str, role: str, chinese: str) -> None:
        self.browser, self.address, self.role = browser, address, role
        self._button = {"en": role, "zh": chinese}
        self._pages: dict[tuple[str, int], Page] = {}
        self._contexts: list[BrowserContext] = []
        self._heard: list[str] = []
        self._answers: list[Response] = []

    def asking(self) -> APIRequestContext:
        return self._page("en", WIDTHS[0]).request

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def take(self, kind: str, path: str, language: str, width: int, file: Path) -> Shown:
        """Open ``path`` and keep its picture; nothing is taken from the browser's store at a desk in English."""
        page = self._page(language, width)
        shown = Shown(kind, path, self.role, language, width, file.name)
        self._heard = shown.wrong
        self._answers.clear()
        try:
            answer = page.goto(self.address + path, wait_until="load")
            if answer is None or not answer.ok:
                shown.wrong.append(f"answers {answer.status if answer else 'nothing'}")
            page.wait_for_selector(NOT_DRAWN, state="detached", timeout=20_000)
            page.wait_for_timeout(250)
        except TimeoutError:
            shown.wrong.append("not ready in time")
        if (language, width) == ("en", WIDTHS[0]):
            shown.weight_kb = self._weight_kb()
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            shown.wrong.append(f"{wide} pixels wide on a screen of {width}")
        high = min(page.evaluate("document.documentElement.scrollHeight"), HIGHEST)
        png = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": max(high, HEIGHT)})
        Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE).save(file)
        return shown

    def _page(self, language: str, width: int) -> Page:
        if (language, width) not in self._pages:
            context = self.browser.new_context(
                viewport={"width": width, "height": HEIGHT},
                locale=LOCALES[language],
                color_scheme="light",
                reduced_motion="reduce",
            )
            self._contexts.append(context)
            page = self._pages[language, width] = context.new_page()
            if self.role:
                page.goto(f"{self.address}/sign-in/")
                page.get_by_role("button", name=self._button[language]).first.click()
                page.wait_for_url("**/to-do/")
            page.on("console", lambda said: self._note(said.text, said.type in ("error", "warning")))
            page.on("pageerror", lambda error: self._note(str(error)))
            if (language, width) == ("en", WIDTHS[0]):
                tools = context.new_cdp_session(page)
                tools.send("Network.enable")
                tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
                page.on("response", self._got)
        return self._pages[language, width]

    def _note(self, text: str, is_wrong: bool = True) -> None:
        if is_wrong:
            self._heard.append(text)

    def _got(self, answer: Response) -> None:
        self._answers.append(answer)

    def _weight_kb(self) -> float:
        """Of everything that came with the open page, packed as the proxy of an installation packs it."""
        total = 0
        for answer in self._answers:
            if answer.ok:
                body, kind = answer.body(), answer.headers.get("content-type", "")
                total += len(body if kind.startswith(ALREADY_PACKED) else gzip.compress(body, 6))
        return round(total / 1024, 1)


def _sheet(pages: list[Shown]) -> str:
    """All pictures on one page: a row per kind."""
    kinds: dict[str, list[Shown]] = {}
    for page in pages:
        kinds.setdefault(page.kind, []).append(page)
    rows = []
    for kind, of_kind in kinds.items():
        first = of_kind[0]
        weight = next((f", {page.weight_kb:.0f} KB" for page in of_kind if page.weight_kb), "")
        wrong = "".join(f"<li>{escape(what)}</li>" for page in of_kind for what in page.wrong)
        pictures = "".join(
            f'<a href="{page.file}"><img loading="lazy" src="{page.file}" alt="{escape(kind)}, {page.language}, '
            f'{page.width} pixels"></a>'
            for page in of_kind
        )
        rows.append(
            f"<section><h2>{escape(kind)}</h2><p>{escape(first.path)} · {escape(first.who or 'public')}{weight}</p>"
            f"<ul>{wrong}</ul>{pictures}</section>"
        )
    style = "body{font:14px sans-serif;margin:2em}img{height:380px;border:1px solid #aaa;margin:4px;vertical-align:top}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>{style}</style>'
        f"<h1>Every page ({len(kinds)} kinds, {len(pages)} pictures)</h1>{''.join(rows)}</html>"
    )
