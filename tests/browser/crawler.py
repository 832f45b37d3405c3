"""Going through the site as a reader does: along the links of every page, so many pages of each kind."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Page

NOT_OURS_TO_FOLLOW = re.compile(r"^/api/v1/|^/sign-out/|^/logout/")
MAY_LEAD_AWAY = ("https://creativecommons.org/licenses/",)
"""The text of the licence of the public tables lies with those who wrote it."""
NUMBER = re.compile(r"[0-9a-f]{32,}|\d+")


def kind_of(path: str) -> str:
    """One name for all pages of a kind: numbers and codes do not count, nor what a query asks for."""
    parts = urlsplit(path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return NUMBER.sub("#", parts.path) + ("?" + "&".join(names) if names else "")


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

    def visits(self) -> Iterator[str]:
        """The path of each page when it is open in the browser; what is wrong goes into ``faults``."""
        waiting = deque((start, "") for start in self.starts)
        met = set(self.starts)
        shown = 0
        while waiting and shown != self.most:
            path, found_on = waiting.popleft()
            kind = kind_of(path)
            if self.kinds[kind] >= self.of_kind:
                continue
            self.kinds[kind] += 1
            if not self._open(path, found_on):
                continue
            links = self._links()
            shown += 1
            yield path
            for link in links:
                if link not in met:
                    met.add(link)
                    waiting.append((link, path))

    def _open(self, path: str, found_on: str) -> bool:
        asked = self.page.request.get(self.address + path)
        status, shown = asked.status, asked.headers.get("content-type", "").startswith("text/html")
        if status >= 400:
            self.faults.append(f"{path}: {status}, linked from {found_on or 'nowhere'}")
        elif shown:
            self.page.goto(self.address + path, wait_until="networkidle")
        return status == 200 and shown

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
            if not NOT_OURS_TO_FOLLOW.match(path):
                found.append(path)
        return found
