"""Who gets what answer on the pages of the room for learning: everybody the same."""

from __future__ import annotations

from typing import Any

ANSWERS = {"knew": "no", "storm": "more", "credits": "none"}


def rows(row: Any, private: str, public: str) -> list[Any]:
    return [
        row(private, "learning:story"),
        row(private, "learning:story", query="?knew=no&storm=less&credits=x"),
        row(private, "learning:storm_csv"),
        row(private, "learning:lecture_sheet"),
        row(private, "learning:cases"),
        row(public, "learning:cases"),
        row(private, "learning:glossary"),
        row(private, "learning:self_test", status=405),
    ]


def acts(act: Any, everybody: frozenset[str]) -> list[Any]:
    def nowhere(_world: Any) -> tuple[Any, ...]:
        return ()

    page = ("learning:story", nowhere)
    return [act("open", "learning:self_test", nowhere, everybody, page, lambda _: ANSWERS)]
