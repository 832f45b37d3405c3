"""Duplicates, blanks and reports of a station's samples, as the page of samples shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calculations.quality.lab_controls import (
    BLANKS,
    DUPLICATES,
    MOST_BLANK_SHARE_PCT,
    MOST_DIFFERENCE_PCT,
    blanks_of,
    pairs_of,
    uncertainty_of_pairs,
)
from mrv.methodologies.selectors import limits_of
from mrv.quality.charts import ION_NAMES
from mrv.quality.lab_reports import reports_of
from mrv.quality.models import LabReport
from mrv.quality.waters import Sample, sheets_of
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.core.actors import Actor
from registry.core.permissions import may

ALKALINITY = "alkalinity_hco3_mg_l"


@dataclass(frozen=True)
class Compared:
    """A pair of duplicates: (ion, first, second, difference in percent, whether too large)."""

    name: str
    rows: list[tuple[str, float, float, float, bool]]
    too_large: bool


@dataclass(frozen=True)
class Found:
    """What a blank holds: (ion, mg/L, percent of the median sample, whether too much)."""

    name: str
    rows: list[tuple[str, float, float, bool]]


def controls_context(actor: Actor, station: Station, samples: list[Sample]) -> dict[str, Any]:
    records = [record for _upload, record in sheets_of(station)]
    pairs = pairs_of(records)
    u_found = uncertainty_of_pairs(pairs, ALKALINITY)
    u_assumed = limits_of(station.project).u_lab_alkalinity
    sheets = list(Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES, state="accepted").order_by("id"))
    reports = reports_of(station)
    taken = [sample.at for sample in samples if sample.at is not None and not sample.control]
    return {
        "pairs": [
            Compared(
                name=str(records[pair.sample].get("sample_id", "")),
                rows=[
                    (ION_NAMES.get(ion, ion), first, second, pct, pct > MOST_DIFFERENCE_PCT)
                    for ion, (first, second, pct) in pair.differences.items()
                ],
                too_large=pair.largest_pct > MOST_DIFFERENCE_PCT,
            )
            for pair in pairs
        ],
        "blanks": [
            Found(
                name=str(records[blank.blank].get("sample_id", "")),
                rows=[
                    (ION_NAMES.get(ion, ion), value, pct, pct > MOST_BLANK_SHARE_PCT)
                    for ion, (value, pct) in blank.found.items()
                ],
            )
            for blank in blanks_of(records)
        ],
        "most_difference": MOST_DIFFERENCE_PCT,
        "most_blank": MOST_BLANK_SHARE_PCT,
        "u_found": None if u_found is None else 100.0 * u_found,
        "u_assumed": None if u_assumed is None else 100.0 * u_assumed,
        "u_exceeds": u_found is not None and u_assumed is not None and u_found > u_assumed,
        "controls": sum(1 for record in records if str(record.get("purpose", "")) in DUPLICATES | BLANKS),
        "sheets": sheets,
        "reports": reports,
        "reports_of_sheet": {report.upload_id for report in reports},
        "can_attach": bool(sheets) and may(actor, "quality.attach", LabReport(upload=sheets[0])),
        "last_sample": max(taken) if taken else None,
    }
