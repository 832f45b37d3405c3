"""Two versions side by side: parameters with value, unit, range and source, and every other word that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculations.compare import leaves
from calculations.methodologies import Methodology

APART = ("parameters", "id", "version", "changelog")
"""Compared by a table of their own, or different by nature."""


@dataclass(frozen=True)
class ParameterChange:
    symbol: str
    name: str
    before: Mapping[str, str] | None
    """Value, unit, range and source as text; None where the version has no such parameter."""
    after: Mapping[str, str] | None

    @property
    def changed(self) -> frozenset[str]:
        """Which of the four differ."""
        if self.before is None or self.after is None:
            return frozenset()
        return frozenset(name for name in self.before if self.before[name] != self.after[name])


@dataclass(frozen=True)
class TextChange:
    place: str
    before: str
    after: str
    is_prose: bool
    """Words of the reader's language; otherwise a name, a number or a formula."""


@dataclass(frozen=True)
class Comparison:
    parameters: list[ParameterChange]
    texts: list[TextChange]
    unchanged: int
    """How many parameters are the same in both."""


def compare(first: Methodology, second: Methodology, language: str) -> Comparison:
    """What differs between two versions, by the language of the reader (``zh`` or ``en``)."""
    symbols = [*first.parameters, *(symbol for symbol in second.parameters if symbol not in first.parameters)]
    changes = []
    for symbol in symbols:
        before, after = (_parameter(version, symbol, language) for version in (first, second))
        if before != after:
            named = second if symbol in second.parameters else first
            changes.append(ParameterChange(symbol, named.parameters[symbol].names[language], before, after))
    return Comparison(changes, _texts(first, second, language), len(symbols) - len(changes))


def _parameter(version: Methodology, symbol: str, language: str) -> dict[str, str] | None:
    parameter = version.parameters.get(symbol)
    if parameter is None:
        return None
    return {
        "value": f"{parameter.value:g}",
        "unit": "" if parameter.unit == "1" else parameter.unit,
        "range": f"{parameter.minimum:g} – {parameter.maximum:g}",
        "source": parameter.sources[language],
    }


def _texts(first: Methodology, second: Methodology, language: str) -> list[TextChange]:
    before, after = (
        leaves({name: _by_id(value) for name, value in version.content.items() if name not in APART})
        for version in (first, second)
    )
    other = "en" if language == "zh" else "zh"
    places = [*before, *(place for place in after if place not in before)]
    return [
        TextChange(place.lstrip("/"), _said(before.get(place)), _said(after.get(place)), _of_language(place, language))
        for place in places
        if before.get(place) != after.get(place) and not _of_language(place, other)
    ]


def _of_language(place: str, language: str) -> bool:
    return any(part == language or part.endswith(f"_{language}") for part in place.split("/"))


def _by_id(value: Any) -> Any:
    """A list of tables by their id or parameter, so that an added one does not shift the others."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return {str(item.get("id", item.get("parameter", place))): item for place, item in enumerate(value)}
    return value


def _said(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
