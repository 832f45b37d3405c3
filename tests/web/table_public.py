"""Who gets what answer on the public pages: everybody the same, and of a period nothing before its opinion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.world import Journey


def _of_project(world: Journey) -> tuple[str]:
    return (world.project["registered"].code,)


def _of_evidence(world: Journey) -> tuple[str, int]:
    return (*_of_project(world), world.period.number)


def _of_plot(world: Journey) -> tuple[str, int, str, str]:
    return (*_of_evidence(world), "rating", "svg")


def _of_table(world: Journey) -> tuple[str, int, str]:
    return (*_of_evidence(world), "hydrograph")


def rows(row: Callable[..., Any], private: str, public: str) -> list[Any]:
    plain = ("retirements", "data", "package", "cad_trust", "cad_trust_export")
    files = ("projects_file", "retirements_file", "issuances_file")
    evidence = (
        *((name, _of_evidence) for name in ("evidence", "what_if", "series", "data")),
        ("plot", _of_plot),
        ("table", _of_table),
    )
    return [
        *(row(public, f"public:{name}") for name in plain),
        *(row(public, f"public:{name}", where=lambda _: ("csv",)) for name in files),
        row(public, "public:projects_file", where=lambda _: ("xml",), status=404),
        row(private, "public:project", where=_of_project),
        row(private, "public:project", where=lambda world: (world.project["draft"].code,), status=404),
        row(public, "public:project", where=_of_project),
        *(row(private, f"publication:{name}", where=where, status=404) for name, where in evidence),
        *(row(public, f"publication:{name}", where=where) for name, where in evidence),
    ]
