"""What waits for a person: each room registers a provider in its own ``todo.py``; one page shows them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.core import clock
from registry.core.actors import Actor


@dataclass(frozen=True)
class ToDo:
    title: Any
    detail: Any
    url: str
    since: datetime
    due: datetime | None = None
    """Until when, where the act has a deadline (see ``registry.core.deadlines``)."""


Provider = Callable[[Actor], Iterable[ToDo]]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Decorator: the function gives the items that wait for this actor, already narrowed to what it may do."""
    if function not in _providers:
        _providers.append(function)
    return function


def items_of(actor: Actor) -> list[ToDo]:
    """What has a deadline first, the nearest before all; then the rest, the longest waiting first."""
    if actor.is_anonymous:
        return []
    with clock.one_instant():
        items = [item for provide in _providers for item in provide(actor)]
    return sorted(items, key=lambda item: (item.due is None, item.due or item.since))
