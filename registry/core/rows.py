"""One row at the price of one statement: for what happens in every act.

The ORM builds its SQL anew each time, which costs more than the statement itself. These know plain tables only: no
parent model, no signals (the registry has none).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DatabaseError, connection, models
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=models.Model)


def insert(row: M) -> M:
    """INSERT a new row as ``save(force_insert=True)`` would, and return it with its key and database defaults set."""
    given = tuple(name for name in _columns(type(row)) if not isinstance(getattr(row, name), DatabaseDefault))
    statement, fields, returned = _insert(type(row), given)
    with connection.cursor() as cursor:
        cursor.execute(statement, [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields])
        for name, value in zip(returned, cursor.fetchone(), strict=True):
            setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias
    return row


def update(row: models.Model, *names: str) -> None:
    """UPDATE these fields of a row as ``save(update_fields=names)`` would; raises when the row is not there."""
    statement, fields = _update(type(row), names)
    values = [f.get_db_prep_save(f.pre_save(row, False), connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"{row._meta.label} {row.pk}: there is no such row to change")


def locked(model: type[M], pk: object) -> M | None:
    """The row with this key, locked FOR NO KEY UPDATE, as ``select_for_update(no_key=True)`` would give it."""
    statement, names, converters = _locked(model)
    with connection.cursor() as cursor:
        cursor.execute(statement, [model._meta.pk.get_db_prep_value(pk, connection)])
        found = cursor.fetchone()
    if found is None:
        return None
    values = list(found)
    for place, convert in converters:
        values[place] = convert(values[place])
    return model.from_db(connection.alias, names, values)


@functools.cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[models.Field, ...]]:
    quote = connection.ops.quote_name
    fields = tuple(model._meta.get_field(name) for name in names)
    changes = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s", fields  # noqa: S608  names of the model alone


@functools.cache
def _locked(model: type[models.Model]) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """The statement, the attributes in its order, and what turns a column's value into the field's, by place."""
    _columns(model)  # raises for a model with a parent
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    expressions = [f.cached_col for f in fields]
    converters = []
    for place, (field, expression) in enumerate(zip(fields, expressions, strict=True)):
        steps = [*connection.ops.get_db_converters(expression), *field.get_db_converters(connection)]
        converters += [(place, functools.partial(_converted, step, expression)) for step in steps]
    columns = ", ".join(quote(f.column) for f in fields)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return (
        f"SELECT {columns} FROM {table} WHERE {key} = %s FOR NO KEY UPDATE",  # noqa: S608  names of the model alone
        [f.attname for f in fields],
        converters,
    )


def _converted(step: Callable[..., Any], expression: Any, value: Any) -> Any:
    return step(value, expression, connection)


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
