"""What the methodology asks of a station's records."""

from __future__ import annotations

from dataclasses import dataclass

from calculations.methodologies import Methodology
from mrv.records.kinds import Kind, all_kinds

READING_ROLES = ("flux", "speciation")


@dataclass(frozen=True)
class Need:
    """A kind that the methodology names. ``needed``: its calculation refuses without it."""

    kind: Kind
    needed: bool
    name_zh: str
    name_en: str


def needs_of(methodology: Methodology) -> list[Need]:
    """The kinds of record that a version names, in its order; those of other rooms (further stations) left out."""
    kinds = all_kinds()
    return [
        Need(kinds[item["parameter"]], kinds[item["parameter"]].needed, item["name_zh"], item["name_en"])
        for item in methodology.content["variables"]
        if item["role"] == "record" and item["parameter"] in kinds
    ]


def needs_readings(methodology: Methodology) -> bool:
    """Whether the version works with a logger's readings at all; powder, tablets and grids do not."""
    return any(item["role"] in READING_ROLES for item in methodology.content["variables"])
