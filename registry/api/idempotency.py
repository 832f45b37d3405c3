"""``Idempotency-Key``: a POST that is sent twice does its work once and is answered twice.

The key's row is written in the transaction of the act: both are there or neither. A second request with the same key
waits for the first one's transaction and repeats its answer; the same key with other content is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.problems import Problem
from registry.core.models import IdempotentAnswer
from registry.core.transactions import in_transaction

HEADER = "Idempotency-Key"


def once(
    request: Request, user_id: int | None, act: Callable[[], Response], *, not_kept: Collection[str] = ()
) -> Response:
    """Run ``act`` unless the key was used already. Raises :class:`Problem` without a key or with other content.

    ``not_kept``: fields of the answer that are said once and not written down, such as a secret.
    """
    key = request.headers.get(HEADER, "").strip()
    if not 8 <= len(key) <= 128 or not key.isascii() or not key.isprintable():
        raise Problem(
            400,
            "IDEMPOTENCY_KEY_MISSING",
            _("Send the header Idempotency-Key with 8 to 128 signs, new for each act, the same when you repeat it."),
        )
    fingerprint = _fingerprint(request)

    def taken_once() -> Response:
        if not _take(user_id or 0, key, fingerprint):
            return _repeated(IdempotentAnswer.objects.get(user_id=user_id or 0, key=key), fingerprint)
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)  # read by the fingerprint, and by a try that the database ended
        response = act()
        body = json.loads(json.dumps(response.data, default=str))
        for name in not_kept:
            body.pop(name)
        IdempotentAnswer.objects.filter(user_id=user_id or 0, key=key).update(
            status=response.status_code,
            body=body,
            location=response.get("Location", ""),
        )
        return response

    return in_transaction(taken_once)


def _take(user_id: int, key: str, fingerprint: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_idempotentanswer (user_id, key, fingerprint, status, location, at)
            VALUES (%s, %s, %s, 0, '', clock_timestamp()) ON CONFLICT (user_id, key) DO NOTHING
            """,
            [user_id, key, fingerprint],
        )
        return cursor.rowcount == 1


def _repeated(answer: IdempotentAnswer, fingerprint: str) -> Response:
    if answer.fingerprint != fingerprint:
        raise Problem(
            422, "IDEMPOTENCY_KEY_REUSED", _("This Idempotency-Key was used for another request. Use a new one.")
        )
    headers = {"Idempotency-Replayed": "true", **({"Location": answer.location} if answer.location else {})}
    return Response(answer.body, status=answer.status, headers=headers)


def _fingerprint(request: Request) -> str:
    """Of method, address and content; of a file its bytes, because a form's boundary differs each time."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    data: Any = request.data
    files = request.FILES
    plain = (
        {name: data.getlist(name) if hasattr(data, "getlist") else data[name] for name in data if name not in files}
        if hasattr(data, "keys")
        else data
    )
    digest.update(json.dumps(plain, sort_keys=True, default=str).encode())
    for name in sorted(files):
        for file in files.getlist(name):
            digest.update(f"\n{name} {file.name}\n".encode())
            for chunk in file.chunks():
                digest.update(chunk)
    return digest.hexdigest()
