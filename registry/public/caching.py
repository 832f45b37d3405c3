"""Keeping what the public sees, and dropping it in the transaction that changes it.

A kept page's key holds the versions of its subjects (table ``public_shown``), which the database
renews in the transaction of every change: a committed change is a new key, an uncommitted one is not seen. What
was drawn from sealed evidence is kept by its digests instead and never has to be dropped.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

CODE = ("registry", "mrv", "calculations")
SOFTWARE = (("templates", "*.html"), ("locale", "*.mo"), *((folder, "*.py") for folder in CODE))
VERSIONS = """
    SELECT string_agg(subject || '.' || shard || ':' || version, ' ' ORDER BY subject, shard)
      FROM public_shown WHERE subject = ANY(%s)
"""
EVERYTHING = ("projects", "credits", "periods")
"""Every subject whose changes a page of the public may show."""
View = Callable[..., HttpResponse]
KEPT_S = 24 * 3600
SEALED_S = 30 * 24 * 3600
TOKENS = tuple(
    (before, re.compile(re.escape(before) + rb"[A-Za-z0-9]{64}"))  # each begins with plain bytes: found at once
    for before in (b'csrfmiddlewaretoken" value="', b'X-CSRFToken": "')
)
TOKEN_PLACE = b"csrf-token-of-the-visitor"
LONGEST_QUERY = 500
"""A longer address is answered, but not kept: nobody fills the cache with made-up searches of any length."""


def versions(*subjects: str) -> str:
    """The present versions of these subjects as text: equal texts mean that nothing of them changed."""
    with connection.cursor() as cursor:  # asked for every page: building the query anew would cost more than it takes
        cursor.execute(VERSIONS, [list(subjects)])
        return cursor.fetchone()[0] or ""


@functools.cache
def software() -> str:
    """Digest of everything that makes a page of the same facts: a new version never shows what an older one kept."""
    digest = hashlib.sha256()
    for folder, pattern in SOFTWARE:
        for file in sorted((settings.ROOT / folder).rglob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def kept_page(*subjects: str) -> Callable[[View], View]:
    """Keep a view's whole answer for visitors without an account until one of ``subjects`` changes.

    The page's form token is each visitor's own: it is put in when the kept page is handed out. Somebody signed in
    gets a fresh page. Only answers with status 200 are kept.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _may_be_kept(request):
                return view(request, *args, **kwargs)
            key = page_key(request, subjects)
            known: tuple[str, bytes, dict[str, str]] | None = cache.get(key)
            if known is None:
                response = view(request, *args, **kwargs)
                if response.status_code == 200 and not response.streaming:
                    known = _without_token(response)
                    cache.set(key, known, KEPT_S)
                return _finished(request, response)
            content_type, content, headers = known
            if content_type.startswith("text/html"):
                content = content.replace(TOKEN_PLACE, get_token(request).encode())
            return _finished(request, HttpResponse(content, content_type=content_type, headers=headers))

        return answer

    return decorate


def page_key(request: HttpRequest, subjects: tuple[str, ...]) -> str:
    """Digest of everything that the answer depends on."""
    parts = (
        software(),
        request.method or "",
        request.get_full_path(),
        get_language() or "",
        str(settings.DEMO),
        versions(*subjects),
    )
    return "public:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def kept_sealed(*digests: str, make: Callable[[], Any]) -> Any:
    """What ``make`` gives, kept under digests that say everything about it (and the language of the words in it)."""
    parts = (software(), get_language() or "", *digests)
    key = "sealed:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()
    known = cache.get(key)
    if known is None:
        known = make()
        cache.set(key, known, SEALED_S)
    return known


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and len(request.get_full_path()) <= LONGEST_QUERY
    )


def _without_token(response: HttpResponse) -> tuple[str, bytes, dict[str, str]]:
    content_type = response.get("Content-Type", "")
    content = response.content
    if content_type.startswith("text/html"):
        for before, token in TOKENS:
            content = token.sub(before + TOKEN_PLACE, content)
    headers = {name: response[name] for name in ("Content-Disposition",) if name in response}
    return content_type, content, headers


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Browsers ask again each time: they cannot know when the registry changes."""
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
