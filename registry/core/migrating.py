"""Migrations without the work that they do not need.

Django builds its picture of all models anew, neighbours and their neighbours, after each operation. An operation on a
model's constraints, indexes, triggers or other options leaves the fields as they are, and nothing of a neighbour's
picture speaks of another model's options: the one model is enough. A new database has its tables in half the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import AlterModelOptions, IndexOperation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import TriggerOperationMixin

OPTIONS_ALONE = (IndexOperation, TriggerOperationMixin, AlterModelOptions)


@contextmanager
def light_options() -> Iterator[None]:
    """Inside, an operation on a model's options renders that model alone."""
    whole, mutate = ProjectState.reload_model, "state_forwards"
    kinds = [kind for kind in _below(Operation) if issubclass(kind, OPTIONS_ALONE) and mutate in vars(kind)]
    forwards = {kind: vars(kind)[mutate] for kind in kinds}

    def alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" in vars(state):
            state._reload({(app_label, model_name.lower())})  # type: ignore[attr-defined]

    def lightly(original: Any) -> Any:
        def state_forwards(self: Operation, app_label: str, state: ProjectState) -> None:
            ProjectState.reload_model = alone  # type: ignore[method-assign]
            try:
                original(self, app_label, state)
            finally:
                ProjectState.reload_model = whole  # type: ignore[method-assign]

        return state_forwards

    for kind, original in forwards.items():
        setattr(kind, mutate, lightly(original))
    try:
        yield
    finally:
        for kind, original in forwards.items():
            setattr(kind, mutate, original)


def _below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
