"""Handing out public data as files: named, counted per address, and not sent again to whoever has them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from registry.core import attempts
from registry.core.spreadsheets import plain_text

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
"""Under which the registry publishes what its pages show."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
}
MINUTE_S = 60


def count_download(request: HttpRequest) -> None:
    """Raises Refusal ``TOO_MANY`` above the number of files that one address may take in a minute."""
    attempts.count(request, "download", limit=settings.PUBLIC_DOWNLOADS_PER_MINUTE, within_s=MINUTE_S)


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([plain_text(str(header)) for header in headers])
    writer.writerows(["" if cell is None else cell_text(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell_text(value: Any) -> Any:
    return plain_text(value) if isinstance(value, str) else value


def file_answer(
    request: HttpRequest, *, name: str, state: str, make: Callable[[], bytes], inline: bool = False
) -> HttpResponse:
    """A file made by ``make`` unless the asker has it already; ``state`` says everything its content depends on."""
    etag = '"' + hashlib.sha256(f"{name}\n{state}".encode()).hexdigest()[:32] + '"'
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        count_download(request)
        response = HttpResponse(make(), content_type=TYPES[name.rpartition(".")[2]])
        response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response
