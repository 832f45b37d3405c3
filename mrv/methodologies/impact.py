"""Which past periods a new version would change; the rooms that know periods register themselves here."""

from __future__ import annotations

from collections.abc import Callable

from mrv.methodologies.models import MethodologyVersion

Source = Callable[[MethodologyVersion], list[str]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Decorator: the function names the periods that followed another version of the same methodology."""
    if function not in _sources:
        _sources.append(function)
    return function


def affected_periods(version: MethodologyVersion) -> list[str]:
    return [name for ask in _sources for name in ask(version)]
