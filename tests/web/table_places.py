"""The table's rows for stations named in a period, regions and grids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.world import Journey


def rows(
    row: Callable[..., Any],
    posted_only: Callable[..., Any],
    stage: str,
    developer: frozenset[str],
    of_station: Callable[..., Any],
) -> tuple[Any, ...]:
    return (
        posted_only("periods:name_station", in_role("control")),
        row(stage, "stations:place", roles=developer, where=of_station, otherwise=403),
        row(stage, "quality:regions"),
        row(stage, "quality:regions_csv"),
    )


def acts(
    act: Callable[..., Any],
    developer: frozenset[str],
    of_period: Callable[..., Any],
    of_station: Callable[..., Any],
) -> tuple[Any, ...]:
    return (
        act(
            "open",
            "periods:name_station",
            in_role("control"),
            developer,
            ("periods:detail", of_period),
            lambda world: {"station": str(world.control.pk)},
        ),
        act(
            "open",
            "stations:place",
            of_station,
            developer,
            ("stations:place", of_station),
            lambda _world: {"region": "North"},
        ),
    )


def in_role(role: str) -> Callable[[Journey], tuple[int, str]]:
    return lambda world: (world.period.pk, role)
