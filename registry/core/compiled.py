"""A question whose SQL is made once in each process: the ORM's rows without building the query for every request.

``of_project = Compiled(lambda project: Issuance.objects.filter(project=project).order_by("id"))`` is called with the
present values, ``of_project(project.pk)``, and gives the QuerySet's rows as a list. What the values change must be
parameters of the SQL, not its shape: whole numbers or texts that are compared with, one place for each.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Value = int | str


class Compiled:
    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self.made: tuple[QuerySet[Any, Any], SQLCompiler, str, tuple[Any, ...], dict[int, int]] | None = None

    def __call__(self, *values: Value) -> list[Any]:
        """The rows for these values. Raises TypeError when the SQL does not hold each of them as one parameter."""
        if self.made is None:
            self.made = self._compiled(values)
        rows, compiler, sql, parameters, places = self.made
        given = [
            type(known)(values[places[place]]) if place in places else known for place, known in enumerate(parameters)
        ]
        ready = copy.copy(compiler)
        ready.connection = connections[rows.db]  # each thread has its own
        ready.as_sql = lambda *_args, **_kwargs: (sql, given)  # type: ignore[method-assign]
        asked = type(rows).__new__(type(rows))
        asked.__dict__.update(rows.__dict__)  # copying a QuerySet, like pickling it, would ask the database first
        asked._query = query = copy.copy(rows.query)  # its setter would make dicts of all rows
        query.get_compiler = lambda *_args, **_kwargs: ready  # type: ignore[method-assign]
        return list(asked)

    def _compiled(self, values: Sequence[Value]) -> Any:
        """The query built with two sets of stand-ins: where its parameters differ is where the values belong."""
        rows, again = (self.build(*(_stand_in(value, at, turn) for at, value in enumerate(values))) for turn in (0, 1))
        compiler = rows.query.get_compiler(using=rows.db)
        sql, parameters = compiler.as_sql()
        _sql, other = again.query.get_compiler(using=again.db).as_sql()
        places = {}
        for place, (one, two) in enumerate(zip(parameters, other, strict=True)):
            if one != two:
                places[place] = next(at for at, value in enumerate(values) if one == _stand_in(value, at, 0))
        if set(places.values()) != set(range(len(values))):
            raise TypeError("each value of a compiled question must be a parameter of its SQL")
        return rows, compiler, sql, tuple(parameters), places


def _stand_in(value: Value, at: int, turn: int) -> Value:
    number = 1_000_000_000 + 1_000 * turn + at
    return f"stand-in {number}" if isinstance(value, str) else number
