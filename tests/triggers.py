"""What tests alone do to the database: switching triggers off, as only an owner can, and transactions around all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction


def outermost() -> transaction.Atomic:
    """A transaction that stands for the database's own: what commits by itself may do so inside and is undone with it.

    Django's test cases mark theirs in this way; a world that a module's tests share needs the same.
    """
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


@contextmanager
def triggers_off(model: type[models.Model]) -> Iterator[None]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} ENABLE TRIGGER USER")
