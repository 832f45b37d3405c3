"""The record of what readings were made with, as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mrv.stations.models import Parameter


def shown(record: dict[str, Any], photos: Mapping[str, int]) -> dict[str, Any]:
    """Deployments with their sensor's calibrations, and visits, times as times; ``photos``: SHA-256 -> its key."""
    calibrations: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in record["calibrations"]:
        calibrations.setdefault((each["parameter"], each["serial_number"]), []).append(each)
    deployments = [
        {
            **each,
            "quantity": _quantity(each["parameter"]),
            "from": _time(each["from"]),
            "to": _time(each["to"]),
            "calibrations": calibrations.get((each["parameter"], each["serial_number"]), []),
        }
        for each in record["deployments"]
    ]
    visits = [
        {
            **each,
            "at": _time(each["at"]),
            "photographs": [{**photo, "key": photos.get(photo["sha256"])} for photo in each["photographs"]],
        }
        for each in record["visits"]
    ]
    return {"deployments": deployments, "visits": visits}


def _quantity(parameter: str) -> Any:
    return Parameter(parameter).label if parameter in Parameter.values else parameter


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
