"""Who gets what answer in the room of records, and the tables that its pages are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.records.attachments import attach
from mrv.records.kinds import all_kinds
from mrv.records.services import receive_records, take_in
from tests.web.world import Journey

HEAD = "from,to,activity,amount,unit,factor_t_co2_per_unit,source\n"
KEPT = HEAD + "2021-05-01,2021-05-30,diesel,1200,L,0.00268,receipts\n"
WAITING = HEAD + "2021-05-01,2021-05-30,electricity,3500,kWh,0.00057,meter\n"
PHOTO = b"\xff\xd8\xff a planted slope"


def bring_in(world: Journey) -> dict[str, Any]:
    """A photograph, a table that is imported, and one that waits for a decision."""
    place: dict[str, Any] = {"actor": world.actor("editor"), "station": world.station}
    return {
        "photo": attach(**place, file_name="slope.jpg", data=PHOTO),
        "kept": receive_records(**place, kind="life_cycle", file_name="emissions.csv", data=KEPT.encode()),
        "waiting": take_in(**place, kind="life_cycle", file_name="more.csv", data=WAITING.encode()),
    }


def of(name: str) -> Callable[[Journey], tuple[Any, ...]]:
    return lambda world: (world.records[name].pk,)


def of_kind(name: str) -> Callable[[Journey], tuple[Any, ...]]:
    return lambda world: (world.station.pk, name)


def of_station(world: Journey) -> tuple[int]:
    return (world.station.pk,)


def rows(row: Any, stage: str, developer: frozenset[str], readers: frozenset[str]) -> tuple[Any, ...]:
    """``readers``: those who may see the records: the developer, the body assigned to a period, the authority."""
    return (
        row(stage, "records:of_station", roles=readers, where=of_station),
        *(row(stage, "records:kind", roles=readers, where=of_kind(name)) for name in all_kinds()),
        row(stage, "records:kind", where=of_kind("no_such_kind"), status=404),
        row(stage, "records:template", where=lambda _: ("life_cycle", "csv")),
        row(stage, "records:template", where=lambda _: ("life_cycle", "xlsx"), query="?lang=en"),
        row(stage, "records:template", where=lambda _: ("life_cycle", "exe"), status=404),
        row(stage, "records:detail", roles=readers, where=of("kept")),
        row(stage, "records:detail", roles=developer, where=of("waiting")),
        row(stage, "records:export", roles=readers, where=lambda world: (world.records["kept"].pk, "csv")),
        row(stage, "records:export", where=lambda world: (world.records["waiting"].pk, "csv"), status=404),
        row(stage, "records:attachment", roles=readers, where=of("photo")),
    )


def posted_only(make: Any) -> tuple[Any, ...]:
    return (
        make("records:hand_in", of_kind("life_cycle")),
        make("records:attach", of_station),
        *(make(f"records:{name}", of("waiting")) for name in ("settle", "import", "discard")),
        make("records:withdraw", of("kept")),
    )


def acts(act: Any, developer: frozenset[str]) -> tuple[Any, ...]:
    kind, waiting = ("records:kind", of_kind("life_cycle")), ("records:detail", of("waiting"))
    activities = ("records:kind", of_kind("activities"))
    return (
        act("open", "records:hand_in", of_kind("life_cycle"), developer, kind, _table),
        act("open", "records:attach", of_station, developer, activities, _photo),
        act("open", "records:settle", of("waiting"), developer, waiting),
        act("open", "records:import", of("waiting"), developer, waiting),
        act("open", "records:discard", of("waiting"), developer, waiting),
        act("open", "records:withdraw", of("kept"), developer, ("records:detail", of("kept")), _reason),
    )


def _table(_world: Journey) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("third.csv", (HEAD + "2021-05-01,2021-05-30,oil,3,L,0.003,bill\n").encode())}


def _photo(_world: Journey) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("second.jpg", PHOTO + b" again")}


def _reason(_world: Journey) -> dict[str, str]:
    return {"reason": "Counted twice."}
