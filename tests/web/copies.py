"""More rows of a kind than a test has patience to make: a row that a service made, written again with other keys.

What is copied did not happen, so only what a page *reads* may be tested on copies.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, TypeVar

from django.db.models import Model

from tests.triggers import triggers_off

M = TypeVar("M", bound=Model)
Change = Callable[[int], dict[str, Any]]


def copies(row: M, numbers: range, change: Change) -> list[M]:
    """``row`` once for each number, with what ``change`` says of that number."""
    made = []
    with triggers_off(type(row)):
        for number in numbers:
            twin = copy(row)
            twin._state = copy(row._state)
            twin._state.fields_cache = {}
            twin.pk, twin._state.adding = None, True
            for name, value in change(number).items():
                setattr(twin, name, value)
            twin.save(force_insert=True)
            made.append(twin)
    return made
