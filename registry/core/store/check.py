"""Whether every file that a row of the database names is kept, whole and unchanged.

A model says which of its columns are addresses in the store: ``stored_files = ("sha256",)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from registry.core import store


@dataclass(frozen=True)
class Loss:
    """A file that is ``missing`` or ``altered``, and one of the rows that name it."""

    sha256: str
    problem: str
    named_by: str


@dataclass(frozen=True)
class Report:
    """What ``check`` found: files named by rows, those lost, and kept files that no row names."""

    named: int
    losses: tuple[Loss, ...]
    unnamed: int


def check() -> Report:
    """Read every kept file that a row names, and compare it with its address."""
    named = dict(_named())
    losses = [
        Loss(sha256, problem, place)
        for sha256, place in sorted(named.items())
        if (problem := store.problem_of(sha256)) is not None
    ]
    unnamed = sum(1 for sha256 in store.addresses() if sha256 not in named)
    return Report(len(named), tuple(losses), unnamed)


def _named() -> Iterator[tuple[str, str]]:
    """(address, "uploads.Upload 7 sha256") of everything that a row names."""
    for model in apps.get_models():
        for column in getattr(model, "stored_files", ()):
            rows = model._default_manager.exclude(**{column: ""}).values_list("pk", column)
            for pk, sha256 in rows.iterator():
                yield sha256, f"{model._meta.label} {pk} {column}"
