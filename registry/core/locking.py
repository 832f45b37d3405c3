"""Row locks in one place: a service locks what it will change before it reads the state it decides on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from registry.core import rows
from registry.core.errors import NotVisible

Row = TypeVar("Row", bound=models.Model)
_watched: ContextVar[list[tuple[str, str]] | None] = ContextVar("locked_rows", default=None)


@contextmanager
def watched() -> Iterator[None]:
    """For the length of a request: remember which rows are locked, for a refusal to say what changed them."""
    token = _watched.set([])
    try:
        yield
    finally:
        _watched.reset(token)


def locked_rows() -> list[tuple[str, str]]:
    """Kind and key of the rows that this request locked, the last one first."""
    return list(reversed(_watched.get() or ()))


def lock(model: type[Row], pk: object) -> Row:
    """The row, locked until the transaction ends. Raises outside a transaction, or when the row is not there."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"lock({model.__name__}) needs a transaction")
    row = rows.locked(model, pk)
    if row is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    watched_rows = _watched.get()
    if watched_rows is not None:
        watched_rows.append((model._meta.label, str(pk)))
    return row
