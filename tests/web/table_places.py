"""The table's rows for stations named in a period, regions and grids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.mrv.records.grid_files import EVAPORATION, PCO2, RAIN, TEMPERATURE, csv_grid
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
        posted_only("records:hand_in_grids", of_station),
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
        act("open", "records:hand_in_grids", of_station, developer, ("records:kind", of_grids), _grids),
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


def of_grids(world: Journey) -> tuple[int, str]:
    return (world.station.pk, "dissolution_grid")


def _grids(_world: Journey) -> dict[str, Any]:
    grids = {"precipitation": RAIN, "evaporation": EVAPORATION, "temperature": TEMPERATURE, "soil_pco2": PCO2}
    files = {name: SimpleUploadedFile(f"{name}.csv", csv_grid(values)) for name, values in grids.items()}
    return {**files, "climate_source": "means", "soil_pco2_source": "profiles"}
