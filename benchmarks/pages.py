"""python -m benchmarks.pages ADDRESS [--rounds N]: what a first visit to each public page weighs, how long it takes.

Weight: the page and everything that it asks for, gzipped as a proxy sends it, with an empty cache. Time: best of N
whole answers, as a ratio to the cheapest answer of the same server (the language switch, which only redirects).
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import re
import time
from urllib.parse import urljoin, urlsplit

PAGES = ("/", "/learn/", "/cases/", "/glossary/", "/registry/", "/projects/", "/methodologies/", "/board/", "/v/")
TRIVIAL = "/language/"
ASSET = re.compile(r'<(?:link[^>]+(?:stylesheet|icon)[^>]+href|link[^>]+href|script[^>]+src|img[^>]+src)="([^"#]+)"')
LIMIT_KB = 150


class Site:
    """One connection to the server, kept open."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self.known: dict[str, int] = {}

    def get(self, path: str) -> tuple[int, bytes]:
        self.connection.request("GET", path, headers={"Accept-Language": "zh"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def weight_bytes(self, path: str) -> int:
        """Of the asset at ``path``, gzipped."""
        if path not in self.known:
            self.known[path] = len(gzip.compress(self.get(path)[1], 6))
        return self.known[path]

    def best_s(self, path: str, rounds: int) -> float:
        best = float("inf")
        for _round in range(rounds):
            start = time.perf_counter()
            self.get(path)
            best = min(best, time.perf_counter() - start)
        return best


def assets_of(html: str, page: str) -> list[str]:
    """Addresses of style sheets, scripts and pictures that a page asks for at once."""
    return list(dict.fromkeys(urljoin(page, path) for path in ASSET.findall(html)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="Weight and time of public pages.")
    parser.add_argument("address")
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    site = Site(asked.address)
    least = site.best_s(TRIVIAL, asked.rounds)
    print(f"a redirect: {1000 * least:.1f} ms; best of {asked.rounds}; limit of a first visit {LIMIT_KB} KB")
    for path in PAGES:
        status, body = site.get(path)
        if status != 200:
            print(f"  {path:<16} {status}")
            continue
        whole = len(gzip.compress(body, 6)) + sum(site.weight_bytes(each) for each in assets_of(body.decode(), path))
        taken = site.best_s(path, asked.rounds)
        verdict = "" if whole <= LIMIT_KB * 1024 else "  TOO HEAVY"
        print(f"  {path:<16} {whole / 1024:6.1f} KB  {1000 * taken:7.1f} ms  {taken / least:5.1f} x{verdict}")


if __name__ == "__main__":
    main()
