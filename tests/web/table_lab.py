"""Who gets what answer about laboratory reports and published sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.quality.models import LabReport
from tests.web.world import Journey

PDF = b"%PDF-1.7\n%%EOF"


def of_report(_world: Journey) -> tuple[int]:
    return (LabReport.objects.order_by("id").values_list("pk", flat=True)[0],)


def _days(_world: Journey) -> dict[str, str]:
    return {"first_day": "2021-05-01", "last_day": "2021-05-30"}


def _choice(world: Journey) -> dict[str, str]:
    return {**_days(world), "reference": "guizhou-south", "reason": "样品遗失"}


def _report(world: Journey) -> dict[str, Any]:
    sheet = world.station.uploads.get(kind="samples")
    file = SimpleUploadedFile("second.pdf", PDF + b" second", content_type="application/pdf")
    return {"upload": str(sheet.pk), "laboratory": "黔中实验室", "file": file}


def rows(row: Callable[..., Any], stage: str, involved: frozenset[str]) -> list[Any]:
    return [row(stage, "quality:lab_report", roles=involved, where=of_report)]


def posted_only(posted: Callable[..., Any], of_station: Any) -> list[Any]:
    return [posted(f"quality:{name}", of_station) for name in ("choose_reference", "fit_samples", "attach_report")]


def acts(act: Callable[..., Any], developer: frozenset[str], of_station: Any) -> list[Any]:
    """The station's own samples are fitted last, so that what comes after finds them."""
    return [
        act("open", "quality:attach_report", of_station, developer, ("quality:samples", of_station), _report),
        act("open", "quality:choose_reference", of_station, developer, None, _choice),
        act("open", "quality:fit_samples", of_station, developer, None, _days),
    ]
