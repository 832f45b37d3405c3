"""Row locks in one place: a service locks what it will change before it reads the state it decides on."""

from __future__ import annotations

from typing import TypeVar

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from registry.core import rows
from registry.core.errors import NotVisible

Row = TypeVar("Row", bound=models.Model)


def lock(model: type[Row], pk: object) -> Row:
    """The row, locked until the transaction ends. Raises outside a transaction, or when the row is not there."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"lock({model.__name__}) needs a transaction")
    row = rows.locked(model, pk)
    if row is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return row
