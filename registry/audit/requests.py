"""The number of the request at hand: every event that it writes carries it, and the answer tells it to the caller."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_task

_number: ContextVar[str] = ContextVar("request_number", default="")


@contextmanager
def begun() -> Iterator[str]:
    """For the length of one request."""
    token = _number.set(uuid.uuid4().hex)
    try:
        yield _number.get()
    finally:
        _number.reset(token)


def current() -> str:
    """The request's number, in a worker the task's; empty in a command."""
    return _number.get() or str((current_task and current_task.request.id) or "")
