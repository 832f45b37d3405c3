"""Going through the site as a reader does: along the links of every page, so many pages of each kind."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page, TimeoutError

NOT_OURS_TO_FOLLOW = ("/api/v1/", "/sign-out/", "/logout/")
MAY_LEAD_AWAY = ("https://creativecommons.org/licenses/",)
"""The text of the licence of the public tables lies with those who wrote it."""
HTML = "text/html"
NOT_DRAWN = "[data-hydrograph-box]:not([data-ready]), [data-review-box]:not([data-ready])"


def kind_of(path: str) -> str:
    """One name for all pages of a kind: the address's name, and of a query only what it asks by."""
    parts = urlsplit(path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    try:
        kind = resolve(parts.path).view_name or parts.path
    except Resolver404:
        kind = parts.path  # nobody's: it must answer 404, and the crawl says so
    return kind + ("?" + "&".join(names) if names else "")


@dataclass
class Crawl:
    """Visits pages breadth first from ``starts``; of each kind ``of_kind``: a calendar has a next year for ever."""

    page: Page
    address: str
    starts: tuple[str, ...]
    of_kind: int = 1
    most: int | None = None
    """Stop after so many pages; a sample."""
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    shown: int = 0

    def visits(self) -> Iterator[str]:
        """The path of each page when it is open in the browser; what is wrong goes into ``faults``."""
        waiting = deque((start, "") for start in self.starts)
        met = set(self.starts)
        while waiting and self.shown != self.most:
            path, found_on = waiting.popleft()
            kind = kind_of(path)
            if self.kinds[kind] >= self.of_kind:
                continue
            self.kinds[kind] += 1
            if not self._open(path, found_on):
                continue
            links = self._links()
            self.shown += 1
            yield path
            for link in links:
                if link not in met:
                    met.add(link)
                    waiting.append((link, path))

    def _open(self, path: str, found_on: str) -> bool:
        is_file = urlsplit(path).path.endswith(".pdf")  # the browser's own viewer would open, with its own requests
        try:
            answer = None if is_file else self.page.goto(self.address + path, wait_until="load")
        except Error as stopped:
            if "Download is starting" not in str(stopped) and "ERR_ABORTED" not in str(stopped):
                raise
            answer = None  # a file; the browser hands it on and stays where it is
        asked = answer if answer is not None else self.page.request.get(self.address + path)
        if asked.status >= 400:
            self.faults.append(f"{path}: {asked.status}, linked from {found_on or 'nowhere'}")
        if answer is None or asked.status != 200 or not asked.headers.get("content-type", "").startswith(HTML):
            return False
        try:
            self.page.wait_for_selector(NOT_DRAWN, state="detached", timeout=20_000)
        except TimeoutError:
            self.faults.append(f"{path}: its plot was not drawn within 20 s")
        return True

    def _links(self) -> list[str]:
        hrefs = self.page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
        found = []
        for href in hrefs:
            whole = urldefrag(urljoin(self.page.url, href))[0]
            if not whole.startswith(self.address + "/"):
                if whole.startswith("http") and not whole.startswith(MAY_LEAD_AWAY):
                    self.faults.append(f"{self.page.url} links away to {whole}")
                continue
            path = whole.removeprefix(self.address)
            if not path.startswith(NOT_OURS_TO_FOLLOW):
                found.append(path)
        return found
