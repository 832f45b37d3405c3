"""Further records of a period on its page: as sealed, or as they would be sealed now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from mrv.periods.models import MonitoringPeriod
from mrv.records.kinds import all_kinds, of_language
from mrv.records.of_period import records_in
from registry.core.actors import Actor
from registry.core.permissions import may


def records_of(period: MonitoringPeriod) -> list[dict[str, Any]]:
    """By kind: ``kind``, ``rows`` (how many belong to the period) and ``files`` (``id``, ``file``)."""
    if period.evidence is not None:
        return list(period.evidence.get("records", ()))
    found = records_in(
        period.station, start=period.start, end=period.end, first_day=period.first_day, last_day=period.last_day
    )
    return found.summary()


def records_panel(actor: Actor, period: MonitoringPeriod) -> dict[str, Any] | None:
    """For those who may see the evidence; nothing where there are no records."""
    if not may(actor, "periods.view_evidence", period):
        return None
    kinds = all_kinds()
    lines = [
        {**line, "title": of_language(kinds[line["kind"]].title, get_language())}
        for line in records_of(period)
        if line["kind"] in kinds
    ]
    return {"period": period, "lines": lines} if lines else None
