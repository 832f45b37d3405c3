"""The table's rows for the authority's room: the docket, its limits, cases and their holds, methodologies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calculations.methodologies import methodology_bytes
from tests.web.world import Journey

EDITOR = frozenset({"methodology_editor"})
AUTHORITY = frozenset({"clerk", "approver", "methodology_editor"})
REVIEWED = "prepared"


def nowhere(_world: Journey) -> tuple[Any, ...]:
    return ()


def of_review(world: Journey) -> tuple[int]:
    return (world.review.pk,)


def version(*names: str) -> Callable[[Journey], tuple[str, ...]]:
    return lambda _world: names


def _ninth() -> str:
    return methodology_bytes("KCS-INV", "1.0.0").decode().replace('version = "1.0.0"', 'version = "1.9.0"')


def rows(row: Callable[..., Any], posted_only: Callable[..., Any]) -> tuple[Any, ...]:
    return (
        row(REVIEWED, "decisions:docket", roles=AUTHORITY, otherwise=403, query="?county=520621&stage=decide"),
        row(REVIEWED, "decisions:docket", roles=AUTHORITY, otherwise=403, query="?kind=gold", status=422),
        row(REVIEWED, "decisions:docket_workbook", roles=AUTHORITY, otherwise=403),
        row(REVIEWED, "methodologies:detail", roles=AUTHORITY, where=version("KCS-ENH-BACI", "1.2.0")),
        row(REVIEWED, "methodologies:impact", roles=AUTHORITY, where=version("KCS-ENH-BACI", "1.2.0")),
        row(REVIEWED, "methodologies:impact", where=version("KCS-ENH-BACI", "1.0.0")),
        row(REVIEWED, "methodologies:impact_file", where=version("KCS-ENH-BACI", "1.0.0", "svg"), status=404),
        row(REVIEWED, "methodologies:compare", where=version("KCS-ENH-BACI", "1.0.0", "1.1.0")),
        row(REVIEWED, "methodologies:compare", roles=AUTHORITY, where=version("KCS-ENH-BACI", "1.1.0", "1.2.0")),
        row(REVIEWED, "methodologies:new_version", roles=EDITOR, otherwise=403),
        posted_only("methodologies:act", version("KCS-ENH-BACI", "1.2.0", "sign")),
        posted_only("decisions:set_limit"),
        posted_only("decisions:answer", lambda _world: (10**9,)),
    )


def acts(act: Callable[..., Any]) -> tuple[Any, ...]:
    def on_case(stage: str, action: str) -> Any:
        return act(
            stage,
            "decisions:act",
            lambda world: (*of_review(world), action),
            frozenset({"clerk", "approver"}),
            ("decisions:case", of_review),
            lambda _world: {"reason": "The water bureau is asked."},
        )

    def on_version(action: str, number: str, roles: frozenset[str]) -> Any:
        page = ("methodologies:detail", version("KCS-ENH-BACI", number))
        where = version("KCS-ENH-BACI", number, action)
        data = {"reason": "A sign was wrong."} if action == "withdraw" else {}
        return act("prepared", "methodologies:act", where, roles, page, lambda _world: data)

    return (
        on_version("start_impact", "1.2.0", EDITOR),
        on_version("withdraw", "1.1.0", frozenset({"approver"})),
        act(
            "prepared",
            "methodologies:act",
            version("KCS-INV", "1.1.0", "test"),
            EDITOR,
            ("methodologies:detail", version("KCS-INV", "1.1.0")),
        ),
        act(
            "prepared",
            "methodologies:new_version",
            nowhere,
            EDITOR,
            ("methodologies:new_version", nowhere),
            lambda _world: {"toml": _ninth()},
        ),
        on_case("begun", "hold"),
        on_case("prepared", "hold"),
        act(
            "prepared",
            "decisions:set_limit",
            nowhere,
            frozenset({"approver"}),
            ("decisions:docket", nowhere),
            lambda _world: {"stage": "begin", "working_days": "7"},
        ),
    )
