"""What the page of the ion models shows of a published set: as printed, its defects, what it means here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from calculations.regression.published import TABLE_1_MEANS
from calculations.regression.reference_models import reference_messages
from calculations.regression.reference_sets import REFERENCE_SET_NAMES, ReferenceSet, reference_set
from mrv.quality.charts import ION_NAMES
from mrv.quality.models import IonModels
from mrv.quality.selectors import record_bounds
from mrv.quality.services import readings_ec25
from mrv.spoken import Spoken, spoken
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.core.actors import Actor
from registry.core.permissions import may

REFERENCE_NAMES = {
    "guizhou-east": gettext_lazy("eastern Guizhou"),
    "guizhou-west": gettext_lazy("western Guizhou"),
    "guizhou-north": gettext_lazy("northern Guizhou"),
    "guizhou-south": gettext_lazy("southern Guizhou"),
}
"""The published regional sets by the names that people know them under."""
VERDICTS = {
    "rejected": (gettext_lazy("does not pass its checks"), "✖", "text-bg-danger"),
    "flagged": (gettext_lazy("passes with defects"), "!", "text-bg-warning"),
    "usable": (gettext_lazy("passes its checks"), "✔", "text-bg-success"),
    "noted": (gettext_lazy("to be known"), "i", "text-bg-secondary"),
    "": ("", "", ""),
}
LAST_YEAR = timedelta(days=366)
_BY_READINGS = ("READINGS_OUTSIDE_RANGE", "ION_BELOW_ZERO")


@dataclass(frozen=True)
class PrintedIon:
    """A row of the set: as printed, and at the region's mean conductivity against the region's own mean."""

    name: str
    printed: str
    at_mean: float | None
    mean: float
    off_pct: float | None
    negative_below: float | None
    verdict: tuple[Any, str, str]


def reference_context(actor: Actor, station: Station, asked: str, current: IonModels | None) -> dict[str, Any]:
    """The set asked for, else the one that is in use."""
    name = asked or (current.reference if current is not None else "")
    context: dict[str, Any] = {
        "references": REFERENCE_NAMES,
        "reference": "",
        "in_use": REFERENCE_NAMES.get(current.reference, current.reference) if current and current.reference else "",
        "current": current,
        "can_choose": may(actor, "quality.choose", IonModels(station=station)),
        "has_samples": Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES, state="accepted").exists(),
        **_days(station),
    }
    if name not in REFERENCE_SET_NAMES:
        return context
    chosen = reference_set(name)
    return context | {
        "reference": name,
        "reference_name": REFERENCE_NAMES[name],
        "verdict": VERDICTS[chosen.verdict],
        "range": (chosen.ec25_low_us_cm, chosen.ec25_mean_us_cm, chosen.ec25_high_us_cm),
        "printed": printed_ions(chosen),
        "of_the_whole": _of_the_whole(chosen),
        "with_readings": _with_readings(station, chosen),
        "is_of_region": station.region == chosen.region,
    }


def printed_ions(chosen: ReferenceSet) -> list[PrintedIon]:
    means = TABLE_1_MEANS[chosen.region]
    rows = []
    for ion, published in sorted(chosen.ions.items()):
        readable = published.constant_mg_l is not None
        value = published.at(chosen.ec25_mean_us_cm) if readable else None
        zero = None
        if readable and published.slope > 0.0 and published.constant_mg_l is not None and published.constant_mg_l < 0.0:
            zero = -published.constant_mg_l / published.slope
        found = {defect.verdict for defect in chosen.defects if defect.ion == ion}
        worst = next((verdict for verdict in ("rejected", "flagged", "noted") if verdict in found), "")
        rows.append(
            PrintedIon(
                name=ION_NAMES.get(ion, ion),
                printed=published.printed,
                at_mean=value,
                mean=means[ion],
                off_pct=None if value is None else 100.0 * (value - means[ion]) / means[ion],
                negative_below=zero,
                verdict=VERDICTS[worst],
            )
        )
    return rows


def _of_the_whole(chosen: ReferenceSet) -> list[tuple[Spoken, tuple[Any, str, str]]]:
    """Defects that the table does not show by itself."""
    shown = [defect for defect in chosen.defects if defect.code not in ("REFERENCE_MEAN_DISAGREES",)]
    return [
        (message, VERDICTS[defect.verdict])
        for defect, message in zip(shown, spoken([defect.message for defect in shown]), strict=True)
        if defect.code != "REFERENCE_NEGATIVE_BELOW" or defect.verdict != "noted"
    ]


def _with_readings(station: Station, chosen: ReferenceSet) -> list[Spoken]:
    """How often the station's last year of readings would lie outside the set's range or below zero."""
    bounds = record_bounds(station)
    if bounds is None:
        return []
    readings = readings_ec25(station, max(bounds.start, bounds.end - LAST_YEAR), bounds.end)
    return [m for m in spoken(reference_messages(chosen, readings)) if m.code in _BY_READINGS]


def _days(station: Station) -> dict[str, str]:
    """The span that is offered: all days with readings, at most a year."""
    bounds = record_bounds(station)
    if bounds is None:
        return {"first_day": "", "last_day": ""}
    zone = ZoneInfo(station.zone)
    last = (bounds.end - timedelta(days=1)).astimezone(zone).date()
    first = max(bounds.start.astimezone(zone).date(), last - timedelta(days=364))
    return {"first_day": first.isoformat(), "last_day": last.isoformat()}
