"""What a first visit to a page weighs: the page, styles, scripts, and what it asks for by itself; all gzipped."""

from __future__ import annotations

import functools
import gzip
import re
from collections import deque
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin

from django.contrib.staticfiles import finders
from django.test import Client

from benchmarks.pages import LIMIT_KB, assets_of
from tests.browser.crawler import HTML, NOT_OURS_TO_FOLLOW, kind_of

LIMIT_BYTES = LIMIT_KB * 1024
STATIC = "/static/"
NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
AT_ONCE = re.compile(r'data-(?:hydrograph|panels)="([^"]+)"')
ON_LOAD = re.compile(r'<[^>]*hx-trigger="load[^>]*>')
ADDRESS = re.compile(r'hx-(?:get|post)="([^"]+)"')
LINK = re.compile(r"""<a\b[^>]*?\shref=["']([^"'#]+)["']""")
FILES = (".pdf", ".zip", ".csv", ".json", ".png", ".svg", ".xlsx", ".xml", ".geojson")


class Weighed(NamedTuple):
    """The heaviest page of a kind that was looked at."""

    size_bytes: int
    path: str


def gzipped_bytes(content: bytes) -> int:
    return len(gzip.compress(content, 6))


@functools.cache
def asset_bytes(address: str) -> int:
    file = finders.find(address.removeprefix(STATIC))
    assert file, f"{address} is no file of the site"
    return gzipped_bytes(Path(file).read_bytes())


def first_visit_bytes(client: Client, path: str, content: bytes) -> int:
    """Of the page at ``path`` with this content, with an empty cache."""
    html = NO_SCRIPT.sub("", content.decode())
    assets = assets_of(html, path)
    assert any("bootstrap" in asset for asset in assets), f"{path} has no style"
    asked = [*AT_ONCE.findall(html), *(found for tag in ON_LOAD.findall(html) for found in ADDRESS.findall(tag))]
    own = [asset for asset in assets if asset.startswith(STATIC)]
    weight = gzipped_bytes(content) + sum(asset_bytes(asset) for asset in own)
    for address in dict.fromkeys([*asked, *(asset for asset in assets if asset not in own)]):
        answer = client.get(urljoin(path, unescape(address)))
        assert answer.status_code in (200, 405), f"{path} asks for {address}: {answer.status_code}"
        body = answer.getvalue()
        weight += len(body) if answer["Content-Type"] == "image/png" else gzipped_bytes(body)
    return weight


def weigh_kinds(client: Client, starts: tuple[str, ...], weighed: dict[str, Weighed]) -> None:
    """The pages at ``starts``, and along the links one of each kind that is not in ``weighed`` yet."""
    waiting, queued = deque(starts), set(starts)
    met: set[str] = set()
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if path.partition("?")[0].endswith(FILES) or (kind in met and path not in starts):
            continue
        met.add(kind)
        answer = client.get(path)
        if answer.status_code != 200 or answer.streaming or not answer["Content-Type"].startswith(HTML):
            continue
        if kind not in weighed or path in starts:
            found = Weighed(first_visit_bytes(client, path, answer.content), path)
            weighed[kind] = max(weighed.get(kind, found), found)
        for href in LINK.findall(answer.content.decode()):
            link = urldefrag(urljoin(path, unescape(href)))[0]
            if link.startswith("/") and link not in queued and not link.startswith(NOT_OURS_TO_FOLLOW):
                queued.add(link)
                waiting.append(link)
