"""Kinds, columns and rows as pages show them, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from mrv.methodologies.selectors import methodology_of, read_version
from mrv.records.kinds import Column, Kind, Row, all_kinds, of_language
from mrv.records.models import RecordFile
from mrv.records.needs import Need, needs_of
from mrv.records.reading import limits_of
from mrv.records.selectors import files_of
from mrv.records.template_files import cell_of, meaning_of
from mrv.stations.models import Station
from registry.core.actors import Actor
from registry.core.errors import Refusal

SHOWN_ROWS = 200


def shown_kind(kind: Kind, language: str | None) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": of_language(kind.title, language),
        "purpose": of_language(kind.purpose, language),
    }


def columns_of(kind: Kind, language: str | None) -> list[dict[str, Any]]:
    """One line per column: what the page explains and the template has."""
    tongue = "zh" if (language or "zh").lower().startswith("zh") else "en"
    return [
        {
            "heading": column.heading(tongue),
            "name": column.name,
            "range": limits_of(column),
            "required": column.required,
            "meaning": meaning_of(column, tongue),
            "example": column.example_in(tongue),
        }
        for column in kind.columns
    ]


def needs_of_station(station: Station) -> list[Need]:
    """What the project's methodology names; nothing where it has none in use."""
    try:
        return needs_of(read_version(methodology_of(station.project)))
    except Refusal:
        return []


def kinds_of_station(actor: Actor, station: Station) -> list[dict[str, Any]]:
    """All kinds, those that the methodology names first, each with its tables."""
    needs = {need.kind.name: need for need in needs_of_station(station)}
    by_kind: dict[str, list[RecordFile]] = {}
    for file in files_of(actor, station):
        by_kind.setdefault(file.kind, []).append(file)
    language = get_language()
    lines = [
        {
            **shown_kind(kind, language),
            "asked": name in needs,
            "needed": name in needs and needs[name].needed,
            "accepted": [file for file in by_kind.get(name, ()) if file.state == "accepted"],
            "waiting": [file for file in by_kind.get(name, ()) if file.state == "waiting"],
        }
        for name, kind in all_kinds().items()
    ]
    return sorted(lines, key=lambda line: (not line["needed"], not line["asked"]))


def table_of(file: RecordFile, rows: list[Row]) -> dict[str, Any]:
    """The first rows as they are kept: headings and cells of the columns that hold something."""
    language = get_language()
    tongue = "zh" if (language or "zh").lower().startswith("zh") else "en"
    columns = [column for column in file.described.all_columns if any(row.get(column.name) for row in rows)]
    return {
        "headings": [column.heading(tongue) for column in columns],
        "rows": [
            (row["row"], [(_shown(column, row, language), column.what == "words") for column in columns])
            for row in rows[:SHOWN_ROWS]
        ],
        "count": len(rows),
        "more": max(0, len(rows) - SHOWN_ROWS),
    }


def _shown(column: Column, row: Row, language: str | None) -> str:
    """A cell: the words of a choice, a time as people write it."""
    text = cell_of(column, row)
    if column.what == "choice":
        return next((of_language(pair, language) for code, pair in column.choices if code == text), text)
    if column.what == "time":
        return text.replace("T", " ").removesuffix(":00Z").removesuffix("Z") + (" UTC" if text else "")
    return text
