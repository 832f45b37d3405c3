"""A column of several serial ranges at once: PostgreSQL's ``int8multirange``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import models
from psycopg.types.multirange import Int8Multirange, Multirange
from psycopg.types.range import Range

Serials = tuple[Range[int], ...]
"""Ranges in order, not touching each other, each ``[first, last + 1)``."""


class SerialsField(models.Field):
    """Ranges in, ranges out; the database keeps them sorted and joined."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"

    def from_db_value(self, value: Multirange[int] | None, expression: Any, connection: Any) -> Serials | None:
        return None if value is None else tuple(value)

    def get_prep_value(self, value: Iterable[Range[int]] | None) -> Int8Multirange | None:
        return None if value is None else Int8Multirange(list(value))


@BigIntegerRangeField.register_lookup
@SerialsField.register_lookup
class Touches(models.Lookup):
    """``serials__touches``: at least one serial in common, with ranges or with a column of either kind of range."""

    lookup_name = "touches"

    def get_prep_lookup(self) -> Any:
        return self.rhs if hasattr(self.rhs, "resolve_expression") else Int8Multirange(list(self.rhs))

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} && {right}", [*left_params, *right_params]


def joined(ranges: Iterable[Range[int]]) -> Serials:
    """Sorted ranges, neighbours made one. Raises ValueError when two of them overlap or one is empty."""
    made: list[Range[int]] = []
    for one in sorted(ranges, key=lambda r: r.lower):
        if one.upper <= one.lower:
            raise ValueError("an empty range of serials")
        if made and one.lower < made[-1].upper:
            raise ValueError("a serial is named twice")
        if made and one.lower == made[-1].upper:
            made[-1] = Range(made[-1].lower, one.upper)
        else:
            made.append(Range(one.lower, one.upper))
    return tuple(made)


def tonnes_in(ranges: Iterable[Range[int]]) -> int:
    return sum(one.upper - one.lower for one in ranges)


def first_of(ranges: Serials, quantity_t: int) -> tuple[Serials, Serials]:
    """The first ``quantity_t`` serials of the ranges, and the rest."""
    taken: list[Range[int]] = []
    rest: list[Range[int]] = []
    for one in ranges:
        cut = min(one.upper, one.lower + quantity_t - tonnes_in(taken))
        if cut > one.lower:
            taken.append(Range(one.lower, cut))
        if cut < one.upper:
            rest.append(Range(cut, one.upper))
    return tuple(taken), tuple(rest)
