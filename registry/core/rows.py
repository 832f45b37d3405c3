"""Writing one row at the price of one INSERT: for what happens in every act on credits."""

from __future__ import annotations

import functools
from typing import TypeVar

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=models.Model)


def insert(row: M) -> M:
    """INSERT a new row as ``save(force_insert=True)`` would, and return it with its key and database defaults set.

    ``save()`` builds its SQL anew each time, which costs more than the statement itself. This knows plain tables only:
    no parent model, no signals (the registry has none).
    """
    given = tuple(name for name in _columns(type(row)) if not isinstance(getattr(row, name), DatabaseDefault))
    statement, fields, returned = _insert(type(row), given)
    with connection.cursor() as cursor:
        cursor.execute(statement, [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields])
        for name, value in zip(returned, cursor.fetchone(), strict=True):
            setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias
    return row


@functools.cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    if model._meta.parents:
        raise TypeError(f"{model._meta.label} has a parent model")
    return tuple(f.attname for f in model._meta.local_concrete_fields if not f.primary_key)


@functools.cache
def _insert(model: type[models.Model], given: tuple[str, ...]) -> tuple[str, tuple[models.Field, ...], tuple[str, ...]]:
    """The statement, the fields that it takes and the attributes that it gives back."""
    quote = connection.ops.quote_name
    every = model._meta.local_concrete_fields
    fields = tuple(f for f in every if f.attname in given)
    returned = tuple(f for f in every if f.attname not in given)
    columns = ", ".join(quote(f.column) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    back = ", ".join(quote(f.column) for f in returned)
    table = quote(model._meta.db_table)
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {back}",  # noqa: S608  names of the model alone
        fields,
        tuple(f.attname for f in returned),
    )
