"""What a station answered once for files of one form, so that the next file of that form asks nothing."""

from __future__ import annotations

from typing import Any

from mrv.stations.models import Station
from mrv.uploads.models import StationProfile
from mrv.uploads.readers import ReadReport
from registry.core.actors import Actor

MOST_TRIED = 20
"""Mappings of a station that are tried at a table of no known layout."""


def remembered(station: Station, report: ReadReport) -> dict[str, Any] | None:
    """The answers for a file whose own form was seen before (layout and header are the same)."""
    profile = StationProfile.objects.filter(station=station, signature=report.signature).first()
    return None if profile is None or not report.has_header else dict(profile.answers)


def remembered_mappings(station: Station) -> list[tuple[str, dict[str, Any]]]:
    """Signature and answers of the tables whose columns were named at this station, the newest first."""
    profiles = StationProfile.objects.filter(station=station, answers__has_key="mapping").order_by("-saved_at")
    return [(profile.signature, dict(profile.answers)) for profile in profiles[:MOST_TRIED]]


def remember(actor: Actor, station: Station, report: ReadReport, answers: dict[str, Any]) -> None:
    """Keep the answers for the station's next file of this form. When a clock was restarted is of one file only."""
    kept = {key: value for key, value in answers.items() if key != "restarted_at"}
    if report.has_header:
        StationProfile.objects.update_or_create(
            station=station, signature=report.signature, defaults={"answers": kept, "saved_by_id": actor.user_id}
        )
