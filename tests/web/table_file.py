"""Who gets what answer about a project's file: the draft's steps, overlaps, kept files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.registry.projects.whole_file import TEXT
from tests.web.world import Journey

STEPS = (
    *("basics", "boundary", "programmes", "safeguards", "baseline", "additionality", "estimates"),
    "documents",
)


def of_step(step: str, state: str = "draft") -> Callable[[Journey], tuple[str, str]]:
    return lambda world: (world.project[state].code, step)


def of_document(state: str) -> Callable[[Journey], tuple[str, int]]:
    return lambda world: (world.project[state].code, world.project[state].documents.get(kind="design").pk)


def of_pair(world: Journey) -> tuple[str, str]:
    return (world.project["draft"].code, world.project["registered"].code)


def rows(
    row: Callable[..., Any],
    posted_only: Callable[..., Any],
    stage: str,
    developer: frozenset[str],
    seeing: frozenset[str],
) -> list[Any]:
    """``seeing``: who sees what is submitted and not public."""
    return [
        *(row(stage, "projects:step", roles=developer, where=of_step(step)) for step in STEPS),
        row(stage, "projects:step", roles=developer, where=of_step("no-such-step"), status=404),
        row(
            stage,
            "projects:step",
            roles=developer,
            where=of_step("basics", "submitted"),
            status=409,
            forbidden=seeing - developer,
        ),
        row(stage, "projects:document", roles=developer, where=of_document("draft")),
        row(stage, "projects:document", roles=seeing, where=of_document("submitted")),
        row(stage, "projects:document", where=of_document("registered")),
        row(stage, "projects:document", where=lambda world: (world.project["registered"].code, 0), status=404),
        row(stage, "projects:boundary_file", where=lambda world: (world.project["registered"].code, 0), status=404),
        posted_only("projects:justify_overlap", of_pair),
    ]


def acts(act: Callable[..., Any], developer: frozenset[str]) -> list[Any]:
    steps = [
        act("open", "projects:step", of_step(step), developer, ("projects:step", of_step(step)), sent)
        for step, sent in SENT.items()
    ]
    justified = {"text": "两个项目核算不同的碳汇，不会重复计算任何一吨；见设计文件第三章。"}
    return [*steps, act("open", "projects:justify_overlap", of_pair, developer, None, lambda _: justified)]


def _no_entries(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


def _basics(_world: Journey) -> dict[str, str]:
    return {
        "name_zh": "改名项目",
        "name_en": "Renamed project",
        "area_km2": "28",
        "karst_area_km2": "20",
        "longitude_deg": "108.84",
        "latitude_deg": "27.70",
        "crediting_start": "2021-05-01",
        "crediting_end": "2031-04-30",
    }


def _estimates(_world: Journey) -> dict[str, str]:
    return {f"y{year}": "200.5" for year in range(2021, 2032)}


def _document(_world: Journey) -> dict[str, Any]:
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7")
    return {"kind": "monitoring", "language": "zh", "title": "监测计划", "file": file}


SENT: dict[str, Callable[[Journey], dict[str, Any]]] = {
    "programmes": lambda _: {**_no_entries("programmes"), "none": "on"},
    "safeguards": lambda _: {**_no_entries("safeguards"), "none_because": TEXT},
    "baseline": lambda _: {"scenario": TEXT, "justification": TEXT, "quantification": TEXT},
    "additionality": lambda _: {"argument": TEXT, "barriers": TEXT, "common_practice": TEXT},
    "estimates": _estimates,
    "documents": _document,
    "basics": _basics,
}
"""The boundary's upload has its own test: it would turn the circle of the other tests into a line."""
